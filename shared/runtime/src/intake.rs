//! Taking alerts in, whoever brings them: pushed or pulled, they go the same way. Nothing that came is ever lost.

use domain::account::Connection;
use domain::alert::{Alert, Deadlines};
use domain::claim::Claim;
use domain::enrolment::{Claimant, Enrolment, EnrolmentStatus, Routed, route};
use domain::id::{AlertId, EnrolmentId, OrganisationId, QuarantineId};
use domain::transition::Arrival;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use partners::ethoca::{Pushed, Unreadable, UnreadableAlert};
use store::quarantine::{Contest, Doubt, Fate, Quarantined};
use store::{Store, StoreError};

use crate::worker::chain;

/// The most bytes of a payload that quarantine keeps; an item of the table has 400 KB.
const MOST_RAW_BYTES: usize = 300_000;
/// The most alerts of one delivery that are taken; the vendor brings the others again. Ethoca's pages have 25, and 256 KB hold some 300.
const MOST_ALERTS: usize = 250;
/// The most pieces of one delivery without a usable id that are kept each for itself; more are kept together.
const MOST_NAMELESS: usize = 20;
/// How many more enrolments an alert proves: each is a read and a write.
const MOST_PROVEN: usize = 20;

/// What the vendor is told of one alert it brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The vendor's own id of it, if it has one.
    pub vendor_alert_id: Option<String>,
    /// What became of it, where it is stored; if not, the vendor brings it again.
    pub became: Option<Became>,
}

/// What became of an alert that was brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    /// It is worked now.
    Received(AlertId),
    /// It was brought before.
    Known(AlertId),
    /// It is kept for a person, who is told why.
    Quarantined { id: QuarantineId, reason: String },
}

impl Receipt {
    /// Whether it is stored.
    #[must_use]
    pub const fn is_stored(&self) -> bool {
        self.became.is_some()
    }
}

/// The zone of times that a connection's vendor writes without an offset.
#[must_use]
pub fn zone(connection: &Connection) -> TimeZone {
    TimeZone::get(&connection.time_zone).unwrap_or(TimeZone::UTC)
}

/// Takes a delivery in, one alert after the other: a write that fails fails only its own. What one delivery can make us do is bounded:
/// of alerts with an id the first 250 are taken, of pieces without one many are one payload.
pub async fn take_in(store: &Store, connection: &Connection, delivery: Vec<Pushed>, now: Timestamp) -> Vec<Receipt> {
    let (mut receipts, mut named) = (Vec::new(), 0);
    for pushed in with_nameless_together(delivery) {
        let vendor_alert_id = vendor_alert_id(&pushed);
        named += usize::from(vendor_alert_id.is_some());
        if vendor_alert_id.is_some() && named > MOST_ALERTS {
            receipts.push(Receipt { vendor_alert_id, became: None });
            continue;
        }
        let taken = Box::pin(one(store, connection, pushed, now)).await;
        let became = taken.inspect_err(|error| tracing::error!(error = %chain(error), "Alert could not be stored: {error}")).ok();
        receipts.push(Receipt { vendor_alert_id, became });
    }
    if named > MOST_ALERTS {
        tracing::error!("Alert could not be stored: a delivery has {named}, of which {MOST_ALERTS} are taken; the vendor is told which");
    }
    receipts
}

fn vendor_alert_id(pushed: &Pushed) -> Option<String> {
    match pushed {
        Ok(claim) => Some(claim.vendor_alert_id.clone()),
        Err(unreadable) => unreadable.vendor_alert_id.clone(),
    }
}

/// The delivery, its pieces without an id put into one where they are many.
fn with_nameless_together(delivery: Vec<Pushed>) -> Vec<Pushed> {
    let is_nameless = |pushed: &Pushed| vendor_alert_id(pushed).is_none();
    if delivery.iter().filter(|pushed| is_nameless(pushed)).count() <= MOST_NAMELESS {
        return delivery;
    }
    let (nameless, mut alerts): (Vec<Pushed>, Vec<Pushed>) = delivery.into_iter().partition(is_nameless);
    let pieces: Vec<String> = nameless.into_iter().filter_map(Result::err).map(|piece| piece.raw).collect();
    let why = format!("{} pieces of one delivery have no id; they are kept together", pieces.len());
    alerts.push(Err(UnreadableAlert { vendor_alert_id: None, why, raw: format!("[{}]", pieces.join(",")) }));
    alerts
}

/// Keeps a delivery that holds no alerts at all.
///
/// # Errors
/// [`StoreError`] where the store does not answer: the vendor must bring it again.
pub async fn keep_unreadable(store: &Store, connection: &Connection, unreadable: Unreadable, now: Timestamp) -> Result<(), StoreError> {
    quarantine(store, connection, None, unreadable.why, unreadable.raw, None, now).await.map(drop)
}

/// Takes an alert in for an enrolment that is known; false where it was taken in before.
///
/// # Errors
/// [`StoreError`] where the store does not answer.
pub async fn receive(
    store: &Store,
    connection: &Connection,
    to: (OrganisationId, EnrolmentId),
    claim: Claim,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let deadlines = Deadlines::of(claim.alerted_at, connection, None);
    let (organisation, enrolment) = to;
    let arrival = Arrival { organisation, enrolment, connection: connection.id.clone(), claim, deadlines };
    let alert = Alert::received(arrival, now);
    let new = store.take_in(&alert).await?;
    if new {
        tracing::info!(alert = %alert.id, "Received alert `{}` of {}", alert.id, alert.claim.disputed());
        first_alert_enables(store, &alert.enrolment, now).await;
    }
    Ok(new)
}

async fn one(store: &Store, connection: &Connection, pushed: Pushed, now: Timestamp) -> Result<Became, StoreError> {
    let claim = match pushed {
        Ok(claim) => claim,
        Err(bad) => return quarantine(store, connection, bad.vendor_alert_id, bad.why, bad.raw, None, now).await,
    };
    let id = Alert::id_of(&claim);
    let routes = store.routes_for(&connection.id, &claim.descriptor).await?;
    let (reason, contest) = match route(&claim.descriptor, &routes) {
        Routed::To { organisation, enrolments } => {
            return taken_in(store, connection, organisation, enrolments, claim, now).await;
        }
        Routed::Tie(claimants) => ("several enrolments fit its descriptor equally well", Some((Doubt::Tie, claimants))),
        Routed::Held(claimants) => ("the enrolment of its descriptor needs attention", Some((Doubt::Held, claimants))),
        Routed::Nothing => ("no enrolment has its descriptor", None),
    };
    if store.alert(&id).await?.is_some() {
        return Ok(Became::Known(id)); // it was routed when it came first
    }
    let contest = contest.map(|(doubt, claimants)| contested(doubt, claimants, &claim, connection));
    let raw = serde_json::to_string(&claim).unwrap_or_default();
    quarantine(store, connection, Some(claim.vendor_alert_id), reason.into(), raw, contest, now).await
}

/// Takes an alert in for the first of the enrolments that fit it equally well: it proves them all.
async fn taken_in(
    store: &Store,
    connection: &Connection,
    organisation: OrganisationId,
    enrolments: Vec<EnrolmentId>,
    claim: Claim,
    now: Timestamp,
) -> Result<Became, StoreError> {
    let id = Alert::id_of(&claim);
    let mut enrolments = enrolments.into_iter();
    let Some(first) = enrolments.next() else { return Ok(Became::Known(id)) };
    if !receive(store, connection, (organisation, first), claim, now).await? {
        return Ok(Became::Known(id));
    }
    for enrolment in enrolments.take(MOST_PROVEN) {
        first_alert_enables(store, &enrolment, now).await;
    }
    Ok(Became::Received(id))
}

/// The organisations that an alert may belong to, with what each may be shown of it.
fn contested(doubt: Doubt, claimants: Vec<Claimant>, claim: &Claim, connection: &Connection) -> Contest {
    let act_by = Deadlines::of(claim.alerted_at, connection, None).action;
    Contest { doubt, claimants, descriptor: claim.descriptor.clone(), act_by }
}

async fn quarantine(
    store: &Store,
    connection: &Connection,
    vendor_alert_id: Option<String>,
    reason: String,
    raw: String,
    contest: Option<Contest>,
    now: Timestamp,
) -> Result<Became, StoreError> {
    let id = QuarantineId::derived(&["quarantine", connection.id.as_str(), vendor_alert_id.as_deref().unwrap_or(&raw)]);
    let became = Became::Quarantined { id: id.clone(), reason: reason.clone() };
    let held = Quarantined {
        id,
        connection: connection.id.clone(),
        vendor_alert_id,
        reason,
        raw: raw[..raw.floor_char_boundary(MOST_RAW_BYTES)].to_owned(),
        enrolments: contest.iter().flat_map(|contest| &contest.claimants).map(|one| one.enrolment.clone()).collect(),
        received_at: now,
        fate: Fate::Held,
        organisation: connection.id.simulated_for(),
        assigned: None,
        contest,
        version: 1,
    };
    if !store.hold(&held).await? {
        return Ok(became);
    }
    if connection.id.is_simulated() {
        tracing::info!(quarantine = %held.id, "A simulated alert was quarantined: {}", held.reason); // nobody need be woken
    } else {
        tracing::error!(quarantine = %held.id, "Quarantined: {}", held.reason);
    }
    Ok(became)
}

/// The first alert proves a pending enrolment. It does not hold up the alert: the next one proves it as well.
async fn first_alert_enables(store: &Store, id: &EnrolmentId, now: Timestamp) {
    let enabled = async {
        let pending = store.record::<Enrolment>(id.as_str()).await?.filter(|one| one.status == EnrolmentStatus::Pending);
        match pending {
            Some(enrolment) => {
                let version = enrolment.version.saturating_add(1);
                store.replace(&Enrolment { status: EnrolmentStatus::Enabled, updated_at: now, version, ..enrolment }).await
            }
            None => Ok(()),
        }
    };
    if let Err(error) = enabled.await {
        tracing::warn!(enrolment = %id, "Enrolment could not be enabled by its first alert: {error}");
    }
}
