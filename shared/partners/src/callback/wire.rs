//! The protocol's bodies.

use domain::alert::Cancellation;
use domain::basics::card::{holds_card_number, without_card_numbers};
use domain::basics::id::{AlertId, IntegrationId};
use domain::basics::money::{Money, currency};
use domain::refund::acquirer_reference;
use domain::sale::{self, RefundSeen, RefundState, Standing};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::PartnerError;

/// The longest id and reason that are kept.
const MOST_ID: usize = 255;
const MOST_REASON: usize = 300;

/// We ask for money to go back.
#[derive(Debug, Serialize)]
pub(super) struct Refunding<'a> {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub integration_id: &'a IntegrationId,
    pub request_id: &'a str,
    pub cause_id: &'a str,
    pub alert_id: Option<&'a AlertId>,
    pub payment_reference: &'a str,
    pub amount_in_cents: u64,
    pub currency: &'static str,
    pub attempt: u32,
}

/// We ask for a subscription to end.
#[derive(Debug, Serialize)]
pub(super) struct Cancelling<'a> {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub integration_id: &'a IntegrationId,
    pub request_id: &'a str,
    pub alert_id: &'a AlertId,
    pub payment_reference: &'a str,
    pub subscription_reference: &'a str,
}

/// A payment as the endpoint has it. That a list of refunds is missing does not mean that there are
/// none.
#[derive(Debug, Deserialize)]
pub(super) struct Payment {
    pub reference: String,
    amount_in_cents: u64,
    currency: String,
    status: PaymentStatus,
    #[serde(default)]
    pub subscription_reference: Option<String>,
    #[serde(default)]
    dispute: Option<Dispute>,
    refunds: Vec<Refund>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum PaymentStatus {
    Pending,
    Authorised,
    Settled,
    Declined,
    Voided,
}

#[derive(Debug, Deserialize)]
struct Refund {
    #[serde(rename = "refund_id")]
    id: String,
    amount_in_cents: u64,
    currency: String,
    status: RefundStatus,
    #[serde(default)]
    reason: Option<String>,
    /// May be null, and must be there: without it nobody could tell our refunds from others.
    #[serde(deserialize_with = "Option::deserialize")]
    cause_id: Option<String>,
    created_at: Timestamp,
    /// The acquirer's reference of the credit, once the endpoint knows it.
    #[serde(default)]
    acquirer_reference_number: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum RefundStatus {
    Pending,
    Succeeded,
    Failed,
}

#[derive(Debug, Deserialize)]
struct Dispute {
    #[serde(rename = "dispute_id", default)]
    id: String,
    opened_at: Timestamp,
    #[serde(default)]
    is_refundable: bool,
}

/// The answer to a request for a refund.
#[derive(Debug, Deserialize)]
pub(super) struct Refunded {
    refund_id: String,
    status: RefundStatus,
    #[serde(default)]
    reason: Option<String>,
}

/// The answer to a request for a cancellation.
#[derive(Debug, Deserialize)]
pub(super) struct Cancelled {
    status: CancelStatus,
    #[serde(default)]
    reason: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum CancelStatus {
    Cancelled,
    NothingToCancel,
    Failed,
}

impl Payment {
    pub fn amount(&self) -> Result<Money, PartnerError> {
        money(self.amount_in_cents, &self.currency)
    }

    /// What has happened to it. Whether money that has not settled is voided or refunded is the
    /// endpoint's own affair.
    pub fn standing(&self) -> Result<Standing, PartnerError> {
        let refunds =
            self.refunds.iter().map(|refund| self.seen(refund)).collect::<Result<_, _>>()?;
        let failed = match self.status {
            PaymentStatus::Declined | PaymentStatus::Voided => true,
            PaymentStatus::Pending | PaymentStatus::Authorised | PaymentStatus::Settled => false,
        };
        Ok(Standing {
            failed,
            unsettled: false,
            refunds,
            dispute: self.dispute.as_ref().map(Dispute::told),
            uncaptured: None,
        })
    }

    /// A refund in another currency could not be subtracted from what was paid.
    fn seen(&self, refund: &Refund) -> Result<RefundSeen, PartnerError> {
        let amount = money(refund.amount_in_cents, &refund.currency)?;
        if amount.currency != self.amount()?.currency {
            return Err(PartnerError::unreadable("a refund in another currency than its payment"));
        }
        let state = refund.status.state(refund.reason.as_deref());
        let alert = refund
            .cause_id
            .clone()
            .filter(|cause| cause.len() <= MOST_ID && !holds_card_number(cause));
        let arn = refund.acquirer_reference_number.as_deref().and_then(acquirer_reference);
        Ok(RefundSeen { id: id(&refund.id)?, amount, state, at: refund.created_at, alert, arn })
    }
}

impl Dispute {
    fn told(&self) -> sale::Dispute {
        let id = without_card_numbers(&self.id).chars().take(MOST_ID).collect();
        sale::Dispute {
            id,
            opened: self.opened_at,
            refundable: self.is_refundable,
            prevented: false,
        }
    }
}

impl Refunded {
    pub fn refund_id(&self) -> Result<String, PartnerError> {
        id(&self.refund_id)
    }

    pub fn state(&self) -> RefundState {
        self.status.state(self.reason.as_deref())
    }
}

impl RefundStatus {
    fn state(self, reason: Option<&str>) -> RefundState {
        match self {
            Self::Pending => RefundState::Pending,
            Self::Succeeded => RefundState::Succeeded,
            Self::Failed => RefundState::Failed(reason_of(reason)),
        }
    }
}

impl Cancelled {
    pub fn told(&self, subscription: String) -> Cancellation {
        match self.status {
            CancelStatus::Cancelled => Cancellation::Cancelled { subscription },
            CancelStatus::NothingToCancel => Cancellation::NothingToCancel,
            CancelStatus::Failed => {
                Cancellation::Failed { subscription, reason: reason_of(self.reason.as_deref()) }
            }
        }
    }
}

fn money(minor: u64, code: &str) -> Result<Money, PartnerError> {
    let currency = currency(code)
        .map_err(|error| PartnerError::unreadable(format!("the endpoint's currency: {error}")))?;
    Ok(Money::new(minor, currency))
}

/// An id that can be kept.
fn id(text: &str) -> Result<String, PartnerError> {
    let fits = !text.trim().is_empty() && text.len() <= MOST_ID && !holds_card_number(text);
    if fits {
        Ok(text.to_owned())
    } else {
        Err(PartnerError::unreadable("the endpoint's id of a refund"))
    }
}

/// The endpoint's words as they may be kept: cut, and without card numbers.
fn reason_of(told: Option<&str>) -> String {
    let told = told.filter(|told| !told.trim().is_empty()).unwrap_or("no reason is given");
    without_card_numbers(told).chars().take(MOST_REASON).collect()
}
