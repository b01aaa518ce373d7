//! Keys of what happened, for those who poll.

use domain::account::Mode;
use domain::event::{EventKind, EventName, Occurrence};
use domain::id::{OrganisationId, PartnerId};

use super::{Key, listed_at};

/// All that happened in an organisation.
#[must_use]
pub fn events_of(organisation: &OrganisationId) -> String {
    format!("EVENTS#{organisation}")
}

/// All that happened in a partner's organisations of a mode.
#[must_use]
pub fn events_of_partner(partner: &PartnerId, mode: Mode) -> String {
    match mode {
        Mode::Live => format!("EVENTS#{partner}"),
        Mode::Test => format!("EVENTS#{partner}#TEST"),
    }
}

/// One of them, at its place.
#[must_use]
pub fn occurrence(owner: &str, of: &Occurrence) -> Key {
    Key::new(owner, place_of(of))
}

/// The place of what happened in its order: of what a worker tells at one time the earlier version is first.
#[must_use]
pub fn place_of(of: &Occurrence) -> String {
    let EventName { version, kind, .. } = &of.name;
    let kind = EventKind::ALL.iter().position(|one| one == kind).unwrap_or_default();
    listed_at(of.at, &format!("{version:010}#{kind:02}#{}", of.name.id()))
}
