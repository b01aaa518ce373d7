//! Events, for those who poll: what webhook endpoints are told, in an order that a reader can
//! follow without missing any.

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

/// What happened is listed once no more can be written before it: who writes has 60 s for it, and
/// clocks differ.
const SETTLED: SignedDuration = SignedDuration::from_secs(70);
/// So many objects are read at a time.
const AT_ONCE: usize = 16;
/// The kinds that happen by themselves: all but the last.
const KINDS: [&str; EventKind::ALL.len() - 1] = {
    let mut words = [""; EventKind::ALL.len() - 1];
    let mut at = 0;
    while at < words.len() {
        words[at] = EventKind::ALL[at].as_str();
        at += 1;
    }
    words
};
/// What places in the events are sealed with: filters may change from poll to poll.
const POLL: &str = "events";
const FILTERS: [ListFilter; 1] =
    [ListFilter::for_words("type", FilterField::Kind, &KINDS, "Only of this type.")];

/// An event as polls read it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolledEvent)]
pub(crate) struct PolledEvent {
    /// The same that webhook endpoints are told. Rarely one comes twice, under the same id.
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
    /// The first first. `data.object` is as its GET shows it now, null where it is gone or there
    /// is nothing left to ask for.
    items: Vec<PolledEvent>,
    /// Whether more can be read at once.
    has_more: bool,
    /// Give it as `after` to read on, also where nothing came.
    next_after: String,
}

/// Reads the events after a place, for 30 days.
///
/// What webhook endpoints are told, for those who poll; no endpoint is needed. An event is listed
/// 70 seconds after it happened, so that none is added before one that you have read. Keep
/// `next_after` and give it as `after` the next time; without it the first ones come that are still
/// there.
#[utoipa::path(
    get, path = "/v1/events", operation_id = "events_list",
    params(
        ("after" = Option<String>, Query, description = "The `next_after` of the answer before."),
        ("organisation_id" = Option<String>, Query, description = "Only of this organisation."),
        (
            "limit" = Option<usize>, Query, minimum = 1, maximum = 100,
            description = "How many are read at the most (100); with `type` fewer may come."
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
    let wrong = |_| {
        ProblemDetails::invalid_field(
            "after",
            "UNKNOWN_CURSOR",
            "Must be a `next_after` of this route.",
        )
    };
    let past = asked
        .filter_text("after")
        .map(|after| open_cursor(POLL, after))
        .transpose()
        .map_err(wrong)?
        .unwrap_or_default();
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

/// Under whom the caller's events are.
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
