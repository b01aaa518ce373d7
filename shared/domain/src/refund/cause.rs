//! In whose name money is given back.

use serde::{Deserialize, Serialize};

use crate::basics::id::{AlertId, HandRefundId};
use crate::sale::ProcessorRefund;

/// An alert, or a person's own wish. Both go by one ledger, so that a sale is never refunded for
/// both by accident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RefundCause {
    Alert(AlertId),
    Hand(HandRefundId),
}

impl RefundCause {
    /// The alert, where it is one.
    #[must_use]
    pub const fn alert_id(&self) -> Option<&AlertId> {
        match self {
            Self::Alert(id) => Some(id),
            Self::Hand(_) => None,
        }
    }

    /// The id as text, as refunds carry it at their processor.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Alert(id) => id.as_str(),
            Self::Hand(id) => id.as_str(),
        }
    }

    /// What a refund's mark names; nothing where it is not ours.
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
    /// In whose name we made it, if we did.
    #[must_use]
    pub fn refund_cause(&self) -> Option<RefundCause> {
        self.alert.as_deref().and_then(RefundCause::from_mark)
    }
}
