//! Keys of the two indexes: what lists, and what falls due.

use domain::basics::id::{AlertId, OrganisationId, PartnerId};
use jiff::Timestamp;

use super::{DUE_SHARDS, LIST_SHARDS};

/// Things of which an organisation may have any number, so that their list is spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShardedList {
    Alerts,
    Orders,
}

/// What one of an organisation's alerts or orders is listed under.
#[must_use]
pub fn list_shard_of(organisation: &OrganisationId, what: ShardedList, id: &str) -> String {
    list_shard_at(organisation, what, shard_index(id, LIST_SHARDS))
}

/// What all of an organisation's alerts or orders are listed under.
#[must_use]
pub fn list_shards(organisation: &OrganisationId, what: ShardedList) -> Vec<String> {
    (0..LIST_SHARDS).map(|shard| list_shard_at(organisation, what, shard)).collect()
}

fn list_shard_at(organisation: &OrganisationId, what: ShardedList, shard: u32) -> String {
    let kind = match what {
        ShardedList::Alerts => "ALERT",
        ShardedList::Orders => "ORDER",
    };
    format!("{}#{shard}", kind_list(organisation, kind))
}

/// What an organisation's things of another kind are listed under.
#[must_use]
pub fn kind_list(organisation: &OrganisationId, kind: &str) -> String {
    format!("{organisation}#{kind}")
}

/// What a partner's organisations are listed under.
#[must_use]
pub fn organisations_list(partner: &PartnerId) -> String {
    format!("{partner}#ORG")
}

/// What quarantined payloads are listed under.
pub const LISTED_QUARANTINE: &str = "QUARANTINE";

/// What enrolments that wait for their network are listed under.
pub const LISTED_PENDING: &str = "PENDING";

/// The order of something in its list: by time, then by id.
#[must_use]
pub fn list_position(at: Timestamp, id: &str) -> String {
    format!("{}#{id}", sortable_time(at))
}

/// A time as index keys sort it.
#[must_use]
pub fn sortable_time(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// The shard of the due index that an alert is in.
#[must_use]
pub fn due_shard_of_alert(alert: &AlertId) -> String {
    due_shard_of(alert.as_str())
}

/// The shard of the due index that the thing of this id is in.
#[must_use]
pub fn due_shard_of(id: &str) -> String {
    due_shard_at(shard_index(id, DUE_SHARDS))
}

/// One of so many shards, by an id.
pub(super) fn shard_index(id: &str, shards: u32) -> u32 {
    id.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) % shards
}

/// One shard of the due index.
#[must_use]
pub fn due_shard_at(shard: u32) -> String {
    format!("DUE#{shard}")
}
