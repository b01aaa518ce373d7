//! Keys of what is looked up: sales and alerts by card, ARN, reference and amount. The kind stands
//! before the day, so that whoever looks for the one reads none of the other.

use domain::basics::id::{AlertId, ErasureId, OrderId, OrganisationId};
use domain::basics::money::Money;
use jiff::civil::Date;

use super::TableKey;

/// Sales and alerts of a card, by day.
#[must_use]
pub fn card_partition(organisation: &OrganisationId, last4: &str) -> String {
    format!("CARD#{organisation}#{last4}")
}

/// Sales and alerts of an ARN; the first 23 digits, since some senders add a 24th.
#[must_use]
pub fn arn_partition(organisation: &OrganisationId, arn: &str) -> String {
    format!("ARN#{organisation}#{}", arn.get(..23).unwrap_or(arn))
}

/// Sales by a reference: a payment intent, a charge, a network's transaction id, an order
/// transaction's own.
#[must_use]
pub fn reference_partition(organisation: &OrganisationId, reference: &str) -> String {
    format!("SALE#{organisation}#{reference}")
}

/// A part of a day's sales, by amount. All of one price go to as many parts as there are.
#[must_use]
pub fn day_partition(organisation: &OrganisationId, day: Date, shard: u8) -> String {
    format!("DAY#{organisation}#{day}#{shard}")
}

/// The part of a day that an order's sales are in.
#[must_use]
pub fn day_shard_of(order: &OrderId) -> u8 {
    order.as_str().bytes().fold(0_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte))
        % DAY_SHARDS
}

/// A sale's place in its part of the day.
#[must_use]
pub fn day_sort_key(amount: Money, place: &str) -> String {
    format!("{}{place}", amount_prefix(amount))
}

/// How all places of an amount begin.
#[must_use]
pub fn amount_prefix(amount: Money) -> String {
    format!("{}{:012}#", amount.currency.code(), amount.minor)
}

/// How many parts a day has.
pub const DAY_SHARDS: u8 = 4;

/// What is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookupKind {
    Sale,
    Alert,
}

impl LookupKind {
    const fn prefix_letter(self) -> char {
        match self {
            Self::Sale => 'S',
            Self::Alert => 'A',
        }
    }

    /// The first and the last place of the kind, of all days or of some.
    #[must_use]
    pub fn sort_key_range(self, days: Option<(Date, Date)>) -> (String, String) {
        let letter = self.prefix_letter();
        days.map_or_else(
            || (letter.to_string(), format!("{letter}#~")),
            |(from, to)| (format!("{letter}#{from}"), format!("{letter}#{to}~")),
        )
    }
}

/// A sale's place among the rows of its kind.
#[must_use]
pub fn sale_sort_key(day: Option<Date>, place: &str) -> String {
    day.map_or_else(|| format!("S#{place}"), |day| format!("S#{day}#{place}"))
}

/// A sale's place in its order, with the mark of what the order said of it: contents that lead to
/// different payments have rows of their own, so that one that is refused spoils none of those that
/// count.
#[must_use]
pub fn sale_row_id(order: &OrderId, index: usize, mark: &str) -> String {
    format!("{order}#{index}#{mark}")
}

/// The alerts of an ARN or a reference: one item with their ids. Those that it has no room for have
/// rows of their own.
#[must_use]
pub fn named_alerts_key(name: impl Into<String>) -> TableKey {
    TableKey::new(name, "A")
}

/// An alert's place among the rows of its kind.
#[must_use]
pub fn alert_sort_key(day: Option<Date>, alert: &AlertId) -> String {
    day.map_or_else(|| format!("A#{alert}"), |day| format!("A#{day}#{alert}"))
}

/// The orders of a customer, by the keyed hash of an e-mail address.
#[must_use]
pub fn customer_partition(organisation: &OrganisationId, hash: &str) -> String {
    format!("WHO#{organisation}#{hash}")
}

/// One of a customer's orders.
#[must_use]
pub fn customer_order_key(organisation: &OrganisationId, hash: &str, order: &OrderId) -> TableKey {
    TableKey::new(customer_partition(organisation, hash), order.as_str())
}

/// An erasure of a customer's data.
#[must_use]
pub fn erasure_key(id: &ErasureId) -> TableKey {
    TableKey::new(id.as_str(), "ERASURE")
}
