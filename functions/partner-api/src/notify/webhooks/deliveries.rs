//! Deliveries to an endpoint, their results, and their replay.

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::basics::id::{DeliveryId, EndpointId, EventId};
use domain::notify::event::EventKind;
use domain::notify::webhook::{
    DeliveryAttempt, DeliveryState, WebhookDelivery, WebhookEndpoint, WebhookEndpointStatus,
    WebhookEvent,
};
use flows::problem::{Code, ProblemDetails};
use jiff::Timestamp;
use runtime::http::request_time;
use runtime::random::new_seed;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::facts::FilterField;
use store::keys::{deliveries_list, sortable_time};
use store::list::{ListCriteria, ListPage, PageRequest};
use utoipa::ToSchema;

use super::{load_endpoint, to_response};
use crate::http::body::RequestBody;
use crate::http::caller::ApiCaller;
use crate::http::list_query::{ListFilter, ListQuery, ListResponse, to_parameters};
use crate::http::response::{ApiRefusal, ApiResult};
use crate::http::state::{ApiContext, SharedContext};

/// The most deliveries of a replay.
const MOST_REPLAYED: usize = 500;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub(crate) struct DeliveryResponse {
    id: DeliveryId,
    webhook_endpoint_id: EndpointId,
    event_id: EventId,
    #[serde(rename = "type")]
    kind: EventKind,
    status: DeliveryState,
    attempts: Vec<DeliveryAttempt>,
    next_attempt_at: Option<Timestamp>,
    version: u64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// A single delivery, or all deliveries of a time range.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Replay)]
pub(crate) struct ReplaySelection {
    delivery_id: Option<DeliveryId>,
    created_at_gte: Option<Timestamp>,
    created_at_lte: Option<Timestamp>,
    /// Only deliveries with this status.
    status: Option<DeliveryState>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Replayed)]
pub(crate) struct ReplayResponse {
    count: usize,
    delivery_ids: Vec<DeliveryId>,
}

/// The filters, beside the time range.
const FILTERS: [ListFilter; 1] =
    [ListFilter::for_words("status", FilterField::Status, &STATUSES, "Only with this status.")];
const STATUSES: [&str; 4] = [
    DeliveryState::Waiting.as_str(),
    DeliveryState::Delivered.as_str(),
    DeliveryState::Failed.as_str(),
    DeliveryState::Held.as_str(),
];

// Aliases, because the API document cannot name generic types.
type DeliveryList = ListResponse<DeliveryResponse>;

/// Lists the deliveries to an endpoint in the last 30 days.
#[utoipa::path(
    get, path = "/v1/webhook-endpoints/{id}/deliveries", operation_id = "webhooks_deliveries",
    responses((status = 200, body = DeliveryList)),
    security(("bearer" = ["webhook_endpoints:read"])),
    extensions(
        ("x-filters" = json!(to_parameters(&FILTERS))),
        ("x-sorts" = json!("-created_at")),
        ("x-spans" = json!("created_at"))
    )
)]
pub(crate) async fn list(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    asked: ListQuery,
) -> ApiResult<ListResponse<DeliveryResponse>> {
    caller.require_ability("webhook_endpoints:read")?;
    let endpoint = load_endpoint(&api, &caller, &id).await?;
    let lists = vec![deliveries_list(&endpoint.id)];
    let listing = ListCriteria { lists, ..asked.to_listing("created_at", &FILTERS)? };
    let listed = api.store.read_list_page::<WebhookDelivery>(&listing).await?;
    Ok(Json(asked.to_list(listed, true, DeliveryResponse::from_delivery)))
}

/// Sends a test event to an endpoint.
#[utoipa::path(
    post, path = "/v1/webhook-endpoints/{id}/test", operation_id = "webhooks_test",
    responses((status = 200, body = DeliveryResponse), (status = 409, description = "CONFLICT")),
    security(("bearer" = ["webhook_endpoints:write"]))
)]
pub(crate) async fn test(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    request: Request,
) -> ApiResult<DeliveryResponse> {
    caller.require_ability("webhook_endpoints:write")?;
    let (endpoint, now) = (load_enabled(&api, &caller, &id).await?, request_time(&request));
    let (id, kind) = (EventId::from_seed(new_seed()?), EventKind::Test);
    let object = to_response(endpoint.clone(), None);
    let body = json!({ "id": id, "type": kind, "data": { "object": object } }).to_string();
    let event = api.store.keep_event(WebhookEvent { id, kind, body, created_at: now }).await?;
    let delivery = WebhookDelivery::new(&event, &endpoint, now);
    api.store.keep_delivery(&delivery).await?;
    Ok(Json(DeliveryResponse::from_delivery(&delivery)))
}

/// Replays deliveries under their original ids.
///
/// A single delivery, or all deliveries of a time range, at most 500.
#[utoipa::path(
    post, path = "/v1/webhook-endpoints/{id}/replay", operation_id = "webhooks_replay",
    request_body = ReplaySelection,
    responses(
        (status = 200, body = ReplayResponse), (status = 404, description = "NOT_FOUND"),
        (status = 409, description = "CONFLICT")
    ),
    security(("bearer" = ["webhook_endpoints:write"]))
)]
pub(crate) async fn replay(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    request: Request,
) -> ApiResult<ReplayResponse> {
    caller.require_ability("webhook_endpoints:write")?;
    let endpoint = load_enabled(&api, &caller, &id).await?;
    let RequestBody { body, now } = RequestBody::<ReplaySelection>::read_request(request).await?;
    let wanted =
        match &body.delivery_id {
            Some(id) => {
                let found =
                    api.store.read_delivery(id).await?.filter(|one| one.endpoint == endpoint.id);
                vec![found.ok_or_else(|| {
                    crate::http::caller::missing_reference("delivery_id", "delivery")
                })?]
            }
            None => deliveries_in_span(&api, &endpoint, &body).await?,
        };
    let mut delivery_ids = Vec::new();
    for delivery in wanted {
        let delivery = delivery.restart_delivery(now);
        api.store.commit_delivery(&delivery).await?;
        delivery_ids.push(delivery.id);
    }
    Ok(Json(ReplayResponse { count: delivery_ids.len(), delivery_ids }))
}

/// Reads the deliveries of a time range.
async fn deliveries_in_span(
    api: &ApiContext,
    endpoint: &WebhookEndpoint,
    which: &ReplaySelection,
) -> Result<Vec<WebhookDelivery>, ApiRefusal> {
    let (Some(from), Some(to)) = (which.created_at_gte, which.created_at_lte) else {
        let message = "Give `delivery_id`, or both `created_at_gte` and `created_at_lte`.";
        return Err(ProblemDetails::invalid_field("delivery_id", "REQUIRED", message).into());
    };
    if from > to {
        return Err(ProblemDetails::invalid_field(
            "created_at_gte",
            "RANGE_REVERSED",
            "Must not be later than `created_at_lte`.",
        )
        .into());
    }
    let one_of = which
        .status
        .map(|status| (FilterField::Status, vec![status.as_str().to_owned()]))
        .into_iter()
        .collect();
    let page = PageRequest::Offset { offset: 0, limit: MOST_REPLAYED };
    let (lists, from, to) =
        (vec![deliveries_list(&endpoint.id)], Some(sortable_time(from)), Some(sortable_time(to)));
    let listed = api
        .store
        .read_list_page::<WebhookDelivery>(&ListCriteria {
            lists,
            one_of,
            from,
            to,
            page,
            ..ListCriteria::default()
        })
        .await?;
    refuse_too_many(&listed)?;
    Ok(listed.items)
}

fn refuse_too_many(listed: &ListPage<WebhookDelivery>) -> Result<(), ProblemDetails> {
    if listed.count <= MOST_REPLAYED && listed.next.is_none() {
        return Ok(());
    }
    let more = if listed.more_than_counted { "or more" } else { "in all" };
    let message = format!(
        "There are {} {more}, and at most {MOST_REPLAYED} are replayed at once.",
        listed.count
    );
    Err(ProblemDetails::invalid_field("created_at_lte", "TOO_MANY", message))
}

/// Loads an endpoint that is enabled.
async fn load_enabled(
    api: &ApiContext,
    caller: &ApiCaller,
    id: &str,
) -> Result<WebhookEndpoint, ProblemDetails> {
    let endpoint = load_endpoint(api, caller, id).await?;
    let is_enabled = endpoint.status == WebhookEndpointStatus::Enabled;
    if is_enabled {
        Ok(endpoint)
    } else {
        Err(ProblemDetails::new(
            Code::Conflict,
            "The endpoint is not ENABLED; PATCH its `status` first.",
        ))
    }
}

impl DeliveryResponse {
    fn from_delivery(from: &WebhookDelivery) -> Self {
        Self {
            id: from.id.clone(),
            webhook_endpoint_id: from.endpoint.clone(),
            event_id: from.event.clone(),
            kind: from.kind,
            status: from.state,
            attempts: from.attempts.clone(),
            next_attempt_at: from.due_at.filter(|_| !from.is_attempt_requested()),
            version: from.version,
            created_at: from.created_at,
            updated_at: from.updated_at,
        }
    }
}
