//! The caller and its visibility: a partner sees its own organisations, a group key some of these,
//! an organisation key only its own.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::account::{ApiKey, ApiKeyScope, Organisation};
use domain::basics::id::OrganisationId;
use flows::problem::{Code, ProblemDetails};
use store::Store;
use store::list::{ListCriteria, MOST_COUNTED, PageRequest};
use store::record::OrganisationRecord;

use crate::http::response::ApiRefusal;
use crate::http::state::SharedContext;

/// The key of a request, and the organisations that the request touched.
#[derive(Debug, Clone)]
pub(crate) struct ApiCaller(pub ApiKey, pub TouchedOrganisations);

/// The organisations whose resources a request touched, to which the audit trail assigns the
/// request.
#[derive(Debug, Clone, Default)]
pub(crate) struct TouchedOrganisations(Arc<Mutex<BTreeSet<OrganisationId>>>);

impl TouchedOrganisations {
    /// Notes an organisation.
    pub fn note_organisation(&self, id: &OrganisationId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone());
    }

    /// Notes the organisations of a key that was created, changed or revoked.
    pub fn note_reach(&self, reach: &ApiKeyScope) {
        match reach {
            ApiKeyScope::Partner => {}
            ApiKeyScope::Organisation(id) => self.note_organisation(id),
            ApiKeyScope::Group(ids) => ids.iter().for_each(|id| self.note_organisation(id)),
        }
    }

    /// Returns all noted organisations, sorted.
    pub fn noted_ids(&self) -> BTreeSet<OrganisationId> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl FromRequestParts<SharedContext> for ApiCaller {
    type Rejection = ApiRefusal;

    /// The guard before every route has inserted the caller.
    async fn from_request_parts(parts: &mut Parts, _: &SharedContext) -> Result<Self, ApiRefusal> {
        parts
            .extensions
            .get()
            .cloned()
            .ok_or_else(|| ProblemDetails::unauthenticated("Bearer").into())
    }
}

impl ApiCaller {
    /// Refuses a key without the ability.
    pub fn require_ability(&self, ability: &str) -> Result<(), ProblemDetails> {
        if self.0.has_ability(ability) {
            Ok(())
        } else {
            Err(ProblemDetails::new(Code::MissingAbility, format!("The key needs `{ability}`.")))
        }
    }

    /// Refuses an organisation's key, and any other key without the ability.
    pub fn require_partner_ability(&self, ability: &str) -> Result<(), ProblemDetails> {
        match self.0.reach {
            ApiKeyScope::Partner | ApiKeyScope::Group(_) => self.require_ability(ability),
            ApiKeyScope::Organisation(_) => {
                Err(ProblemDetails::new(Code::PartnerOnly, "This key is an organisation's."))
            }
        }
    }

    /// Refuses every key except a whole partner's key with the ability.
    pub fn require_admin_ability(&self, ability: &str) -> Result<(), ProblemDetails> {
        match self.0.reach {
            ApiKeyScope::Group(_) => Err(ProblemDetails::new(
                Code::PartnerAdminOnly,
                "This key is for some of the partner's organisations.",
            )),
            ApiKeyScope::Partner | ApiKeyScope::Organisation(_) => {
                self.require_partner_ability(ability)
            }
        }
    }

    /// Reads an organisation that the caller may see.
    pub async fn find_organisation(
        &self,
        store: &Store,
        id: &OrganisationId,
    ) -> Result<Option<Organisation>, ProblemDetails> {
        if !self.0.reach.has_organisation(id) {
            return Ok(None);
        }
        let found = store.read_organisation(id).await?.filter(|found| self.is_owner_of(found));
        if let Some(found) = &found {
            self.1.note_organisation(&found.id);
        }
        Ok(found)
    }

    /// Loads the organisation that `organisation_id` names.
    pub async fn require_organisation(
        &self,
        store: &Store,
        id: &OrganisationId,
    ) -> Result<Organisation, ProblemDetails> {
        self.find_organisation(store, id)
            .await?
            .ok_or_else(|| missing_reference("organisation_id", "organisation"))
    }

    /// Lists the organisations that the caller may see: all, or only the requested organisation.
    pub async fn visible_organisations(
        &self,
        store: &Store,
        only: Option<&str>,
    ) -> Result<Vec<Organisation>, ProblemDetails> {
        let only = only.map(|id| OrganisationId::try_from(id.to_owned()).into_iter().collect());
        let wanted: Vec<OrganisationId> = match (only, &self.0.reach) {
            (Some(only), _) => only,
            (None, ApiKeyScope::Organisation(own)) => vec![own.clone()],
            (None, ApiKeyScope::Group(ids)) => ids.clone(),
            (None, ApiKeyScope::Partner) => return self.all_organisations(store).await,
        };
        let mut seen = Vec::new();
        for id in &wanted {
            seen.extend(self.find_organisation(store, id).await?);
        }
        Ok(seen)
    }

    /// Lists the ids of the visible organisations.
    pub async fn visible_organisation_ids(
        &self,
        store: &Store,
        only: Option<&str>,
    ) -> Result<Vec<OrganisationId>, ProblemDetails> {
        Ok(self.visible_organisations(store, only).await?.into_iter().map(|one| one.id).collect())
    }

    /// Reads the visible organisations' records of a type.
    pub async fn visible_records<R: OrganisationRecord>(
        &self,
        store: &Store,
        only: Option<&str>,
    ) -> Result<Vec<R>, ProblemDetails> {
        Ok(store.read_records_of_each(&self.visible_organisation_ids(store, only).await?).await?)
    }

    /// Loads a record whose organisation the caller may see.
    pub async fn load_record<R: OrganisationRecord>(
        &self,
        store: &Store,
        id: &str,
        what: &str,
    ) -> Result<R, ProblemDetails> {
        let found: Option<R> = store.read_record(id).await?;
        let Some(found) = found else { return Err(ProblemDetails::not_found(what)) };
        let seen = self.find_organisation(store, found.organisation()).await?;
        seen.map(|_| found).ok_or_else(|| ProblemDetails::not_found(what))
    }

    async fn all_organisations(&self, store: &Store) -> Result<Vec<Organisation>, ProblemDetails> {
        let lists = vec![store::keys::organisations_list(&self.0.partner)];
        let page = PageRequest::Offset { offset: 0, limit: MOST_COUNTED };
        let listed = store
            .read_list_page::<Organisation>(&ListCriteria {
                lists,
                page,
                ..ListCriteria::default()
            })
            .await?;
        Ok(listed.items.into_iter().filter(|organisation| self.is_owner_of(organisation)).collect())
    }

    /// Checks whether the caller may see an organisation that was already read.
    pub fn can_see(&self, organisation: &Organisation) -> bool {
        self.0.reach.has_organisation(&organisation.id) && self.is_owner_of(organisation)
    }

    fn is_owner_of(&self, organisation: &Organisation) -> bool {
        organisation.partner == self.0.partner && organisation.mode == self.0.mode
    }
}

/// Builds the refusal of a reference that does not exist, or that the caller may not see.
pub(crate) fn missing_reference(field: impl Into<String>, what: &str) -> ProblemDetails {
    ProblemDetails::for_field(Code::NotFound, field, &format!("There is no such {what}."))
}
