//! Every key of the table, and nowhere else.
//!
//! | what | key | sort | read by | cost of a write |
//! |---|---|---|---|---|
//! | alert | `alrt_…` | `ALERT` | id; list index by organisation and time; due index | 2 to 3 + 2 index |
//! | alert's look-up rows | `CARD#org#last4`, `ARN#org#arn` | `day#A#id`, `A#id` | rivals, late orders | 1 each |
//! | order | `ord_…` | `ORDER` | id; list index | 2 + 1 index |
//! | order's look-up rows | `CARD#org#last4`, `ARN#org#arn`, `SALE#org#reference`, `PAID#org#currency#minor` | `day#S#…`, `S#…` | matching: at most four Queries, the same at any number of orders | 1 each |
//! | sale's ledger of refunds | `LEDGER#sale` | `LEDGER` | its sale | 1 |
//! | organisation | `org_…` | `ORG` | id; list index by partner | 1 + 1 index |
//! | membership, merchant, integration, enrolment, ruleset | `org_…` | `MEM#`, `MRCH#`, `INT#`, `ENRL#`, `RSET#` + id | one Query for all of an organisation's | 1 |
//! | where such a thing is | its id | `AT` | id | 1 |
//! | route | `ROUTES#connection` | `P#` (prefix) or `C#` (contains) + descriptor + enrolment | two Queries an alert | 1 |
//! | vendor connection | `CONNECTIONS` | `vcon_…` | all: there are few | 1 |
//! | API key | `KEY#` + hash of its secret | `KEY` | its secret | 1 |
//! | partner | `part_…` | `PARTNER` | id | 1 |
//! | quarantined payload | `quar_…` | `QUARANTINE` | id; list index; kept 30 days | by size + 1 index |
//! | exchange rates | `RATES` | day | the latest by a day | 1 |
//! | day's automatic refunds | `org_…` | `CAP#day` | its day; kept 3 days | 1 |
//!
//! A read that decides is consistent; an index read only lists. Times to live: orders 550 days with their rows, quarantine 30 days, caps 3 days.

use domain::id::{AlertId, ConnectionId, EnrolmentId, OrderId, OrganisationId, PartnerId};
use domain::money::Money;
use domain::sale::SaleId;
use jiff::Timestamp;
use jiff::civil::Date;

/// The attributes of the table's own key.
pub const PK: &str = "pk";
/// The sort half of the table's own key.
pub const SK: &str = "sk";
/// The list index: what is listed together, and in which order.
pub const LIST_INDEX: &str = "list-index";
/// The list index's key.
pub const LIST: &str = "list";
/// The list index's order.
pub const LISTED: &str = "listed";
/// The due index, sparse: only what falls due is in it.
pub const DUE_INDEX: &str = "due-index";
/// The due index's key.
pub const DUE: &str = "due";
/// When it falls due.
pub const DUE_AT: &str = "due_at";
/// When the table forgets the item, in seconds since 1970.
pub const EXPIRES: &str = "expires";
/// How many shards the due index has.
pub const DUE_SHARDS: u32 = 8;
/// How long orders and their look-up rows are kept.
pub const ORDER_DAYS: i64 = 550;
/// How long a quarantined payload is kept.
pub const QUARANTINE_DAYS: i64 = 30;
/// How long a day's count of automatic refunds is kept.
pub const CAP_DAYS: i64 = 3;

/// A key of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub pk: String,
    pub sk: String,
}

impl Key {
    fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }
}

/// The alert's own item.
#[must_use]
pub fn alert(id: &AlertId) -> Key {
    Key::new(id.as_str(), "ALERT")
}

/// The order's own item.
#[must_use]
pub fn order(id: &OrderId) -> Key {
    Key::new(id.as_str(), "ORDER")
}

/// The refund ledger of a sale.
#[must_use]
pub fn ledger(sale: &SaleId) -> Key {
    Key::new(format!("LEDGER#{sale}"), "LEDGER")
}

/// An organisation.
#[must_use]
pub fn organisation(id: &OrganisationId) -> Key {
    Key::new(id.as_str(), "ORG")
}

/// Something that belongs to an organisation, under its kind's prefix.
#[must_use]
pub fn belonging(organisation: &OrganisationId, kind: &str, id: &str) -> Key {
    Key::new(organisation.as_str(), format!("{kind}#{id}"))
}

/// Which organisation the thing of this id belongs to.
#[must_use]
pub fn at(id: &str) -> Key {
    Key::new(id, "AT")
}

/// A partner.
#[must_use]
pub fn partner(id: &PartnerId) -> Key {
    Key::new(id.as_str(), "PARTNER")
}

/// An API key, under the hash of its secret.
#[must_use]
pub fn api_key(hash: &str) -> Key {
    Key::new(format!("KEY#{hash}"), "KEY")
}

/// A vendor connection.
#[must_use]
pub fn connection(id: &str) -> Key {
    Key::new("CONNECTIONS", id)
}

/// Routes by prefix, which a descriptor's first letters find.
pub const BY_PREFIX: &str = "P#";
/// Routes by contents, which are all looked at.
pub const BY_CONTENTS: &str = "C#";

/// All routes of a connection.
#[must_use]
pub fn routes(connection: &ConnectionId) -> String {
    format!("ROUTES#{connection}")
}

/// One descriptor's route, among those found its way.
#[must_use]
pub fn route(connection: &ConnectionId, way: &str, descriptor: &str, enrolment: &EnrolmentId) -> Key {
    Key::new(routes(connection), format!("{way}{descriptor}#{enrolment}"))
}

/// A quarantined payload.
#[must_use]
pub fn quarantine(id: &str) -> Key {
    Key::new(id, "QUARANTINE")
}

/// The exchange rates of a day.
#[must_use]
pub fn rates(day: Date) -> Key {
    Key::new("RATES", day.to_string())
}

/// An organisation's automatic refunds of a day.
#[must_use]
pub fn cap(organisation: &OrganisationId, day: Date) -> Key {
    Key::new(organisation.as_str(), format!("CAP#{day}"))
}

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
    let sum = alert.as_str().bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    due_shard_at(sum % DUE_SHARDS)
}

/// One shard of the due index.
#[must_use]
pub fn due_shard_at(shard: u32) -> String {
    format!("DUE#{shard}")
}
