//! How a key is made: its reach and abilities within its maker's, its secret from random bits.

use domain::account::enrolment::Fault;
use domain::account::issued_key::{ABILITIES, Secret};
use domain::account::{ALL_ABILITIES, ApiKey, Level, Mode, Reach};
use domain::basics::id::{KeyId, OrganisationId};
use flows::problem::{Code, Problem};
use jiff::Timestamp;
use runtime::random::{NoRandomness, hash_secret, new_secret, new_seed};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::body::{Given, length, refuse};
use crate::http::caller::{Caller, missing};
use crate::http::state::Api;

/// The most organisations of a group.
const MOST_ORGANISATIONS: usize = 100;

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewApiKey)]
pub(super) struct New {
    #[schema(min_length = 1, max_length = 255, pattern = r"\S")]
    pub name: String,
    level: Level,
    #[serde(default)]
    #[schema(max_items = 100)]
    organisation_ids: Vec<OrganisationId>,
    /// Its maker's own, if none are named; `*` stands for all.
    #[schema(min_items = 1)]
    abilities: Option<Vec<String>>,
}

/// The key that was asked for, where its maker may make it.
pub(super) async fn key(api: &Api, caller: &Caller, given: &Given<New>) -> Result<ApiKey, Problem> {
    let new = &given.body;
    refuse(new.faults())?;
    let abilities = match &new.abilities {
        None => caller.0.abilities.clone(),
        Some(named) if named.iter().any(|one| one == ALL_ABILITIES) => Vec::new(),
        Some(named) => named.clone(),
    };
    match (new.level, &caller.0.reach) {
        (Level::Partner, _) => caller.as_admin_may("api_keys:write")?,
        (Level::Group, _) => caller.as_partner_may("api_keys:write")?,
        (Level::Organisation, _) => {}
    }
    grantable(caller, &abilities)?;
    let reach = reach(api, caller, new).await?;
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

/// Refuses abilities that the caller lacks itself.
pub(super) fn grantable(caller: &Caller, abilities: &[String]) -> Result<(), Problem> {
    match caller.0.lacks(abilities) {
        None => Ok(()),
        Some(lacked) => Err(Problem::new(
            Code::MissingAbility,
            format!("A key grants what it has itself; this one lacks `{lacked}`."),
        )),
    }
}

/// A new secret: plain for its owner, hashed for the table.
pub(super) fn secret(mode: Mode, now: Timestamp) -> Result<(String, Secret), NoRandomness> {
    let plain = new_secret(mode)?;
    let secret = Secret::new(&plain, hash_secret(&plain), now);
    Ok((plain, secret))
}

async fn reach(api: &Api, caller: &Caller, new: &New) -> Result<Reach, Problem> {
    let mut ids = Vec::new();
    for (at, id) in new.organisation_ids.iter().enumerate() {
        let found = caller.organisation(&api.store, id).await?;
        ids.push(
            found.ok_or_else(|| missing(format!("organisation_ids[{at}]"), "organisation"))?.id,
        );
    }
    ids.sort();
    ids.dedup();
    Ok(match (new.level, ids.first()) {
        (Level::Partner, _) | (_, None) => Reach::Partner,
        (Level::Organisation, Some(id)) => Reach::Organisation(id.clone()),
        (Level::Group, Some(_)) => Reach::Group(ids),
    })
}

impl New {
    fn faults(&self) -> Vec<Fault> {
        let count = self.organisation_ids.len();
        let (fits, wanted) = match self.level {
            Level::Partner => (count == 0, "none for a partner's key".to_owned()),
            Level::Group => (
                (1..=MOST_ORGANISATIONS).contains(&count),
                format!("1 to {MOST_ORGANISATIONS} for a group's key"),
            ),
            Level::Organisation => (count == 1, "exactly one for an organisation's key".to_owned()),
        };
        let organisations = (!fits).then(|| {
            Fault::new("organisation_ids", "OUT_OF_RANGE", format!("Must name {wanted}."))
        });
        let named = self.abilities.iter().flatten().enumerate();
        let unknown =
            named.filter(|(_, one)| *one != ALL_ABILITIES && !ABILITIES.contains(&one.as_str()));
        let allowed =
            || format!("Must be `{ALL_ABILITIES}` or one of `{}`.", ABILITIES.join("`, `"));
        let unknown = unknown
            .map(|(at, _)| Fault::new(format!("abilities[{at}]"), "UNKNOWN_VALUE", allowed()));
        let none = self.abilities.as_ref().is_some_and(Vec::is_empty);
        let none = none.then(|| {
            Fault::new(
                "abilities",
                "BLANK",
                "Must name at least one; leave it out for the maker's own.",
            )
        });
        length("name", &self.name, 255)
            .into_iter()
            .chain(organisations)
            .chain(none)
            .chain(unknown)
            .collect()
    }
}
