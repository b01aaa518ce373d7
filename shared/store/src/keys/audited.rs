//! Keys of the audit.

use domain::account::OperatingMode;
use domain::basics::id::PartnerId;

use super::TableKey;

/// Whose changes are that serve all partners.
pub const OPERATORS: &str = "OPERATOR";

/// A change, among those of an organisation, a partner or the operator.
#[must_use]
pub fn audit_key(owner: &str, order: &str) -> TableKey {
    TableKey::new(audit_partition(owner), order)
}

/// The changes of an organisation, a partner or the operator.
#[must_use]
pub fn audit_partition(owner: &str) -> String {
    format!("AUDIT#{owner}")
}

/// What all changes of a partner are listed under.
#[must_use]
pub fn audit_list(partner: &PartnerId, mode: OperatingMode) -> String {
    match mode {
        OperatingMode::Live => format!("{partner}#AUDIT"),
        OperatingMode::Test => format!("{partner}#AUDIT#TEST"),
    }
}
