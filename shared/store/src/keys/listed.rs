//! Keys of the two indexes: lists and due items.

use domain::basics::id::{AlertId, OrganisationId, PartnerId};
use jiff::Timestamp;

use super::{DUE_SHARDS, LIST_SHARDS};

/// The lists of an organisation that may have any number of items, and are spread over shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShardedList {
    Alerts,
    Orders,
}

/// Returns the list shard of an alert or order.
#[must_use]
pub fn list_shard_of(organisation: &OrganisationId, what: ShardedList, id: &str) -> String {
    list_shard_at(organisation, what, shard_index(id, LIST_SHARDS))
}

/// Returns all list shards of an organisation's alerts or orders.
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

/// Returns the list of an organisation's items of another kind.
#[must_use]
pub fn kind_list(organisation: &OrganisationId, kind: &str) -> String {
    format!("{organisation}#{kind}")
}

/// Returns the list of a partner's organisations.
#[must_use]
pub fn organisations_list(partner: &PartnerId) -> String {
    format!("{partner}#ORG")
}

/// The list of quarantined payloads.
pub const LISTED_QUARANTINE: &str = "QUARANTINE";

/// The list of enrolments that wait for the network.
pub const LISTED_PENDING: &str = "PENDING";

/// Returns the position of an item in a list: by time, then by id.
#[must_use]
pub fn list_position(at: Timestamp, id: &str) -> String {
    format!("{}#{id}", sortable_time(at))
}

/// Formats a time as index keys sort times.
#[must_use]
pub fn sortable_time(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// Returns the shard of the due index for an alert.
#[must_use]
pub fn due_shard_of_alert(alert: &AlertId) -> String {
    due_shard_of(alert.as_str())
}

/// Returns the shard of the due index for an id.
#[must_use]
pub fn due_shard_of(id: &str) -> String {
    due_shard_at(shard_index(id, DUE_SHARDS))
}

/// Picks a shard by id.
pub(super) fn shard_index(id: &str, shards: u32) -> u32 {
    id.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) % shards
}

/// Returns the key of a shard of the due index.
#[must_use]
pub fn due_shard_at(shard: u32) -> String {
    format!("DUE#{shard}")
}
