//! The subscriptions that a payment's customer has: for the eye of whoever decides.

use domain::basics::card::without_card_numbers;
use domain::basics::money::Money;
use domain::sale::Payment;
use reqwest::Method;
use serde::Deserialize;

use super::Stripe;
use super::amount::from_stripe;
use super::wire::{Expandable, Named, Page, at};
use crate::{OpenSubscription, PartnerError};

/// The most that are read; nobody decides by more.
const MOST: &str = "20";

#[derive(Deserialize)]
struct Paid {
    #[serde(default)]
    customer: Option<Expandable<Named>>,
}

#[derive(Deserialize)]
struct Subscription {
    id: String,
    #[serde(default)]
    status: String,
    created: i64,
    #[serde(default)]
    cancel_at_period_end: bool,
    #[serde(default)]
    currency: String,
    items: Page<Item>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    current_period_end: Option<i64>,
    #[serde(default)]
    quantity: Option<u64>,
    #[serde(default)]
    price: Option<Price>,
}

#[derive(Deserialize)]
struct Price {
    #[serde(default)]
    unit_amount: Option<u64>,
}

impl Stripe {
    /// Those that have not ended, of whoever paid; two calls.
    pub(crate) async fn subscriptions(
        &self,
        payment: &Payment,
    ) -> Result<Vec<OpenSubscription>, PartnerError> {
        let paid: Option<Paid> = self.paid(payment, &[]).await?;
        let Some(customer) = paid.and_then(|paid| paid.customer) else { return Ok(Vec::new()) };
        let form = [("customer", customer.id().to_owned()), ("limit", MOST.to_owned())];
        let page: Page<Subscription> = self
            .api
            .call(Method::GET, "/v1/subscriptions", &form, None, self.connected(payment))
            .await?;
        page.data.into_iter().filter(Subscription::is_open).map(Subscription::told).collect()
    }
}

impl Subscription {
    fn is_open(&self) -> bool {
        !matches!(self.status.as_str(), "canceled" | "incomplete_expired")
    }

    fn told(self) -> Result<OpenSubscription, PartnerError> {
        let ends = self.items.data.iter().filter_map(|item| item.current_period_end).min();
        Ok(OpenSubscription {
            amount: self.amount()?,
            created_at: at(self.created)?,
            current_period_end: ends.map(at).transpose()?,
            id: without_card_numbers(&self.id),
            status: without_card_numbers(&self.status),
            cancel_at_period_end: self.cancel_at_period_end,
        })
    }

    /// What a period costs, where all its prices are plain.
    fn amount(&self) -> Result<Option<Money>, PartnerError> {
        let cost =
            |item: &Item| item.price.as_ref()?.unit_amount?.checked_mul(item.quantity.unwrap_or(1));
        let costs: Option<Vec<u64>> = self.items.data.iter().map(cost).collect();
        let whole = costs.filter(|costs| !self.items.has_more && !costs.is_empty());
        whole
            .map(|costs| {
                from_stripe(costs.into_iter().fold(0, u64::saturating_add), &self.currency)
            })
            .transpose()
    }
}
