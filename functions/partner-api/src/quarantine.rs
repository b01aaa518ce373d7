//! Quarantine: vendors' payloads that could not be worked and that the operator handed to their organisation.

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::enrolment::Enrolment;
use domain::id::{AlertId, ConnectionId, EnrolmentId, OrganisationId, QuarantineId};
use domain::time::after;
use jiff::Timestamp;
use runtime::http::{Code, Problem};
use runtime::quarantine::{self, Stays};
use serde::{Deserialize, Serialize};
use store::keys::{QUARANTINE_DAYS, listed_of, sortable};
use store::list::Listing;
use store::quarantine::{Fate, LISTED_AS, Quarantined};
use utoipa::ToSchema;

use crate::answer::{Answer, Shown};
use crate::body::{Given, length, refuse};
use crate::caller::{Caller, missing};
use crate::page::{Asked, List};
use crate::{Api, Shared};

/// The most characters of a reason.
const MOST_REASON: usize = 500;

/// A quarantined payload as it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuarantinedFields)]
pub(crate) struct Fields {
    id: QuarantineId,
    organisation_id: Option<OrganisationId>,
    status: &'static str,
    connection_id: ConnectionId,
    vendor_alert_id: Option<String>,
    /// Why it could not be worked.
    reason: String,
    /// The payload, its card numbers truncated.
    raw: String,
    received_at: Timestamp,
    expires_at: Timestamp,
    assigned_at: Option<Timestamp>,
    fate: Option<Became>,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuarantineFate)]
struct Became {
    at: Timestamp,
    by: By,
    alert_id: Option<AlertId>,
    reason: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuarantineBy)]
struct By {
    #[serde(rename = "type")]
    kind: &'static str,
    id: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewRelease)]
pub(crate) struct Release {
    enrolment_id: EnrolmentId,
}

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewDiscard)]
pub(crate) struct Discard {
    reason: String,
}

// The document names types without parameters.
type One = Shown<Fields>;
type Many = List<One>;

/// Lists quarantined payloads.
///
/// What a vendor sent and nobody could work, once the operator has handed it to its organisation; for 30 days.
#[utoipa::path(
    get, path = "/v1/quarantine", operation_id = "quarantine_list",
    params(
        ("organisation_id" = Option<String>, Query, description = "Only of this organisation."),
        ("status" = Option<String>, Query, pattern = "^(HELD|RELEASING|RELEASED|DISCARDED)$", description = "Only with this status."),
    ),
    responses((status = 200, body = Many)), security(("bearer" = ["quarantine:read"])),
    extensions(("x-sorts" = json!("-received_at")), ("x-spans" = json!("received_at")))
)]
pub(crate) async fn list(State(api): State<Shared>, caller: Caller, asked: Asked) -> Answer<List<Shown<Fields>>> {
    caller.may("quarantine:read")?;
    let (_, newest_first) = asked.sort(&["received_at"], "-received_at")?;
    let (from, to) = asked.span("received_at")?;
    let status = asked.one_of("status", &["HELD", "RELEASING", "RELEASED", "DISCARDED"])?;
    let equal = status.map(|status| ("list_status", status.to_owned())).into_iter().collect();
    let (page, (from, to)) = (asked.page(true)?, (from.map(sortable), to.map(sortable)));
    let organisations = caller.organisations(&api.store, asked.text("organisation_id")).await?;
    let lists = organisations.iter().map(|one| listed_of(&one.id, LISTED_AS)).collect();
    let listing = Listing { lists, equal, from, to, newest_first, page, ..Listing::default() };
    let listed = api.store.list::<Quarantined>(&listing).await?;
    Ok(Json(List::of(listed, true, shown)))
}

/// Shows a quarantined payload.
#[utoipa::path(
    get, path = "/v1/quarantine/{id}", operation_id = "quarantine_show", responses((status = 200, body = One)),
    security(("bearer" = ["quarantine:read"]))
)]
pub(crate) async fn show(State(api): State<Shared>, caller: Caller, Path(id): Path<String>) -> Answer<Shown<Fields>> {
    caller.may("quarantine:read")?;
    Ok(Json(shown(&seen(&api, &caller, id).await?)))
}

/// Releases a quarantined payload.
///
/// Its alert is worked after all, for an enrolment of its organisation, as if it had found its way.
#[utoipa::path(
    post, path = "/v1/quarantine/{id}/release", operation_id = "quarantine_release", request_body = Release,
    responses((status = 200, body = One), (status = 409, description = "CONFLICT")), security(("bearer" = ["quarantine:write"]))
)]
pub(crate) async fn release(State(api): State<Shared>, caller: Caller, Path(id): Path<String>, request: Request) -> Answer<Shown<Fields>> {
    caller.may("quarantine:write")?;
    let held = seen(&api, &caller, id).await?;
    let Given { body: Release { enrolment_id }, now } = Given::<Release>::read(request).await?;
    let enrolment: Option<Enrolment> = api.store.record(enrolment_id.as_str()).await?;
    let enrolment = enrolment.filter(|one| Some(&one.organisation) == held.organisation.as_ref());
    let enrolment = enrolment.ok_or_else(|| missing("enrolment_id", "enrolment"))?;
    let released = quarantine::release(&api.store, held, &enrolment, caller.0.id.to_string(), now).await;
    Ok(Json(shown(&released.map_err(refused)?)))
}

/// Discards a quarantined payload.
///
/// For good; the network is told nothing.
#[utoipa::path(
    post, path = "/v1/quarantine/{id}/discard", operation_id = "quarantine_discard", request_body = Discard,
    responses((status = 200, body = One), (status = 409, description = "CONFLICT")), security(("bearer" = ["quarantine:write"]))
)]
pub(crate) async fn discard(State(api): State<Shared>, caller: Caller, Path(id): Path<String>, request: Request) -> Answer<Shown<Fields>> {
    caller.may("quarantine:write")?;
    let held = seen(&api, &caller, id).await?;
    let Given { body: Discard { reason }, now } = Given::<Discard>::read(request).await?;
    refuse(length("reason", &reason, MOST_REASON).into_iter().collect())?;
    let discarded = quarantine::discard(&api.store, held, reason, caller.0.id.to_string(), now).await;
    Ok(Json(shown(&discarded.map_err(refused)?)))
}

/// The payload, where the caller may see the organisation it was handed to.
async fn seen(api: &Api, caller: &Caller, id: String) -> Result<Quarantined, Problem> {
    let missing = || Problem::not_found("quarantined payload");
    let id = QuarantineId::try_from(id).map_err(|_| missing())?;
    let held = api.store.quarantined(&id).await?.ok_or_else(missing)?;
    let organisation = held.organisation.as_ref().ok_or_else(missing)?;
    caller.organisation(&api.store, organisation).await?.map(|_| held).ok_or_else(missing)
}

fn refused(stays: Stays) -> Problem {
    match stays {
        Stays::Store(error) => error.into(),
        Stays::Conflict(why) => Problem::new(Code::Conflict, format!("The payload stays as it is: {why}.")),
        Stays::Unreadable(why) => Problem::field("id", "UNREADABLE", format!("The payload still cannot be worked: {why}.")),
    }
}

fn shown(held: &Quarantined) -> Shown<Fields> {
    let fields = Fields {
        id: held.id.clone(),
        organisation_id: held.organisation.clone(),
        status: held.fate.as_str(),
        connection_id: held.connection.clone(),
        vendor_alert_id: held.vendor_alert_id.clone(),
        reason: held.reason.clone(),
        raw: held.raw.clone(),
        received_at: held.received_at,
        expires_at: after(held.received_at, QUARANTINE_DAYS * 86_400),
        assigned_at: held.assigned.as_ref().map(|handed| handed.at),
        fate: Became::of(&held.fate),
    };
    Shown::at("/v1/quarantine", held.id.as_str(), held.version, fields)
}

impl Became {
    fn of(fate: &Fate) -> Option<Self> {
        let (at, by, alert_id, reason) = match fate.clone() {
            Fate::Held => return None,
            Fate::Releasing { at, by, .. } => (at, by, None, None),
            Fate::Released { alert, at, by } => (at, by, Some(alert), None),
            Fate::Discarded { at, by, why } => (at, by, None, Some(why)),
        };
        Some(Self { at, by: By::of(by), alert_id, reason })
    }
}

impl By {
    /// The operator's people are not the partner's business.
    fn of(by: String) -> Self {
        if by.starts_with(domain::id::KeyId::PREFIX) {
            return Self { kind: "KEY", id: Some(by) };
        }
        Self { kind: "OPERATOR", id: None }
    }
}
