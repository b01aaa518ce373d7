//! The states of a manual refund, and the steps between the states.

use serde::{Deserialize, Serialize};

use crate::alert::RefundRecord;

/// The state of a manual refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ManualRefundState {
    /// The refund is requested and has no result yet.
    Asked,
    /// The processor accepted the refund without a confirmation yet.
    Pending { refund: RefundRecord },
    /// The processor confirmed the refund, or a person declared that the money went back.
    Succeeded { refund: RefundRecord },
    /// The result is unclear: the processor was silent for too long, for the given reason.
    Unconfirmed { refund: Option<RefundRecord>, reason: String },
    /// The processor rejected the refund, or the refund failed later, for the given reason.
    Failed { reason: String },
    /// The processor was not asked.
    Refused { why: RefundRefusal },
}

/// The reason why the processor was not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RefundRefusal))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RefundRefusal {
    /// The whole amount was refunded before, or the refund is pending.
    NothingRemains,
    /// The requested amount exceeds the remaining amount.
    MoreThanRemains,
    /// A dispute is open: the bank takes the money back through the dispute.
    DisputeOpen,
    /// No money was taken.
    NotPaid,
    /// The payment has not settled and can only be voided as a whole.
    NotSettled,
    /// No processor that can be called has the payment.
    NoProcessor,
    /// The processor lists the payment under another id, which has a refund ledger of its own.
    OtherPayment,
    /// The processor was unreachable for 48 hours and has no such refund. No refund is made after
    /// that time.
    TooLate,
}

/// The status of a manual refund, and the kind of a step in the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = HandRefundStatus))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ManualStepKind {
    /// The refund is requested; the processor is asked next.
    Asked,
    /// The refund made no progress and is retried.
    Nudged,
    /// The processor accepted the refund, and the money is on the way.
    Pending,
    /// The money went back.
    Succeeded,
    /// The result is unclear. A person can check at the processor and declare the result.
    Unconfirmed,
    /// The processor rejected the refund, or the refund failed.
    Failed,
    /// The processor was not asked; see `refusal_reason`.
    Refused,
    /// The personal data of a customer was erased.
    Erased,
    /// The acquirer reference number (ARN) of the refund was recorded.
    Referenced,
}

impl ManualRefundState {
    /// Returns the kind of the step that leads into this state.
    #[must_use]
    pub const fn step_kind(&self) -> ManualStepKind {
        match self {
            Self::Asked => ManualStepKind::Asked,
            Self::Pending { .. } => ManualStepKind::Pending,
            Self::Succeeded { .. } => ManualStepKind::Succeeded,
            Self::Unconfirmed { .. } => ManualStepKind::Unconfirmed,
            Self::Failed { .. } => ManualStepKind::Failed,
            Self::Refused { .. } => ManualStepKind::Refused,
        }
    }
}
