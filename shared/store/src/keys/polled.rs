//! Keys of what happened, for those who poll.

use domain::account::Mode;
use domain::basics::id::{OrganisationId, PartnerId};
use domain::notify::event::{EventKind, EventName, Occurrence};

use super::listed::spread;
use super::{Key, LIST_SHARDS, listed_at};

/// Under whom events are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    Organisation(OrganisationId),
    /// All organisations of a partner in a mode.
    Partner(PartnerId, Mode),
}

impl Owner {
    /// All parts: a key in the order of time never splits.
    #[must_use]
    pub fn parts(&self) -> Vec<String> {
        (0..LIST_SHARDS).map(|part| self.part(part)).collect()
    }

    fn part(&self, part: u32) -> String {
        match self {
            Self::Organisation(id) => format!("EVENTS#{id}#{part}"),
            Self::Partner(id, Mode::Live) => format!("EVENTS#{id}#{part}"),
            Self::Partner(id, Mode::Test) => format!("EVENTS#{id}#TEST#{part}"),
        }
    }
}

/// One of an owner's events, at its place.
#[must_use]
pub fn occurrence(owner: &Owner, of: &Occurrence) -> Key {
    Key::new(owner.part(spread(of.name.id().as_str(), LIST_SHARDS)), place_of(of))
}

/// The place of what happened in its order: of what a worker tells at one time the earlier version
/// is first.
#[must_use]
pub fn place_of(of: &Occurrence) -> String {
    let EventName { version, kind, .. } = &of.name;
    let kind = EventKind::ALL.iter().position(|one| one == kind).unwrap_or_default();
    listed_at(of.at, &format!("{version:010}#{kind:02}#{}", of.name.id()))
}
