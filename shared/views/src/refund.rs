//! The view of an alert's refund, with the fate of the money.

use domain::alert::{Alert, AlertState, RefundRecord, ReturnMethod};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// The refund of an alert.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Refund)]
pub(super) struct RefundView {
    id: String,
    amount_in_cents: u64,
    currency: &'static str,
    refunded_at: Timestamp,
    way: ReturnMethod,
    /// Whether the processor confirmed the refund, or a user declared the refund, and the refund
    /// has not failed since.
    is_confirmed: bool,
    /// `PENDING`, `SUCCEEDED`, or `FAILED` if the money did not arrive after the network was
    /// answered.
    status: &'static str,
    /// The processor's reason, if the refund failed.
    failure_reason: Option<String>,
    failed_at: Option<Timestamp>,
    /// The acquirer's reference of the refund, of 23 or 24 digits, once the processor reports the
    /// reference: proof of the credit for a bank.
    arn: Option<String>,
}

impl RefundView {
    pub fn for_alert(alert: &Alert) -> Option<Self> {
        match alert.state() {
            AlertState::Refunding { refund, .. } => Some(Self::from_refund(refund, false)),
            _ => alert.settlement()?.refund.as_ref().map(|refund| Self::from_refund(refund, true)),
        }
    }

    /// Builds the view of a refund that is pending or settled.
    pub fn from_refund(refund: &RefundRecord, is_settled: bool) -> Self {
        let RefundRecord { id, amount, at, way, arn, failure } = refund.clone();
        let status = match (&failure, is_settled) {
            (Some(_), _) => "FAILED",
            (None, true) => "SUCCEEDED",
            (None, false) => "PENDING",
        };
        let (failure_reason, failed_at) =
            failure.map_or((None, None), |failure| (Some(failure.reason), Some(failure.at)));
        Self {
            id,
            amount_in_cents: amount.minor,
            currency: amount.currency.code(),
            refunded_at: at,
            way,
            is_confirmed: is_settled && failure_reason.is_none(),
            status,
            failure_reason,
            failed_at,
            arn,
        }
    }
}
