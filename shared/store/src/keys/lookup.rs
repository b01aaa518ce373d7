//! Keys of look-ups: sales and alerts by card, ARN, reference and amount. The kind stands before
//! the day: a search for sales reads no alerts, and a search for alerts no sales.

use domain::basics::id::{AlertId, ErasureId, OrderId, OrganisationId};
use domain::basics::money::Money;
use jiff::civil::Date;

use super::TableKey;

/// Returns the partition of a card's sales and alerts, sorted by day.
#[must_use]
pub fn card_partition(organisation: &OrganisationId, last4: &str) -> String {
    format!("CARD#{organisation}#{last4}")
}

/// Returns the partition of an ARN's sales and alerts: the first 23 digits, since some senders add
/// a 24th.
#[must_use]
pub fn arn_partition(organisation: &OrganisationId, arn: &str) -> String {
    format!("ARN#{organisation}#{}", arn.get(..23).unwrap_or(arn))
}

/// Returns the partition of a reference's sales: a payment intent, a charge, a network's
/// transaction id, or the own id of an order transaction.
#[must_use]
pub fn reference_partition(organisation: &OrganisationId, reference: &str) -> String {
    format!("SALE#{organisation}#{reference}")
}

/// Returns the partition of a shard of a day's sales, sorted by amount. Sales of one price are
/// spread over all shards.
#[must_use]
pub fn day_partition(organisation: &OrganisationId, day: Date, shard: u8) -> String {
    format!("DAY#{organisation}#{day}#{shard}")
}

/// Returns the shard of the day for an order's sales.
#[must_use]
pub fn day_shard_of(order: &OrderId) -> u8 {
    order.as_str().bytes().fold(0_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte))
        % DAY_SHARDS
}

/// Returns the sort key of a sale in a shard of the day.
#[must_use]
pub fn day_sort_key(amount: Money, place: &str) -> String {
    format!("{}{place}", amount_prefix(amount))
}

/// Returns the prefix of all sort keys of an amount.
#[must_use]
pub fn amount_prefix(amount: Money) -> String {
    format!("{}{:012}#", amount.currency.code(), amount.minor)
}

/// The number of shards of a day.
pub const DAY_SHARDS: u8 = 4;

/// The kind of a look-up row.
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

    /// Returns the first and the last sort key of the kind, for all days or for some.
    #[must_use]
    pub fn sort_key_range(self, days: Option<(Date, Date)>) -> (String, String) {
        let letter = self.prefix_letter();
        days.map_or_else(
            || (letter.to_string(), format!("{letter}#~")),
            |(from, to)| (format!("{letter}#{from}"), format!("{letter}#{to}~")),
        )
    }
}

/// Returns the sort key of a sale among the rows of sales.
#[must_use]
pub fn sale_sort_key(day: Option<Date>, place: &str) -> String {
    day.map_or_else(|| format!("S#{place}"), |day| format!("S#{day}#{place}"))
}

/// Returns the row id of a sale: order, index, and a mark of the order's content. Contents that
/// lead to different payments have separate rows: a refused version then spoils no row that counts.
#[must_use]
pub fn sale_row_id(order: &OrderId, index: usize, mark: &str) -> String {
    format!("{order}#{index}#{mark}")
}

/// Returns the key of the alerts of an ARN or a reference: a single item with the ids. Alerts for
/// which the item has no room have separate rows.
#[must_use]
pub fn named_alerts_key(name: impl Into<String>) -> TableKey {
    TableKey::new(name, "A")
}

/// Returns the sort key of an alert among the rows of alerts.
#[must_use]
pub fn alert_sort_key(day: Option<Date>, alert: &AlertId) -> String {
    day.map_or_else(|| format!("A#{alert}"), |day| format!("A#{day}#{alert}"))
}

/// Returns the partition of a customer's orders, by the keyed hash of an e-mail address.
#[must_use]
pub fn customer_partition(organisation: &OrganisationId, hash: &str) -> String {
    format!("WHO#{organisation}#{hash}")
}

/// Returns the key of an order of a customer.
#[must_use]
pub fn customer_order_key(organisation: &OrganisationId, hash: &str, order: &OrderId) -> TableKey {
    TableKey::new(customer_partition(organisation, hash), order.as_str())
}

/// Returns the key of an erasure of a customer's data.
#[must_use]
pub fn erasure_key(id: &ErasureId) -> TableKey {
    TableKey::new(id.as_str(), "ERASURE")
}
