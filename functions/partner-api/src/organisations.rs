//! Organisations: a partner's customers.

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use domain::account::{Automation, Mode, Organisation};
use domain::id::OrganisationId;
use jiff::Timestamp;
use runtime::auth::new_seed;
use runtime::http::Problem;
use serde::{Deserialize, Serialize};
use store::Store;

use crate::Shared;
use crate::answer::{Answer, Refused, Shown};
use crate::body::{Given, length, refuse};
use crate::caller::Caller;
use crate::change::Change;
use crate::page::{Asked, List, Sort, by_time};
use crate::uses::Uses;

/// What the names of TEST organisations begin with.
const TEST_PREFIX: &str = "[TEST] ";

#[derive(Debug, Deserialize)]
pub(crate) struct New {
    name: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct Fields {
    id: OrganisationId,
    name: String,
    mode: Mode,
    automation: Automation,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// `POST /v1/organisations/`
pub(crate) async fn create(State(api): State<Shared>, caller: Caller, request: Request) -> Answer<Shown<Fields>> {
    caller.as_admin_may("organisations:write")?;
    let given = Given::<New>::read(request).await?;
    refuse(length("name", &given.body.name, 255).into_iter().collect())?;
    let organisation = Organisation {
        id: OrganisationId::from_seed(new_seed()?),
        partner: caller.0.partner.clone(),
        name: named(given.body.name.trim(), caller.0.mode),
        mode: caller.0.mode,
        automation: Automation::On,
        caps: None,
        version: 1,
        created_at: given.now,
        updated_at: given.now,
    };
    api.store.put_organisation(&organisation).await?;
    Ok(Json(shown(organisation)))
}

/// `GET /v1/organisations/{id}`
pub(crate) async fn show(State(api): State<Shared>, caller: Caller, Path(id): Path<String>) -> Answer<Shown<Fields>> {
    caller.as_partner_may("organisations:read")?;
    Ok(Json(shown(seen(&api.store, &caller, id).await?)))
}

/// `GET /v1/organisations/`
pub(crate) async fn list(State(api): State<Shared>, caller: Caller, asked: Asked) -> Answer<List<Shown<Fields>>> {
    caller.as_partner_may("organisations:read")?;
    let all = caller.organisations(&api.store, None).await?;
    let sorts: [Sort<Organisation>; 3] = [
        ("created_at", |one| by_time(one.created_at)),
        ("updated_at", |one| by_time(one.updated_at)),
        ("name", |one| one.name.to_lowercase()),
    ];
    Ok(Json(asked.arrange(all, |one| one.id.as_str(), &sorts, shown)?))
}

/// `PATCH /v1/organisations/{id}`
pub(crate) async fn change(State(api): State<Shared>, caller: Caller, Path(id): Path<String>, request: Request) -> Answer<Shown<Fields>> {
    caller.as_partner_may("organisations:write")?;
    let old = seen(&api.store, &caller, id).await?;
    let change = Change::read(request).await?;
    let New { name } = change.onto(&shown(old.clone()), &["name"])?;
    refuse(length("name", &name, 255).into_iter().collect())?;
    let (name, version) = (named(name.trim(), old.mode), old.version.saturating_add(1));
    let organisation = Organisation { name, version, updated_at: change.now, ..old };
    api.store.replace_organisation(&organisation).await?;
    Ok(Json(shown(organisation)))
}

/// `DELETE /v1/organisations/{id}`: only one that has nothing.
pub(crate) async fn delete(State(api): State<Shared>, caller: Caller, Path(id): Path<String>) -> Result<StatusCode, Refused> {
    caller.as_partner_may("organisations:write")?;
    let organisation = seen(&api.store, &caller, id).await?;
    Uses::of_organisation(&api.store, &organisation).await?.refuse("organisation")?;
    api.store.remove_organisation(&organisation).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn seen(store: &Store, caller: &Caller, id: String) -> Result<Organisation, Problem> {
    let missing = || Problem::not_found("organisation");
    let id = OrganisationId::try_from(id).map_err(|_| missing())?;
    caller.organisation(store, &id).await?.ok_or_else(missing)
}

fn named(name: &str, mode: Mode) -> String {
    match mode {
        Mode::Test if !name.starts_with(TEST_PREFIX) => format!("{TEST_PREFIX}{name}"),
        Mode::Test | Mode::Live => name.to_owned(),
    }
}

fn shown(from: Organisation) -> Shown<Fields> {
    let Organisation { id, name, mode, automation, created_at, updated_at, version, .. } = from;
    let path = id.to_string();
    Shown::at("/v1/organisations", &path, version, Fields { id, name, mode, automation, created_at, updated_at })
}
