//! The states of a refund by hand, and the steps between the states.

use serde::{Deserialize, Serialize};

use crate::alert::RefundRecord;

/// How far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ManualRefundState {
    /// Nothing is known of a refund yet.
    Asked,
    /// The processor has it and has not confirmed it.
    Pending { refund: RefundRecord },
    /// The processor confirms it.
    Succeeded { refund: RefundRecord },
    /// Nobody knows: the processor told nothing for too long, with what stood in the way.
    Unconfirmed { refund: Option<RefundRecord>, reason: String },
    /// The processor will not, or took it back, with its reason.
    Failed { reason: String },
    /// It was not asked of the processor.
    Refused { why: RefundRefusal },
}

/// Why the processor was not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RefundRefusal))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RefundRefusal {
    /// All of it went back before, or is on its way.
    NothingRemains,
    /// More was asked for than is left.
    MoreThanRemains,
    /// A dispute is open: the bank takes the money back by itself.
    DisputeOpen,
    /// No money was taken.
    NotPaid,
    /// It has not settled, so that it can only be voided as a whole.
    NotSettled,
    /// No processor that we can call holds the payment.
    NoProcessor,
    /// The processor knows the payment under another name, and another ledger.
    OtherPayment,
    /// For 48 hours the processor was out of reach, and it has no such refund: none is made so
    /// late.
    TooLate,
}

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = HandRefundStatus))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ManualStepKind {
    /// It was asked for; the processor is asked next.
    Asked,
    /// It was woken, having stood still.
    Nudged,
    /// The processor has it, and the money is on its way.
    Pending,
    /// The money went back.
    Succeeded,
    /// Nobody knows whether the money went back; a person who has looked at the processor can say
    /// so.
    Unconfirmed,
    /// The processor would not, or its refund failed.
    Failed,
    /// The processor was not asked; `refusal_reason` says why.
    Refused,
    /// What it told of a customer was taken out.
    Erased,
    /// The acquirer's reference of the refund is known.
    Referenced,
}

impl ManualRefundState {
    /// The step that leads into this state.
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
