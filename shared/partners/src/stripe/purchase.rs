//! Who bought what, for rules that ask: the customer's address, the products of an invoice, whether
//! a subscription billed it.

use domain::basics::card::{has_card_number, truncate_card_numbers};
use domain::rules::ruleset::{NeededPurchaseDetails, PurchaseDetails};
use domain::sale::ProcessorPayment;
use domain::sale::order::OrderItem;
use serde::Deserialize;

use super::invoice::{StripeInvoice, StripeInvoiceLine};
use super::wire::Expandable;
use super::{StripeClient, object_path, payment_parameter};
use crate::PartnerError;

/// The most lines of an invoice whose products are read by name; of one that has more, none is
/// told.
const MOST_LINES: usize = 5;

/// A payment intent or a charge, as far as it tells who paid.
#[derive(Deserialize)]
struct StripeBuyerSource {
    #[serde(default)]
    customer: Option<Expandable<StripeBuyer>>,
    #[serde(default)]
    receipt_email: Option<String>,
    #[serde(default)]
    billing_details: Option<StripeBuyer>,
    #[serde(default)]
    latest_charge: Option<Expandable<StripeBuyerSource>>,
}

#[derive(Deserialize)]
struct StripeBuyer {
    #[serde(default)]
    email: Option<String>,
}

#[derive(Deserialize)]
struct StripeProduct {
    name: String,
}

impl StripeClient {
    pub(crate) async fn read_purchase(
        &self,
        payment: &ProcessorPayment,
        wanted: NeededPurchaseDetails,
    ) -> Result<PurchaseDetails, PartnerError> {
        let mut purchase = PurchaseDetails::default();
        if wanted.customer {
            purchase.customer_email = self.read_customer_email(payment).await?;
        }
        if (wanted.items || wanted.subscription)
            && payment_parameter(&payment.reference) == "payment_intent"
        {
            let invoice = self.find_invoice(payment).await?;
            // A payment that no invoice asked for belongs to no subscription of Stripe's.
            purchase.is_subscription =
                Some(invoice.as_ref().is_some_and(|invoice| invoice.subscription_id().is_some()));
            if let Some(invoice) = invoice.filter(|_| wanted.items) {
                purchase.items = self.read_invoice_items(payment, &invoice).await?;
            }
        }
        Ok(purchase)
    }

    /// The customer's address, else the one that the receipt went to, else the one given with the
    /// card.
    async fn read_customer_email(
        &self,
        payment: &ProcessorPayment,
    ) -> Result<Option<String>, PartnerError> {
        let paid: Option<StripeBuyerSource> =
            self.find_payment_object(payment, &["customer", "latest_charge"]).await?;
        Ok(paid.and_then(StripeBuyerSource::into_email).filter(|email| !has_card_number(email)))
    }

    /// What the invoice is for.
    async fn read_invoice_items(
        &self,
        payment: &ProcessorPayment,
        invoice: &StripeInvoice,
    ) -> Result<Option<Vec<OrderItem>>, PartnerError> {
        let Some(lines) = invoice.complete_lines(MOST_LINES) else { return Ok(None) };
        let mut items = Vec::new();
        for line in lines {
            items.push(self.read_line_item(payment, line).await?);
        }
        Ok(Some(items))
    }

    /// A product by its name, with its id as the stock-keeping unit; what is none by the line's own
    /// words.
    async fn read_line_item(
        &self,
        payment: &ProcessorPayment,
        line: &StripeInvoiceLine,
    ) -> Result<OrderItem, PartnerError> {
        let product: Option<StripeProduct> = match line.product_id() {
            Some(id) => {
                self.api
                    .find_object(
                        &object_path("/v1/products", id, "")?,
                        &[],
                        self.connected_account(payment),
                    )
                    .await?
            }
            None => None,
        };
        let name = product
            .map(|product| product.name)
            .or_else(|| line.description.clone())
            .unwrap_or_default();
        Ok(OrderItem {
            name: truncate_card_numbers(&name),
            sku: line.product_id().map(str::to_owned),
            quantity: line.item_quantity(),
        })
    }
}

impl StripeBuyerSource {
    fn into_email(self) -> Option<String> {
        let customer = self.customer.and_then(Expandable::into_object);
        let own = [
            customer.and_then(|one| one.email),
            self.receipt_email,
            self.billing_details.and_then(|one| one.email),
        ];
        let own = own.into_iter().flatten().find(|email| !email.trim().is_empty());
        own.or_else(|| self.latest_charge.and_then(Expandable::into_object)?.into_email())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(json: &str) -> Option<String> {
        serde_json::from_str::<StripeBuyerSource>(json).expect("a payment").into_email()
    }

    #[test]
    fn the_customers_own_address_goes_before_those_of_the_payment() {
        let charge = r#""latest_charge":{"id":"ch_1","receipt_email":null,
            "billing_details":{"email":"card@example.com"}}"#;
        let all = format!(
            r#"{{"customer":{{"id":"cus_1","email":"own@example.com"}},
            "receipt_email":"to@example.com",{charge}}}"#
        );
        assert_eq!(email(&all).as_deref(), Some("own@example.com"));
        assert_eq!(email(&all.replace("own@example.com", "")).as_deref(), Some("to@example.com"));
        let deleted = format!(
            r#"{{"customer":{{"id":"cus_1","deleted":true}},"receipt_email":null,{charge}}}"#
        );
        assert_eq!(email(&deleted).as_deref(), Some("card@example.com"));
        assert_eq!(email(r#"{"customer":"cus_1","latest_charge":null}"#), None);
    }
}
