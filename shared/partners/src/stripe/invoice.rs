//! Invoices of Stripe's: which subscription and what products a payment was for.

use domain::sale::Payment;
use reqwest::Method;
use serde::Deserialize;

use super::wire::{Expandable, Named, Page};
use super::{Stripe, kind_of, path};
use crate::PartnerError;

#[derive(Deserialize)]
pub(super) struct InvoicePayment {
    #[serde(default)]
    pub invoice: Option<Expandable<Named>>,
}

#[derive(Deserialize)]
pub(super) struct Invoice {
    #[serde(default)]
    parent: Option<InvoiceParent>,
    #[serde(default)]
    lines: Option<Page<Line>>,
}

/// A line of an invoice.
#[derive(Deserialize)]
pub(super) struct Line {
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    quantity: Option<i64>,
    #[serde(default)]
    pricing: Option<Pricing>,
}

#[derive(Deserialize)]
struct Pricing {
    #[serde(default)]
    price_details: Option<PriceDetails>,
}

#[derive(Deserialize)]
struct PriceDetails {
    #[serde(default)]
    product: Option<String>,
}

#[derive(Deserialize)]
struct InvoiceParent {
    #[serde(default)]
    subscription_details: Option<SubscriptionDetails>,
}

#[derive(Deserialize)]
struct SubscriptionDetails {
    #[serde(default)]
    subscription: Option<Expandable<Named>>,
}

impl Stripe {
    pub(crate) async fn subscription(
        &self,
        payment: &Payment,
    ) -> Result<Option<String>, PartnerError> {
        Ok(self
            .invoice(payment)
            .await?
            .and_then(|invoice| invoice.subscription().map(str::to_owned)))
    }

    /// The invoice that a payment was made for; a subscription's before others.
    pub(super) async fn invoice(&self, payment: &Payment) -> Result<Option<Invoice>, PartnerError> {
        if kind_of(&payment.reference) == "charge" {
            return Ok(None); // Stripe finds invoices by payment intent only.
        }
        let form = [
            ("payment[type]", "payment_intent".to_owned()),
            ("payment[payment_intent]", payment.reference.clone()),
        ];
        let connected = self.connected(payment);
        let paid: Page<InvoicePayment> =
            self.api.call(Method::GET, "/v1/invoice_payments", &form, None, connected).await?;
        let mut other = None;
        for invoice in paid.data.into_iter().filter_map(|payment| payment.invoice) {
            let path = path("/v1/invoices", invoice.id(), "")?;
            let invoice: Option<Invoice> = self.api.find(&path, &[], connected).await?;
            if invoice.as_ref().is_some_and(|invoice| invoice.subscription().is_some()) {
                return Ok(invoice);
            }
            other = other.or(invoice);
        }
        Ok(other)
    }
}

impl Invoice {
    pub fn subscription(&self) -> Option<&str> {
        Some(self.parent.as_ref()?.subscription_details.as_ref()?.subscription.as_ref()?.id())
    }

    /// Its lines, if they are all there and no more than so many.
    pub fn lines(&self, most: usize) -> Option<&[Line]> {
        let lines =
            self.lines.as_ref().filter(|lines| !lines.has_more && lines.data.len() <= most)?;
        (!lines.data.is_empty()).then_some(&lines.data)
    }
}

impl Line {
    /// How many, where it is a number of things.
    pub fn quantity(&self) -> Option<u32> {
        self.quantity.and_then(|quantity| u32::try_from(quantity).ok())
    }

    /// The id of what was bought.
    pub fn product(&self) -> Option<&str> {
        self.pricing.as_ref()?.price_details.as_ref()?.product.as_deref()
    }
}
