//! What was sent to an endpoint, what came of it, and how it is sent again.

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::basics::id::{DeliveryId, EndpointId, EventId};
use domain::notify::event::EventKind;
use domain::notify::webhook::{Attempt, Delivery, DeliveryState, Endpoint, EndpointStatus, Event};
use flows::problem::{Code, Problem};
use jiff::Timestamp;
use runtime::http::now;
use runtime::random::new_seed;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::facts::Fact;
use store::keys::{listed_deliveries, sortable};
use store::list::{Listing, Page};
use utoipa::ToSchema;

use super::{seen, shown};
use crate::http::body::Given;
use crate::http::caller::Caller;
use crate::http::list_query::{Asked, Filter, List, documented};
use crate::http::response::{Answer, Refused};
use crate::http::state::{Api, Shared};

/// The most deliveries that one request replays.
const MOST_REPLAYED: usize = 500;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub(crate) struct Sent {
    id: DeliveryId,
    webhook_endpoint_id: EndpointId,
    event_id: EventId,
    #[serde(rename = "type")]
    kind: EventKind,
    status: DeliveryState,
    attempts: Vec<Attempt>,
    next_attempt_at: Option<Timestamp>,
    version: u64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// One delivery, or all of a span of time.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Replay)]
pub(crate) struct Which {
    delivery_id: Option<DeliveryId>,
    created_at_gte: Option<Timestamp>,
    created_at_lte: Option<Timestamp>,
    /// Only those with this status.
    status: Option<DeliveryState>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Replayed {
    count: usize,
    delivery_ids: Vec<DeliveryId>,
}

/// What deliveries are filtered by, beside their time.
const FILTERS: [Filter; 1] =
    [Filter::word("status", Fact::Status, &STATUSES, "Only with this status.")];
const STATUSES: [&str; 4] = [
    DeliveryState::Waiting.as_str(),
    DeliveryState::Delivered.as_str(),
    DeliveryState::Failed.as_str(),
    DeliveryState::Held.as_str(),
];

// The document names types without parameters.
type Many = List<Sent>;

/// Lists what was sent to an endpoint in the last 30 days.
#[utoipa::path(
    get, path = "/v1/webhook-endpoints/{id}/deliveries", operation_id = "webhooks_deliveries",
    responses((status = 200, body = Many)), security(("bearer" = ["webhook_endpoints:read"])),
    extensions(
        ("x-filters" = json!(documented(&FILTERS))),
        ("x-sorts" = json!("-created_at")),
        ("x-spans" = json!("created_at"))
    )
)]
pub(crate) async fn list(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    asked: Asked,
) -> Answer<List<Sent>> {
    caller.may("webhook_endpoints:read")?;
    let endpoint = seen(&api, &caller, &id).await?;
    let lists = vec![listed_deliveries(&endpoint.id)];
    let listing = Listing { lists, ..asked.listing("created_at", &FILTERS)? };
    let listed = api.store.list::<Delivery>(&listing).await?;
    Ok(Json(asked.listed(listed, true, Sent::of)))
}

/// Sends an endpoint a test event.
#[utoipa::path(
    post, path = "/v1/webhook-endpoints/{id}/test", operation_id = "webhooks_test",
    responses((status = 200, body = Sent), (status = 409, description = "CONFLICT")),
    security(("bearer" = ["webhook_endpoints:write"]))
)]
pub(crate) async fn test(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer<Sent> {
    caller.may("webhook_endpoints:write")?;
    let (endpoint, now) = (enabled(&api, &caller, &id).await?, now(&request));
    let (id, kind) = (EventId::from_seed(new_seed()?), EventKind::Test);
    let object = shown(endpoint.clone(), None);
    let body = json!({ "id": id, "type": kind, "data": { "object": object } }).to_string();
    let event = api.store.keep_event(Event { id, kind, body, created_at: now }).await?;
    let delivery = Delivery::new(&event, &endpoint, now);
    api.store.keep_delivery(&delivery).await?;
    Ok(Json(Sent::of(&delivery)))
}

/// Sends deliveries again, under their ids.
///
/// One, or all of a span of time: at most 500.
#[utoipa::path(
    post, path = "/v1/webhook-endpoints/{id}/replay", operation_id = "webhooks_replay",
    request_body = Which,
    responses(
        (status = 200, body = Replayed), (status = 404, description = "NOT_FOUND"),
        (status = 409, description = "CONFLICT")
    ),
    security(("bearer" = ["webhook_endpoints:write"]))
)]
pub(crate) async fn replay(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer<Replayed> {
    caller.may("webhook_endpoints:write")?;
    let endpoint = enabled(&api, &caller, &id).await?;
    let Given { body, now } = Given::<Which>::read(request).await?;
    let wanted = match &body.delivery_id {
        Some(id) => {
            let found = api.store.delivery(id).await?.filter(|one| one.endpoint == endpoint.id);
            vec![found.ok_or_else(|| crate::http::caller::missing("delivery_id", "delivery"))?]
        }
        None => all_of(&api, &endpoint, &body).await?,
    };
    let mut delivery_ids = Vec::new();
    for delivery in wanted {
        let delivery = delivery.replayed(now);
        api.store.commit_delivery(&delivery).await?;
        delivery_ids.push(delivery.id);
    }
    Ok(Json(Replayed { count: delivery_ids.len(), delivery_ids }))
}

/// The deliveries of a span of time.
async fn all_of(api: &Api, endpoint: &Endpoint, which: &Which) -> Result<Vec<Delivery>, Refused> {
    let (Some(from), Some(to)) = (which.created_at_gte, which.created_at_lte) else {
        let message = "Give `delivery_id`, or both `created_at_gte` and `created_at_lte`.";
        return Err(Problem::field("delivery_id", "REQUIRED", message).into());
    };
    if from > to {
        return Err(Problem::field(
            "created_at_gte",
            "RANGE_REVERSED",
            "Must not be later than `created_at_lte`.",
        )
        .into());
    }
    let one_of = which
        .status
        .map(|status| (Fact::Status, vec![status.as_str().to_owned()]))
        .into_iter()
        .collect();
    let page = Page::Offset { offset: 0, limit: MOST_REPLAYED };
    let (lists, from, to) =
        (vec![listed_deliveries(&endpoint.id)], Some(sortable(from)), Some(sortable(to)));
    let listed = api
        .store
        .list::<Delivery>(&Listing { lists, one_of, from, to, page, ..Listing::default() })
        .await?;
    if listed.count > MOST_REPLAYED || listed.next.is_some() {
        let more = if listed.more_than_counted { "or more" } else { "in all" };
        let message = format!(
            "There are {} {more}, and at most {MOST_REPLAYED} are replayed at once.",
            listed.count
        );
        return Err(Problem::field("created_at_lte", "TOO_MANY", message).into());
    }
    Ok(listed.items)
}

/// An endpoint that is told anything.
async fn enabled(api: &Api, caller: &Caller, id: &str) -> Result<Endpoint, Problem> {
    let endpoint = seen(api, caller, id).await?;
    let is_enabled = endpoint.status == EndpointStatus::Enabled;
    if is_enabled {
        Ok(endpoint)
    } else {
        Err(Problem::new(Code::Conflict, "The endpoint is not ENABLED; PATCH its `status` first."))
    }
}

impl Sent {
    fn of(from: &Delivery) -> Self {
        Self {
            id: from.id.clone(),
            webhook_endpoint_id: from.endpoint.clone(),
            event_id: from.event.clone(),
            kind: from.kind,
            status: from.state,
            attempts: from.attempts.clone(),
            next_attempt_at: from.due_at.filter(|_| !from.is_asked()),
            version: from.version,
            created_at: from.created_at,
            updated_at: from.updated_at,
        }
    }
}
