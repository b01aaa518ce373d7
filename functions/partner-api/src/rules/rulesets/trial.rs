//! Dry runs: what a ruleset would have decided of past alerts, also of imported ones. Nothing is
//! done.

mod found;

use std::collections::{BTreeSet, HashMap};

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::alert::Alert;
use domain::alert::dry_run::{Past, Trial};
use domain::basics::id::{OrderId, RulesetId};
use domain::basics::time::day_of;
use domain::rules::ruleset::Ruleset;
use domain::sale::order::Order;
use flows::problem::Problem;
use jiff::Timestamp;
use runtime::http::now;
use serde::Deserialize;
use serde_json::Value;
use store::Store;
use store::keys::{Spread, lists_of, sortable};
use store::list::{Listing, MOST_COUNTED, Page};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AllOf, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::http::body::{Given, read};
use crate::http::caller::{Caller, missing};
use crate::http::list_query::Asked;
use crate::http::response::Answer;
use crate::http::state::Shared;
use found::Found;

/// What the body of a trial has besides a ruleset's fields.
#[derive(Debug, Deserialize, ToSchema)]
struct Besides {
    /// The stored ruleset that it would replace.
    replaces: Option<RulesetId>,
}

/// The body of a trial, for the API's document.
pub(crate) enum Tried {}

impl PartialSchema for Tried {
    fn schema() -> RefOr<Schema> {
        AllOf::builder().item(super::New::schema()).item(Besides::schema()).into()
    }
}

impl ToSchema for Tried {
    fn schemas(known: &mut Vec<(String, RefOr<Schema>)>) {
        super::New::schemas(known);
        Besides::schemas(known);
    }
}

/// Tries a ruleset that is not stored on past alerts.
///
/// It goes besides the stored ones, or instead of the one that `replaces` names. Nothing is done.
#[utoipa::path(
    post, path = "/v1/rulesets/dry-run", operation_id = "rulesets_dry_run_new",
    request_body = Tried,
    responses(
        (status = 200, body = Found), (status = 404, description = "NOT_FOUND"),
        (status = 422, description = "ENROLMENTS_DIFFERENT_TYPES")
    ),
    security(("bearer" = ["rulesets:read", "alerts:read"])),
    extensions(("x-spans" = json!("alert_received_at")))
)]
pub(crate) async fn of_new(
    State(api): State<Shared>,
    caller: Caller,
    asked: Asked,
    request: Request,
) -> Answer<Found> {
    may(&caller)?;
    let Given { body, now } = Given::<Value>::read(request).await?;
    let Besides { replaces } = read(body.clone())?;
    let tried = super::read_new(&api.store, &caller, Given { body: read(body)?, now }).await?;
    let before: Vec<Ruleset> = api.store.records(&tried.organisation).await?;
    let replaced = before.iter().find(|one| Some(&one.id) == replaces.as_ref());
    if replaces.is_some() && replaced.is_none() {
        return Err(missing("replaces", "ruleset").into());
    }
    let created_at = replaced.map_or(tried.created_at, |one| one.created_at);
    let tried = Ruleset { is_enabled: true, created_at, ..tried };
    let others = before.iter().filter(|one| Some(&one.id) != replaces.as_ref()).cloned();
    let after: Vec<Ruleset> = others.chain([tried.clone()]).collect();
    run(&api.store, &asked, &tried, &before, &after, now).await
}

/// Tries a stored ruleset on past alerts.
///
/// It is compared with what the others decide without it. Nothing is done.
#[utoipa::path(
    post, path = "/v1/rulesets/{id}/dry-run", operation_id = "rulesets_dry_run",
    responses((status = 200, body = Found)),
    security(("bearer" = ["rulesets:read", "alerts:read"])),
    extensions(("x-spans" = json!("alert_received_at")))
)]
pub(crate) async fn of_stored(
    State(api): State<Shared>,
    caller: Caller,
    asked: Asked,
    Path(id): Path<String>,
    request: Request,
) -> Answer<Found> {
    may(&caller)?;
    let stored: Ruleset = caller.record(&api.store, &id, "ruleset").await?;
    let tried = Ruleset { is_enabled: true, ..stored };
    let all: Vec<Ruleset> = api.store.records(&tried.organisation).await?;
    let before: Vec<Ruleset> = all.into_iter().filter(|one| one.id != tried.id).collect();
    let after: Vec<Ruleset> = before.iter().cloned().chain([tried.clone()]).collect();
    run(&api.store, &asked, &tried, &before, &after, now(&request)).await
}

fn may(caller: &Caller) -> Result<(), Problem> {
    caller.may("rulesets:read")?;
    caller.may("alerts:read")
}

async fn run(
    store: &Store,
    asked: &Asked,
    tried: &Ruleset,
    before: &[Ruleset],
    after: &[Ruleset],
    now: Timestamp,
) -> Answer<Found> {
    let span = asked.span("alert_received_at")?;
    let shares =
        |one: &&Ruleset| one.enrolment_ids.iter().any(|id| tried.enrolment_ids.contains(id));
    let of = |all: &[Ruleset]| all.iter().filter(shares).cloned().collect::<Vec<_>>();
    let (before, after) = (of(before), of(after));
    let imported: Vec<Past> = imported(store, tried, span).await?;
    let count = imported.len();
    let alerts = alerts(store, tried, span, MOST_COUNTED.saturating_sub(count)).await?;
    let orders = orders(store, &alerts, &after).await?;
    let order = |alert: &Alert| alert.sale().and_then(|one| orders.get(one.sale.order.as_ref()?));
    let past: Vec<Past> =
        alerts.iter().map(|alert| Past::of(alert, order(alert))).chain(imported).collect();
    let rates = store.rates(day_of(now)).await?;
    let trial = Trial::of(&past, &before, &after, rates.as_ref());
    Ok(Json(Found::of(trial, count)))
}

type Span = (Option<Timestamp>, Option<Timestamp>);

async fn alerts(
    store: &Store,
    tried: &Ruleset,
    (from, to): Span,
    most: usize,
) -> Result<Vec<Alert>, Problem> {
    let lists = lists_of(&tried.organisation, Spread::Alerts);
    let page = Page::Offset { offset: 0, limit: most };
    let listing = Listing {
        lists,
        from: from.map(sortable),
        to: to.map(sortable),
        newest_first: true,
        page,
        ..Listing::default()
    };
    let listed = store.list::<Alert>(&listing).await?;
    if listed.more_than_counted || listed.count > most {
        return Err(too_many());
    }
    Ok(listed
        .items
        .into_iter()
        .filter(|alert| tried.enrolment_ids.contains(&alert.enrolment))
        .collect())
}

async fn imported(store: &Store, tried: &Ruleset, (from, to): Span) -> Result<Vec<Past>, Problem> {
    let mut rows = store.imported(&tried.organisation).await?;
    rows.retain(|row| {
        from.is_none_or(|from| from <= row.received_at) && to.is_none_or(|to| row.received_at <= to)
    });
    if rows.len() > MOST_COUNTED {
        Err(too_many())
    } else {
        Ok(rows.into_iter().map(Past::from).collect())
    }
}

/// The alerts' orders, only where a rule looks at them.
async fn orders(
    store: &Store,
    alerts: &[Alert],
    rulesets: &[Ruleset],
) -> Result<HashMap<OrderId, Order>, Problem> {
    let told_by_orders =
        |one: &Ruleset| one.rules.iter().any(|rule| rule.condition.dimension().is_told_by_orders());
    if !rulesets.iter().any(told_by_orders) {
        return Ok(HashMap::new());
    }
    let ids: BTreeSet<OrderId> =
        alerts.iter().filter_map(|alert| alert.sale()?.sale.order.clone()).collect();
    let orders = store.orders(&ids).await?;
    Ok(orders.into_iter().map(|order| (order.id.clone(), order)).collect())
}

fn too_many() -> Problem {
    let message = format!("More than {MOST_COUNTED} alerts came in this time: take a shorter one.");
    Problem::field("alert_received_at_gte", "TOO_MANY_ALERTS", message)
}
