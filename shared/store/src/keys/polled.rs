//! Keys of what happened, for those who poll.

use domain::account::Mode;
use domain::id::{OrganisationId, PartnerId};

use super::Key;

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
pub fn occurrence(owner: &str, place: &str) -> Key {
    Key::new(owner, place)
}
