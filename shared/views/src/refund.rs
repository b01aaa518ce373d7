//! An alert's refund as it is shown, with what became of its money.

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
    /// Whether the processor confirmed the money, or somebody declared it, and it did not fail
    /// since.
    is_confirmed: bool,
    /// `PENDING`, `SUCCEEDED`, or `FAILED` where the money did not arrive after the network was
    /// told.
    status: &'static str,
    /// The processor's reason, where it failed.
    failure_reason: Option<String>,
    failed_at: Option<Timestamp>,
    /// The acquirer's reference of the refund, of 23 or 24 digits, once the processor knows it: it
    /// proves the credit to a bank.
    arn: Option<String>,
}

impl RefundView {
    pub fn for_alert(alert: &Alert) -> Option<Self> {
        match alert.state() {
            AlertState::Refunding { refund, .. } => Some(Self::from_refund(refund, false)),
            _ => alert.settlement()?.refund.as_ref().map(|refund| Self::from_refund(refund, true)),
        }
    }

    /// A refund that is on its way, or that was settled on.
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
