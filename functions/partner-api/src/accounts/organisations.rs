//! Organisations: a partner's customers.

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use domain::account::NegativeListing;
use domain::account::enrolment::Fault;
use domain::account::{Automation, Caps, Mode, Organisation};
use domain::basics::id::OrganisationId;
use flows::problem::Problem;
use jiff::Timestamp;
use runtime::random::new_seed;
use serde::{Deserialize, Serialize};
use store::Store;
use utoipa::ToSchema;

use crate::accounts::brakes::{DailyRefundCaps, time_zone_fault};
use crate::http::body::{Given, length, refuse};
use crate::http::caller::Caller;
use crate::http::list_query::{Asked, List, Sort, by_time};
use crate::http::patch::{Change, ChangeOf, Changes};
use crate::http::references::Uses;
use crate::http::response::{Answer, Refused, Shown};
use crate::http::state::Shared;

/// What the names of TEST organisations begin with.
const TEST_PREFIX: &str = "[TEST] ";

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewOrganisation)]
pub(crate) struct New {
    #[schema(min_length = 1, max_length = 255, pattern = r"\S")]
    name: String,
    /// Which alerts' customers are put on the negative list once money went back.
    #[serde(default)]
    negative_list_on_refund: NegativeListing,
    /// How far its rules may go by themselves: `ON` they act, `OBSERVE` they decide and a person
    /// acts, `PAUSED` they are not asked.
    #[serde(default)]
    automation: Automation,
    /// The most that its rules may refund in a day of its time zone; null leaves it to the
    /// partner's caps.
    #[serde(default)]
    daily_refund_caps: Option<DailyRefundCaps>,
    /// The IANA name of the time zone in which the caps' days begin.
    #[serde(default = "utc")]
    #[schema(max_length = 64)]
    time_zone: String,
}

fn utc() -> String {
    "UTC".to_owned()
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Organisation)]
pub(crate) struct Fields {
    id: OrganisationId,
    name: String,
    mode: Mode,
    automation: Automation,
    daily_refund_caps: Option<DailyRefundCaps>,
    time_zone: String,
    negative_list_on_refund: NegativeListing,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl New {
    fn faults(&self) -> Vec<Fault> {
        length("name", &self.name, 255)
            .into_iter()
            .chain(time_zone_fault(&self.time_zone))
            .collect()
    }
}

impl Changes for New {
    const CHANGEABLE: &'static [&'static str] =
        &["name", "negative_list_on_refund", "automation", "daily_refund_caps", "time_zone"];
}

// The document names types without parameters.
type One = Shown<Fields>;
type Many = List<One>;
type Changed = ChangeOf<New>;

/// Makes an organisation.
///
/// In TEST mode its name is given the prefix `[TEST]`.
#[utoipa::path(
    post, path = "/v1/organisations", request_body = New, responses((status = 200, body = One)),
    security(("bearer" = ["organisations:write"])),
    extensions(("x-key-level" = json!("PARTNER_ADMIN")))
)]
pub(crate) async fn create(
    State(api): State<Shared>,
    caller: Caller,
    request: Request,
) -> Answer<Shown<Fields>> {
    caller.as_admin_may("organisations:write")?;
    let given = Given::<New>::read(request).await?;
    refuse(given.body.faults())?;
    let organisation = Organisation {
        id: OrganisationId::from_seed(new_seed()?),
        partner: caller.0.partner.clone(),
        name: named(given.body.name.trim(), caller.0.mode),
        mode: caller.0.mode,
        automation: given.body.automation,
        caps: given.body.daily_refund_caps.map(Caps::from),
        time_zone: given.body.time_zone,
        negative_list_on_refund: given.body.negative_list_on_refund,
        version: 1,
        created_at: given.now,
        updated_at: given.now,
    };
    api.store.put_organisation(&organisation).await?;
    Ok(Json(shown(organisation)))
}

/// Shows an organisation.
#[utoipa::path(
    get, path = "/v1/organisations/{id}", responses((status = 200, body = One)),
    security(("bearer" = ["organisations:read"])),
    extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn show(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Shown<Fields>> {
    caller.as_partner_may("organisations:read")?;
    Ok(Json(shown(seen(&api.store, &caller, id).await?)))
}

/// Lists the partner's organisations.
#[utoipa::path(
    get, path = "/v1/organisations", responses((status = 200, body = Many)),
    security(("bearer" = ["organisations:read"])),
    extensions(
        ("x-key-level" = json!("PARTNER")),
        ("x-sorts" = json!("-created_at updated_at name")),
        ("x-spans" = json!("created_at updated_at"))
    )
)]
pub(crate) async fn list(
    State(api): State<Shared>,
    caller: Caller,
    asked: Asked,
) -> Answer<List<Shown<Fields>>> {
    caller.as_partner_may("organisations:read")?;
    let all = caller.organisations(&api.store, None).await?;
    let sorts: [Sort<Organisation>; 3] = [
        ("created_at", |one| by_time(one.created_at)),
        ("updated_at", |one| by_time(one.updated_at)),
        ("name", |one| one.name.to_lowercase()),
    ];
    Ok(Json(asked.arrange(all, |one| one.id.as_str(), &sorts, shown)?))
}

/// Changes an organisation: its name, and the brakes on its rules.
#[utoipa::path(
    patch, path = "/v1/organisations/{id}", request_body = Changed,
    responses((status = 200, body = One)),
    security(("bearer" = ["organisations:write"])), extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn change(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer<Shown<Fields>> {
    caller.as_partner_may("organisations:write")?;
    let old = seen(&api.store, &caller, id).await?;
    let change = Change::read(request).await?;
    let new: New = change.onto(&shown(old.clone()), New::CHANGEABLE)?;
    refuse(new.faults())?;
    let New { name, negative_list_on_refund, automation, daily_refund_caps, time_zone } = new;
    let (name, version) = (named(name.trim(), old.mode), old.version.saturating_add(1));
    let (caps, updated_at) = (daily_refund_caps.map(Caps::from), change.now);
    let organisation = Organisation {
        name,
        negative_list_on_refund,
        automation,
        caps,
        time_zone,
        version,
        updated_at,
        ..old
    };
    api.store.replace_organisation(&organisation).await?;
    Ok(Json(shown(organisation)))
}

/// Deletes an organisation that has nothing.
#[utoipa::path(
    delete, path = "/v1/organisations/{id}",
    responses((status = 204), (status = 409, description = "IN_USE")),
    security(("bearer" = ["organisations:write"])),
    extensions(("x-key-level" = json!("PARTNER_ADMIN")))
)]
pub(crate) async fn delete(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Refused> {
    caller.as_admin_may("organisations:write")?;
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
    let fields = Fields {
        id: from.id.clone(),
        name: from.name,
        mode: from.mode,
        automation: from.automation,
        daily_refund_caps: from.caps.map(DailyRefundCaps::from),
        time_zone: from.time_zone,
        negative_list_on_refund: from.negative_list_on_refund,
        created_at: from.created_at,
        updated_at: from.updated_at,
    };
    Shown::at("/v1/organisations", from.id.as_str(), from.version, fields)
}
