//! Keys of what is looked up: sales and alerts by card, ARN, reference and amount.

use domain::id::{AlertId, ErasureId, OrderId, OrganisationId};
use domain::money::Money;
use jiff::civil::Date;

use super::Key;

/// Sales and alerts of a card, by day.
#[must_use]
pub fn card(organisation: &OrganisationId, last4: &str) -> String {
    format!("CARD#{organisation}#{last4}")
}

/// Sales and alerts of an ARN; the first 23 digits, since some senders add a 24th.
#[must_use]
pub fn arn(organisation: &OrganisationId, arn: &str) -> String {
    format!("ARN#{organisation}#{}", arn.get(..23).unwrap_or(arn))
}

/// Sales by a reference: a payment intent, a charge, a network's transaction id, an order transaction's own.
#[must_use]
pub fn sale(organisation: &OrganisationId, reference: &str) -> String {
    format!("SALE#{organisation}#{reference}")
}

/// Sales of an amount, by day.
#[must_use]
pub fn paid(organisation: &OrganisationId, amount: Money) -> String {
    format!("PAID#{organisation}#{}#{}", amount.currency.code(), amount.minor)
}

/// A sale's place among the rows of a day.
#[must_use]
pub fn sale_row(day: Option<Date>, order: &OrderId, index: usize) -> String {
    day.map_or_else(|| format!("S#{order}#{index}"), |day| format!("{day}#S#{order}#{index}"))
}

/// An alert's place among the rows of a day.
#[must_use]
pub fn alert_row(day: Option<Date>, alert: &AlertId) -> String {
    day.map_or_else(|| format!("A#{alert}"), |day| format!("{day}#A#{alert}"))
}

/// The orders of a customer, by the keyed hash of an e-mail address.
#[must_use]
pub fn who(organisation: &OrganisationId, hash: &str) -> String {
    format!("WHO#{organisation}#{hash}")
}

/// One of a customer's orders.
#[must_use]
pub fn customer(organisation: &OrganisationId, hash: &str, order: &OrderId) -> Key {
    Key::new(who(organisation, hash), order.as_str())
}

/// An erasure of a customer's data.
#[must_use]
pub fn erasure(id: &ErasureId) -> Key {
    Key::new(id.as_str(), "ERASURE")
}
