//! Keys of the audit.

use domain::account::OperatingMode;
use domain::basics::id::PartnerId;

use super::TableKey;

/// The owner of changes that serve all partners.
pub const OPERATORS: &str = "OPERATOR";

/// Returns the key of a change, under an organisation, a partner or the operator.
#[must_use]
pub fn audit_key(owner: &str, order: &str) -> TableKey {
    TableKey::new(audit_partition(owner), order)
}

/// Returns the partition of the changes of an organisation, a partner or the operator.
#[must_use]
pub fn audit_partition(owner: &str) -> String {
    format!("AUDIT#{owner}")
}

/// Returns the list of all changes of a partner in a mode.
#[must_use]
pub fn audit_list(partner: &PartnerId, mode: OperatingMode) -> String {
    match mode {
        OperatingMode::Live => format!("{partner}#AUDIT"),
        OperatingMode::Test => format!("{partner}#AUDIT#TEST"),
    }
}
