//! Who calls, and what they may see: a partner its own organisations, a group's key some of them,
//! an organisation's key only its own.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::account::{ApiKey, Organisation, Reach};
use domain::basics::id::OrganisationId;
use flows::problem::{Code, Problem};
use store::Store;
use store::list::{Listing, MOST_COUNTED, Page};
use store::record::Record;

use crate::http::response::Refused;
use crate::http::state::Shared;

/// The key that a request came with, and the organisations that were looked at for it.
#[derive(Debug, Clone)]
pub(crate) struct Caller(pub ApiKey, pub Touched);

/// The organisations whose things a request was about: the audit keeps it for them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Touched(Arc<Mutex<BTreeSet<OrganisationId>>>);

impl Touched {
    /// Notes one.
    pub fn note(&self, id: &OrganisationId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone());
    }

    /// Those of a key that was made, changed or ended.
    pub fn note_reach(&self, reach: &Reach) {
        match reach {
            Reach::Partner => {}
            Reach::Organisation(id) => self.note(id),
            Reach::Group(ids) => ids.iter().for_each(|id| self.note(id)),
        }
    }

    /// All, in an order of their own.
    pub fn all(&self) -> BTreeSet<OrganisationId> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl FromRequestParts<Shared> for Caller {
    type Rejection = Refused;

    /// The guard before every route has put it there.
    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Refused> {
        parts.extensions.get().cloned().ok_or_else(|| Problem::unauthenticated("Bearer").into())
    }
}

impl Caller {
    /// Refuses a key without the ability.
    pub fn may(&self, ability: &str) -> Result<(), Problem> {
        if self.0.can(ability) {
            Ok(())
        } else {
            Err(Problem::new(Code::MissingAbility, format!("The key needs `{ability}`.")))
        }
    }

    /// Refuses an organisation's key, and a partner's or group's without the ability.
    pub fn as_partner_may(&self, ability: &str) -> Result<(), Problem> {
        match self.0.reach {
            Reach::Partner | Reach::Group(_) => self.may(ability),
            Reach::Organisation(_) => {
                Err(Problem::new(Code::PartnerOnly, "This key is an organisation's."))
            }
        }
    }

    /// Refuses every key but one of the whole partner with the ability.
    pub fn as_admin_may(&self, ability: &str) -> Result<(), Problem> {
        match self.0.reach {
            Reach::Group(_) => Err(Problem::new(
                Code::PartnerAdminOnly,
                "This key is for some of the partner's organisations.",
            )),
            Reach::Partner | Reach::Organisation(_) => self.as_partner_may(ability),
        }
    }

    /// The organisation, where the caller may see it.
    pub async fn organisation(
        &self,
        store: &Store,
        id: &OrganisationId,
    ) -> Result<Option<Organisation>, Problem> {
        if !self.0.reach.holds(id) {
            return Ok(None);
        }
        let found = store.organisation(id).await?.filter(|found| self.owns(found));
        if let Some(found) = &found {
            self.1.note(&found.id);
        }
        Ok(found)
    }

    /// The organisation that a field names.
    pub async fn named_organisation(
        &self,
        store: &Store,
        id: &OrganisationId,
    ) -> Result<Organisation, Problem> {
        self.organisation(store, id)
            .await?
            .ok_or_else(|| missing("organisation_id", "organisation"))
    }

    /// The organisations the caller may see: all, or the one it asks for.
    pub async fn organisations(
        &self,
        store: &Store,
        only: Option<&str>,
    ) -> Result<Vec<Organisation>, Problem> {
        let only = only.map(|id| OrganisationId::try_from(id.to_owned()).into_iter().collect());
        let wanted: Vec<OrganisationId> = match (only, &self.0.reach) {
            (Some(only), _) => only,
            (None, Reach::Organisation(own)) => vec![own.clone()],
            (None, Reach::Group(ids)) => ids.clone(),
            (None, Reach::Partner) => return self.all_organisations(store).await,
        };
        let mut seen = Vec::new();
        for id in &wanted {
            seen.extend(self.organisation(store, id).await?);
        }
        Ok(seen)
    }

    /// The ids of the same organisations.
    pub async fn organisation_ids(
        &self,
        store: &Store,
        only: Option<&str>,
    ) -> Result<Vec<OrganisationId>, Problem> {
        Ok(self.organisations(store, only).await?.into_iter().map(|one| one.id).collect())
    }

    /// What the same organisations have of a kind.
    pub async fn records<R: Record>(
        &self,
        store: &Store,
        only: Option<&str>,
    ) -> Result<Vec<R>, Problem> {
        Ok(store.records_of(&self.organisation_ids(store, only).await?).await?)
    }

    /// A record, where the caller may see its organisation.
    pub async fn record<R: Record>(
        &self,
        store: &Store,
        id: &str,
        what: &str,
    ) -> Result<R, Problem> {
        let found: Option<R> = store.record(id).await?;
        let Some(found) = found else { return Err(Problem::not_found(what)) };
        let seen = self.organisation(store, found.organisation()).await?;
        seen.map(|_| found).ok_or_else(|| Problem::not_found(what))
    }

    async fn all_organisations(&self, store: &Store) -> Result<Vec<Organisation>, Problem> {
        let lists = vec![store::keys::listed_organisations(&self.0.partner)];
        let page = Page::Offset { offset: 0, limit: MOST_COUNTED };
        let listed =
            store.list::<Organisation>(&Listing { lists, page, ..Listing::default() }).await?;
        Ok(listed.items.into_iter().filter(|organisation| self.owns(organisation)).collect())
    }

    /// Whether the caller may see the organisation, which was read already.
    pub fn sees(&self, organisation: &Organisation) -> bool {
        self.0.reach.holds(&organisation.id) && self.owns(organisation)
    }

    fn owns(&self, organisation: &Organisation) -> bool {
        organisation.partner == self.0.partner && organisation.mode == self.0.mode
    }
}

/// A thing that a field names and that is not there, or is not the caller's to see.
pub(crate) fn missing(field: impl Into<String>, what: &str) -> Problem {
    Problem::of_field(Code::NotFound, field, &format!("There is no such {what}."))
}
