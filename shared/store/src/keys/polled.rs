//! Keys of events, for clients that poll.

use domain::account::OperatingMode;
use domain::basics::id::{OrganisationId, PartnerId};
use domain::notify::event::{EventKind, EventName, EventOccurrence};

use super::listed::shard_index;
use super::{LIST_SHARDS, TableKey, list_position};

/// The owner under which events are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventOwner {
    Organisation(OrganisationId),
    /// All organisations of a partner in a mode.
    Partner(PartnerId, OperatingMode),
}

impl EventOwner {
    /// Returns all partitions of the owner: a single key sorted by time would never split.
    #[must_use]
    pub fn event_partitions(&self) -> Vec<String> {
        (0..LIST_SHARDS).map(|part| self.event_partition(part)).collect()
    }

    fn event_partition(&self, part: u32) -> String {
        match self {
            Self::Organisation(id) => format!("EVENTS#{id}#{part}"),
            Self::Partner(id, OperatingMode::Live) => format!("EVENTS#{id}#{part}"),
            Self::Partner(id, OperatingMode::Test) => format!("EVENTS#{id}#TEST#{part}"),
        }
    }
}

/// Returns the key of an event under an owner.
#[must_use]
pub fn occurrence_key(owner: &EventOwner, of: &EventOccurrence) -> TableKey {
    TableKey::new(
        owner.event_partition(shard_index(of.name.event_id().as_str(), LIST_SHARDS)),
        occurrence_position(of),
    )
}

/// Returns the position of an event, by time. Of events that a worker reports at the same time, the
/// earlier version is first.
#[must_use]
pub fn occurrence_position(of: &EventOccurrence) -> String {
    let EventName { version, kind, .. } = &of.name;
    let kind = EventKind::ALL.iter().position(|one| one == kind).unwrap_or_default();
    list_position(of.at, &format!("{version:010}#{kind:02}#{}", of.name.event_id()))
}
