//! Keys of manual work: refunds that people request, and customers that people list.

use domain::basics::id::{HandRefundId, ListedId};

use super::TableKey;

/// Returns the key of a manual refund.
#[must_use]
pub fn manual_refund_key(id: &HandRefundId) -> TableKey {
    TableKey::new(id.as_str(), "REFUND")
}

/// Returns the key of an entry of a negative list. The id is derived from the listed value: a check
/// of a customer needs no other key.
#[must_use]
pub fn negative_entry_key(id: &ListedId) -> TableKey {
    TableKey::new(id.as_str(), "NEGATIVE")
}
