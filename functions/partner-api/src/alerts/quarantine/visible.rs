//! What a caller may see and decide of a quarantined payload: all of its own, little of what may be
//! another's.

use std::collections::BTreeSet;

use domain::account::Organisation;
use domain::account::enrolment::Claimant;
use domain::basics::id::{EnrolmentId, OrganisationId};
use domain::network::quarantine::{Doubt, Quarantined};
use flows::problem::{Code, Problem};
use store::Store;
use store::list::Listed;

use crate::http::caller::Caller;

/// The organisations that payloads name and the caller may see.
pub(super) struct Visible {
    /// All of them.
    all: BTreeSet<OrganisationId>,
    /// Those that were asked for; all where none was.
    asked: BTreeSet<OrganisationId>,
}

impl Visible {
    /// Looks up the organisations that the payloads name; those that were read already cost
    /// nothing.
    pub async fn of(
        store: &Store,
        caller: &Caller,
        read: &[Organisation],
        payloads: &[Quarantined],
    ) -> Result<Self, Problem> {
        let asked: BTreeSet<OrganisationId> = read.iter().map(|one| one.id.clone()).collect();
        let mut all = asked.clone();
        let named: BTreeSet<&OrganisationId> = payloads
            .iter()
            .flat_map(|held| held.organisation.iter().chain(claimed(held)))
            .collect();
        for id in named.into_iter().filter(|id| !asked.contains(id)) {
            all.extend(caller.organisation(store, id).await?.map(|found| found.id));
        }
        let asked = if read.is_empty() { all.clone() } else { asked };
        Ok(Self { all, asked })
    }

    /// Whether a payload is, or may be, of an organisation that was asked for.
    pub fn concerns(&self, held: &Quarantined) -> bool {
        match &held.organisation {
            Some(organisation) => self.asked.contains(organisation),
            None => held.concerned().into_iter().any(|id| self.asked.contains(id)),
        }
    }

    /// A page without what concerns none of them: the index may list what was decided a moment ago.
    pub fn only(&self, mut listed: Listed<Quarantined>) -> Listed<Quarantined> {
        listed.items.retain(|held| self.concerns(held));
        listed
    }

    /// Whether the payload can be nobody's but the caller's. What only enrolments want that wait
    /// for the operator's word may be anybody's.
    pub fn is_whole(&self, held: &Quarantined) -> bool {
        match (&held.organisation, &held.contest) {
            (Some(organisation), _) => self.all.contains(organisation),
            (None, Some(contest)) => {
                contest.doubt == Doubt::Contested && claimed(held).all(|id| self.all.contains(id))
            }
            (None, None) => false,
        }
    }

    /// Refuses to decide on what may be another's.
    pub fn decides(&self, held: &Quarantined) -> Result<(), Problem> {
        let why = "It is undecided whose it is; whoever operates the system decides.";
        if self.is_whole(held) { Ok(()) } else { Err(Problem::new(Code::Conflict, why)) }
    }

    /// Whether the payload may go to an organisation's enrolment.
    pub fn is_of(&self, held: &Quarantined, organisation: &OrganisationId) -> bool {
        let may_have = held
            .organisation
            .as_ref()
            .map_or_else(|| claimed(held).any(|id| id == organisation), |own| own == organisation);
        may_have && self.all.contains(organisation)
    }

    /// The caller's enrolments that the payload may belong to.
    pub fn enrolments(&self, held: &Quarantined) -> Vec<EnrolmentId> {
        let own = claimants(held).filter(|one| self.all.contains(&one.organisation));
        own.map(|one| one.enrolment.clone()).collect()
    }

    /// The descriptor: each of those that contest it has enrolled it.
    pub fn descriptor(&self, held: &Quarantined) -> Option<String> {
        let contest = held
            .contest
            .as_ref()
            .filter(|contest| contest.doubt == Doubt::Contested || self.is_whole(held));
        contest.map(|contest| contest.descriptor.clone())
    }
}

fn claimants(held: &Quarantined) -> impl Iterator<Item = &Claimant> {
    held.contest.iter().flat_map(|contest| &contest.claimants)
}

fn claimed(held: &Quarantined) -> impl Iterator<Item = &OrganisationId> {
    claimants(held).map(|one| &one.organisation)
}
