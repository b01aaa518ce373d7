//! The entries of a ledger: each is an attempt to give money back, with what is known of the
//! attempt.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::basics::money::Money;
use crate::refund::RefundCause;

/// One attempt to give money back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    pub attempt: u32,
    /// For whom. It is kept under the name that it had when only alerts gave money back.
    #[serde(rename = "alert")]
    pub cause: RefundCause,
    pub automatic: bool,
    pub at: Timestamp,
    pub result: AttemptResult,
    /// How much, once the processor has it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub given: Option<Money>,
    /// The address at which it is asked for, in one spelling.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub place: Option<String>,
}

/// What is known of an attempt: asked, confirmed and failed are three facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AttemptResult {
    /// Begun; nothing is known of it.
    Unknown,
    /// The processor was not asked.
    NotAsked,
    /// The processor has it and has not confirmed it.
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
    /// Whether it is known what came of asking.
    pub(super) const fn is_answered(&self) -> bool {
        matches!(self, Self::Pending { .. } | Self::Confirmed { .. } | Self::Failed { .. })
    }

    /// The processor's id of the refund that exists, confirmed or on its way.
    #[must_use]
    pub fn refund_id(&self) -> Option<&str> {
        match self {
            Self::Pending { refund } | Self::Confirmed { refund } => Some(refund),
            Self::Unknown | Self::NotAsked | Self::Failed { .. } => None,
        }
    }
}
