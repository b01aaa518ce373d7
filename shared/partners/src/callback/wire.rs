//! The request and response bodies of the callback protocol.

use domain::alert::CancellationResult;
use domain::basics::card::{has_card_number, truncate_card_numbers};
use domain::basics::id::{AlertId, IntegrationId};
use domain::basics::money::{Money, parse_currency};
use domain::refund::parse_acquirer_reference;
use domain::sale::{self, PaymentStanding, ProcessorRefund, RefundState};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::PartnerError;

/// The longest stored id and the longest stored reason.
const MOST_ID: usize = 255;
const MOST_REASON: usize = 300;

/// A request to refund a payment.
#[derive(Debug, Serialize)]
pub(super) struct CallbackRefundRequest<'a> {
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

/// A request to cancel a subscription.
#[derive(Debug, Serialize)]
pub(super) struct CallbackCancellationRequest<'a> {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub integration_id: &'a IntegrationId,
    pub request_id: &'a str,
    pub alert_id: &'a AlertId,
    pub payment_reference: &'a str,
    pub subscription_reference: &'a str,
}

/// A payment as the endpoint reports it. The list of refunds is mandatory: a missing list does not
/// prove that the payment has no refunds.
#[derive(Debug, Deserialize)]
pub(super) struct CallbackPayment {
    pub reference: String,
    amount_in_cents: u64,
    currency: String,
    status: CallbackPaymentStatus,
    #[serde(default)]
    pub subscription_reference: Option<String>,
    #[serde(default)]
    dispute: Option<CallbackDispute>,
    refunds: Vec<CallbackRefund>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum CallbackPaymentStatus {
    Pending,
    Authorised,
    Settled,
    Declined,
    Voided,
}

#[derive(Debug, Deserialize)]
struct CallbackRefund {
    #[serde(rename = "refund_id")]
    id: String,
    amount_in_cents: u64,
    currency: String,
    status: CallbackRefundStatus,
    #[serde(default)]
    reason: Option<String>,
    /// Nullable, but mandatory: without `cause_id` our refunds cannot be distinguished from foreign
    /// refunds.
    #[serde(deserialize_with = "Option::deserialize")]
    cause_id: Option<String>,
    created_at: Timestamp,
    /// The acquirer's reference number of the credit, as soon as the endpoint has that number.
    #[serde(default)]
    acquirer_reference_number: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum CallbackRefundStatus {
    Pending,
    Succeeded,
    Failed,
}

#[derive(Debug, Deserialize)]
struct CallbackDispute {
    #[serde(rename = "dispute_id", default)]
    id: String,
    opened_at: Timestamp,
    #[serde(default)]
    is_refundable: bool,
}

/// The answer to a refund request.
#[derive(Debug, Deserialize)]
pub(super) struct CallbackRefundResponse {
    refund_id: String,
    status: CallbackRefundStatus,
    #[serde(default)]
    reason: Option<String>,
}

/// The answer to a cancellation request.
#[derive(Debug, Deserialize)]
pub(super) struct CallbackCancellationResponse {
    status: CallbackCancellationStatus,
    #[serde(default)]
    reason: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum CallbackCancellationStatus {
    Cancelled,
    NothingToCancel,
    Failed,
}

impl CallbackPayment {
    pub fn to_money(&self) -> Result<Money, PartnerError> {
        parse_money(self.amount_in_cents, &self.currency)
    }

    /// Returns the payment's refunds, dispute and failure. The endpoint itself decides between void
    /// and refund of an unsettled payment.
    pub fn to_standing(&self) -> Result<PaymentStanding, PartnerError> {
        let refunds =
            self.refunds.iter().map(|refund| self.read_refund(refund)).collect::<Result<_, _>>()?;
        let failed = match self.status {
            CallbackPaymentStatus::Declined | CallbackPaymentStatus::Voided => true,
            CallbackPaymentStatus::Pending
            | CallbackPaymentStatus::Authorised
            | CallbackPaymentStatus::Settled => false,
        };
        Ok(PaymentStanding {
            failed,
            unsettled: false,
            refunds,
            dispute: self.dispute.as_ref().map(CallbackDispute::to_dispute),
            uncaptured: None,
        })
    }

    /// Parses a listed refund. A refund in another currency cannot be subtracted from the payment,
    /// and is an error.
    fn read_refund(&self, refund: &CallbackRefund) -> Result<ProcessorRefund, PartnerError> {
        let amount = parse_money(refund.amount_in_cents, &refund.currency)?;
        if amount.currency != self.to_money()?.currency {
            return Err(PartnerError::unreadable("a refund in another currency than its payment"));
        }
        let state = refund.status.to_refund_state(refund.reason.as_deref());
        let alert = refund
            .cause_id
            .clone()
            .filter(|cause| cause.len() <= MOST_ID && !has_card_number(cause));
        let arn = refund.acquirer_reference_number.as_deref().and_then(parse_acquirer_reference);
        Ok(ProcessorRefund {
            id: checked_refund_id(&refund.id)?,
            amount,
            state,
            at: refund.created_at,
            alert,
            arn,
        })
    }
}

impl CallbackDispute {
    fn to_dispute(&self) -> sale::ProcessorDispute {
        let id = truncate_card_numbers(&self.id).chars().take(MOST_ID).collect();
        sale::ProcessorDispute {
            id,
            opened: self.opened_at,
            refundable: self.is_refundable,
            prevented: false,
        }
    }
}

impl CallbackRefundResponse {
    pub fn refund_id(&self) -> Result<String, PartnerError> {
        checked_refund_id(&self.refund_id)
    }

    pub fn refund_state(&self) -> RefundState {
        self.status.to_refund_state(self.reason.as_deref())
    }
}

impl CallbackRefundStatus {
    fn to_refund_state(self, reason: Option<&str>) -> RefundState {
        match self {
            Self::Pending => RefundState::Pending,
            Self::Succeeded => RefundState::Succeeded,
            Self::Failed => RefundState::Failed(failure_reason(reason)),
        }
    }
}

impl CallbackCancellationResponse {
    pub fn to_cancellation(&self, subscription: String) -> CancellationResult {
        match self.status {
            CallbackCancellationStatus::Cancelled => CancellationResult::Cancelled { subscription },
            CallbackCancellationStatus::NothingToCancel => CancellationResult::NothingToCancel,
            CallbackCancellationStatus::Failed => CancellationResult::Failed {
                subscription,
                reason: failure_reason(self.reason.as_deref()),
            },
        }
    }
}

fn parse_money(minor: u64, code: &str) -> Result<Money, PartnerError> {
    let currency = parse_currency(code)
        .map_err(|error| PartnerError::unreadable(format!("the endpoint's currency: {error}")))?;
    Ok(Money::new(minor, currency))
}

/// Returns the id if the id can be stored.
fn checked_refund_id(text: &str) -> Result<String, PartnerError> {
    let fits = !text.trim().is_empty() && text.len() <= MOST_ID && !has_card_number(text);
    if fits {
        Ok(text.to_owned())
    } else {
        Err(PartnerError::unreadable("the endpoint's id of a refund"))
    }
}

/// Returns the endpoint's reason in storable form: cut, and without card numbers.
fn failure_reason(told: Option<&str>) -> String {
    let told = told.filter(|told| !told.trim().is_empty()).unwrap_or("no reason is given");
    truncate_card_numbers(told).chars().take(MOST_REASON).collect()
}
