//! Subscriptions: cancelled by rules, and listed for the person who decides about an alert.

use domain::alert::CancellationResult;
use domain::basics::card::truncate_card_numbers;
use domain::basics::money::Money;
use domain::sale::ProcessorPayment;
use reqwest::Method;
use serde::Deserialize;

use super::amount::from_stripe;
use super::call::is_refused_as;
use super::wire::{Expandable, StripeObjectId, StripePage, StripeSubscriptionStatus, to_timestamp};
use super::{StripeClient, object_path};
use crate::{OpenSubscription, PartnerError};

/// The most subscriptions that are read; more would not help a decision.
const MOST: &str = "20";

#[derive(Deserialize)]
struct StripeCustomerSource {
    #[serde(default)]
    customer: Option<Expandable<StripeObjectId>>,
}

#[derive(Deserialize)]
struct StripeSubscription {
    id: String,
    #[serde(default)]
    status: String,
    created: i64,
    #[serde(default)]
    cancel_at_period_end: bool,
    #[serde(default)]
    currency: String,
    items: StripePage<StripeSubscriptionItem>,
}

#[derive(Deserialize)]
struct StripeSubscriptionItem {
    #[serde(default)]
    current_period_end: Option<i64>,
    #[serde(default)]
    quantity: Option<u64>,
    #[serde(default)]
    price: Option<StripePrice>,
}

#[derive(Deserialize)]
struct StripePrice {
    #[serde(default)]
    unit_amount: Option<u64>,
}

impl StripeClient {
    /// Lists the payer's subscriptions that have not ended; two calls.
    pub(crate) async fn list_open_subscriptions(
        &self,
        payment: &ProcessorPayment,
    ) -> Result<Vec<OpenSubscription>, PartnerError> {
        let paid: Option<StripeCustomerSource> = self.find_payment_object(payment, &[]).await?;
        let Some(customer) = paid.and_then(|paid| paid.customer) else { return Ok(Vec::new()) };
        let form = [("customer", customer.object_id().to_owned()), ("limit", MOST.to_owned())];
        let page: StripePage<StripeSubscription> = self
            .api
            .call_endpoint(
                Method::GET,
                "/v1/subscriptions",
                &form,
                None,
                self.connected_account(payment),
            )
            .await?;
        page.data
            .into_iter()
            .filter(StripeSubscription::is_open)
            .map(StripeSubscription::into_open_subscription)
            .collect()
    }

    /// Cancels a subscription at once. A subscription that ended before counts as cancelled.
    pub(crate) async fn cancel(
        &self,
        payment: &ProcessorPayment,
        subscription: &str,
        key: &str,
    ) -> Result<CancellationResult, PartnerError> {
        let path = object_path("/v1/subscriptions", subscription, "")?;
        let connected = self.connected_account(payment);
        let cancelled: Result<StripeSubscriptionStatus, _> =
            self.api.call_endpoint(Method::DELETE, &path, &[], Some(key), connected).await;
        let subscription = subscription.to_owned();
        let status: Option<StripeSubscriptionStatus> = match cancelled {
            Ok(status) => Some(status),
            // An update of an ended subscription answers `resource_missing`; a read still returns
            // the subscription.
            Err(error) if is_refused_as(&error, "resource_missing") => {
                self.api.find_object(&path, &[], connected).await?
            }
            Err(PartnerError::Refused { message, .. }) => {
                return Ok(CancellationResult::Failed { subscription, reason: message });
            }
            Err(error) => return Err(error),
        };
        Ok(status.map_or(CancellationResult::NothingToCancel, |status| {
            to_cancellation(subscription, &status)
        }))
    }
}

/// Returns the result of a cancellation by the subscription's status afterwards.
fn to_cancellation(subscription: String, status: &StripeSubscriptionStatus) -> CancellationResult {
    if status.has_ended() {
        CancellationResult::Cancelled { subscription }
    } else {
        let reason = format!("it is still {}", status.status);
        CancellationResult::Failed { subscription, reason }
    }
}

impl StripeSubscription {
    fn is_open(&self) -> bool {
        !matches!(self.status.as_str(), "canceled" | "incomplete_expired")
    }

    fn into_open_subscription(self) -> Result<OpenSubscription, PartnerError> {
        let ends = self.items.data.iter().filter_map(|item| item.current_period_end).min();
        Ok(OpenSubscription {
            amount: self.period_amount()?,
            created_at: to_timestamp(self.created)?,
            current_period_end: ends.map(to_timestamp).transpose()?,
            id: truncate_card_numbers(&self.id),
            status: truncate_card_numbers(&self.status),
            cancel_at_period_end: self.cancel_at_period_end,
        })
    }

    /// Returns the amount of a period, where all prices are plain.
    fn period_amount(&self) -> Result<Option<Money>, PartnerError> {
        let cost = |item: &StripeSubscriptionItem| {
            item.price.as_ref()?.unit_amount?.checked_mul(item.quantity.unwrap_or(1))
        };
        let costs: Option<Vec<u64>> = self.items.data.iter().map(cost).collect();
        let whole = costs.filter(|costs| !self.items.has_more && !costs.is_empty());
        whole
            .map(|costs| {
                from_stripe(costs.into_iter().fold(0, u64::saturating_add), &self.currency)
            })
            .transpose()
    }
}
