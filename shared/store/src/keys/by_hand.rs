//! Keys of what people do by hand: refunds they ask for, and customers they list.

use domain::basics::id::{HandRefundId, ListedId};

use super::TableKey;

/// A refund that a person asked for.
#[must_use]
pub fn manual_refund_key(id: &HandRefundId) -> TableKey {
    TableKey::new(id.as_str(), "REFUND")
}

/// An entry of a negative list. Its id is made of what it lists, so that who looks for a customer
/// needs no other key.
#[must_use]
pub fn negative_entry_key(id: &ListedId) -> TableKey {
    TableKey::new(id.as_str(), "NEGATIVE")
}
