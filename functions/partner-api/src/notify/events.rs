//! Events, for those who poll: what webhook endpoints are told, in an order that a reader can
//! follow without missing any.

use axum::Json;
use axum::extract::{Request, State};
use domain::account::Reach;
use domain::basics::id::{EventId, OrganisationId};
use domain::notify::event::{EventKind, Occurrence};
use flows::event_object::{Data, object_of};
use flows::problem::Problem;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::{SignedDuration, Timestamp};
use runtime::http::now;
use serde::Serialize;
use serde_json::Value;
use store::Store;
use store::facts::Fact;
use store::keys::{Owner, listed_at, place_of};
use utoipa::ToSchema;

use crate::http::caller::Caller;
use crate::http::list_query::{Asked, Filter, chosen, documented, opened, sealed};
use crate::http::response::{Answer, failed};
use crate::http::state::Shared;

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
const FILTERS: [Filter; 1] = [Filter::word("type", Fact::Kind, &KINDS, "Only of this type.")];

/// An event as polls read it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolledEvent)]
pub(crate) struct Fields {
    /// The same that webhook endpoints are told. Rarely one comes twice, under the same id.
    id: EventId,
    #[serde(rename = "type")]
    kind: EventKind,
    organisation_id: OrganisationId,
    created_at: Timestamp,
    data: Data,
}

/// The next events.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Events)]
pub(crate) struct Polled {
    /// The first first. `data.object` is as its GET shows it now, null where it is gone or there
    /// is nothing left to ask for.
    items: Vec<Fields>,
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
    responses((status = 200, body = Polled)), security(("bearer" = ["events:read"])),
    extensions(("x-filters" = json!(documented(&FILTERS))))
)]
pub(crate) async fn list(
    State(api): State<Shared>,
    caller: Caller,
    asked: Asked,
    request: Request,
) -> Answer<Polled> {
    caller.may("events:read")?;
    let wrong =
        |_| Problem::field("after", "UNKNOWN_CURSOR", "Must be a `next_after` of this route.");
    let past = asked
        .text("after")
        .map(|after| opened(POLL, after))
        .transpose()
        .map_err(wrong)?
        .unwrap_or_default();
    let kinds = chosen(&asked, &FILTERS)?.pop().map(|(_, kinds)| kinds);
    let until = now(&request) - SETTLED;
    let owners = owners(&caller, &api.store, asked.text("organisation_id")).await?;
    let mut found =
        api.store.occurrences(&owners, &past, until, asked.limit.saturating_add(1)).await?;
    let has_more = found.len() > asked.limit;
    found.truncate(asked.limit);
    let read = found.last().filter(|_| has_more).map_or_else(|| listed_at(until, "~"), place_of);
    found.retain(|one| {
        kinds.as_ref().is_none_or(|kinds| kinds.iter().any(|kind| kind == one.name.kind.as_str()))
    });
    let items = stream::iter(found)
        .map(|one| shown(&api.store, one))
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    Ok(Json(Polled { items, has_more, next_after: sealed(POLL, &read.max(past)) }))
}

/// Under whom the caller's events are.
async fn owners(caller: &Caller, store: &Store, only: Option<&str>) -> Result<Vec<Owner>, Problem> {
    if let (Reach::Partner, None) = (&caller.0.reach, only) {
        return Ok(vec![Owner::Partner(caller.0.partner.clone(), caller.0.mode)]);
    }
    let seen = caller.organisations(store, only).await?;
    Ok(seen.into_iter().map(|one| Owner::Organisation(one.id)).collect())
}

async fn shown(store: &Store, one: Occurrence) -> Result<Fields, crate::http::response::Refused> {
    let object = object_of(store, &one.name).await.map_err(|failure| failed(&failure))?;
    let object = object
        .filter(|(owner, _)| *owner == one.organisation)
        .map_or(Value::Null, |(_, object)| object);
    let (id, kind) = (one.name.id(), one.name.kind);
    Ok(Fields {
        id,
        kind,
        organisation_id: one.organisation,
        created_at: one.at,
        data: Data { object },
    })
}
