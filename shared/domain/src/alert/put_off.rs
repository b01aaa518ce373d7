//! The deferral of an alert by a stage.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::slot_wait::SlotWait;

/// The deferral of an alert by a stage, with the counts of the earlier deferrals in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageDeferral {
    pub to: Timestamp,
    /// The deferrals in a row. `calls` counts the deferrals after a call without an answer.
    pub times: u32,
    pub calls: u32,
    /// Whether the alert is in the queue for slow processors.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub is_parted: bool,
    /// The wait for a slot of the processor's account, if any.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub slot: Option<SlotWait>,
}

impl StageDeferral {
    /// Creates a deferral until a time, with the counts of an earlier deferral in the row.
    pub(crate) fn until_time(to: Timestamp, earlier: Option<&Self>) -> Self {
        let (times, calls) = earlier.map_or((0, 0), |earlier| (earlier.times, earlier.calls));
        Self { to, times, calls, is_parted: false, slot: None }
    }
}
