//! Visibility of quarantined payloads: everything of the caller's own, little of a payload that may
//! belong to another organisation.

use std::collections::BTreeSet;

use domain::account::Organisation;
use domain::account::enrolment::EnrolmentCandidate;
use domain::basics::id::{EnrolmentId, OrganisationId};
use domain::network::quarantine::{OwnershipDoubt, QuarantinedPayload};
use flows::problem::{Code, ProblemDetails};
use store::Store;
use store::list::ListPage;

use crate::http::caller::ApiCaller;

/// The organisations that payloads name and that the caller may see.
pub(super) struct PayloadVisibility {
    /// All visible organisations.
    all: BTreeSet<OrganisationId>,
    /// The organisations in the request's filter; all without a filter.
    asked: BTreeSet<OrganisationId>,
}

impl PayloadVisibility {
    /// Looks up the organisations that the payloads name. Organisations already read cost no
    /// further read.
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

    /// Checks whether a payload belongs, or may belong, to a requested organisation.
    pub fn concerns_caller(&self, held: &QuarantinedPayload) -> bool {
        match &held.organisation {
            Some(organisation) => self.asked.contains(organisation),
            None => held.concerned_organisations().into_iter().any(|id| self.asked.contains(id)),
        }
    }

    /// Filters a page of results. The index may still list payloads that were decided a moment ago.
    pub fn retain_concerned(
        &self,
        mut listed: ListPage<QuarantinedPayload>,
    ) -> ListPage<QuarantinedPayload> {
        listed.items.retain(|held| self.concerns_caller(held));
        listed
    }

    /// Checks whether the payload can belong only to the caller. A payload that only unaccepted
    /// enrolments match may belong to any organisation.
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

    /// Refuses a decision on a payload that may belong to another organisation.
    pub fn refuse_undecidable(&self, held: &QuarantinedPayload) -> Result<(), ProblemDetails> {
        let why = "It is undecided whose it is; whoever operates the system decides.";
        if self.is_fully_visible(held) {
            Ok(())
        } else {
            Err(ProblemDetails::new(Code::Conflict, why))
        }
    }

    /// Checks whether the payload may go to an organisation's enrolment.
    pub fn can_belong_to(&self, held: &QuarantinedPayload, organisation: &OrganisationId) -> bool {
        let may_have = held.organisation.as_ref().map_or_else(
            || claimant_organisations(held).any(|id| id == organisation),
            |own| own == organisation,
        );
        may_have && self.all.contains(organisation)
    }

    /// Lists the caller's enrolments that the payload may belong to.
    pub fn own_enrolments(&self, held: &QuarantinedPayload) -> Vec<EnrolmentId> {
        let own = contest_claimants(held).filter(|one| self.all.contains(&one.organisation));
        own.map(|one| one.enrolment.clone()).collect()
    }

    /// Returns the descriptor. Each contesting organisation has enrolled the descriptor itself.
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
