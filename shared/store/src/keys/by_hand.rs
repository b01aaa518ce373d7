//! Keys of what people do by hand: refunds they ask for, and customers they list.

use domain::basics::id::{HandRefundId, ListedId};

use super::Key;

/// A refund that a person asked for.
#[must_use]
pub fn hand_refund(id: &HandRefundId) -> Key {
    Key::new(id.as_str(), "REFUND")
}

/// An entry of a negative list. Its id is made of what it lists, so that who looks for a customer
/// needs no other key.
#[must_use]
pub fn negative(id: &ListedId) -> Key {
    Key::new(id.as_str(), "NEGATIVE")
}
