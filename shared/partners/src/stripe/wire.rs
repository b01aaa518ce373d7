//! Stripe's objects, as far as they are read. What is absent or new is tolerated; amounts are whole numbers.

use domain::sale::{Dispute as Told, RefundSeen, RefundState};
use jiff::Timestamp;
use serde::Deserialize;

use super::amount::from_stripe;
use super::method::{CardDetails, PaymentMethodDetails, Presentment};
use crate::PartnerError;

/// Anything with an id, by which a list goes on.
pub(super) trait Identified {
    fn id(&self) -> &str;
}

#[derive(Deserialize)]
pub(super) struct Named {
    pub id: String,
}

/// An id, or the whole object where Stripe was asked to expand it.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Expandable<T> {
    Id(String),
    Object(Box<T>),
}

#[derive(Deserialize)]
#[serde(bound = "T: serde::de::DeserializeOwned")]
pub(super) struct Page<T> {
    pub data: Vec<T>,
    #[serde(default)]
    pub has_more: bool,
}

#[derive(Deserialize)]
pub(super) struct PaymentIntent {
    pub id: String,
    pub amount: u64,
    pub currency: String,
    pub created: i64,
    #[serde(default)]
    pub status: String,
    #[serde(default)]
    pub latest_charge: Option<Expandable<Charge>>,
    #[serde(default)]
    pub presentment_details: Option<Presentment>,
}

#[derive(Deserialize)]
pub(super) struct Charge {
    pub id: String,
    pub amount: u64,
    #[serde(default)]
    pub amount_captured: Option<u64>,
    #[serde(default)]
    pub amount_refunded: u64,
    pub currency: String,
    pub created: i64,
    #[serde(default)]
    pub captured: bool,
    #[serde(default)]
    pub refunded: bool,
    #[serde(default)]
    pub disputed: bool,
    #[serde(default)]
    pub status: String,
    #[serde(default)]
    pub payment_intent: Option<Expandable<Named>>,
    #[serde(default)]
    pub calculated_statement_descriptor: Option<String>,
    #[serde(default)]
    payment_method_details: Option<PaymentMethodDetails>,
    #[serde(default)]
    pub presentment_details: Option<Presentment>,
    #[serde(default)]
    transfer: Option<Expandable<Named>>,
    #[serde(default)]
    transfer_data: Option<TransferData>,
    #[serde(default)]
    application_fee: Option<Expandable<Named>>,
    #[serde(default)]
    application_fee_amount: Option<u64>,
}

/// What a connected account gets of a destination charge.
#[derive(Deserialize)]
struct TransferData {
    #[serde(default)]
    destination: Option<Expandable<Named>>,
}

#[derive(Deserialize)]
pub(super) struct Refund {
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
}

/// Only our own marks are read.
#[derive(Deserialize, Default)]
pub(super) struct Metadata {
    #[serde(default)]
    pub cbs_related_alert_id: Option<String>,
    #[serde(default)]
    pub forestall_refund_request: Option<String>,
}

impl Metadata {
    /// In whose name the refund was made.
    fn mark(&self) -> Option<String> {
        let marks = [&self.cbs_related_alert_id, &self.forestall_refund_request];
        marks.into_iter().flatten().find(|id| !id.is_empty()).cloned()
    }
}

#[derive(Deserialize)]
pub(super) struct Dispute {
    pub id: String,
    pub created: i64,
    #[serde(default)]
    pub status: String,
    #[serde(default)]
    pub is_charge_refundable: bool,
    #[serde(default)]
    pub charge: Option<Expandable<Named>>,
    #[serde(default)]
    pub payment_intent: Option<Expandable<Named>>,
    #[serde(default)]
    pub payment_method_details: Option<DisputedMethod>,
}

#[derive(Deserialize, Default)]
pub(super) struct DisputedMethod {
    #[serde(default)]
    pub card: Option<DisputedCard>,
}

#[derive(Deserialize, Default)]
pub(super) struct DisputedCard {
    #[serde(default)]
    pub case_type: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Subscription {
    #[serde(default)]
    pub status: String,
}

impl<T> Expandable<T> {
    /// The object, where it was expanded.
    pub fn object(self) -> Option<T> {
        match self {
            Self::Id(_) => None,
            Self::Object(object) => Some(*object),
        }
    }
}

impl<T: Identified> Expandable<T> {
    pub fn id(&self) -> &str {
        match self {
            Self::Id(id) => id,
            Self::Object(object) => object.id(),
        }
    }
}

impl Charge {
    /// The card that was charged, read from wherever it was.
    pub fn card(&self) -> Option<&CardDetails> {
        self.payment_method_details.as_ref()?.card()
    }

    /// Whether a connected account got a share of it: a destination charge.
    pub fn is_transferred(&self) -> bool {
        self.transfer.is_some() || self.transfer_data.as_ref().is_some_and(|data| data.destination.is_some())
    }

    /// Whether a platform took a fee of it. A fee of 0 is none.
    pub fn has_application_fee(&self) -> bool {
        self.application_fee.is_some() || self.application_fee_amount.is_some_and(|fee| fee > 0)
    }
}

impl Subscription {
    pub fn has_ended(&self) -> bool {
        matches!(self.status.as_str(), "canceled" | "incomplete_expired")
    }
}

impl Refund {
    /// The refund in our words. A status that Stripe adds one day is no proof of anything: pending.
    pub fn seen(&self) -> Result<RefundSeen, PartnerError> {
        let reason = || self.failure_reason.clone().unwrap_or_else(|| self.status.clone().unwrap_or_default());
        let state = match self.status.as_deref() {
            Some("succeeded") => RefundState::Succeeded,
            Some("failed" | "canceled") => RefundState::Failed(reason()),
            _ => RefundState::Pending,
        };
        let alert = self.metadata.as_ref().and_then(Metadata::mark);
        Ok(RefundSeen { id: self.id.clone(), amount: from_stripe(self.amount, &self.currency)?, state, at: at(self.created)?, alert })
    }
}

impl Dispute {
    /// The dispute in our words. One that was won or closed stands in no refund's way. Money went back over the network
    /// in a `resolution` (RDR, Ethoca), but not in a `block`, which evidence stopped.
    pub fn told(&self) -> Result<Told, PartnerError> {
        let case = self.payment_method_details.as_ref().and_then(|method| method.card.as_ref()?.case_type.as_deref());
        let refundable = self.is_charge_refundable || matches!(self.status.as_str(), "won" | "warning_closed");
        let prevented = case == Some("resolution") || (self.status == "prevented" && case != Some("block"));
        Ok(Told { id: self.id.clone(), opened: at(self.created)?, refundable, prevented })
    }
}

/// An instant of Stripe's, which counts seconds.
pub(super) fn at(seconds: i64) -> Result<Timestamp, PartnerError> {
    Timestamp::from_second(seconds).map_err(|_| PartnerError::unreadable(format!("the time {seconds}")))
}

macro_rules! identified {
    ($($name:ident)*) => {$(
        impl Identified for $name {
            fn id(&self) -> &str {
                &self.id
            }
        }
    )*};
}

identified!(Named Charge Refund Dispute);
