//! Keys of the two indexes: what lists, and what falls due.

use domain::id::{AlertId, OrganisationId, PartnerId};
use jiff::Timestamp;

use super::DUE_SHARDS;

/// What an organisation's alerts or orders are listed under.
#[must_use]
pub fn listed_of(organisation: &OrganisationId, kind: &str) -> String {
    format!("{organisation}#{kind}")
}

/// What a partner's organisations are listed under.
#[must_use]
pub fn listed_organisations(partner: &PartnerId) -> String {
    format!("{partner}#ORG")
}

/// What quarantined payloads are listed under.
pub const LISTED_QUARANTINE: &str = "QUARANTINE";

/// What enrolments that wait for their network are listed under.
pub const LISTED_PENDING: &str = "PENDING";

/// The order of something in its list: by time, then by id.
#[must_use]
pub fn listed_at(at: Timestamp, id: &str) -> String {
    format!("{}#{id}", sortable(at))
}

/// A time as index keys sort it.
#[must_use]
pub fn sortable(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// The shard of the due index that an alert is in.
#[must_use]
pub fn due_shard(alert: &AlertId) -> String {
    due_shard_of(alert.as_str())
}

/// The shard of the due index that the thing of this id is in.
#[must_use]
pub fn due_shard_of(id: &str) -> String {
    let sum = id.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    due_shard_at(sum % DUE_SHARDS)
}

/// One shard of the due index.
#[must_use]
pub fn due_shard_at(shard: u32) -> String {
    format!("DUE#{shard}")
}
