//! The erasure of a customer's data in an organisation: what was erased, and what stays for which
//! reason.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::alert::{Alert, HistoryActor, StepKind};
use crate::basics::id::{ErasureId, KeyId, OrganisationId};

/// An erasure, as it was done once. It names the customer by a keyed hash only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerErasure {
    pub id: ErasureId,
    pub organisation: OrganisationId,
    pub customer: String,
    pub by: KeyId,
    pub at: Timestamp,
    pub erased: ErasureCounts,
    /// What names the customer still, since it is the organisation's own to decide on.
    #[serde(default)]
    pub stays: Vec<RetainedRecords>,
}

/// How much was erased: what names the customer no more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureCounts {
    pub orders: usize,
    pub alerts: usize,
    pub events: usize,
    pub imported_alerts: usize,
}

/// Things of a kind that stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetainedRecords {
    pub kind: String,
    pub ids: Vec<String>,
    pub why: String,
}

impl Alert {
    /// The next version of an alert of which a customer's address was taken out.
    #[must_use]
    pub fn record_erasure(self, by: HistoryActor, now: Timestamp) -> Self {
        self.append_step(StepKind::Erased, by, now)
    }
}
