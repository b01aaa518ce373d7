//! The new key's reach and abilities, limited to its creator's, and its random secret.

use domain::account::enrolment::FieldError;
use domain::account::issued_key::{ABILITIES, ApiKeySecret};
use domain::account::{ALL_ABILITIES, ApiKey, ApiKeyLevel, ApiKeyScope, OperatingMode};
use domain::basics::id::{KeyId, OrganisationId};
use flows::problem::{Code, ProblemDetails};
use jiff::Timestamp;
use runtime::random::{NoRandomness, hash_secret, new_secret, new_seed};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::body::{RequestBody, length_fault, refuse_faults};
use crate::http::caller::{ApiCaller, missing_reference};
use crate::http::state::ApiContext;

/// The most organisations of a `GROUP` key.
const MOST_ORGANISATIONS: usize = 100;

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewApiKey)]
pub(super) struct CreateApiKey {
    #[schema(min_length = 1, max_length = 255, pattern = r"\S")]
    pub name: String,
    level: ApiKeyLevel,
    #[serde(default)]
    #[schema(max_items = 100)]
    organisation_ids: Vec<OrganisationId>,
    /// The creator's own abilities if absent; `*` grants all.
    #[schema(min_items = 1)]
    abilities: Option<Vec<String>>,
}

/// Builds the requested key. Refuses a reach or an ability beyond the caller's own.
pub(super) async fn build_key(
    api: &ApiContext,
    caller: &ApiCaller,
    given: &RequestBody<CreateApiKey>,
) -> Result<ApiKey, ProblemDetails> {
    let new = &given.body;
    refuse_faults(new.find_faults())?;
    let abilities = match &new.abilities {
        None => caller.0.abilities.clone(),
        Some(named) if named.iter().any(|one| one == ALL_ABILITIES) => Vec::new(),
        Some(named) => named.clone(),
    };
    match (new.level, &caller.0.reach) {
        (ApiKeyLevel::Partner, _) => caller.require_admin_ability("api_keys:write")?,
        (ApiKeyLevel::Group, _) => caller.require_partner_ability("api_keys:write")?,
        (ApiKeyLevel::Organisation, _) => {}
    }
    refuse_ungrantable(caller, &abilities)?;
    let reach = build_reach(api, caller, new).await?;
    let id = KeyId::from_seed(new_seed()?);
    Ok(ApiKey {
        id,
        partner: caller.0.partner.clone(),
        mode: caller.0.mode,
        reach,
        abilities,
        created_at: given.now,
    })
}

/// Refuses abilities that the caller lacks.
pub(super) fn refuse_ungrantable(
    caller: &ApiCaller,
    abilities: &[String],
) -> Result<(), ProblemDetails> {
    match caller.0.first_missing_ability(abilities) {
        None => Ok(()),
        Some(lacked) => Err(ProblemDetails::new(
            Code::MissingAbility,
            format!("A key grants what it has itself; this one lacks `{lacked}`."),
        )),
    }
}

/// Generates a secret: plain text for the owner, a hash for the table.
pub(super) fn generate_secret(
    mode: OperatingMode,
    now: Timestamp,
) -> Result<(String, ApiKeySecret), NoRandomness> {
    let plain = new_secret(mode)?;
    let secret = ApiKeySecret::new(&plain, hash_secret(&plain), now);
    Ok((plain, secret))
}

async fn build_reach(
    api: &ApiContext,
    caller: &ApiCaller,
    new: &CreateApiKey,
) -> Result<ApiKeyScope, ProblemDetails> {
    let mut ids = Vec::new();
    for (at, id) in new.organisation_ids.iter().enumerate() {
        let found = caller.find_organisation(&api.store, id).await?;
        ids.push(
            found
                .ok_or_else(|| {
                    missing_reference(format!("organisation_ids[{at}]"), "organisation")
                })?
                .id,
        );
    }
    ids.sort();
    ids.dedup();
    Ok(match (new.level, ids.first()) {
        (ApiKeyLevel::Partner, _) | (_, None) => ApiKeyScope::Partner,
        (ApiKeyLevel::Organisation, Some(id)) => ApiKeyScope::Organisation(id.clone()),
        (ApiKeyLevel::Group, Some(_)) => ApiKeyScope::Group(ids),
    })
}

impl CreateApiKey {
    fn find_faults(&self) -> Vec<FieldError> {
        let count = self.organisation_ids.len();
        let (fits, wanted) = match self.level {
            ApiKeyLevel::Partner => (count == 0, "none for a partner's key".to_owned()),
            ApiKeyLevel::Group => (
                (1..=MOST_ORGANISATIONS).contains(&count),
                format!("1 to {MOST_ORGANISATIONS} for a group's key"),
            ),
            ApiKeyLevel::Organisation => {
                (count == 1, "exactly one for an organisation's key".to_owned())
            }
        };
        let organisations = (!fits).then(|| {
            FieldError::new("organisation_ids", "OUT_OF_RANGE", format!("Must name {wanted}."))
        });
        let named = self.abilities.iter().flatten().enumerate();
        let unknown =
            named.filter(|(_, one)| *one != ALL_ABILITIES && !ABILITIES.contains(&one.as_str()));
        let allowed =
            || format!("Must be `{ALL_ABILITIES}` or one of `{}`.", ABILITIES.join("`, `"));
        let unknown = unknown
            .map(|(at, _)| FieldError::new(format!("abilities[{at}]"), "UNKNOWN_VALUE", allowed()));
        let none = self.abilities.as_ref().is_some_and(Vec::is_empty);
        let none = none.then(|| {
            FieldError::new(
                "abilities",
                "BLANK",
                "Must name at least one; leave it out for the maker's own.",
            )
        });
        length_fault("name", &self.name, 255)
            .into_iter()
            .chain(organisations)
            .chain(none)
            .chain(unknown)
            .collect()
    }
}
