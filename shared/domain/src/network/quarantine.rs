//! The quarantine: vendor payloads that could not be processed, with their deadlines. If enrolments
//! of several organisations fit an alert, evidence decides, else the operator.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::enrolment::EnrolmentCandidate;
use crate::alert::AlertDeadlines;
use crate::basics::id::{
    AlertId, ConnectionId, EnrolmentId, OrganisationId, PartnerId, QuarantineId,
};

mod watch;

pub use watch::{DueQuarantineStep, QuarantineWatch};

/// The maximum number of organisations for which a payload is examined and listed. A payload with
/// more candidates goes to the operator at once.
pub const MOST_CONCERNED: usize = 20;
/// The maximum number of candidate enrolments stored with an alert: a stored item is limited to 400
/// KB.
const MOST_CLAIMANTS: usize = 200;
/// The author of a release that evidence decided.
pub const BY_EVIDENCE: &str = "evidence";

/// A payload that could not be processed, with card numbers truncated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantinedPayload {
    pub id: QuarantineId,
    pub connection: ConnectionId,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vendor_alert_id: Option<String>,
    /// The reason for the quarantine, in plain text.
    pub reason: String,
    /// The parsed alert as JSON, or the payload that could not be parsed.
    pub raw: String,
    /// Whether the payload was parsed as an alert.
    pub is_read: bool,
    /// The enrolments that the alert might belong to.
    #[serde(default)]
    pub enrolments: Vec<EnrolmentId>,
    pub received_at: Timestamp,
    /// The deadlines of the network's answer, counted from the payload's arrival if the payload has
    /// no time.
    pub deadlines: AlertDeadlines,
    pub watch: QuarantineWatch,
    pub fate: QuarantineState,
    /// The organisation that the payload was assigned to. Without an organisation only the operator
    /// has access.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub organisation: Option<OrganisationId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub assigned: Option<PayloadAssignment>,
    /// The contest for the alert, while the owner is undecided.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub contest: Option<OwnershipContest>,
    pub version: u64,
}

/// The enrolments that an alert may belong to, with the facts needed without the payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnershipContest {
    pub doubt: OwnershipDoubt,
    pub claimants: Vec<EnrolmentCandidate>,
    /// The partner of all claimants, if all have the same partner. Only then may the partner view
    /// the contest.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub partner: Option<PartnerId>,
    pub descriptor: String,
}

/// The reason for which the owner of an alert is undecided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OwnershipDoubt {
    /// Enrolments of several organisations fit the alert.
    Contested,
    /// The enrolments that fit wait for the operator's approval.
    Held,
}

/// The time and author of the assignment to an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayloadAssignment {
    pub at: Timestamp,
    pub by: String,
}

/// The state of a quarantined payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum QuarantineState {
    Held,
    /// A release has begun. A retry of the same release continues from this state.
    Releasing {
        enrolment: EnrolmentId,
        at: Timestamp,
        by: String,
    },
    Released {
        alert: AlertId,
        at: Timestamp,
        by: String,
    },
    /// No enrolment fitted the alert. At the deadline the network is answered that the descriptor
    /// is not ours.
    Answered {
        alert: AlertId,
        at: Timestamp,
    },
    Discarded {
        at: Timestamp,
        by: String,
        why: String,
    },
}

impl QuarantineState {
    /// Returns the name of the state.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Held => "HELD",
            Self::Releasing { .. } => "RELEASING",
            Self::Released { .. } => "RELEASED",
            Self::Answered { .. } => "ANSWERED",
            Self::Discarded { .. } => "DISCARDED",
        }
    }
}

/// Limits the claimants that are stored with an alert. The first claimant of each organisation is
/// stored first: an organisation with many enrolments displaces no other.
#[must_use]
pub fn limit_claimants(claimants: Vec<EnrolmentCandidate>) -> Vec<EnrolmentCandidate> {
    let mut organisations = BTreeSet::new();
    let (firsts, others): (Vec<EnrolmentCandidate>, Vec<EnrolmentCandidate>) =
        claimants.into_iter().partition(|one| organisations.insert(one.organisation.clone()));
    firsts.into_iter().chain(others).take(MOST_CLAIMANTS).collect()
}

impl QuarantinedPayload {
    /// Returns the organisations for which the payload is listed as a possible owner; none once
    /// assigned. A contested payload is listed only if all claimants have the same partner.
    #[must_use]
    pub fn concerned_organisations(&self) -> BTreeSet<&OrganisationId> {
        let is_for_all = |contest: &&OwnershipContest| {
            contest.doubt == OwnershipDoubt::Held || contest.partner.is_some()
        };
        let contest = self.contest.iter().filter(|_| self.organisation.is_none()).find(is_for_all);
        let all: BTreeSet<&OrganisationId> = contest
            .iter()
            .flat_map(|contest| &contest.claimants)
            .map(|one| &one.organisation)
            .collect();
        if all.len() > MOST_CONCERNED { BTreeSet::new() } else { all }
    }

    /// Returns the organisations between which evidence must decide, each with the best-fitting
    /// enrolments; none if there is nothing to decide.
    #[must_use]
    pub fn contesting_organisations(&self) -> Vec<(OrganisationId, Vec<EnrolmentId>)> {
        let contest = self.contest.iter().filter(|contest| {
            contest.doubt == OwnershipDoubt::Contested && self.organisation.is_none()
        });
        let mut all: Vec<(OrganisationId, Vec<EnrolmentId>)> = Vec::new();
        for one in contest.flat_map(|contest| &contest.claimants) {
            match all.iter_mut().find(|(organisation, _)| *organisation == one.organisation) {
                Some((_, enrolments)) => enrolments.push(one.enrolment.clone()),
                None => all.push((one.organisation.clone(), vec![one.enrolment.clone()])),
            }
        }
        all
    }
}

#[cfg(test)]
mod tests;
