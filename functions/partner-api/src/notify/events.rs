//! Events to poll: the webhook events in a sequence that a reader can follow without gaps.

use axum::Json;
use axum::extract::{Request, State};
use domain::account::ApiKeyScope;
use domain::basics::id::{EventId, OrganisationId};
use domain::notify::event::{EventKind, EventOccurrence};
use flows::event_object::{EventData, event_object};
use flows::problem::ProblemDetails;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::{SignedDuration, Timestamp};
use runtime::http::request_time;
use serde::Serialize;
use serde_json::Value;
use store::Store;
use store::facts::FilterField;
use store::keys::{EventOwner, list_position, occurrence_position};
use utoipa::ToSchema;

use crate::http::caller::ApiCaller;
use crate::http::list_query::{
    ListFilter, ListQuery, chosen_filters, open_cursor, seal_cursor, to_parameters,
};
use crate::http::response::{ApiResult, to_unavailable};
use crate::http::state::SharedContext;

/// The delay before an event is listed: writers have up to 60 s, and clocks differ. No event is
/// added earlier in the sequence afterwards.
const SETTLED: SignedDuration = SignedDuration::from_secs(70);
/// The objects read concurrently.
const AT_ONCE: usize = 16;
/// The event types except the test event, which only a request triggers.
const KINDS: [&str; EventKind::ALL.len() - 1] = {
    let mut words = [""; EventKind::ALL.len() - 1];
    let mut at = 0;
    while at < words.len() {
        words[at] = EventKind::ALL[at].as_str();
        at += 1;
    }
    words
};
/// The list name that seals positions. The name omits the filters, which may change between polls.
const POLL: &str = "events";
const FILTERS: [ListFilter; 1] =
    [ListFilter::for_words("type", FilterField::Kind, &KINDS, "Only of this type.")];

/// An event as polls return events.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolledEvent)]
pub(crate) struct PolledEvent {
    /// The same id as in webhooks. In rare cases an event is listed twice, under the same id.
    id: EventId,
    #[serde(rename = "type")]
    kind: EventKind,
    organisation_id: OrganisationId,
    created_at: Timestamp,
    data: EventData,
}

/// The next events.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Events)]
pub(crate) struct PolledEventList {
    /// Oldest first. `data.object` is the current resource as its GET returns; null if the resource
    /// is gone.
    items: Vec<PolledEvent>,
    /// Whether more events can be read immediately.
    has_more: bool,
    /// The value for `after` of the next request, even if `items` is empty.
    next_after: String,
}

/// Reads the events after a position, up to 30 days back.
///
/// The webhook events, for clients that poll; no endpoint is needed. An event is listed 70 seconds
/// after its occurrence, which ensures that no event is inserted before those already read. Pass
/// `next_after` as `after` in the next request; without `after` the oldest stored events are
/// returned.
#[utoipa::path(
    get, path = "/v1/events", operation_id = "events_list",
    params(
        (
            "after" = Option<String>, Query,
            description = "The `next_after` of the previous response."
        ),
        ("organisation_id" = Option<String>, Query, description = "Only of this organisation."),
        (
            "limit" = Option<usize>, Query, minimum = 1, maximum = 100,
            description = "The most events to read; with `type` fewer may be returned."
        ),
    ),
    responses((status = 200, body = PolledEventList)), security(("bearer" = ["events:read"])),
    extensions(("x-filters" = json!(to_parameters(&FILTERS))))
)]
pub(crate) async fn list(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    asked: ListQuery,
    request: Request,
) -> ApiResult<PolledEventList> {
    caller.require_ability("events:read")?;
    let past = read_position(&asked)?;
    let kinds = chosen_filters(&asked, &FILTERS)?.pop().map(|(_, kinds)| kinds);
    let until = request_time(&request) - SETTLED;
    let owners = event_owners(&caller, &api.store, asked.filter_text("organisation_id")).await?;
    let mut found =
        api.store.read_occurrences(&owners, &past, until, asked.limit.saturating_add(1)).await?;
    let has_more = found.len() > asked.limit;
    found.truncate(asked.limit);
    let read = found
        .last()
        .filter(|_| has_more)
        .map_or_else(|| list_position(until, "~"), occurrence_position);
    found.retain(|one| {
        kinds.as_ref().is_none_or(|kinds| kinds.iter().any(|kind| kind == one.name.kind.as_str()))
    });
    let items = stream::iter(found)
        .map(|one| to_polled_event(&api.store, one))
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    Ok(Json(PolledEventList { items, has_more, next_after: seal_cursor(POLL, &read.max(past)) }))
}

/// Opens the position in `after`; empty without a position.
fn read_position(asked: &ListQuery) -> Result<String, ProblemDetails> {
    let wrong = |_| {
        ProblemDetails::invalid_field(
            "after",
            "UNKNOWN_CURSOR",
            "Must be a `next_after` of this route.",
        )
    };
    let after = asked.filter_text("after").map(|after| open_cursor(POLL, after)).transpose();
    Ok(after.map_err(wrong)?.unwrap_or_default())
}

/// Returns the owners whose events the caller may read.
async fn event_owners(
    caller: &ApiCaller,
    store: &Store,
    only: Option<&str>,
) -> Result<Vec<EventOwner>, ProblemDetails> {
    if let (ApiKeyScope::Partner, None) = (&caller.0.reach, only) {
        return Ok(vec![EventOwner::Partner(caller.0.partner.clone(), caller.0.mode)]);
    }
    let seen = caller.visible_organisations(store, only).await?;
    Ok(seen.into_iter().map(|one| EventOwner::Organisation(one.id)).collect())
}

async fn to_polled_event(
    store: &Store,
    one: EventOccurrence,
) -> Result<PolledEvent, crate::http::response::ApiRefusal> {
    let object =
        event_object(store, &one.name).await.map_err(|failure| to_unavailable(&failure))?;
    let object = object
        .filter(|(owner, _)| *owner == one.organisation)
        .map_or(Value::Null, |(_, object)| object);
    let (id, kind) = (one.name.event_id(), one.name.kind);
    Ok(PolledEvent {
        id,
        kind,
        organisation_id: one.organisation,
        created_at: one.at,
        data: EventData { object },
    })
}
