//! Alerts: read, listed, and acted on.

pub(crate) mod act;
mod filters;
mod named;
pub(crate) mod quarantine;
mod related;
mod subscriptions;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::http::header::{HeaderName, HeaderValue};
use axum::routing::{get, post};
use domain::account::person::Requester;
use domain::alert::Alert;
use domain::basics::id::AlertId;
use flows::problem::ProblemDetails;
use runtime::http::request_time;
use serde::Serialize;
use store::facts::FilterField;
use store::keys::{ShardedList, list_shards};
use store::list::ListCriteria;
use utoipa::ToSchema;
use views::alert::{AlertFields, to_alert_response};
use views::history::{HistoryEntry, history_entries};

use crate::http::body::RequestBody;
use crate::http::caller::ApiCaller;
use crate::http::list_query::{ListQuery, ListResponse, to_parameters};
use crate::http::response::{ApiRefusal, ApiResult, ResourceResponse};
use crate::http::state::{ApiContext, ApiRoute, SharedContext};
use act::AlertActionPatch;
use filters::{FILTERS, keys_of_vendor_ids};
use related::RelatedTransaction;

// Aliases, because the API document cannot name generic types.
type AlertResponse = ResourceResponse<AlertFields>;
type AlertList = ListResponse<AlertResponse>;

/// Returns an alert.
///
/// Includes other payments with the same card within 120 days and, on request, the payer's
/// subscriptions.
#[utoipa::path(
    get, path = "/v1/alerts/{id}",
    params(
        (
            "include" = Option<String>, Query, pattern = "^related_subscriptions$",
            description = "Also reads the customer's subscriptions from the processor."
        )
    ),
    responses((status = 200, body = AlertDetailResponse)), security(("bearer" = ["alerts:read"]))
)]
pub(crate) async fn show(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    asked: ListQuery,
    request: Request,
) -> ApiResult<AlertDetailResponse> {
    caller.require_ability("alerts:read")?;
    let alert = load_alert(&api, &caller, id).await?;
    let mut shown = load_detail(&api, &alert).await?;
    if asked.one_of("include", &["related_subscriptions"])?.is_some() {
        shown.related_subscriptions =
            subscriptions::find_subscriptions(&api, &alert, request_time(&request)).await?;
    }
    Ok(Json(shown))
}

/// Returns an alert's history.
///
/// Each step with its actor, its time and its evidence.
#[utoipa::path(
    get, path = "/v1/alerts/{id}/history", responses((status = 200, body = AlertHistory)),
    security(("bearer" = ["alerts:read"]))
)]
pub(crate) async fn history(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
) -> ApiResult<AlertHistory> {
    caller.require_ability("alerts:read")?;
    let items = history_entries(&load_alert(&api, &caller, id).await?);
    Ok(Json(AlertHistory { count: items.len(), items }))
}

/// Lists alerts.
#[utoipa::path(
    get, path = "/v1/alerts",
    params(
        ("organisation_id" = Option<String>, Query, description = "Only of this organisation."),
        ("is_actionable" = Option<bool>, Query, description = "Only alerts that need a person, or \
            only other alerts."),
    ),
    responses((status = 200, body = AlertList)), security(("bearer" = ["alerts:read"])),
    extensions(
        ("x-filters" = json!(to_parameters(&FILTERS))),
        ("x-sorts" = json!("-alert_received_at created_at action_required_deadline")),
        ("x-spans" = json!("alert_received_at created_at updated_at action_required_deadline"))
    )
)]
pub(crate) async fn list(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    asked: ListQuery,
) -> ApiResult<ListResponse<ResourceResponse<AlertFields>>> {
    caller.require_ability("alerts:read")?;
    let (field, newest_first) = asked.sort_order(
        &["alert_received_at", "created_at", "action_required_deadline"],
        "-alert_received_at",
    )?;
    // Two names of the same time.
    let (received, made) = (asked.time_span("alert_received_at")?, asked.time_span("created_at")?);
    let (from, to) = (received.0.max(made.0), [received.1, made.1].into_iter().flatten().min());
    let by = (field == "action_required_deadline").then_some(FilterField::Deadline);
    let mut listing = asked.listing_between((from, to), (newest_first, by), &FILTERS)?;
    listing.one_of.extend(
        asked
            .filter_bool("is_actionable")?
            .map(|truth| (FilterField::IsActionable, vec![truth.to_owned()])),
    );
    let spans = [
        asked.stored_span("action_required_deadline", FilterField::Deadline)?,
        asked.stored_span("updated_at", FilterField::UpdatedAt)?,
    ];
    let within = spans.into_iter().flatten().collect();
    let organisations =
        caller.visible_organisations(&api.store, asked.filter_text("organisation_id")).await?;
    let lists =
        organisations.iter().flat_map(|one| list_shards(&one.id, ShardedList::Alerts)).collect();
    let named = keys_of_vendor_ids(&asked);
    let listed = api
        .store
        .read_list_page::<Alert>(&ListCriteria { lists, named, within, ..listing })
        .await?;
    Ok(Json(asked.to_list(listed, by.is_none(), to_alert_response)))
}

/// Acts on an alert, adds a note, or both.
///
/// The response waits up to 8 s for the alert to be resolved. The response is immediate with
/// `Prefer: respond-async`, or once 60 responses of the partner have waited within the minute.
#[utoipa::path(
    patch, path = "/v1/alerts/{id}", request_body = AlertActionPatch,
    responses(
        (status = 200, body = AlertDetailResponse),
        (status = 409, description = "ALREADY_RESOLVED DEADLINE_PASSED NOT_ACTIONABLE \
            ENROLMENT_NOT_ACCEPTED"),
        (status = 422, description = "TRANSACTION_REQUIRED NO_PROCESSOR"),
        (status = 424, description = "PROCESSOR_UNAVAILABLE"),
    ),
    security(("bearer" = ["alerts:write"]))
)]
pub(crate) async fn act(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Result<(HeaderMap, Json<AlertDetailResponse>), ApiRefusal> {
    caller.require_ability("alerts:write")?;
    let alert = load_alert(&api, &caller, id).await?;
    let RequestBody { body: patch, now } =
        RequestBody::<AlertActionPatch>::read_request(request).await?;
    patch.refuse_invalid()?;
    let by = Requester::from(caller.0.id.clone());
    let acted = act::take_action(&api, &by, &alert.id, &patch, now).await?;
    act::keep_note(&api, &by, &alert.id, &patch, now).await?;
    let mut told = HeaderMap::new();
    if prefers_async(&headers) {
        told.insert(
            HeaderName::from_static("preference-applied"),
            HeaderValue::from_static("respond-async"),
        );
    } else if acted && api.limits.can_wait(&api.store, &caller.0.partner, now).await {
        act::wait_for_outcome(&api, &alert.id).await?;
    }
    let alert =
        api.store.read_alert(&alert.id).await?.ok_or_else(|| ProblemDetails::not_found("alert"))?;
    Ok((told, Json(load_detail(&api, &alert).await?)))
}

/// All steps of an alert, oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = History)]
pub(crate) struct AlertHistory {
    count: usize,
    items: Vec<HistoryEntry>,
}

/// An alert with the details that lists omit.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertInFull)]
pub(crate) struct AlertDetailResponse {
    #[serde(flatten)]
    alert: AlertResponse,
    related_transactions: Vec<RelatedTransaction>,
    /// Null unless requested, and if the processor is unavailable.
    related_subscriptions: Option<Vec<subscriptions::RelatedSubscription>>,
}

async fn load_detail(
    api: &ApiContext,
    alert: &Alert,
) -> Result<AlertDetailResponse, ProblemDetails> {
    Ok(AlertDetailResponse {
        alert: to_alert_response(alert),
        related_transactions: related::find_related(&api.store, alert).await?,
        related_subscriptions: None,
    })
}

/// Loads an alert that the caller may see.
pub(crate) async fn load_alert(
    api: &ApiContext,
    caller: &ApiCaller,
    id: String,
) -> Result<Alert, ProblemDetails> {
    let missing = || ProblemDetails::not_found("alert");
    let id = AlertId::try_from(id).map_err(|_| missing())?;
    let alert = api.store.read_alert(&id).await?.ok_or_else(missing)?;
    caller
        .find_organisation(&api.store, &alert.organisation)
        .await?
        .map(|_| alert)
        .ok_or_else(missing)
}

pub(crate) fn prefers_async(headers: &HeaderMap) -> bool {
    let preferences = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    preferences
        .flat_map(|value| value.split(','))
        .any(|one| one.trim().eq_ignore_ascii_case("respond-async"))
}

/// Lists the routes of the room.
pub(crate) fn routes() -> Vec<ApiRoute> {
    vec![
        ("/v1/alerts", get(list)),
        ("/v1/alerts/{id}", get(show).patch(act)),
        ("/v1/alerts/{id}/history", get(history)),
        ("/v1/quarantine", get(quarantine::list)),
        ("/v1/quarantine/{id}", get(quarantine::show)),
        ("/v1/quarantine/{id}/release", post(quarantine::release)),
        ("/v1/quarantine/{id}/discard", post(quarantine::discard)),
    ]
}
