//! Quarantine: what a vendor sent and nobody could work, with its deadlines. Whose an alert is that
//! enrolments of several organisations fit, evidence decides, and else the operator.

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

/// For how many organisations a payload is looked at and listed; one that more could have is the
/// operator's at once.
pub const MOST_CONCERNED: usize = 20;
/// How many of the enrolments that an alert may belong to are kept with it: an item has 400 KB.
const MOST_CLAIMANTS: usize = 200;
/// Who released an alert whose claimants' evidence told whose it is.
pub const BY_EVIDENCE: &str = "evidence";

/// A payload that could not be worked, its card numbers truncated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantinedPayload {
    pub id: QuarantineId,
    pub connection: ConnectionId,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vendor_alert_id: Option<String>,
    /// Why it could not be worked, in words.
    pub reason: String,
    /// The alert that was read, as JSON, or the payload that could not be.
    pub raw: String,
    /// Whether it is an alert that was read.
    pub is_read: bool,
    /// The enrolments that it might belong to.
    #[serde(default)]
    pub enrolments: Vec<EnrolmentId>,
    pub received_at: Timestamp,
    /// By when the network wants its answer; counted from the payload's arrival where it tells no
    /// time.
    pub deadlines: AlertDeadlines,
    pub watch: QuarantineWatch,
    pub fate: QuarantineState,
    /// The organisation it was handed to; the operator's only, while there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub organisation: Option<OrganisationId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub assigned: Option<PayloadAssignment>,
    /// Whose it may be, while that is undecided.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub contest: Option<OwnershipContest>,
    pub version: u64,
}

/// The enrolments that an alert may belong to, and what is known of it without its payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnershipContest {
    pub doubt: OwnershipDoubt,
    pub claimants: Vec<EnrolmentCandidate>,
    /// The partner of all of them, where it is one: only that one's affair is shown to it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub partner: Option<PartnerId>,
    pub descriptor: String,
}

/// Why it is undecided whose an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OwnershipDoubt {
    /// Enrolments of several organisations fit it.
    Contested,
    /// The enrolments that fit wait for the operator's word.
    Held,
}

/// When it was handed to its organisation, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayloadAssignment {
    pub at: Timestamp,
    pub by: String,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum QuarantineState {
    Held,
    /// Somebody has begun to release it: whoever asks for the same goes on with it.
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
    /// No enrolment of anybody's fitted it: at its deadline the network is told that the descriptor
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
    /// The word for it.
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

/// The claimants that are kept with an alert. Each organisation's first come first: one that has
/// enrolled much leaves no other out.
#[must_use]
pub fn limit_claimants(claimants: Vec<EnrolmentCandidate>) -> Vec<EnrolmentCandidate> {
    let mut organisations = BTreeSet::new();
    let (firsts, others): (Vec<EnrolmentCandidate>, Vec<EnrolmentCandidate>) =
        claimants.into_iter().partition(|one| organisations.insert(one.organisation.clone()));
    firsts.into_iter().chain(others).take(MOST_CLAIMANTS).collect()
}

impl QuarantinedPayload {
    /// The organisations that it is listed for as one that may be theirs: none once it is
    /// somebody's. A contested one is for nobody's eyes but those of the one partner whose
    /// organisations all of them are.
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

    /// The organisations between which evidence is to decide, each with its enrolments that fit
    /// best; none where it has nothing to decide.
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
