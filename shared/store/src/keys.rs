//! Every key of the table, spelled only here.
//!
//! | what | key | sort | read by | cost of a write |
//! |---|---|---|---|---|
//! | alert | `alrt_…` | `ALERT` | id; list index by organisation and time, in 4 shards; due index | 2 to 3 + 2 index |
//! | look-up row of an alert by card | `CARD#org#last4` | `A#day#id` | rivals, late orders, erasures; kept 550 days | 1 |
//! | alerts of a name, the ids of the first 50 | `ARN#org#arn`, `SALE#org#reference` of the transaction and of the matched sale | `A` | late orders: a batch read; rivals, refunds made elsewhere, erasures; kept 550 days | 1 to 3 each |
//! | further alerts of a name | the same | `A#id` | rivals, refunds made elsewhere, erasures; kept 550 days | 1, after a refused add |
//! | order | `ord_…` | `ORDER` | id; list index, in 4 shards; kept 550 days | 2 + 1 index |
//! | pointers to an order's payments | `CARD#org#last4`, `ARN#org#arn`, `SALE#org#reference` | `S#day#…`, `S#…` | matching: a Query of bounded size for each key of the claim, and a batch read of at most 25 orders; kept 550 days | 1 each |
//! | the same, by amount | `DAY#org#day#part` | currency, amount, order | a person's candidates if no other sale fits, a sample of an amount's frequency; kept 550 days | 1 |
//! | sale's ledger of refunds | `LEDGER#sale` | `LEDGER` | the sale | 1 |
//! | hold on a payment, across ledgers | `HOLD#` + hash of system and payment | `HOLD` | the hash; kept 24 hours | 1 |
//! | next free slot of a processor's account | `SLOT#` + hash of account and share | `SLOT` | alerts matched or refunded at the processor; kept 24 hours | 1 for each alert |
//! | manual refund | `rfd_…` | `REFUND` | id; list index by organisation and time; due index while under way | 2 + 2 index |
//! | entry of a negative list | `ngtv_…`, derived from the listed value | `NEGATIVE` | a check: a batch read; list index; kept until `expires_at`, if set | 1 + 1 index |
//! | organisation | `org_…` | `ORG` | id; list index by partner | 1 + 1 index |
//! | membership, merchant, integration, enrolment, ruleset | `org_…` | `MEM#`, `MRCH#`, `INT#`, `ENRL#`, `RSET#` + id | a Query for all of an organisation's | 1 |
//! | enrolment that is PENDING or `NEEDS_ATTENTION` | the same, and the list index under `PENDING` by time | | the operator's work-list | + 1 index |
//! | owner of such a record or endpoint | the id | `AT` | id | 1 |
//! | route | `ROUTES#connection` | `P#` (prefix), `S#` (short name) or `C#` (contains) + descriptor + enrolment | copied by warm functions; not copied, three Queries | 1 |
//! | count of changes to routes | `ROUTES#connection` | `VERSION` | each delivery of alerts, each enrolment | 1 for each change |
//! | vendor connection | `CONNECTIONS` | `vcon_…` | all: there are few | 1 |
//! | API key | `key_…` | `ISSUED` | id; list index by partner; last use written once a day; kept 400 days once revoked | 1 + 1 index |
//! | API key of a secret | `KEY#` + hash of the secret | `KEY` | the secret | 1 |
//! | request with an `Idempotency-Key`, and the answer | `IDEM#` + hash of owner, path and key | `IDEM` | the hash; kept 24 hours | 1, then by size |
//! | requests of an owner, or of a partner, to a route in a minute; wrong sign-ins of a vendor | `RATE#owner#route#minute` | `RATE` | the minute; kept 10 minutes | 1 |
//! | partner | `part_…` | `PARTNER` | id | 1 |
//! | quarantined payload | `quar_…` | `QUARANTINE` | id; list index; due index until the deadline; kept 30 days | by size + 2 index |
//! | concern of an organisation in a quarantined payload | `quar_…` | `CONCERNS#org` | list index by organisation; kept 30 days | 1 + 1 index for each, at most 20 |
//! | own secret of an organisation, or of the deployment, sealed | `org_…`, `DEPLOYMENT` | `SECRET` | the organisation, once per warm function and five minutes | 1, once |
//! | webhook endpoint | `org_…` or `part_…` | `HOOK#` + id | two Queries an event | 1 |
//! | event, as rendered | `evt_…` | `EVENT` | id; kept 30 days | 2 to 4 |
//! | occurrence of an event | `EVENTS#org#part`, `EVENTS#partner#part`, in 4 parts | time, version and `evt_…` | polls: a Query of bounded size for each part; kept 30 days | 2 |
//! | delivery of an event to an endpoint | `dlv_…` | `DELIVERY` | id; list index by endpoint; due index while waiting; kept 30 days | 1 + 2 index |
//! | e-mail that left to a member, or was refused | `MAIL#` + alert, integration, organisation or membership | kind, version or day, and member | the mail's message; kept 30 days | 1 |
//! | answer of an address's owner to an organisation | `ADDRESS#` + keyed hash of the address | `CONSENT#org` | each e-mail, each look at a membership: with the next row a batch read | 1 |
//! | suppression of an address | `ADDRESS#` + keyed hash of the address | `SUPPRESSED` | the same | 1 |
//! | confirmation mails to an address | `ADDRESS#` + keyed hash of the address | `ASKED` | each such mail; kept 7 days | 1 |
//! | day's e-mails of an organisation, or of a partner's TEST organisations | `MAILS#` + either | day | each e-mail; kept 3 days | 1 |
//! | alerts of which no member could be notified | `org_…` | `BACKLOG` | the mail; due index, the next day | 1 + 1 index |
//! | imported past alerts, 200 a piece | `IMPORTS#org` | `aimp_…#piece` | a Query for all; kept 180 days | by size |
//! | change in the audit | `AUDIT#owner` (`org_…`, `part_…`, `OPERATOR`) | time and `aud_…` | a Query by organisation; list index by partner; kept 400 days | 1 + 1 index, 1 for each further organisation |
//! | customer of orders | `WHO#org#hash` | `ord_…` | erasures: a Query; kept 550 days | 1 |
//! | alert that waits for a processor | `WAITS#org` | `alrt_…` | a page at a time, when an integration works again; kept 10 days | 1 |
//! | position of a pass over such alerts | `WAKES#int` | `WAKING` | none: the write is the next page's message; kept 24 hours | 1 |
//! | erasure | `eras_…` | `ERASURE` | id; kept 400 days | 1 |
//! | exchange rates | `RATES` | day | the latest by a day | 1 |
//! | day's automatic refunds | `org_…` | `CAP` | each refund that a rule decides; kept 3 days | 1, on a day's first and over the cap 2 |
//!
//! A read that decides is consistent; an index read only lists. Items without a stated
//! time never expire.

use domain::basics::id::{
    AlertId, ConnectionId, DeliveryId, EndpointId, EnrolmentId, ImportId, KeyId, OrderId,
    OrganisationId, PartnerId,
};
use domain::calls::slot::SlotShare;
use domain::sale::SaleId;
use jiff::civil::Date;

mod attributes;
mod audited;
mod by_hand;
mod listed;
mod lookup;
mod mails;
mod polled;
mod waiting;

pub use attributes::{
    AUDIT_DAYS, CAP_DAYS, DELIVERY_DAYS, DUE, DUE_AT, DUE_INDEX, DUE_SHARDS, EXPIRES, IMPORT_DAYS,
    LIST, LIST_INDEX, LIST_SHARDS, LISTED, MAIL_DAYS, ORDER_DAYS, PK, QUARANTINE_DAYS, SK,
};
pub use audited::*;
pub use by_hand::*;
pub use listed::*;
pub use lookup::*;
pub use mails::*;
pub use polled::*;
pub use waiting::*;

/// A key of the table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableKey {
    pub pk: String,
    pub sk: String,
}

impl TableKey {
    fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }
}

/// Returns the key of an alert.
#[must_use]
pub fn alert_key(id: &AlertId) -> TableKey {
    TableKey::new(id.as_str(), "ALERT")
}

/// Returns the key of an order.
#[must_use]
pub fn order_key(id: &OrderId) -> TableKey {
    TableKey::new(id.as_str(), "ORDER")
}

/// Returns the key of a sale's refund ledger.
#[must_use]
pub fn ledger_key(sale: &SaleId) -> TableKey {
    TableKey::new(format!("LEDGER#{sale}"), "LEDGER")
}

/// Returns the key of the hold on a payment within a system.
#[must_use]
pub fn payment_hold_key(scope: &str, payment: &str) -> TableKey {
    TableKey::new(format!("HOLD#{:032x}", domain::basics::id::digest(&[scope, payment])), "HOLD")
}

/// Returns the key of the next free slot of a share of a processor's account.
#[must_use]
pub fn slot_key(account: &str, share: SlotShare) -> TableKey {
    TableKey::new(
        format!("SLOT#{:032x}", domain::basics::id::digest(&[account, share.as_str()])),
        "SLOT",
    )
}

/// Returns the key of an organisation.
#[must_use]
pub fn organisation_key(id: &OrganisationId) -> TableKey {
    TableKey::new(id.as_str(), "ORG")
}

/// The owner of the deployment's secret, for data that spans all partners.
pub const DEPLOYMENT: &str = "DEPLOYMENT";

/// Returns the key of the own secret of an organisation, or of the deployment.
#[must_use]
pub fn own_secret_key(owner: &str) -> TableKey {
    TableKey::new(owner, "SECRET")
}

/// Returns the key of a record of an organisation, under the prefix of the kind.
#[must_use]
pub fn record_key(organisation: &OrganisationId, kind: &str, id: &str) -> TableKey {
    TableKey::new(organisation.as_str(), format!("{kind}#{id}"))
}

/// Returns the key of the row that names the owner of an id.
#[must_use]
pub fn owner_lookup_key(id: &str) -> TableKey {
    TableKey::new(id, "AT")
}

/// Returns the key of a partner.
#[must_use]
pub fn partner_key(id: &PartnerId) -> TableKey {
    TableKey::new(id.as_str(), "PARTNER")
}

/// Returns the key of the row that names the API key of a secret, by the secret's hash.
#[must_use]
pub fn secret_hash_key(hash: &str) -> TableKey {
    TableKey::new(format!("KEY#{hash}"), "KEY")
}

/// Returns the key of an API key.
#[must_use]
pub fn issued_key(id: &KeyId) -> TableKey {
    TableKey::new(id.as_str(), "ISSUED")
}

/// Returns the list of a partner's API keys.
#[must_use]
pub fn partner_keys_list(partner: &PartnerId) -> String {
    format!("{partner}#KEY")
}

/// Returns the key of an idempotent request, by the hash of owner, path and `Idempotency-Key`.
#[must_use]
pub fn idempotency_key(hash: &str) -> TableKey {
    TableKey::new(format!("IDEM#{hash}"), "IDEM")
}

/// Returns the key of an owner's requests to a route in a minute, counted from 1970.
#[must_use]
pub fn rate_limit_key(owner: &str, route: &str, minute: i64) -> TableKey {
    TableKey::new(format!("RATE#{owner}#{route}#{minute}"), "RATE")
}

/// Returns the key of a vendor connection.
#[must_use]
pub fn connection_key(id: &str) -> TableKey {
    TableKey::new("CONNECTIONS", id)
}

/// The prefix of routes by prefix, looked up by a descriptor's first letters.
pub const BY_PREFIX: &str = "P#";
/// The prefix of routes by a name of few letters, looked up by a descriptor's first two letters.
pub const BY_SHORT_NAME: &str = "S#";
/// The prefix of routes by contents, which are all read.
pub const BY_CONTENTS: &str = "C#";

/// The first and the last sort key of all routes.
pub const ALL_ROUTES: (&str, &str) = (BY_CONTENTS, "S#\u{10ffff}");

/// Returns the key of the count of changes to a connection's routes.
#[must_use]
pub fn routes_version_key(connection: &ConnectionId) -> TableKey {
    TableKey::new(routes_partition(connection), "VERSION")
}

/// Returns the partition of a connection's routes.
#[must_use]
pub fn routes_partition(connection: &ConnectionId) -> String {
    format!("ROUTES#{connection}")
}

/// Returns the key of a descriptor's route, under the way of searching.
#[must_use]
pub fn route_key(
    connection: &ConnectionId,
    way: &str,
    descriptor: &str,
    enrolment: &EnrolmentId,
) -> TableKey {
    TableKey::new(routes_partition(connection), format!("{way}{descriptor}#{enrolment}"))
}

/// Returns the key of a webhook endpoint, under an organisation or partner.
#[must_use]
pub fn endpoint_key(owner: &str, id: &str) -> TableKey {
    TableKey::new(owner, format!("HOOK#{id}"))
}

/// Returns the key of an event as rendered.
#[must_use]
pub fn event_key(id: &str) -> TableKey {
    TableKey::new(id, "EVENT")
}

/// Returns the key of the delivery of an event to an endpoint.
#[must_use]
pub fn delivery_key(id: &DeliveryId) -> TableKey {
    TableKey::new(id.as_str(), "DELIVERY")
}

/// Returns the list of an endpoint's deliveries.
#[must_use]
pub fn deliveries_list(endpoint: &EndpointId) -> String {
    format!("{endpoint}#DELIVERY")
}

/// Returns the key of a quarantined payload.
#[must_use]
pub fn quarantine_key(id: &str) -> TableKey {
    TableKey::new(id, "QUARANTINE")
}

/// Returns the key of the row that lists a quarantined payload for an organisation.
#[must_use]
pub fn concern_key(id: &str, organisation: &OrganisationId) -> TableKey {
    TableKey::new(id, format!("CONCERNS#{organisation}"))
}

/// Returns the partition of the past alerts that an organisation imported.
#[must_use]
pub fn imports_partition(organisation: &OrganisationId) -> String {
    format!("IMPORTS#{organisation}")
}

/// Returns the key of a piece of an import.
#[must_use]
pub fn import_piece_key(organisation: &OrganisationId, id: &ImportId, piece: usize) -> TableKey {
    TableKey::new(imports_partition(organisation), format!("{id}#{piece:02}"))
}

/// Returns the key of the exchange rates of a day.
#[must_use]
pub fn rates_key(day: Date) -> TableKey {
    TableKey::new("RATES", day.to_string())
}

/// Returns the key of an organisation's count of automatic refunds of a day.
#[must_use]
pub fn refund_cap_key(organisation: &OrganisationId) -> TableKey {
    TableKey::new(organisation.as_str(), "CAP")
}
