//! A refund at Stripe: its cause, its state, and the destination of the money.

use domain::basics::card::{has_card_number, truncate_card_numbers};
use domain::refund::parse_acquirer_reference;
use domain::sale::{ProcessorRefund, RefundState};
use serde::Deserialize;

use super::super::amount::from_stripe;
use super::{Expandable, StripeObjectId, to_timestamp};
use crate::PartnerError;

#[derive(Deserialize)]
pub(in super::super) struct StripeRefund {
    pub id: String,
    pub amount: u64,
    pub currency: String,
    pub created: i64,
    #[serde(default)]
    pub status: Option<String>,
    #[serde(default)]
    pub failure_reason: Option<String>,
    #[serde(default)]
    pub charge: Option<Expandable<StripeObjectId>>,
    #[serde(default)]
    pub payment_intent: Option<Expandable<StripeObjectId>>,
    #[serde(default)]
    pub metadata: Option<StripeRefundMetadata>,
    #[serde(default)]
    pub destination_details: Option<StripeRefundDestination>,
}

/// The destination of the money.
#[derive(Deserialize, Default)]
pub(in super::super) struct StripeRefundDestination {
    #[serde(default)]
    card: Option<StripeDestinationCard>,
}

/// The card part of the destination. The reference becomes available some days after the refund.
#[derive(Deserialize, Default)]
struct StripeDestinationCard {
    #[serde(default)]
    reference: Option<String>,
    #[serde(default)]
    reference_status: Option<String>,
    #[serde(default)]
    reference_type: Option<String>,
}

impl StripeRefundDestination {
    /// Returns the acquirer's reference, where available and of that type.
    fn acquirer_reference(&self) -> Option<String> {
        let card = self.card.as_ref()?;
        let is =
            |field: &Option<String>, word: &str| field.as_deref().is_none_or(|told| told == word);
        let is_known = is(&card.reference_status, "available")
            && is(&card.reference_type, "acquirer_reference_number");
        card.reference.as_deref().filter(|_| is_known).and_then(parse_acquirer_reference)
    }
}

/// The metadata of a refund; only our own marks are read.
#[derive(Deserialize, Default)]
pub(in super::super) struct StripeRefundMetadata {
    #[serde(default)]
    pub cbs_related_alert_id: Option<String>,
    #[serde(default)]
    pub forestall_refund_request: Option<String>,
}

impl StripeRefundMetadata {
    /// Returns the cause of the refund: the id of an alert or a manual refund.
    fn cause_id(&self) -> Option<String> {
        let marks = [&self.cbs_related_alert_id, &self.forestall_refund_request];
        marks
            .into_iter()
            .flatten()
            .find(|id| !id.is_empty())
            .filter(|id| !has_card_number(id))
            .cloned()
    }
}

impl StripeRefund {
    /// Converts the refund. An unrecognised status proves nothing and counts as pending.
    pub fn to_refund(&self) -> Result<ProcessorRefund, PartnerError> {
        if has_card_number(&self.id) {
            return Err(PartnerError::unreadable("the id of a refund of Stripe's"));
        }
        let reason = || {
            truncate_card_numbers(
                self.failure_reason.as_ref().or(self.status.as_ref()).map_or("", String::as_str),
            )
        };
        let state = match self.status.as_deref() {
            Some("succeeded") => RefundState::Succeeded,
            Some("failed" | "canceled") => RefundState::Failed(reason()),
            _ => RefundState::Pending,
        };
        let alert = self.metadata.as_ref().and_then(StripeRefundMetadata::cause_id);
        let arn =
            self.destination_details.as_ref().and_then(StripeRefundDestination::acquirer_reference);
        let amount = from_stripe(self.amount, &self.currency)?;
        Ok(ProcessorRefund {
            id: self.id.clone(),
            amount,
            state,
            at: to_timestamp(self.created)?,
            alert,
            arn,
        })
    }
}
