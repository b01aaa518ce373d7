//! Taking alerts in, whoever brings them: pushed or pulled, they go the same way. Nothing that came
//! is ever lost.

mod kept;

use std::sync::Arc;

use domain::account::Connection;
use domain::account::enrolment::{Enrolment, EnrolmentStatus, Routed, route};
use domain::alert::transition::Arrival;
use domain::alert::{Alert, Deadlines};
use domain::basics::id::{AlertId, EnrolmentId, OrganisationId, QuarantineId};
use domain::network::claim::Claim;
use domain::network::quarantine::Doubt;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use partners::ethoca::{Pushed, Unreadable, UnreadableAlert};
use store::routes::RouteCopy;
use store::{Store, StoreError};

use runtime::worker::chain;

use self::kept::{Kept, contested, quarantine};

/// The most alerts of one delivery that are taken; the vendor brings the others again. Ethoca's
/// pages have 25, and 256 KB hold some 300.
const MOST_ALERTS: usize = 250;
/// The most pieces of one delivery without a usable id that are kept each for itself; more are kept
/// together.
const MOST_NAMELESS: usize = 20;
/// How many enrolments an alert proves, where more fit it equally well: each is a read and some
/// writes.
const MOST_PROVEN: usize = 20;

/// Why an alert is kept that enrolments of several organisations fit.
const FITS_SEVERAL: &str = "enrolments of several organisations fit its descriptor";
/// Why an alert is kept whose enrolment needs attention.
const NEEDS_ATTENTION: &str = "the enrolment of its descriptor needs attention";
/// Why an alert is kept that no enrolment fits.
const FITS_NONE: &str = "no enrolment has its descriptor";

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

/// Takes a delivery in, one alert after the other: a write that fails fails only its own. What one
/// delivery can make us do is bounded: of alerts with an id the first 250 are taken, of pieces
/// without one many are one payload. All go by the routes that there were when it came.
pub async fn take_in(
    store: &Store,
    connection: &Connection,
    delivery: Vec<Pushed>,
    now: Timestamp,
) -> Vec<Receipt> {
    let (mut receipts, mut named, mut routes) = (Vec::new(), 0, None);
    for pushed in with_nameless_together(delivery) {
        let vendor_alert_id = vendor_alert_id(&pushed);
        named += usize::from(vendor_alert_id.is_some());
        if vendor_alert_id.is_some() && named > MOST_ALERTS {
            receipts.push(Receipt { vendor_alert_id, became: None });
            continue;
        }
        let taken = Box::pin(one(store, connection, &mut routes, pushed, now)).await;
        let became = taken.inspect_err(report_not_stored).ok();
        receipts.push(Receipt { vendor_alert_id, became });
    }
    if named > MOST_ALERTS {
        tracing::error!(
            "Alert could not be stored: a delivery has {named}, of which {MOST_ALERTS} are taken; \
             the vendor is told which"
        );
    }
    receipts
}

fn report_not_stored(error: &StoreError) {
    tracing::error!(error = %chain(error), "Alert could not be stored: {error}");
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
    let (nameless, mut alerts): (Vec<Pushed>, Vec<Pushed>) =
        delivery.into_iter().partition(is_nameless);
    let pieces: Vec<String> =
        nameless.into_iter().filter_map(Result::err).map(|piece| piece.raw).collect();
    let why = format!("{} pieces of one delivery have no id; they are kept together", pieces.len());
    alerts.push(Err(UnreadableAlert {
        vendor_alert_id: None,
        why,
        raw: format!("[{}]", pieces.join(",")),
    }));
    alerts
}

/// Keeps a delivery that holds no alerts at all.
///
/// # Errors
/// [`StoreError`] where the store does not answer: the vendor must bring it again.
pub async fn keep_unreadable(
    store: &Store,
    connection: &Connection,
    unreadable: Unreadable,
    now: Timestamp,
) -> Result<(), StoreError> {
    let kept = Kept::unread(None, unreadable.why, unreadable.raw);
    quarantine(store, (connection, now), kept).await.map(drop)
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
    let arrival =
        Arrival { organisation, enrolment, connection: connection.id.clone(), claim, deadlines };
    let alert = Alert::received(arrival, now);
    let new = store.take_in(&alert).await?;
    if new {
        let disputed = alert.claim.disputed();
        tracing::info!(alert = %alert.id, "Received alert `{}` of {disputed}", alert.id);
    }
    Ok(new)
}

async fn one(
    store: &Store,
    connection: &Connection,
    routes: &mut Option<Arc<RouteCopy>>,
    pushed: Pushed,
    now: Timestamp,
) -> Result<Became, StoreError> {
    let claim = match pushed {
        Ok(claim) => claim,
        Err(bad) => {
            let kept = Kept::unread(bad.vendor_alert_id, bad.why, bad.raw);
            return quarantine(store, (connection, now), kept).await;
        }
    };
    let id = Alert::id_of(&claim);
    let routes = match routes {
        Some(routes) => routes,
        none => none.insert(store.routes(&connection.id, now).await?),
    };
    let candidates = store.routes_for(routes, &claim.descriptor).await?;
    let (reason, contest) = match route(&claim.descriptor, candidates.routes()) {
        Routed::To { organisation, enrolments, pending } => {
            let whose = (organisation, enrolments, pending);
            return receive_and_prove(store, connection, whose, claim, now).await;
        }
        Routed::Contested(claimants) => (FITS_SEVERAL, Some((Doubt::Contested, claimants))),
        Routed::Held(claimants) => (NEEDS_ATTENTION, Some((Doubt::Held, claimants))),
        Routed::Nothing => (FITS_NONE, None),
    };
    if store.alert(&id).await?.is_some() {
        return Ok(Became::Known(id)); // it was routed when it came first
    }
    let contest = match contest {
        Some((doubt, claimants)) => Some(contested(store, doubt, claimants, &claim).await?),
        None => None,
    };
    quarantine(store, (connection, now), Kept::read(&claim, reason, contest)).await
}

/// Takes an alert in for the first of the enrolments that fit it; a new alert proves those of them
/// that are pending.
async fn receive_and_prove(
    store: &Store,
    connection: &Connection,
    (organisation, enrolments, pending): (OrganisationId, Vec<EnrolmentId>, Vec<EnrolmentId>),
    claim: Claim,
    now: Timestamp,
) -> Result<Became, StoreError> {
    let id = Alert::id_of(&claim);
    let Some(first) = enrolments.into_iter().next() else { return Ok(Became::Known(id)) };
    let is_new = receive(store, connection, (organisation, first), claim, now).await?;
    for enrolment in pending.iter().take(if is_new { MOST_PROVEN } else { 0 }) {
        first_alert_enables(store, enrolment, now).await;
    }
    Ok(if is_new { Became::Received(id) } else { Became::Known(id) })
}

/// The first alert proves a pending enrolment, and its routes say so. It does not hold up the
/// alert: the next one proves it as well.
pub(crate) async fn first_alert_enables(store: &Store, id: &EnrolmentId, now: Timestamp) {
    let enabled = async {
        let Some(found) = store.record::<Enrolment>(id.as_str()).await? else { return Ok(()) };
        let is_pending = found.status == EnrolmentStatus::Pending;
        let version = found.version.saturating_add(1);
        let enrolment = if is_pending {
            Enrolment { status: EnrolmentStatus::Enabled, updated_at: now, version, ..found }
        } else {
            found
        };
        if is_pending {
            store.replace(&enrolment).await?;
        }
        // where it broke off before, only its routes do not say so yet
        store.put_routes(&enrolment).await.map(drop)
    };
    if let Err(error) = enabled.await {
        tracing::warn!(enrolment = %id, "Enrolment could not be enabled by its first alert: \
            {error}");
    }
}
