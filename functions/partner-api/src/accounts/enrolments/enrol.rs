//! Creation of enrolments, idempotent under repeats and concurrent requests.

use domain::account::enrolment::{Enrolment, EnrolmentStatus, EnrolmentTarget, find_clashes};
use domain::account::{OperatingMode, VendorConnection};
use domain::basics::id::{ConnectionId, EnrolmentId, MerchantId, OrganisationId};
use jiff::Timestamp;
use store::{Store, StoreError};

/// The note on a clashing descriptor. The note does not name the other organisation.
const CLASH: &str = "A descriptor overlaps one that is enrolled already; it routes nothing until \
    this is cleared up.";
/// The note on a prefix that is short enough to match other merchants' alerts.
const VAGUE: &str = "A descriptor is the beginning of too many names; it routes nothing until \
    whoever operates the system has looked.";

/// The note on a descriptor that is matched anywhere inside a name.
const INSIDE: &str = "A descriptor is looked for inside others; it routes nothing until whoever \
    operates the system has looked.";

/// A requested enrolment.
pub(super) struct EnrolmentDraft {
    pub organisation: OrganisationId,
    pub merchant_ids: Vec<MerchantId>,
    pub watches: EnrolmentTarget,
    pub now: Timestamp,
}

/// Creates the enrolment, or returns the live equal enrolment. Concurrent equal requests try to
/// write the same id.
pub(super) async fn find_or_enrol(
    store: &Store,
    draft: EnrolmentDraft,
    mode: OperatingMode,
) -> Result<Enrolment, StoreError> {
    let now = draft.now;
    let own: Vec<Enrolment> = store.read_records(&draft.organisation).await?;
    let mut new = draft.into_enrolment();
    if let Some(there) = own.iter().find(|one| one.is_duplicate_of(&new)) {
        return complete_enrolment(store, there.clone(), now).await;
    }
    let connection = find_connection(store, &new, mode).await?;
    let is_tried_out =
        connection.as_ref().is_some_and(|one| one.is_sandbox || one.id.is_simulated());
    new.accepted_at = is_tried_out.then_some(new.created_at);
    new.connection = connection.map(|one| one.id);
    if new.watches.has_vague_descriptor() {
        new = mark_needing_attention(new, VAGUE);
    } else if new.watches.has_contains_descriptor() && !is_tried_out {
        new = mark_needing_attention(new, INSIDE);
    } else if is_clashing(store, &new, now).await? {
        new = mark_needing_attention(new, CLASH);
    }
    let ids =
        (0..).map(|turn| new.derive_id(turn)).filter(|id| own.iter().all(|one| one.id != *id));
    // More attempts than concurrent requests could use up.
    for id in ids.take(10) {
        let enrolment = Enrolment { id, ..new.clone() };
        match store.insert_record(&enrolment).await? {
            None => return route_enrolment(store, enrolment, now).await,
            Some(there) if there.is_duplicate_of(&new) => {
                return complete_enrolment(store, there, now).await;
            }
            Some(_) => {}
        }
    }
    Err(StoreError::Conflict(new.organisation.to_string()))
}

impl EnrolmentDraft {
    fn into_enrolment(self) -> Enrolment {
        let Self { organisation, merchant_ids, watches, now } = self;
        Enrolment {
            id: EnrolmentId::derived(&[]), // set in each attempt below
            organisation,
            merchant_ids,
            watches,
            status: EnrolmentStatus::Pending,
            connection: None,
            note: None,
            accepted_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

/// Selects the connection that delivers the alerts. A TEST organisation has a simulated connection
/// and receives no real alerts.
async fn find_connection(
    store: &Store,
    enrolment: &Enrolment,
    mode: OperatingMode,
) -> Result<Option<VendorConnection>, StoreError> {
    match mode {
        _ if enrolment.to_routes().is_empty() => Ok(None),
        OperatingMode::Live => {
            let network = enrolment.watches.alert_network();
            let connections = store.read_connections().await?;
            Ok(connections.into_iter().find(|one| Some(one.network) == network))
        }
        OperatingMode::Test => Ok(VendorConnection::from_simulated_id(
            &ConnectionId::simulated_for_organisation(&enrolment.organisation),
        )),
    }
}

/// Writes the routes of a stored enrolment.
async fn route_enrolment(
    store: &Store,
    enrolment: Enrolment,
    now: Timestamp,
) -> Result<Enrolment, StoreError> {
    store.put_routes(&enrolment).await?;
    hold_if_clashing(store, enrolment, now).await
}

/// Completes an interrupted request: writes routes that are missing or outdated, or that no event
/// has announced.
async fn complete_enrolment(
    store: &Store,
    there: Enrolment,
    now: Timestamp,
) -> Result<Enrolment, StoreError> {
    let was_missing = store.put_routes(&there).await?;
    if was_missing { hold_if_clashing(store, there, now).await } else { Ok(there) }
}

/// Marks the enrolment as needing attention if a descriptor clashes. Of two concurrent enrolments
/// of a descriptor, at least the later write reads the routes of the other.
async fn hold_if_clashing(
    store: &Store,
    enrolment: Enrolment,
    now: Timestamp,
) -> Result<Enrolment, StoreError> {
    if enrolment.status != EnrolmentStatus::Pending || !is_clashing(store, &enrolment, now).await? {
        return Ok(enrolment);
    }
    let version = enrolment.version.saturating_add(1);
    let held = Enrolment { version, ..mark_needing_attention(enrolment, CLASH) };
    store.replace_record(&held).await?;
    store.put_routes(&held).await?;
    Ok(held)
}

async fn is_clashing(
    store: &Store,
    enrolment: &Enrolment,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(connection) = &enrolment.connection else { return Ok(false) };
    let known = store.read_route_copy(connection, now).await?;
    for new in enrolment.to_routes() {
        let others = store.neighbouring_routes(&known, &new.descriptor).await?;
        if find_clashes(&new, others.iter_routes()).next().is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn mark_needing_attention(enrolment: Enrolment, note: &str) -> Enrolment {
    Enrolment { status: EnrolmentStatus::NeedsAttention, note: Some(note.into()), ..enrolment }
}
