//! The entries of a ledger: each is an attempt to refund, with the result.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::basics::money::Money;
use crate::refund::RefundCause;

/// An attempt to refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    pub attempt: u32,
    /// The cause of the attempt. The stored name is `alert`, because only alerts caused refunds at
    /// first.
    #[serde(rename = "alert")]
    pub cause: RefundCause,
    /// Whether a rule, and not a person, decided.
    pub automatic: bool,
    pub at: Timestamp,
    pub result: AttemptResult,
    /// The refunded amount, once the processor has the refund.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub given: Option<Money>,
    /// The address of the endpoint that is called, in normalised spelling.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub place: Option<String>,
}

/// The result of an attempt. Asked, confirmed and failed are three separate facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AttemptResult {
    /// The attempt began and has no result yet.
    Unknown,
    /// The processor was not asked.
    NotAsked,
    /// The processor accepted the refund without a confirmation yet.
    Pending {
        refund: String,
    },
    Confirmed {
        refund: String,
    },
    Failed {
        reason: String,
    },
}

impl AttemptResult {
    /// Checks whether the processor answered the attempt.
    pub(super) const fn is_answered(&self) -> bool {
        matches!(self, Self::Pending { .. } | Self::Confirmed { .. } | Self::Failed { .. })
    }

    /// Returns the processor's id of the confirmed or pending refund.
    #[must_use]
    pub fn refund_id(&self) -> Option<&str> {
        match self {
            Self::Pending { refund } | Self::Confirmed { refund } => Some(refund),
            Self::Unknown | Self::NotAsked | Self::Failed { .. } => None,
        }
    }
}
