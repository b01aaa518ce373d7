//! The cause of a refund: an alert, or a person's request.

use serde::{Deserialize, Serialize};

use crate::basics::id::{AlertId, HandRefundId};
use crate::sale::ProcessorRefund;

/// The cause of a refund: an alert, or a manual refund. Both causes use the same ledger of the
/// sale, which prevents a second refund by accident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RefundCause {
    Alert(AlertId),
    Hand(HandRefundId),
}

impl RefundCause {
    /// Returns the alert's id, if the cause is an alert.
    #[must_use]
    pub const fn alert_id(&self) -> Option<&AlertId> {
        match self {
            Self::Alert(id) => Some(id),
            Self::Hand(_) => None,
        }
    }

    /// Returns the id as text. A refund carries this text at the processor as our mark.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Alert(id) => id.as_str(),
            Self::Hand(id) => id.as_str(),
        }
    }

    /// Parses the mark of a refund. Returns `None` for a mark that is not ours.
    #[must_use]
    pub fn from_mark(mark: &str) -> Option<Self> {
        let alert = mark.parse().map(Self::Alert);
        alert.or_else(|_| mark.parse().map(Self::Hand)).ok()
    }
}

impl std::fmt::Display for RefundCause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<&AlertId> for RefundCause {
    fn from(id: &AlertId) -> Self {
        Self::Alert(id.clone())
    }
}

impl From<&HandRefundId> for RefundCause {
    fn from(id: &HandRefundId) -> Self {
        Self::Hand(id.clone())
    }
}

impl ProcessorRefund {
    /// Returns the cause for which we made the refund, or `None` for a refund of another party.
    #[must_use]
    pub fn refund_cause(&self) -> Option<RefundCause> {
        self.alert.as_deref().and_then(RefundCause::from_mark)
    }
}
