//! A refund of Stripe's: in whose name it was made, how far it has come, where the money went.

use domain::basics::card::{holds_card_number, without_card_numbers};
use domain::refund::acquirer_reference;
use domain::sale::{RefundSeen, RefundState};
use serde::Deserialize;

use super::super::amount::from_stripe;
use super::{Expandable, Named, at};
use crate::PartnerError;

#[derive(Deserialize)]
pub(in super::super) struct Refund {
    pub id: String,
    pub amount: u64,
    pub currency: String,
    pub created: i64,
    #[serde(default)]
    pub status: Option<String>,
    #[serde(default)]
    pub failure_reason: Option<String>,
    #[serde(default)]
    pub charge: Option<Expandable<Named>>,
    #[serde(default)]
    pub payment_intent: Option<Expandable<Named>>,
    #[serde(default)]
    pub metadata: Option<Metadata>,
    #[serde(default)]
    pub destination_details: Option<DestinationDetails>,
}

/// Where the money went.
#[derive(Deserialize, Default)]
pub(in super::super) struct DestinationDetails {
    #[serde(default)]
    card: Option<DestinationCard>,
}

/// The card's part of it. Stripe knows the reference some days after the refund was made.
#[derive(Deserialize, Default)]
struct DestinationCard {
    #[serde(default)]
    reference: Option<String>,
    #[serde(default)]
    reference_status: Option<String>,
    #[serde(default)]
    reference_type: Option<String>,
}

impl DestinationDetails {
    /// The acquirer's reference, where it is available and of that kind.
    fn acquirer_reference(&self) -> Option<String> {
        let card = self.card.as_ref()?;
        let is =
            |field: &Option<String>, word: &str| field.as_deref().is_none_or(|told| told == word);
        let is_known = is(&card.reference_status, "available")
            && is(&card.reference_type, "acquirer_reference_number");
        card.reference.as_deref().filter(|_| is_known).and_then(acquirer_reference)
    }
}

/// Only our own marks are read.
#[derive(Deserialize, Default)]
pub(in super::super) struct Metadata {
    #[serde(default)]
    pub cbs_related_alert_id: Option<String>,
    #[serde(default)]
    pub forestall_refund_request: Option<String>,
}

impl Metadata {
    /// In whose name the refund was made.
    fn mark(&self) -> Option<String> {
        let marks = [&self.cbs_related_alert_id, &self.forestall_refund_request];
        marks
            .into_iter()
            .flatten()
            .find(|id| !id.is_empty())
            .filter(|id| !holds_card_number(id))
            .cloned()
    }
}

impl Refund {
    /// The refund in our words. A status that Stripe adds one day is no proof of anything: pending.
    pub fn seen(&self) -> Result<RefundSeen, PartnerError> {
        if holds_card_number(&self.id) {
            return Err(PartnerError::unreadable("the id of a refund of Stripe's"));
        }
        let reason = || {
            without_card_numbers(
                self.failure_reason.as_ref().or(self.status.as_ref()).map_or("", String::as_str),
            )
        };
        let state = match self.status.as_deref() {
            Some("succeeded") => RefundState::Succeeded,
            Some("failed" | "canceled") => RefundState::Failed(reason()),
            _ => RefundState::Pending,
        };
        let alert = self.metadata.as_ref().and_then(Metadata::mark);
        let arn =
            self.destination_details.as_ref().and_then(DestinationDetails::acquirer_reference);
        let amount = from_stripe(self.amount, &self.currency)?;
        Ok(RefundSeen { id: self.id.clone(), amount, state, at: at(self.created)?, alert, arn })
    }
}
