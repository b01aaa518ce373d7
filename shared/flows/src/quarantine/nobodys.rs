//! An alert whose descriptor nobody enrolled. At its deadline the network is told so, as of any
//! alert: it becomes one of an organisation that no key sees.

use domain::account::NegativeListing;
use domain::account::enrolment::{Enrolment, EnrolmentStatus, Routed, Watches, route};
use domain::account::{Automation, Mode, Organisation};
use domain::alert::Alert;
use domain::alert::transition::Arrival;
use domain::basics::id::{ConnectionId, EnrolmentId, OrganisationId, PartnerId};
use domain::network::quarantine::{Fate, Quarantined};
use jiff::Timestamp;
use store::{Store, StoreError};

use super::{Stays, readable};

/// Makes the alert that answers the network; the payload with what became of it is still to be
/// written.
///
/// # Errors
/// [`Stays`] where an enrolment fits it by now, or somebody else's alert it is.
pub async fn answer(
    store: &Store,
    held: Quarantined,
    now: Timestamp,
) -> Result<Quarantined, Stays> {
    let (connection, claim) = readable(store, &held).await?;
    for known in store.connections().await? {
        let routes = store.routes(&known.id, now).await?;
        let candidates = store.routes_for(&routes, &claim.descriptor).await?;
        if route(&claim.descriptor, candidates.routes()) != Routed::Nothing {
            return Err(Stays::Conflict(
                "an enrolment has its descriptor by now, or over another connection".into(),
            ));
        }
    }
    let (organisation, enrolment) = house(store, &connection.id, now).await?;
    let arrival = Arrival {
        organisation: organisation.clone(),
        enrolment,
        connection: connection.id,
        claim,
        deadlines: held.deadlines,
    };
    let alert = Alert::nobodys(arrival, now);
    store.take_in(&alert).await?;
    super::refuse_taken(store, &alert.id, &organisation).await?;
    Ok(Quarantined { fate: Fate::Answered { alert: alert.id, at: now }, ..held })
}

/// The organisation and the enrolment of alerts that are nobody's: no partner has them, no rule, no
/// member, no endpoint.
async fn house(
    store: &Store,
    connection: &ConnectionId,
    now: Timestamp,
) -> Result<(OrganisationId, EnrolmentId), StoreError> {
    let id = OrganisationId::derived(&["nobody's", connection.as_str()]);
    let enrolment = EnrolmentId::derived(&["nobody's", connection.as_str()]);
    if store.organisation(&id).await?.is_none() {
        store.put_organisation(&organisation(id.clone(), now)).await?;
    }
    store
        .keep_new(&Enrolment {
            id: enrolment.clone(),
            organisation: id.clone(),
            merchant_ids: Vec::new(),
            watches: Watches::EthocaAlert { descriptors: Vec::new() },
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

fn organisation(id: OrganisationId, now: Timestamp) -> Organisation {
    Organisation {
        partner: PartnerId::derived(&["nobody's"]),
        id,
        name: "Alerts of descriptors that nobody enrolled".into(),
        mode: Mode::Live,
        automation: Automation::Paused,
        caps: None,
        time_zone: "UTC".into(),
        negative_list_on_refund: NegativeListing::default(),
        version: 1,
        created_at: now,
        updated_at: now,
    }
}
