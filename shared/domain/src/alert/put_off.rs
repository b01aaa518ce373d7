//! The wait of an alert that its stage has left for a while.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::slot_wait::SlotWait;

/// How long a stage leaves an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageDeferral {
    pub to: Timestamp,
    /// How often in a row, and how often of these its partner was called in vain.
    pub times: u32,
    pub calls: u32,
    /// It waits with those for slow processors.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub is_parted: bool,
    /// Where it waits for a slot of the processor's account.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub slot: Option<SlotWait>,
}

impl StageDeferral {
    /// Left until a time, with the counts of an earlier wait in the same row.
    pub(crate) fn until_time(to: Timestamp, earlier: Option<&Self>) -> Self {
        let (times, calls) = earlier.map_or((0, 0), |earlier| (earlier.times, earlier.calls));
        Self { to, times, calls, is_parted: false, slot: None }
    }
}
