//! Stripe's objects, as far as they are read. What is absent or new is tolerated; amounts are whole numbers.

use domain::refund::acquirer_reference;
use domain::sale::{Dispute as Told, RefundSeen, RefundState};
use jiff::Timestamp;
use serde::Deserialize;

use super::amount::from_stripe;
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
    pub amount_received: u64,
    #[serde(default)]
    pub amount_capturable: u64,
    #[serde(default)]
    pub latest_charge: Option<Expandable<Charge>>,
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
    pub payment_method_details: Option<PaymentMethodDetails>,
}

#[derive(Deserialize, Default)]
pub(super) struct PaymentMethodDetails {
    #[serde(default)]
    pub card: Option<CardDetails>,
}

#[derive(Deserialize, Default)]
pub(super) struct CardDetails {
    #[serde(default)]
    pub brand: Option<String>,
    #[serde(default)]
    pub iin: Option<String>,
    #[serde(default)]
    pub last4: Option<String>,
    #[serde(default)]
    pub network_transaction_id: Option<String>,
    #[serde(default)]
    pub authorization_code: Option<String>,
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
    #[serde(default)]
    pub destination_details: Option<DestinationDetails>,
}

/// Where the money went.
#[derive(Deserialize, Default)]
pub(super) struct DestinationDetails {
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
        let is = |field: &Option<String>, word: &str| field.as_deref().is_none_or(|told| told == word);
        let is_known = is(&card.reference_status, "available") && is(&card.reference_type, "acquirer_reference_number");
        card.reference.as_deref().filter(|_| is_known).and_then(acquirer_reference)
    }
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
        let arn = self.destination_details.as_ref().and_then(DestinationDetails::acquirer_reference);
        let amount = from_stripe(self.amount, &self.currency)?;
        Ok(RefundSeen { id: self.id.clone(), amount, state, at: at(self.created)?, alert, arn })
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
