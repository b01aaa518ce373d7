//! The first step of an alert: its arrival, whose identity makes every repeat the same alert.

use jiff::Timestamp;

use crate::alert::{Actor, Alert, Course, Deadlines, Decider, Decision, Did, State, Step};
use crate::basics::id::{AlertId, ConnectionId, EnrolmentId, OrganisationId};
use crate::network::claim::{Claim, Network};
use crate::rules::ruleset::Action;

/// An alert as it comes in: whose it is and what it says.
#[derive(Debug, Clone)]
pub struct Arrival {
    pub organisation: OrganisationId,
    pub enrolment: EnrolmentId,
    pub connection: ConnectionId,
    pub claim: Claim,
    pub deadlines: Deadlines,
}

impl Alert {
    /// The identity of a network's alert: the same id is the same alert, whoever delivers it.
    #[must_use]
    pub fn id_of(claim: &Claim) -> AlertId {
        Self::id_named(claim.network, &claim.vendor_alert_id)
    }

    /// The same, by the network's own id.
    #[must_use]
    pub fn id_named(network: Network, vendor_alert_id: &str) -> AlertId {
        AlertId::derived(&[network.as_str(), vendor_alert_id])
    }

    /// A new alert.
    #[must_use]
    pub fn received(arrival: Arrival, now: Timestamp) -> Self {
        let Arrival { organisation, enrolment, connection, claim, deadlines } = arrival;
        let first = Step {
            version: 1,
            at: now,
            did: Did::Received,
            by: Actor::Vendor,
            write: String::new(),
            proof: None,
        };
        let id = Self::id_of(&claim);
        let (received_at, updated_at, moved_at) = (now, now, now);
        let (state, history) = (State::Received { asked: None }, vec![first]);
        Self {
            id,
            organisation,
            enrolment,
            connection,
            claim,
            deadlines,
            received_at,
            updated_at,
            moved_at,
            nudges: 0,
            put_off: None,
            warned: false,
            unnotified: None,
            note: None,
            version: 1,
            state,
            history,
        }
    }

    /// An alert whose descriptor nobody enrolled: there is nobody to ask, and its network is told
    /// so.
    #[must_use]
    pub fn nobodys(arrival: Arrival, now: Timestamp) -> Self {
        let course = Course::Act {
            action: Action::NotOurDescriptor,
            amount: None,
            declared: None,
            cancelled: None,
        };
        let decision = Box::new(Decision {
            by: Decider::PreCheck,
            course,
            at: now,
            need: None,
            rests_on: None,
        });
        Self::received(arrival, now).moved(
            State::Decided { sale: None, decision },
            Actor::System,
            now,
        )
    }
}
