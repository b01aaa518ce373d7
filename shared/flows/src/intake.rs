//! The intake of alerts. Pushed and pulled alerts take the same path, and no payload is ever lost.

mod kept;

use std::sync::Arc;

use domain::account::VendorConnection;
use domain::account::enrolment::{
    Enrolment, EnrolmentCandidate, EnrolmentStatus, RoutingResult, route_descriptor,
};
use domain::alert::transition::IncomingAlert;
use domain::alert::{Alert, AlertDeadlines};
use domain::basics::id::{AlertId, EnrolmentId, OrganisationId, QuarantineId};
use domain::network::claim::Claim;
use domain::network::quarantine::OwnershipDoubt;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use partners::pushed_alert::{PushedAlert, UnreadableAlert, UnreadableDelivery};
use store::routes::RouteCopy;
use store::{Store, StoreError};

use runtime::worker::error_chain;

use self::kept::{QuarantineDraft, build_contest, put_in_quarantine};

/// The most alerts that are accepted of a delivery; the vendor sends the rest again. Ethoca's pages
/// have 25, and 256 KB contain some 300.
const MOST_ALERTS: usize = 250;
/// The most items without a usable id that are stored separately of a delivery; more items are
/// stored together.
const MOST_NAMELESS: usize = 20;
/// The most enrolments that an alert enables, if several fit equally well. Each enrolment costs a
/// read and some writes.
const MOST_PROVEN: usize = 20;

/// The reason to quarantine an alert that fits enrolments of several organisations.
const FITS_SEVERAL: &str = "enrolments of several organisations fit its descriptor";
/// The reason to quarantine an alert of an enrolment that needs attention.
const NEEDS_ATTENTION: &str = "the enrolment of its descriptor needs attention";
/// The reason to quarantine an alert that fits no enrolment.
const FITS_NONE: &str = "no enrolment has its descriptor";

/// The receipt for an alert of a delivery, for the vendor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertReceipt {
    /// The vendor's id of the alert, if any.
    pub vendor_alert_id: Option<String>,
    /// The result, if the alert is stored. Otherwise the vendor must send the alert again.
    pub became: Option<IntakeResult>,
}

/// The result of the intake of an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IntakeResult {
    /// The alert is new and is being processed.
    Received(AlertId),
    /// The alert was received before.
    Known(AlertId),
    /// The alert is in quarantine for a person, with the reason.
    Quarantined { id: QuarantineId, reason: String },
}

impl AlertReceipt {
    /// Checks whether the alert is stored.
    #[must_use]
    pub const fn is_stored(&self) -> bool {
        self.became.is_some()
    }
}

/// Returns the time zone for the vendor's times without an offset.
#[must_use]
pub fn vendor_time_zone(connection: &VendorConnection) -> TimeZone {
    TimeZone::get(&connection.time_zone).unwrap_or(TimeZone::UTC)
}

/// Takes in a delivery, alert by alert: a failed write affects only that alert.
///
/// The work for a delivery is bounded. Only the first 250 alerts with an id are accepted, and many
/// items without an id become a single payload. All alerts use the routes that existed when the
/// delivery came.
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

/// Joins the items without an id into a single payload, if the delivery has many such items.
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

/// Quarantines a delivery without any alert.
///
/// # Errors
/// [`StoreError`] if the store does not answer. The vendor must send the delivery again.
pub async fn quarantine_unreadable(
    store: &Store,
    connection: &VendorConnection,
    unreadable: UnreadableDelivery,
    now: Timestamp,
) -> Result<(), StoreError> {
    let kept = QuarantineDraft::from_unreadable(None, unreadable.why, unreadable.raw);
    put_in_quarantine(store, (connection, now), kept).await.map(drop)
}

/// Receives an alert for a given enrolment. Returns `false` if the alert was received before.
///
/// # Errors
/// [`StoreError`] if the store does not answer.
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

/// Routes an alert to an enrolment by the descriptor, or quarantines the payload.
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
    let routes = match routes {
        Some(routes) => routes,
        none => none.insert(store.read_route_copy(&connection.id, now).await?),
    };
    let candidates = store.candidate_routes(routes, &claim.descriptor).await?;
    let doubt = match route_descriptor(&claim.descriptor, candidates.iter_routes()) {
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
    quarantine_unrouted(store, (connection, now), &claim, doubt).await
}

/// Quarantines an alert that no enrolment clearly fits, unless the alert was received before.
async fn quarantine_unrouted(
    store: &Store,
    context: (&VendorConnection, Timestamp),
    claim: &Claim,
    (reason, doubt): (&str, Option<(OwnershipDoubt, Vec<EnrolmentCandidate>)>),
) -> Result<IntakeResult, StoreError> {
    let id = Alert::id_from_claim(claim);
    if store.read_alert(&id).await?.is_some() {
        return Ok(IntakeResult::Known(id)); // routed on the first arrival
    }
    let tie = match doubt {
        Some((doubt, claimants)) => Some(build_contest(store, doubt, claimants, claim).await?),
        None => None,
    };
    put_in_quarantine(store, context, QuarantineDraft::from_claim(claim, reason, tie)).await
}

/// Receives an alert for the first of the fitting enrolments. A new alert enables those enrolments
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

/// Enables a pending enrolment on the first alert, and updates the routes. A failure does not delay
/// the alert, because the next alert enables the enrolment as well.
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
        // after an earlier crash, only the routes are stale
        store.put_routes(&enrolment).await.map(drop)
    };
    if let Err(error) = enabled.await {
        tracing::warn!(enrolment = %id, "Enrolment could not be enabled by its first alert: \
            {error}");
    }
}
