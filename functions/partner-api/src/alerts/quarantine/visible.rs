//! What a caller may see and decide of a quarantined payload: all of its own, little of what may be
//! another's.

use std::collections::BTreeSet;

use domain::account::Organisation;
use domain::account::enrolment::EnrolmentCandidate;
use domain::basics::id::{EnrolmentId, OrganisationId};
use domain::network::quarantine::{OwnershipDoubt, QuarantinedPayload};
use flows::problem::{Code, ProblemDetails};
use store::Store;
use store::list::ListPage;

use crate::http::caller::ApiCaller;

/// The organisations that payloads name and the caller may see.
pub(super) struct PayloadVisibility {
    /// All of them.
    all: BTreeSet<OrganisationId>,
    /// Those that were asked for; all where none was.
    asked: BTreeSet<OrganisationId>,
}

impl PayloadVisibility {
    /// Looks up the organisations that the payloads name; those that were read already cost
    /// nothing.
    pub async fn for_payloads(
        store: &Store,
        caller: &ApiCaller,
        read: &[Organisation],
        payloads: &[QuarantinedPayload],
    ) -> Result<Self, ProblemDetails> {
        let asked: BTreeSet<OrganisationId> = read.iter().map(|one| one.id.clone()).collect();
        let mut all = asked.clone();
        let named: BTreeSet<&OrganisationId> = payloads
            .iter()
            .flat_map(|held| held.organisation.iter().chain(claimant_organisations(held)))
            .collect();
        for id in named.into_iter().filter(|id| !asked.contains(id)) {
            all.extend(caller.find_organisation(store, id).await?.map(|found| found.id));
        }
        let asked = if read.is_empty() { all.clone() } else { asked };
        Ok(Self { all, asked })
    }

    /// Whether a payload is, or may be, of an organisation that was asked for.
    pub fn concerns_caller(&self, held: &QuarantinedPayload) -> bool {
        match &held.organisation {
            Some(organisation) => self.asked.contains(organisation),
            None => held.concerned_organisations().into_iter().any(|id| self.asked.contains(id)),
        }
    }

    /// A page without what concerns none of them: the index may list what was decided a moment ago.
    pub fn retain_concerned(
        &self,
        mut listed: ListPage<QuarantinedPayload>,
    ) -> ListPage<QuarantinedPayload> {
        listed.items.retain(|held| self.concerns_caller(held));
        listed
    }

    /// Whether the payload can be nobody's but the caller's. What only enrolments want that wait
    /// for the operator's word may be anybody's.
    pub fn is_fully_visible(&self, held: &QuarantinedPayload) -> bool {
        match (&held.organisation, &held.contest) {
            (Some(organisation), _) => self.all.contains(organisation),
            (None, Some(contest)) => {
                contest.doubt == OwnershipDoubt::Contested
                    && claimant_organisations(held).all(|id| self.all.contains(id))
            }
            (None, None) => false,
        }
    }

    /// Refuses to decide on what may be another's.
    pub fn refuse_undecidable(&self, held: &QuarantinedPayload) -> Result<(), ProblemDetails> {
        let why = "It is undecided whose it is; whoever operates the system decides.";
        if self.is_fully_visible(held) {
            Ok(())
        } else {
            Err(ProblemDetails::new(Code::Conflict, why))
        }
    }

    /// Whether the payload may go to an organisation's enrolment.
    pub fn can_belong_to(&self, held: &QuarantinedPayload, organisation: &OrganisationId) -> bool {
        let may_have = held.organisation.as_ref().map_or_else(
            || claimant_organisations(held).any(|id| id == organisation),
            |own| own == organisation,
        );
        may_have && self.all.contains(organisation)
    }

    /// The caller's enrolments that the payload may belong to.
    pub fn own_enrolments(&self, held: &QuarantinedPayload) -> Vec<EnrolmentId> {
        let own = contest_claimants(held).filter(|one| self.all.contains(&one.organisation));
        own.map(|one| one.enrolment.clone()).collect()
    }

    /// The descriptor: each of those that contest it has enrolled it.
    pub fn visible_descriptor(&self, held: &QuarantinedPayload) -> Option<String> {
        let contest = held.contest.as_ref().filter(|contest| {
            contest.doubt == OwnershipDoubt::Contested || self.is_fully_visible(held)
        });
        contest.map(|contest| contest.descriptor.clone())
    }
}

fn contest_claimants(held: &QuarantinedPayload) -> impl Iterator<Item = &EnrolmentCandidate> {
    held.contest.iter().flat_map(|contest| &contest.claimants)
}

fn claimant_organisations(held: &QuarantinedPayload) -> impl Iterator<Item = &OrganisationId> {
    contest_claimants(held).map(|one| &one.organisation)
}
