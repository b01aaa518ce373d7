//! The erasure of a customer's data in an organisation: the erased records, and the retained
//! records with the reason.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::alert::{Alert, HistoryActor, StepKind};
use crate::basics::id::{ErasureId, KeyId, OrganisationId};

/// A completed erasure. The customer is identified by a keyed hash only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerErasure {
    pub id: ErasureId,
    pub organisation: OrganisationId,
    pub customer: String,
    pub by: KeyId,
    pub at: Timestamp,
    pub erased: ErasureCounts,
    /// The records that still name the customer, since only the organisation may decide on these.
    #[serde(default)]
    pub stays: Vec<RetainedRecords>,
}

/// The numbers of erased records, which no longer name the customer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureCounts {
    pub orders: usize,
    pub alerts: usize,
    pub events: usize,
    pub imported_alerts: usize,
}

/// The retained records of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetainedRecords {
    pub kind: String,
    pub ids: Vec<String>,
    pub why: String,
}

impl Alert {
    /// Records in the history that a customer's address was erased from the alert.
    #[must_use]
    pub fn record_erasure(self, by: HistoryActor, now: Timestamp) -> Self {
        self.append_step(StepKind::Erased, by, now)
    }
}
