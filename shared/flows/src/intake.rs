//! Taking alerts in, whoever brings them: pushed or pulled, they go the same way. Nothing that came
//! is ever lost.

mod kept;

use std::sync::Arc;

use domain::account::VendorConnection;
use domain::account::enrolment::{Enrolment, EnrolmentStatus, RoutingResult, route_descriptor};
use domain::alert::transition::IncomingAlert;
use domain::alert::{Alert, AlertDeadlines};
use domain::basics::id::{AlertId, EnrolmentId, OrganisationId, QuarantineId};
use domain::network::claim::Claim;
use domain::network::quarantine::OwnershipDoubt;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use partners::ethoca::{PushedAlert, UnreadableAlert, UnreadableDelivery};
use store::routes::RouteCopy;
use store::{Store, StoreError};

use runtime::worker::error_chain;

use self::kept::{QuarantineDraft, build_contest, put_in_quarantine};

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
pub struct AlertReceipt {
    /// The vendor's own id of it, if it has one.
    pub vendor_alert_id: Option<String>,
    /// What became of it, where it is stored; if not, the vendor brings it again.
    pub became: Option<IntakeResult>,
}

/// What became of an alert that was brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IntakeResult {
    /// It is worked now.
    Received(AlertId),
    /// It was brought before.
    Known(AlertId),
    /// It is kept for a person, who is told why.
    Quarantined { id: QuarantineId, reason: String },
}

impl AlertReceipt {
    /// Whether it is stored.
    #[must_use]
    pub const fn is_stored(&self) -> bool {
        self.became.is_some()
    }
}

/// The zone of times that a connection's vendor writes without an offset.
#[must_use]
pub fn vendor_time_zone(connection: &VendorConnection) -> TimeZone {
    TimeZone::get(&connection.time_zone).unwrap_or(TimeZone::UTC)
}

/// Takes a delivery in, one alert after the other: a write that fails fails only its own. What one
/// delivery can make us do is bounded: of alerts with an id the first 250 are taken, of pieces
/// without one many are one payload. All go by the routes that there were when it came.
pub async fn take_in_delivery(
    store: &Store,
    connection: &VendorConnection,
    delivery: Vec<PushedAlert>,
    now: Timestamp,
) -> Vec<AlertReceipt> {
    let (mut receipts, mut named, mut routes) = (Vec::new(), 0, None);
    for pushed in join_nameless_items(delivery) {
        let vendor_alert_id = vendor_alert_id(&pushed);
        named += usize::from(vendor_alert_id.is_some());
        if vendor_alert_id.is_some() && named > MOST_ALERTS {
            receipts.push(AlertReceipt { vendor_alert_id, became: None });
            continue;
        }
        let taken = Box::pin(take_in_item(store, connection, &mut routes, pushed, now)).await;
        let became = taken.inspect_err(report_not_stored).ok();
        receipts.push(AlertReceipt { vendor_alert_id, became });
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
    tracing::error!(error = %error_chain(error), "Alert could not be stored: {error}");
}

fn vendor_alert_id(pushed: &PushedAlert) -> Option<String> {
    match pushed {
        Ok(claim) => Some(claim.vendor_alert_id.clone()),
        Err(unreadable) => unreadable.vendor_alert_id.clone(),
    }
}

/// The delivery, its pieces without an id put into one where they are many.
fn join_nameless_items(delivery: Vec<PushedAlert>) -> Vec<PushedAlert> {
    let is_nameless = |pushed: &PushedAlert| vendor_alert_id(pushed).is_none();
    if delivery.iter().filter(|pushed| is_nameless(pushed)).count() <= MOST_NAMELESS {
        return delivery;
    }
    let (nameless, mut alerts): (Vec<PushedAlert>, Vec<PushedAlert>) =
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
pub async fn quarantine_unreadable(
    store: &Store,
    connection: &VendorConnection,
    unreadable: UnreadableDelivery,
    now: Timestamp,
) -> Result<(), StoreError> {
    let kept = QuarantineDraft::from_unreadable(None, unreadable.why, unreadable.raw);
    put_in_quarantine(store, (connection, now), kept).await.map(drop)
}

/// Takes an alert in for an enrolment that is known; false where it was taken in before.
///
/// # Errors
/// [`StoreError`] where the store does not answer.
pub async fn receive_alert(
    store: &Store,
    connection: &VendorConnection,
    to: (OrganisationId, EnrolmentId),
    claim: Claim,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let deadlines = AlertDeadlines::from_alert_time(claim.alerted_at, connection, None);
    let (organisation, enrolment) = to;
    let arrival = IncomingAlert {
        organisation,
        enrolment,
        connection: connection.id.clone(),
        claim,
        deadlines,
    };
    let alert = Alert::from_incoming(arrival, now);
    let new = store.insert_alert(&alert).await?;
    if new {
        let disputed = alert.claim.disputed_amount();
        tracing::info!(alert = %alert.id, "Received alert `{}` of {disputed}", alert.id);
    }
    Ok(new)
}

async fn take_in_item(
    store: &Store,
    connection: &VendorConnection,
    routes: &mut Option<Arc<RouteCopy>>,
    pushed: PushedAlert,
    now: Timestamp,
) -> Result<IntakeResult, StoreError> {
    let claim = match pushed {
        Ok(claim) => claim,
        Err(bad) => {
            let kept = QuarantineDraft::from_unreadable(bad.vendor_alert_id, bad.why, bad.raw);
            return put_in_quarantine(store, (connection, now), kept).await;
        }
    };
    let id = Alert::id_from_claim(&claim);
    let routes = match routes {
        Some(routes) => routes,
        none => none.insert(store.read_route_copy(&connection.id, now).await?),
    };
    let candidates = store.candidate_routes(routes, &claim.descriptor).await?;
    let (reason, contest) = match route_descriptor(&claim.descriptor, candidates.iter_routes()) {
        RoutingResult::To { organisation, enrolments, pending } => {
            let whose = (organisation, enrolments, pending);
            return receive_and_enable(store, connection, whose, claim, now).await;
        }
        RoutingResult::Contested(claimants) => {
            (FITS_SEVERAL, Some((OwnershipDoubt::Contested, claimants)))
        }
        RoutingResult::Held(claimants) => {
            (NEEDS_ATTENTION, Some((OwnershipDoubt::Held, claimants)))
        }
        RoutingResult::Nothing => (FITS_NONE, None),
    };
    if store.read_alert(&id).await?.is_some() {
        return Ok(IntakeResult::Known(id)); // it was routed when it came first
    }
    let contest = match contest {
        Some((doubt, claimants)) => Some(build_contest(store, doubt, claimants, &claim).await?),
        None => None,
    };
    put_in_quarantine(
        store,
        (connection, now),
        QuarantineDraft::from_claim(&claim, reason, contest),
    )
    .await
}

/// Takes an alert in for the first of the enrolments that fit it; a new alert proves those of them
/// that are pending.
async fn receive_and_enable(
    store: &Store,
    connection: &VendorConnection,
    (organisation, enrolments, pending): (OrganisationId, Vec<EnrolmentId>, Vec<EnrolmentId>),
    claim: Claim,
    now: Timestamp,
) -> Result<IntakeResult, StoreError> {
    let id = Alert::id_from_claim(&claim);
    let Some(first) = enrolments.into_iter().next() else { return Ok(IntakeResult::Known(id)) };
    let is_new = receive_alert(store, connection, (organisation, first), claim, now).await?;
    for enrolment in pending.iter().take(if is_new { MOST_PROVEN } else { 0 }) {
        enable_by_first_alert(store, enrolment, now).await;
    }
    Ok(if is_new { IntakeResult::Received(id) } else { IntakeResult::Known(id) })
}

/// The first alert proves a pending enrolment, and its routes say so. It does not hold up the
/// alert: the next one proves it as well.
pub(crate) async fn enable_by_first_alert(store: &Store, id: &EnrolmentId, now: Timestamp) {
    let enabled = async {
        let Some(found) = store.read_record::<Enrolment>(id.as_str()).await? else { return Ok(()) };
        let is_pending = found.status == EnrolmentStatus::Pending;
        let version = found.version.saturating_add(1);
        let enrolment = if is_pending {
            Enrolment { status: EnrolmentStatus::Enabled, updated_at: now, version, ..found }
        } else {
            found
        };
        if is_pending {
            store.replace_record(&enrolment).await?;
        }
        // where it broke off before, only its routes do not say so yet
        store.put_routes(&enrolment).await.map(drop)
    };
    if let Err(error) = enabled.await {
        tracing::warn!(enrolment = %id, "Enrolment could not be enabled by its first alert: \
            {error}");
    }
}
