//! Organisations: a partner's customers.

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::account::{Automation, Mode, Organisation};
use domain::id::OrganisationId;
use jiff::Timestamp;
use runtime::auth::new_seed;
use runtime::http::Problem;
use serde::{Deserialize, Serialize};

use crate::Shared;
use crate::answer::{Answer, Shown};
use crate::body::{Given, length, refuse};
use crate::caller::Caller;
use crate::page::{Asked, List, by_time};

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
    caller.as_partner_may("organisations:write")?;
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
    let id = OrganisationId::try_from(id).map_err(|_| Problem::not_found("organisation"))?;
    let found = caller.organisation(&api.store, &id).await?;
    Ok(Json(shown(found.ok_or_else(|| Problem::not_found("organisation"))?)))
}

/// `GET /v1/organisations/`
pub(crate) async fn list(State(api): State<Shared>, caller: Caller, asked: Asked) -> Answer<List<Shown<Fields>>> {
    caller.as_partner_may("organisations:read")?;
    let all = caller.organisations(&api.store, None).await?;
    let sorts = [("created_at", (|one| by_time(one.created_at)) as fn(&Organisation) -> String), ("name", |one| one.name.to_lowercase())];
    Ok(Json(asked.arrange(all, |one| one.id.as_str(), &sorts, shown)?))
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
