//! The first step of an alert: the arrival. The id derives from the network's own id, which makes
//! every repeat the same alert.

use jiff::Timestamp;

use crate::alert::{
    Alert, AlertDeadlines, AlertState, CourseOfAction, Decision, DecisionMaker, HistoryActor,
    HistoryStep, StepKind,
};
use crate::basics::id::{AlertId, ConnectionId, EnrolmentId, OrganisationId};
use crate::network::claim::{AlertNetwork, Claim};
use crate::rules::ruleset::AlertAction;

/// An incoming alert, with the owner and the claim.
#[derive(Debug, Clone)]
pub struct IncomingAlert {
    pub organisation: OrganisationId,
    pub enrolment: EnrolmentId,
    pub connection: ConnectionId,
    pub claim: Claim,
    pub deadlines: AlertDeadlines,
}

impl Alert {
    /// Returns the id of a network's alert. The same vendor id gives the same alert, over any
    /// connection.
    #[must_use]
    pub fn id_from_claim(claim: &Claim) -> AlertId {
        Self::id_from_network(claim.network, &claim.vendor_alert_id)
    }

    /// Returns the id of an alert by the network's own id.
    #[must_use]
    pub fn id_from_network(network: AlertNetwork, vendor_alert_id: &str) -> AlertId {
        AlertId::derived(&[network.as_str(), vendor_alert_id])
    }

    /// Creates a new alert.
    #[must_use]
    pub fn from_incoming(arrival: IncomingAlert, now: Timestamp) -> Self {
        let IncomingAlert { organisation, enrolment, connection, claim, deadlines } = arrival;
        let first = HistoryStep {
            version: 1,
            at: now,
            did: StepKind::Received,
            by: HistoryActor::Vendor,
            write: String::new(),
            proof: None,
        };
        let id = Self::id_from_claim(&claim);
        let (received_at, updated_at, moved_at) = (now, now, now);
        let (state, history) = (AlertState::Received { asked: None }, vec![first]);
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

    /// Creates an alert of a descriptor that no organisation enrolled. No person is asked, and the
    /// network receives the answer that the descriptor is not ours.
    #[must_use]
    pub fn from_unenrolled(arrival: IncomingAlert, now: Timestamp) -> Self {
        let course = CourseOfAction::Act {
            action: AlertAction::NotOurDescriptor,
            amount: None,
            declared: None,
            cancelled: None,
        };
        let decision = Box::new(Decision {
            by: DecisionMaker::PreCheck,
            course,
            at: now,
            need: None,
            rests_on: None,
        });
        Self::from_incoming(arrival, now).move_to_state(
            AlertState::Decided { sale: None, decision },
            HistoryActor::System,
            now,
        )
    }
}
