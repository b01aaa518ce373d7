//! Quarantine: vendors' payloads that could not be worked: handed to their organisation, or of one
//! of several.

mod visible;

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::account::enrolment::Enrolment;
use domain::basics::id::{AlertId, ConnectionId, EnrolmentId, OrganisationId, QuarantineId};
use domain::basics::time::after;
use domain::network::quarantine::{Fate, Quarantined};
use flows::problem::{Code, Problem};
use flows::quarantine;
use flows::quarantine::Stays;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::facts::Fact;
use store::keys::{QUARANTINE_DAYS, listed_of};
use store::list::Listing;
use store::quarantine::LISTED_AS;
use utoipa::ToSchema;
use visible::Visible;

use crate::http::body::{Given, length, refuse};
use crate::http::caller::{Caller, missing};
use crate::http::list_query::{Asked, Filter, List, documented};
use crate::http::response::{Answer, Shown};
use crate::http::state::{Api, Shared};

/// The most characters of a reason.
const MOST_REASON: usize = 500;

/// A quarantined payload as it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuarantinedFields)]
pub(crate) struct Fields {
    id: QuarantineId,
    /// The organisation whose it is; null while that is undecided.
    organisation_id: Option<OrganisationId>,
    status: &'static str,
    connection_id: ConnectionId,
    /// Null where it may be another's.
    vendor_alert_id: Option<String>,
    /// Why it could not be worked.
    reason: String,
    /// The descriptor, where enrolments of several organisations fit it.
    descriptor: Option<String>,
    /// Your enrolments that it may belong to.
    enrolment_ids: Vec<EnrolmentId>,
    /// Whether you may release or discard it; else the operator does.
    is_releasable: bool,
    /// The payload, its card numbers truncated; null where it may be another's.
    raw: Option<String>,
    received_at: Timestamp,
    /// The last moment for an action, where the payload tells it.
    action_required_deadline: Option<Timestamp>,
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

/// What payloads are filtered by, beside their time.
const FILTERS: [Filter; 1] = [Filter::word(
    "status",
    Fact::Status,
    &["HELD", "RELEASING", "RELEASED", "DISCARDED"],
    "Only with this status.",
)];

// The document names types without parameters.
type One = Shown<Fields>;
type Many = List<One>;

/// Lists quarantined payloads.
///
/// What a vendor sent and nobody could work, for 30 days: once the operator has handed it to your
/// organisation, and where an enrolment of yours may be meant. While it may be another's its
/// payload is not shown.
#[utoipa::path(
    get, path = "/v1/quarantine", operation_id = "quarantine_list",
    params(("organisation_id" = Option<String>, Query, description = "Only of this organisation.")),
    responses((status = 200, body = Many)), security(("bearer" = ["quarantine:read"])),
    extensions(
        ("x-filters" = json!(documented(&FILTERS))),
        ("x-sorts" = json!("-received_at")),
        ("x-spans" = json!("received_at"))
    )
)]
pub(crate) async fn list(
    State(api): State<Shared>,
    caller: Caller,
    asked: Asked,
) -> Answer<List<Shown<Fields>>> {
    caller.may("quarantine:read")?;
    let listing = asked.listing("received_at", &FILTERS)?;
    let organisations = caller.organisations(&api.store, asked.text("organisation_id")).await?;
    let lists = organisations.iter().map(|one| listed_of(&one.id, LISTED_AS)).collect();
    let listed = api.store.list_quarantined(&Listing { lists, is_united: true, ..listing }).await?;
    let visible = Visible::of(&api.store, &caller, &organisations, &listed.items).await?;
    Ok(Json(asked.listed(visible.only(listed), true, |held| shown(held, &visible))))
}

/// Shows a quarantined payload.
#[utoipa::path(
    get, path = "/v1/quarantine/{id}", operation_id = "quarantine_show",
    responses((status = 200, body = One)),
    security(("bearer" = ["quarantine:read"]))
)]
pub(crate) async fn show(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Shown<Fields>> {
    caller.may("quarantine:read")?;
    let (held, visible) = seen(&api, &caller, id).await?;
    Ok(Json(shown(&held, &visible)))
}

/// Releases a quarantined payload.
///
/// Its alert is worked after all, for an enrolment of its organisation, as if it had found its way.
/// Where it is undecided whose it is, only while all that may be meant are yours.
#[utoipa::path(
    post, path = "/v1/quarantine/{id}/release", operation_id = "quarantine_release",
    request_body = Release,
    responses((status = 200, body = One), (status = 409, description = "CONFLICT")),
    security(("bearer" = ["quarantine:write"]))
)]
pub(crate) async fn release(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer<Shown<Fields>> {
    caller.may("quarantine:write")?;
    let (held, visible) = seen(&api, &caller, id).await?;
    let Given { body: Release { enrolment_id }, now } = Given::<Release>::read(request).await?;
    visible.decides(&held)?;
    let enrolment: Option<Enrolment> = api.store.record(enrolment_id.as_str()).await?;
    let enrolment = enrolment.filter(|one| visible.is_of(&held, &one.organisation));
    let enrolment = enrolment.ok_or_else(|| missing("enrolment_id", "enrolment"))?;
    let released =
        quarantine::release(&api.store, held, &enrolment, caller.0.id.to_string(), now).await;
    Ok(Json(shown(&released.map_err(refused)?, &visible)))
}

/// Discards a quarantined payload.
///
/// For good; the network is told nothing.
#[utoipa::path(
    post, path = "/v1/quarantine/{id}/discard", operation_id = "quarantine_discard",
    request_body = Discard,
    responses((status = 200, body = One), (status = 409, description = "CONFLICT")),
    security(("bearer" = ["quarantine:write"]))
)]
pub(crate) async fn discard(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer<Shown<Fields>> {
    caller.may("quarantine:write")?;
    let (held, visible) = seen(&api, &caller, id).await?;
    let Given { body: Discard { reason }, now } = Given::<Discard>::read(request).await?;
    refuse(length("reason", &reason, MOST_REASON).into_iter().collect())?;
    visible.decides(&held)?;
    let discarded =
        quarantine::discard(&api.store, held, reason, caller.0.id.to_string(), now).await;
    Ok(Json(shown(&discarded.map_err(refused)?, &visible)))
}

/// The payload, where an organisation that the caller may see has it or may have it.
async fn seen(api: &Api, caller: &Caller, id: String) -> Result<(Quarantined, Visible), Problem> {
    let missing = || Problem::not_found("quarantined payload");
    let id = QuarantineId::try_from(id).map_err(|_| missing())?;
    let held = api.store.quarantined(&id).await?.ok_or_else(missing)?;
    let visible = Visible::of(&api.store, caller, &[], std::slice::from_ref(&held)).await?;
    if visible.concerns(&held) { Ok((held, visible)) } else { Err(missing()) }
}

fn refused(stays: Stays) -> Problem {
    match stays {
        Stays::Store(error) => error.into(),
        Stays::Conflict(why) => {
            Problem::new(Code::Conflict, format!("The payload stays as it is: {why}."))
        }
        Stays::Unreadable(why) => Problem::field(
            "id",
            "UNREADABLE",
            format!("The payload still cannot be worked: {why}."),
        ),
    }
}

fn shown(held: &Quarantined, visible: &Visible) -> Shown<Fields> {
    let is_whole = visible.is_whole(held);
    let fields = Fields {
        id: held.id.clone(),
        organisation_id: held.organisation.clone(),
        status: held.fate.as_str(),
        connection_id: held.connection.clone(),
        vendor_alert_id: held.vendor_alert_id.clone().filter(|_| is_whole),
        reason: held.reason.clone(),
        descriptor: visible.descriptor(held),
        enrolment_ids: visible.enrolments(held),
        is_releasable: is_whole && matches!(held.fate, Fate::Held | Fate::Releasing { .. }),
        raw: is_whole.then(|| held.raw.clone()),
        received_at: held.received_at,
        action_required_deadline: held.is_read.then_some(held.deadlines.action),
        expires_at: after(held.received_at, QUARANTINE_DAYS * 86_400),
        assigned_at: held.assigned.as_ref().map(|handed| handed.at),
        fate: Became::of(&held.fate, is_whole),
    };
    Shown::at("/v1/quarantine", held.id.as_str(), held.version, fields)
}

impl Became {
    /// What became of a payload that may be another's is told without names.
    fn of(fate: &Fate, is_whole: bool) -> Option<Self> {
        let (at, by, alert_id, reason) = match fate.clone() {
            Fate::Held => return None,
            Fate::Releasing { at, by, .. } => (at, by, None, None),
            Fate::Released { alert, at, by } => (at, by, Some(alert), None),
            Fate::Answered { alert, at } => (at, String::new(), Some(alert), None),
            Fate::Discarded { at, by, why } => (at, by, None, Some(why)),
        };
        let by = if is_whole { By::of(by) } else { By { kind: "OPERATOR", id: None } };
        Some(Self {
            at,
            by,
            alert_id: alert_id.filter(|_| is_whole),
            reason: reason.filter(|_| is_whole),
        })
    }
}

impl By {
    /// The operator's people are not the partner's business.
    fn of(by: String) -> Self {
        if by.starts_with(domain::basics::id::KeyId::PREFIX) {
            return Self { kind: "KEY", id: Some(by) };
        }
        Self { kind: "OPERATOR", id: None }
    }
}
