//! Alerts of a descriptor that no organisation enrolled. At the deadline the network is informed,
//! as for any alert: the alert belongs to an internal organisation that no API key can read.

use domain::account::NegativeListPolicy;
use domain::account::enrolment::{
    Enrolment, EnrolmentStatus, EnrolmentTarget, RoutingResult, route_descriptor,
};
use domain::account::{AutomationLevel, OperatingMode, Organisation};
use domain::alert::Alert;
use domain::alert::transition::IncomingAlert;
use domain::basics::id::{ConnectionId, EnrolmentId, OrganisationId, PartnerId};
use domain::network::quarantine::{QuarantineState, QuarantinedPayload};
use jiff::Timestamp;
use store::{Store, StoreError};

use super::{QuarantineError, read_claim};

/// Creates the alert that answers the network. The caller must still store the returned payload.
///
/// # Errors
/// [`QuarantineError`] if an enrolment fits the descriptor by now, or the alert belongs to another
/// organisation.
pub async fn answer_as_unenrolled(
    store: &Store,
    held: QuarantinedPayload,
    now: Timestamp,
) -> Result<QuarantinedPayload, QuarantineError> {
    let (connection, claim) = read_claim(store, &held).await?;
    for known in store.read_connections().await? {
        let routes = store.read_route_copy(&known.id, now).await?;
        let candidates = store.candidate_routes(&routes, &claim.descriptor).await?;
        if route_descriptor(&claim.descriptor, candidates.iter_routes()) != RoutingResult::Nothing {
            return Err(QuarantineError::Conflict(
                "an enrolment has its descriptor by now, or over another connection".into(),
            ));
        }
    }
    let (organisation, enrolment) = unenrolled_owner(store, &connection.id, now).await?;
    let arrival = IncomingAlert {
        organisation: organisation.clone(),
        enrolment,
        connection: connection.id,
        claim,
        deadlines: held.deadlines,
    };
    let alert = Alert::from_unenrolled(arrival, now);
    store.insert_alert(&alert).await?;
    super::refuse_taken(store, &alert.id, &organisation).await?;
    Ok(QuarantinedPayload { fate: QuarantineState::Answered { alert: alert.id, at: now }, ..held })
}

/// Returns the internal organisation and enrolment of unenrolled alerts, created on first use. No
/// partner, rule, member or endpoint belongs to this organisation.
async fn unenrolled_owner(
    store: &Store,
    connection: &ConnectionId,
    now: Timestamp,
) -> Result<(OrganisationId, EnrolmentId), StoreError> {
    let id = OrganisationId::derived(&["nobody's", connection.as_str()]);
    let enrolment = EnrolmentId::derived(&["nobody's", connection.as_str()]);
    if store.read_organisation(&id).await?.is_none() {
        store.put_organisation(&build_organisation(id.clone(), now)).await?;
    }
    store
        .insert_record(&Enrolment {
            id: enrolment.clone(),
            organisation: id.clone(),
            merchant_ids: Vec::new(),
            watches: EnrolmentTarget::EthocaAlert { descriptors: Vec::new() },
            status: EnrolmentStatus::Unenrolled,
            connection: Some(connection.clone()),
            note: None,
            accepted_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        })
        .await?;
    Ok((id, enrolment))
}

/// Builds the internal organisation. Automation is paused, and no partner has access.
fn build_organisation(id: OrganisationId, now: Timestamp) -> Organisation {
    Organisation {
        partner: PartnerId::derived(&["nobody's"]),
        id,
        name: "Alerts of descriptors that nobody enrolled".into(),
        mode: OperatingMode::Live,
        automation: AutomationLevel::Paused,
        caps: None,
        time_zone: "UTC".into(),
        negative_list_on_refund: NegativeListPolicy::default(),
        version: 1,
        created_at: now,
        updated_at: now,
    }
}
