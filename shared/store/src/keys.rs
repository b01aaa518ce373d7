//! Every key of the table, and nowhere else.
//!
//! | what | key | sort | read by | cost of a write |
//! |---|---|---|---|---|
//! | alert | `alrt_…` | `ALERT` | id; list index by organisation and time, in 4 shards; due index | 2 to 3 + 2 index |
//! | alert's look-up row by card | `CARD#org#last4` | `A#day#id` | rivals, late orders, erasures; kept 550 days | 1 |
//! | alerts of a name, the ids of the first 50 | `ARN#org#arn`, `SALE#org#reference` of the transaction and of the sale it was matched to | `A` | late orders: one read of several; rivals, refunds that others make, erasures; kept 550 days | 1 to 3 each |
//! | further alerts of a name | the same | `A#id` | rivals, refunds that others make, erasures; kept 550 days | 1, after an add that is refused |
//! | order | `ord_…` | `ORDER` | id; list index, in 4 shards; kept 550 days | 2 + 1 index |
//! | pointers to an order's payments | `CARD#org#last4`, `ARN#org#arn`, `SALE#org#reference` | `S#day#…`, `S#…` | matching: a Query of bounded size for each key of the claim, and one read of at most 25 orders; kept 550 days | 1 each |
//! | the same, by amount | `DAY#org#day#part` | currency, amount, order | a person's candidates where nothing else fits, a sample of how common an amount is; kept 550 days | 1 |
//! | sale's ledger of refunds | `LEDGER#sale` | `LEDGER` | its sale | 1 |
//! | hold on a payment, whichever ledger it is in | `HOLD#` + hash of system and payment | `HOLD` | its hash; kept 24 hours | 1 |
//! | next free slot of a processor's account | `SLOT#` + hash of account and share | `SLOT` | alerts that are matched or refunded at it; kept 24 hours | 1 for each alert |
//! | refund by hand | `rfd_…` | `REFUND` | id; list index by organisation and time; due index while it is under way | 2 + 2 index |
//! | entry of a negative list | `ngtv_…`, made of what it lists | `NEGATIVE` | a check: one read of several; list index; kept until its `expires_at`, if it has one | 1 + 1 index |
//! | organisation | `org_…` | `ORG` | id; list index by partner | 1 + 1 index |
//! | membership, merchant, integration, enrolment, ruleset | `org_…` | `MEM#`, `MRCH#`, `INT#`, `ENRL#`, `RSET#` + id | one Query for all of an organisation's | 1 |
//! | enrolment that is PENDING or `NEEDS_ATTENTION` | the same, and the list index under `PENDING` by time | | the operator's work-list | + 1 index |
//! | where such a thing is | its id | `AT` | id | 1 |
//! | route | `ROUTES#connection` | `P#` (prefix), `S#` (short name) or `C#` (contains) + descriptor + enrolment | copied by warm functions; not copied, three Queries | 1 |
//! | how often these have changed | `ROUTES#connection` | `VERSION` | each delivery of alerts, each enrolment | 1 for each change |
//! | vendor connection | `CONNECTIONS` | `vcon_…` | all: there are few | 1 |
//! | API key | `key_…` | `ISSUED` | id; list index by partner; its last use written once a day; kept 400 days once it is revoked | 1 + 1 index |
//! | which key a secret opens | `KEY#` + hash of the secret | `KEY` | its secret | 1 |
//! | request with an `Idempotency-Key`, and its answer | `IDEM#` + hash of owner, path and key | `IDEM` | its hash; kept 24 hours | 1, then by size |
//! | requests of an owner, or of a partner, to a route in a minute; wrong sign-ins of a vendor | `RATE#owner#route#minute` | `RATE` | its minute; kept 10 minutes | 1 |
//! | partner | `part_…` | `PARTNER` | id | 1 |
//! | quarantined payload | `quar_…` | `QUARANTINE` | id; list index; due index until its deadline; kept 30 days | by size + 2 index |
//! | that it may be of an organisation | `quar_…` | `CONCERNS#org` | list index by organisation; kept 30 days | 1 + 1 index for each, at most 20 |
//! | own secret of an organisation, or of the deployment, sealed | `org_…`, `DEPLOYMENT` | `SECRET` | its organisation, once per warm function and five minutes | 1, once |
//! | webhook endpoint | `org_…` or `part_…` | `HOOK#` + id | two Queries an event | 1 |
//! | event, as rendered | `evt_…` | `EVENT` | id; kept 30 days | 2 to 4 |
//! | that something happened | `EVENTS#org#part`, `EVENTS#partner#part`, in 4 parts | time, version and `evt_…` | polls: one Query of bounded size for each part; kept 30 days | 2 |
//! | its delivery to an endpoint | `dlv_…` | `DELIVERY` | id; list index by endpoint; due index while it waits; kept 30 days | 1 + 2 index |
//! | e-mail that left to a member, or was refused | `MAIL#` + alert, integration, organisation or membership | kind, version or day, and member | its message; kept 30 days | 1 |
//! | answer of an address's owner to an organisation | `ADDRESS#` + keyed hash of the address | `CONSENT#org` | each e-mail, each look at a membership: with the next row one read of several | 1 |
//! | that nobody writes to an address any more | `ADDRESS#` + keyed hash of the address | `SUPPRESSED` | the same | 1 |
//! | confirmation mails to an address | `ADDRESS#` + keyed hash of the address | `ASKED` | each such mail; kept 7 days | 1 |
//! | day's e-mails of an organisation, or of a partner's TEST organisations | `MAILS#` + either | day | each e-mail; kept 3 days | 1 |
//! | alerts that no member could be told of | `org_…` | `BACKLOG` | its mail; due index, the next day | 1 + 1 index |
//! | imported past alerts, 200 a piece | `IMPORTS#org` | `aimp_…#piece` | one Query for all; kept 180 days | by size |
//! | change that somebody made | `AUDIT#owner` (`org_…`, `part_…`, `OPERATOR`) | time and `aud_…` | one Query by organisation; list index by partner; kept 400 days | 1 + 1 index, 1 for each further organisation |
//! | customer of orders | `WHO#org#hash` | `ord_…` | erasures: one Query; kept 550 days | 1 |
//! | alert that waits for a processor | `WAITS#org` | `alrt_…` | a page at a time, when an integration works again; kept 10 days | 1 |
//! | how far such a pass has come | `WAKES#int` | `WAKING` | nobody: its write is the next page's message; kept 24 hours | 1 |
//! | erasure | `eras_…` | `ERASURE` | id; kept 400 days | 1 |
//! | exchange rates | `RATES` | day | the latest by a day | 1 |
//! | day's automatic refunds | `org_…` | `CAP` | each refund that a rule decides; kept 3 days | 1, on a day's first and over the cap 2 |
//!
//! A read that decides is consistent; an index read only lists. What is not said to be kept for a
//! time stays.

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

/// The alert's own item.
#[must_use]
pub fn alert_key(id: &AlertId) -> TableKey {
    TableKey::new(id.as_str(), "ALERT")
}

/// The order's own item.
#[must_use]
pub fn order_key(id: &OrderId) -> TableKey {
    TableKey::new(id.as_str(), "ORDER")
}

/// The refund ledger of a sale.
#[must_use]
pub fn ledger_key(sale: &SaleId) -> TableKey {
    TableKey::new(format!("LEDGER#{sale}"), "LEDGER")
}

/// The hold on a payment within a system.
#[must_use]
pub fn payment_hold_key(scope: &str, payment: &str) -> TableKey {
    TableKey::new(format!("HOLD#{:032x}", domain::basics::id::digest(&[scope, payment])), "HOLD")
}

/// The next free slot of a share of a processor's account.
#[must_use]
pub fn slot_key(account: &str, share: SlotShare) -> TableKey {
    TableKey::new(
        format!("SLOT#{:032x}", domain::basics::id::digest(&[account, share.as_str()])),
        "SLOT",
    )
}

/// An organisation.
#[must_use]
pub fn organisation_key(id: &OrganisationId) -> TableKey {
    TableKey::new(id.as_str(), "ORG")
}

/// Whose secret is the deployment's, for what spans all partners.
pub const DEPLOYMENT: &str = "DEPLOYMENT";

/// The own secret of an organisation, or of the deployment.
#[must_use]
pub fn own_secret_key(owner: &str) -> TableKey {
    TableKey::new(owner, "SECRET")
}

/// Something that belongs to an organisation, under its kind's prefix.
#[must_use]
pub fn record_key(organisation: &OrganisationId, kind: &str, id: &str) -> TableKey {
    TableKey::new(organisation.as_str(), format!("{kind}#{id}"))
}

/// Which organisation the thing of this id belongs to.
#[must_use]
pub fn owner_lookup_key(id: &str) -> TableKey {
    TableKey::new(id, "AT")
}

/// A partner.
#[must_use]
pub fn partner_key(id: &PartnerId) -> TableKey {
    TableKey::new(id.as_str(), "PARTNER")
}

/// Which API key a secret opens, by the secret's hash.
#[must_use]
pub fn secret_hash_key(hash: &str) -> TableKey {
    TableKey::new(format!("KEY#{hash}"), "KEY")
}

/// An API key itself.
#[must_use]
pub fn issued_key(id: &KeyId) -> TableKey {
    TableKey::new(id.as_str(), "ISSUED")
}

/// What a partner's API keys are listed under.
#[must_use]
pub fn partner_keys_list(partner: &PartnerId) -> String {
    format!("{partner}#KEY")
}

/// A request that must be done once, by the hash of whose it is, where to and its
/// `Idempotency-Key`.
#[must_use]
pub fn idempotency_key(hash: &str) -> TableKey {
    TableKey::new(format!("IDEM#{hash}"), "IDEM")
}

/// The requests of an owner to a route in a minute, counted from 1970.
#[must_use]
pub fn rate_limit_key(owner: &str, route: &str, minute: i64) -> TableKey {
    TableKey::new(format!("RATE#{owner}#{route}#{minute}"), "RATE")
}

/// A vendor connection.
#[must_use]
pub fn connection_key(id: &str) -> TableKey {
    TableKey::new("CONNECTIONS", id)
}

/// Routes by prefix, which a descriptor's first letters find.
pub const BY_PREFIX: &str = "P#";
/// Routes by a name of few letters, which a descriptor's first two letters find.
pub const BY_SHORT_NAME: &str = "S#";
/// Routes by contents, which are all looked at.
pub const BY_CONTENTS: &str = "C#";

/// Where all of these lie, from the first to the last.
pub const ALL_ROUTES: (&str, &str) = (BY_CONTENTS, "S#\u{10ffff}");

/// How often the routes of a connection have changed.
#[must_use]
pub fn routes_version_key(connection: &ConnectionId) -> TableKey {
    TableKey::new(routes_partition(connection), "VERSION")
}

/// All routes of a connection.
#[must_use]
pub fn routes_partition(connection: &ConnectionId) -> String {
    format!("ROUTES#{connection}")
}

/// One descriptor's route, among those found its way.
#[must_use]
pub fn route_key(
    connection: &ConnectionId,
    way: &str,
    descriptor: &str,
    enrolment: &EnrolmentId,
) -> TableKey {
    TableKey::new(routes_partition(connection), format!("{way}{descriptor}#{enrolment}"))
}

/// A webhook endpoint, under its organisation or partner.
#[must_use]
pub fn endpoint_key(owner: &str, id: &str) -> TableKey {
    TableKey::new(owner, format!("HOOK#{id}"))
}

/// An event as it was rendered.
#[must_use]
pub fn event_key(id: &str) -> TableKey {
    TableKey::new(id, "EVENT")
}

/// An event on its way to an endpoint.
#[must_use]
pub fn delivery_key(id: &DeliveryId) -> TableKey {
    TableKey::new(id.as_str(), "DELIVERY")
}

/// What an endpoint's deliveries are listed under.
#[must_use]
pub fn deliveries_list(endpoint: &EndpointId) -> String {
    format!("{endpoint}#DELIVERY")
}

/// A quarantined payload.
#[must_use]
pub fn quarantine_key(id: &str) -> TableKey {
    TableKey::new(id, "QUARANTINE")
}

/// That a quarantined payload may be of an organisation.
#[must_use]
pub fn concern_key(id: &str, organisation: &OrganisationId) -> TableKey {
    TableKey::new(id, format!("CONCERNS#{organisation}"))
}

/// All past alerts that an organisation imported.
#[must_use]
pub fn imports_partition(organisation: &OrganisationId) -> String {
    format!("IMPORTS#{organisation}")
}

/// One piece of an import.
#[must_use]
pub fn import_piece_key(organisation: &OrganisationId, id: &ImportId, piece: usize) -> TableKey {
    TableKey::new(imports_partition(organisation), format!("{id}#{piece:02}"))
}

/// The exchange rates of a day.
#[must_use]
pub fn rates_key(day: Date) -> TableKey {
    TableKey::new("RATES", day.to_string())
}

/// An organisation's automatic refunds of a day.
#[must_use]
pub fn refund_cap_key(organisation: &OrganisationId) -> TableKey {
    TableKey::new(organisation.as_str(), "CAP")
}
