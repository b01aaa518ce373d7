//! Quarantine: vendors' payloads that could not be processed, assigned to an organisation or
//! contested by several.

mod visible;

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::account::enrolment::Enrolment;
use domain::basics::id::{AlertId, ConnectionId, EnrolmentId, OrganisationId, QuarantineId};
use domain::basics::time::add_seconds;
use domain::network::quarantine::{QuarantineState, QuarantinedPayload};
use flows::problem::{Code, ProblemDetails};
use flows::quarantine;
use flows::quarantine::QuarantineError;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::facts::FilterField;
use store::keys::{QUARANTINE_DAYS, kind_list};
use store::list::ListCriteria;
use store::quarantine::LISTED_AS;
use utoipa::ToSchema;
use visible::PayloadVisibility;

use crate::http::body::{RequestBody, length_fault, refuse_faults};
use crate::http::caller::{ApiCaller, missing_reference};
use crate::http::list_query::{ListFilter, ListQuery, ListResponse, to_parameters};
use crate::http::response::{ApiResult, ResourceResponse};
use crate::http::state::{ApiContext, SharedContext};

/// The longest reason, in characters.
const MOST_REASON: usize = 500;

/// A quarantined payload.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuarantinedFields)]
pub(crate) struct QuarantineFields {
    id: QuarantineId,
    /// The owning organisation; null while undecided.
    organisation_id: Option<OrganisationId>,
    status: &'static str,
    connection_id: ConnectionId,
    /// Null if the payload may belong to another organisation.
    vendor_alert_id: Option<String>,
    /// The reason that the payload could not be processed.
    reason: String,
    /// The descriptor, if enrolments of several organisations match.
    descriptor: Option<String>,
    /// Your enrolments that the payload may belong to.
    enrolment_ids: Vec<EnrolmentId>,
    /// Whether you may release or discard the payload; otherwise only the operator may.
    is_releasable: bool,
    /// The payload with truncated card numbers; null if the payload may belong to another
    /// organisation.
    raw: Option<String>,
    received_at: Timestamp,
    /// The deadline for an action, if the payload contains one.
    action_required_deadline: Option<Timestamp>,
    expires_at: Timestamp,
    assigned_at: Option<Timestamp>,
    fate: Option<QuarantineFateView>,
}

/// The decision on the payload.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuarantineFate)]
struct QuarantineFateView {
    at: Timestamp,
    by: QuarantineActor,
    alert_id: Option<AlertId>,
    reason: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuarantineBy)]
struct QuarantineActor {
    #[serde(rename = "type")]
    kind: &'static str,
    id: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewRelease)]
pub(crate) struct ReleaseQuarantined {
    enrolment_id: EnrolmentId,
}

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewDiscard)]
pub(crate) struct DiscardQuarantined {
    reason: String,
}

/// The filters, beside the time range.
const FILTERS: [ListFilter; 1] = [ListFilter::for_words(
    "status",
    FilterField::Status,
    &["HELD", "RELEASING", "RELEASED", "DISCARDED"],
    "Only with this status.",
)];

// Aliases, because the API document cannot name generic types.
type QuarantineResponse = ResourceResponse<QuarantineFields>;
type QuarantineList = ListResponse<QuarantineResponse>;

/// Lists quarantined payloads.
///
/// Payloads that a vendor sent and that could not be processed, stored for 30 days. Visible once
/// the operator has assigned the payload to your organisation, or if an enrolment of yours may be
/// meant. The content is hidden while the payload may belong to another organisation.
#[utoipa::path(
    get, path = "/v1/quarantine", operation_id = "quarantine_list",
    params(("organisation_id" = Option<String>, Query, description = "Only of this organisation.")),
    responses((status = 200, body = QuarantineList)), security(("bearer" = ["quarantine:read"])),
    extensions(
        ("x-filters" = json!(to_parameters(&FILTERS))),
        ("x-sorts" = json!("-received_at")),
        ("x-spans" = json!("received_at"))
    )
)]
pub(crate) async fn list(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    asked: ListQuery,
) -> ApiResult<ListResponse<ResourceResponse<QuarantineFields>>> {
    caller.require_ability("quarantine:read")?;
    let listing = asked.to_listing("received_at", &FILTERS)?;
    let organisations =
        caller.visible_organisations(&api.store, asked.filter_text("organisation_id")).await?;
    let lists = organisations.iter().map(|one| kind_list(&one.id, LISTED_AS)).collect();
    let listed =
        api.store.list_quarantined(&ListCriteria { lists, is_united: true, ..listing }).await?;
    let visible =
        PayloadVisibility::for_payloads(&api.store, &caller, &organisations, &listed.items).await?;
    Ok(Json(
        asked.to_list(visible.retain_concerned(listed), true, |held| to_response(held, &visible)),
    ))
}

/// Returns a quarantined payload.
#[utoipa::path(
    get, path = "/v1/quarantine/{id}", operation_id = "quarantine_show",
    responses((status = 200, body = QuarantineResponse)),
    security(("bearer" = ["quarantine:read"]))
)]
pub(crate) async fn show(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
) -> ApiResult<ResourceResponse<QuarantineFields>> {
    caller.require_ability("quarantine:read")?;
    let (held, visible) = load_payload(&api, &caller, id).await?;
    Ok(Json(to_response(&held, &visible)))
}

/// Releases a quarantined payload.
///
/// The alert is processed for an enrolment of the payload's organisation, as if routed normally. An
/// undecided payload can be released only if all candidates are yours.
#[utoipa::path(
    post, path = "/v1/quarantine/{id}/release", operation_id = "quarantine_release",
    request_body = ReleaseQuarantined,
    responses((status = 200, body = QuarantineResponse), (status = 409, description = "CONFLICT")),
    security(("bearer" = ["quarantine:write"]))
)]
pub(crate) async fn release(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    request: Request,
) -> ApiResult<ResourceResponse<QuarantineFields>> {
    caller.require_ability("quarantine:write")?;
    let (held, visible) = load_payload(&api, &caller, id).await?;
    let RequestBody { body: ReleaseQuarantined { enrolment_id }, now } =
        RequestBody::<ReleaseQuarantined>::read_request(request).await?;
    visible.refuse_undecidable(&held)?;
    let enrolment: Option<Enrolment> = api.store.read_record(enrolment_id.as_str()).await?;
    let enrolment = enrolment.filter(|one| visible.can_belong_to(&held, &one.organisation));
    let enrolment = enrolment.ok_or_else(|| missing_reference("enrolment_id", "enrolment"))?;
    let released =
        quarantine::release_payload(&api.store, held, &enrolment, caller.0.id.to_string(), now)
            .await;
    Ok(Json(to_response(&released.map_err(to_problem)?, &visible)))
}

/// Discards a quarantined payload.
///
/// Final; the network receives no answer.
#[utoipa::path(
    post, path = "/v1/quarantine/{id}/discard", operation_id = "quarantine_discard",
    request_body = DiscardQuarantined,
    responses((status = 200, body = QuarantineResponse), (status = 409, description = "CONFLICT")),
    security(("bearer" = ["quarantine:write"]))
)]
pub(crate) async fn discard(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    request: Request,
) -> ApiResult<ResourceResponse<QuarantineFields>> {
    caller.require_ability("quarantine:write")?;
    let (held, visible) = load_payload(&api, &caller, id).await?;
    let RequestBody { body: DiscardQuarantined { reason }, now } =
        RequestBody::<DiscardQuarantined>::read_request(request).await?;
    refuse_faults(length_fault("reason", &reason, MOST_REASON).into_iter().collect())?;
    visible.refuse_undecidable(&held)?;
    let discarded =
        quarantine::discard_payload(&api.store, held, reason, caller.0.id.to_string(), now).await;
    Ok(Json(to_response(&discarded.map_err(to_problem)?, &visible)))
}

/// Loads a payload that belongs, or may belong, to an organisation that the caller may see.
async fn load_payload(
    api: &ApiContext,
    caller: &ApiCaller,
    id: String,
) -> Result<(QuarantinedPayload, PayloadVisibility), ProblemDetails> {
    let missing = || ProblemDetails::not_found("quarantined payload");
    let id = QuarantineId::try_from(id).map_err(|_| missing())?;
    let held = api.store.read_quarantined(&id).await?.ok_or_else(missing)?;
    let visible =
        PayloadVisibility::for_payloads(&api.store, caller, &[], std::slice::from_ref(&held))
            .await?;
    if visible.concerns_caller(&held) { Ok((held, visible)) } else { Err(missing()) }
}

fn to_problem(stays: QuarantineError) -> ProblemDetails {
    match stays {
        QuarantineError::Store(error) => error.into(),
        QuarantineError::Conflict(why) => {
            ProblemDetails::new(Code::Conflict, format!("The payload stays as it is: {why}."))
        }
        QuarantineError::Unreadable(why) => ProblemDetails::invalid_field(
            "id",
            "UNREADABLE",
            format!("The payload still cannot be worked: {why}."),
        ),
    }
}

fn to_response(
    held: &QuarantinedPayload,
    visible: &PayloadVisibility,
) -> ResourceResponse<QuarantineFields> {
    let is_whole = visible.is_fully_visible(held);
    let fields = QuarantineFields {
        id: held.id.clone(),
        organisation_id: held.organisation.clone(),
        status: held.fate.as_str(),
        connection_id: held.connection.clone(),
        vendor_alert_id: held.vendor_alert_id.clone().filter(|_| is_whole),
        reason: held.reason.clone(),
        descriptor: visible.visible_descriptor(held),
        enrolment_ids: visible.own_enrolments(held),
        is_releasable: is_whole
            && matches!(held.fate, QuarantineState::Held | QuarantineState::Releasing { .. }),
        raw: is_whole.then(|| held.raw.clone()),
        received_at: held.received_at,
        action_required_deadline: held.is_read.then_some(held.deadlines.action),
        expires_at: add_seconds(held.received_at, QUARANTINE_DAYS * 86_400),
        assigned_at: held.assigned.as_ref().map(|handed| handed.at),
        fate: QuarantineFateView::from_fate(&held.fate, is_whole),
    };
    ResourceResponse::at_path("/v1/quarantine", held.id.as_str(), held.version, fields)
}

impl QuarantineFateView {
    /// Builds the decision, without names if the payload may belong to another organisation.
    fn from_fate(fate: &QuarantineState, is_whole: bool) -> Option<Self> {
        let (at, by, alert_id, reason) = match fate.clone() {
            QuarantineState::Held => return None,
            QuarantineState::Releasing { at, by, .. } => (at, by, None, None),
            QuarantineState::Released { alert, at, by } => (at, by, Some(alert), None),
            QuarantineState::Answered { alert, at } => (at, String::new(), Some(alert), None),
            QuarantineState::Discarded { at, by, why } => (at, by, None, Some(why)),
        };
        let by = if is_whole {
            QuarantineActor::from_name(by)
        } else {
            QuarantineActor { kind: "OPERATOR", id: None }
        };
        Some(Self {
            at,
            by,
            alert_id: alert_id.filter(|_| is_whole),
            reason: reason.filter(|_| is_whole),
        })
    }
}

impl QuarantineActor {
    /// Hides the names of the operator's staff from the partner.
    fn from_name(by: String) -> Self {
        if by.starts_with(domain::basics::id::KeyId::PREFIX) {
            return Self { kind: "KEY", id: Some(by) };
        }
        Self { kind: "OPERATOR", id: None }
    }
}
