//! Who bought what, for rules that ask: the customer's address, the products of an invoice, whether
//! a subscription billed it.

use domain::basics::card::{holds_card_number, without_card_numbers};
use domain::rules::ruleset::{Purchase, Wanted};
use domain::sale::Payment;
use domain::sale::order::Item;
use serde::Deserialize;

use super::invoice::{Invoice, Line};
use super::wire::Expandable;
use super::{Stripe, kind_of, path};
use crate::PartnerError;

/// The most lines of an invoice whose products are read by name; of one that has more, none is
/// told.
const MOST_LINES: usize = 5;

/// A payment intent or a charge, as far as it tells who paid.
#[derive(Deserialize)]
struct Paid {
    #[serde(default)]
    customer: Option<Expandable<Buyer>>,
    #[serde(default)]
    receipt_email: Option<String>,
    #[serde(default)]
    billing_details: Option<Buyer>,
    #[serde(default)]
    latest_charge: Option<Expandable<Paid>>,
}

#[derive(Deserialize)]
struct Buyer {
    #[serde(default)]
    email: Option<String>,
}

#[derive(Deserialize)]
struct Product {
    name: String,
}

impl Stripe {
    pub(crate) async fn purchase(
        &self,
        payment: &Payment,
        wanted: Wanted,
    ) -> Result<Purchase, PartnerError> {
        let mut purchase = Purchase::default();
        if wanted.customer {
            purchase.customer_email = self.email(payment).await?;
        }
        if (wanted.items || wanted.subscription) && kind_of(&payment.reference) == "payment_intent"
        {
            let invoice = self.invoice(payment).await?;
            // A payment that no invoice asked for belongs to no subscription of Stripe's.
            purchase.is_subscription =
                Some(invoice.as_ref().is_some_and(|invoice| invoice.subscription().is_some()));
            if let Some(invoice) = invoice.filter(|_| wanted.items) {
                purchase.items = self.items(payment, &invoice).await?;
            }
        }
        Ok(purchase)
    }

    /// The customer's address, else the one that the receipt went to, else the one given with the
    /// card.
    async fn email(&self, payment: &Payment) -> Result<Option<String>, PartnerError> {
        let paid: Option<Paid> = self.paid(payment, &["customer", "latest_charge"]).await?;
        Ok(paid.and_then(Paid::email).filter(|email| !holds_card_number(email)))
    }

    /// What the invoice is for.
    async fn items(
        &self,
        payment: &Payment,
        invoice: &Invoice,
    ) -> Result<Option<Vec<Item>>, PartnerError> {
        let Some(lines) = invoice.lines(MOST_LINES) else { return Ok(None) };
        let mut items = Vec::new();
        for line in lines {
            items.push(self.item(payment, line).await?);
        }
        Ok(Some(items))
    }

    /// A product by its name, with its id as the stock-keeping unit; what is none by the line's own
    /// words.
    async fn item(&self, payment: &Payment, line: &Line) -> Result<Item, PartnerError> {
        let product: Option<Product> = match line.product() {
            Some(id) => {
                self.api.find(&path("/v1/products", id, "")?, &[], self.connected(payment)).await?
            }
            None => None,
        };
        let name = product
            .map(|product| product.name)
            .or_else(|| line.description.clone())
            .unwrap_or_default();
        Ok(Item {
            name: without_card_numbers(&name),
            sku: line.product().map(str::to_owned),
            quantity: line.quantity(),
        })
    }
}

impl Paid {
    fn email(self) -> Option<String> {
        let customer = self.customer.and_then(Expandable::object);
        let own = [
            customer.and_then(|one| one.email),
            self.receipt_email,
            self.billing_details.and_then(|one| one.email),
        ];
        let own = own.into_iter().flatten().find(|email| !email.trim().is_empty());
        own.or_else(|| self.latest_charge.and_then(Expandable::object)?.email())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(json: &str) -> Option<String> {
        serde_json::from_str::<Paid>(json).expect("a payment").email()
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
