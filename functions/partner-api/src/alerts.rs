//! Alerts: seen, listed, and acted on.

mod act;
mod named;
mod related;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::http::header::{HeaderName, HeaderValue};
use domain::alert::Alert;
use domain::id::AlertId;
use runtime::http::Problem;
use runtime::shown::alert::{Fields, shown};
use runtime::shown::history::entries;
use serde::Serialize;
use serde_json::{Value, json};
use store::keys::{listed_of, sortable};
use store::list::Listing;

use crate::answer::{Answer, Refused, Shown};
use crate::body::Given;
use crate::caller::Caller;
use crate::page::{Asked, List};
use crate::{Api, Shared};
use act::Patch;
use related::Related;

/// `GET /v1/alerts/{id}`
pub(crate) async fn show(State(api): State<Shared>, caller: Caller, Path(id): Path<String>) -> Answer<Whole> {
    caller.may("alerts:read")?;
    Ok(Json(whole(&api, &seen(&api, &caller, id).await?).await?))
}

/// `GET /v1/alerts/{id}/history`: who or what did each step, when, on what evidence.
pub(crate) async fn history(State(api): State<Shared>, caller: Caller, Path(id): Path<String>) -> Answer<Value> {
    caller.may("alerts:read")?;
    let entries = entries(&seen(&api, &caller, id).await?);
    Ok(Json(json!({ "count": entries.len(), "items": entries })))
}

/// `GET /v1/alerts/`
pub(crate) async fn list(State(api): State<Shared>, caller: Caller, asked: Asked) -> Answer<List<Shown<Fields>>> {
    caller.may("alerts:read")?;
    let (field, newest_first) = asked.sort(&["alert_received_at", "action_required_deadline"], "-alert_received_at")?;
    let (from, to) = asked.span("alert_received_at")?;
    let by = (field == "action_required_deadline").then_some("list_deadline");
    let (page, equal) = (asked.page(by.is_none())?, filters(&asked)?);
    let within = asked.within("action_required_deadline", "list_deadline")?.into_iter().collect();
    let organisations = caller.organisations(&api.store, asked.text("organisation_id")).await?;
    let lists = organisations.iter().map(|one| listed_of(&one.id, "ALERT")).collect();
    let listing = Listing { lists, equal, from: from.map(sortable), to: to.map(sortable), newest_first, by, within, page };
    let listed = api.store.list::<Alert>(&listing).await?;
    Ok(Json(List::of(listed, by.is_none(), shown)))
}

/// `PATCH /v1/alerts/{id}`: a person's action, a note, or both.
pub(crate) async fn act(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Result<(HeaderMap, Json<Whole>), Refused> {
    caller.may("alerts:write")?;
    let alert = seen(&api, &caller, id).await?;
    let Given { body: patch, now } = Given::<Patch>::read(request).await?;
    patch.refuse()?;
    let acted = act::take(&api, &caller, &alert.id, &patch, now).await?;
    act::note(&api, &caller, &alert.id, &patch, now).await?;
    let mut told = HeaderMap::new();
    if prefers_async(&headers) {
        told.insert(HeaderName::from_static("preference-applied"), HeaderValue::from_static("respond-async"));
    } else if acted {
        act::wait(&api, &alert.id).await?;
    }
    let alert = api.store.alert(&alert.id).await?.ok_or_else(|| Problem::not_found("alert"))?;
    Ok((told, Json(whole(&api, &alert).await?)))
}

/// An alert with what only its own page has.
#[derive(Debug, Serialize)]
pub(crate) struct Whole {
    #[serde(flatten)]
    alert: Shown<Fields>,
    related_transactions: Vec<Related>,
}

async fn whole(api: &Api, alert: &Alert) -> Result<Whole, Problem> {
    Ok(Whole { alert: shown(alert), related_transactions: related::to(&api.store, alert).await? })
}

/// The alert, where the caller may see it.
async fn seen(api: &Api, caller: &Caller, id: String) -> Result<Alert, Problem> {
    let missing = || Problem::not_found("alert");
    let id = AlertId::try_from(id).map_err(|_| missing())?;
    let alert = api.store.alert(&id).await?.ok_or_else(missing)?;
    caller.organisation(&api.store, &alert.organisation).await?.map(|_| alert).ok_or_else(missing)
}

fn filters(asked: &Asked) -> Result<Vec<(&'static str, String)>, Problem> {
    let filters = [
        ("list_status", asked.one_of("status", &["ACTION_REQUIRED", "RESOLVED", "INVALID"])?),
        ("list_actionable", asked.one_of("is_actionable", &["true", "false"])?),
        ("list_merchant", asked.text("merchant_id")),
    ];
    Ok(filters.into_iter().filter_map(|(name, value)| Some((name, value?.to_owned()))).collect())
}

fn prefers_async(headers: &HeaderMap) -> bool {
    let preferences = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    preferences.flat_map(|value| value.split(',')).any(|one| one.trim().eq_ignore_ascii_case("respond-async"))
}
