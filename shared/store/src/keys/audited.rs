//! Keys of the audit.

use domain::account::Mode;
use domain::basics::id::PartnerId;

use super::Key;

/// Whose changes are that serve all partners.
pub const OPERATORS: &str = "OPERATOR";

/// A change, among those of an organisation, a partner or the operator.
#[must_use]
pub fn audit(owner: &str, order: &str) -> Key {
    Key::new(audit_of(owner), order)
}

/// The changes of an organisation, a partner or the operator.
#[must_use]
pub fn audit_of(owner: &str) -> String {
    format!("AUDIT#{owner}")
}

/// What all changes of a partner are listed under.
#[must_use]
pub fn listed_audit(partner: &PartnerId, mode: Mode) -> String {
    match mode {
        Mode::Live => format!("{partner}#AUDIT"),
        Mode::Test => format!("{partner}#AUDIT#TEST"),
    }
}
