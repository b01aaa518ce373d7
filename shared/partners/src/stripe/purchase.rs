//! Details of a purchase, for rules that need the customer's e-mail address, the products of an
//! invoice, or the billing by a subscription.

use domain::basics::card::{has_card_number, truncate_card_numbers};
use domain::rules::ruleset::{NeededPurchaseDetails, PurchaseDetails};
use domain::sale::ProcessorPayment;
use domain::sale::order::OrderItem;
use serde::Deserialize;

use super::invoice::{StripeInvoice, StripeInvoiceLine};
use super::wire::Expandable;
use super::{StripeClient, object_path, payment_parameter};
use crate::PartnerError;

/// The most invoice lines whose products are read by name; a longer invoice yields no products.
const MOST_LINES: usize = 5;

/// The fields of a payment intent or a charge that identify the payer.
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
            // A payment without an invoice belongs to no Stripe subscription.
            purchase.is_subscription =
                Some(invoice.as_ref().is_some_and(|invoice| invoice.subscription_id().is_some()));
            if let Some(invoice) = invoice.filter(|_| wanted.items) {
                purchase.items = self.read_invoice_items(payment, &invoice).await?;
            }
        }
        Ok(purchase)
    }

    /// Returns the customer's address, otherwise the receipt's address, otherwise the address given
    /// with the card.
    async fn read_customer_email(
        &self,
        payment: &ProcessorPayment,
    ) -> Result<Option<String>, PartnerError> {
        let paid: Option<StripeBuyerSource> =
            self.find_payment_object(payment, &["customer", "latest_charge"]).await?;
        Ok(paid.and_then(StripeBuyerSource::into_email).filter(|email| !has_card_number(email)))
    }

    /// Reads the products of the invoice.
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

    /// Reads the product of a line: the name, and the id as stock-keeping unit. A line without a
    /// product has its own description as name.
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
