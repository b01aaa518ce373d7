//! Invoices of Stripe's: which subscription and what products a payment was for.

use serde::Deserialize;

use super::wire::{Expandable, Named, Page};

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
