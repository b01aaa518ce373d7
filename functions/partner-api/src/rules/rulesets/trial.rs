//! Dry runs: the decisions that a ruleset would have made on past and imported alerts. No action is
//! taken.

mod found;

use std::collections::{BTreeSet, HashMap};

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::alert::Alert;
use domain::alert::dry_run::{DryRunReport, PastAlert};
use domain::basics::id::{OrderId, RulesetId};
use domain::basics::time::utc_day;
use domain::rules::ruleset::Ruleset;
use domain::sale::order::Order;
use flows::problem::ProblemDetails;
use jiff::Timestamp;
use runtime::http::request_time;
use serde::Deserialize;
use serde_json::Value;
use store::Store;
use store::keys::{ShardedList, list_shards, sortable_time};
use store::list::{ListCriteria, MOST_COUNTED, PageRequest};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AllOf, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::http::body::{RequestBody, parse_value};
use crate::http::caller::{ApiCaller, missing_reference};
use crate::http::list_query::ListQuery;
use crate::http::response::ApiResult;
use crate::http::state::SharedContext;
use found::DryRunResponse;

/// The fields of a trial's body, beside the fields of a ruleset.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = Besides)]
struct DryRunOptions {
    /// The stored ruleset that the new ruleset would replace.
    replaces: Option<RulesetId>,
}

/// The body of a trial in the API document.
pub(crate) enum DryRunRequest {}

impl PartialSchema for DryRunRequest {
    fn schema() -> RefOr<Schema> {
        AllOf::builder().item(super::CreateRuleset::schema()).item(DryRunOptions::schema()).into()
    }
}

impl ToSchema for DryRunRequest {
    fn name() -> std::borrow::Cow<'static, str> {
        "Tried".into()
    }

    fn schemas(known: &mut Vec<(String, RefOr<Schema>)>) {
        super::CreateRuleset::schemas(known);
        DryRunOptions::schemas(known);
    }
}

/// Evaluates an unsaved ruleset on past alerts, without action.
///
/// The ruleset is added to the stored rulesets, or replaces the ruleset that `replaces` names.
#[utoipa::path(
    post, path = "/v1/rulesets/dry-run", operation_id = "rulesets_dry_run_new",
    request_body = DryRunRequest,
    responses(
        (status = 200, body = DryRunResponse), (status = 404, description = "NOT_FOUND"),
        (status = 422, description = "ENROLMENTS_DIFFERENT_TYPES")
    ),
    security(("bearer" = ["rulesets:read", "alerts:read"])),
    extensions(("x-spans" = json!("alert_received_at")))
)]
pub(crate) async fn of_new(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    asked: ListQuery,
    request: Request,
) -> ApiResult<DryRunResponse> {
    require_abilities(&caller)?;
    let RequestBody { body, now } = RequestBody::<Value>::read_request(request).await?;
    let DryRunOptions { replaces } = parse_value(body.clone())?;
    let tried =
        super::build_ruleset(&api.store, &caller, RequestBody { body: parse_value(body)?, now })
            .await?;
    let before: Vec<Ruleset> = api.store.read_records(&tried.organisation).await?;
    let replaced = before.iter().find(|one| Some(&one.id) == replaces.as_ref());
    if replaces.is_some() && replaced.is_none() {
        return Err(missing_reference("replaces", "ruleset").into());
    }
    let created_at = replaced.map_or(tried.created_at, |one| one.created_at);
    let tried = Ruleset { is_enabled: true, created_at, ..tried };
    let others = before.iter().filter(|one| Some(&one.id) != replaces.as_ref()).cloned();
    let after: Vec<Ruleset> = others.chain([tried.clone()]).collect();
    dry_run_alerts(&api.store, &asked, &tried, &before, &after, now).await
}

/// Evaluates a stored ruleset on past alerts, without action.
///
/// The result is compared with the decisions of the other rulesets alone.
#[utoipa::path(
    post, path = "/v1/rulesets/{id}/dry-run", operation_id = "rulesets_dry_run",
    responses((status = 200, body = DryRunResponse)),
    security(("bearer" = ["rulesets:read", "alerts:read"])),
    extensions(("x-spans" = json!("alert_received_at")))
)]
pub(crate) async fn of_stored(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    asked: ListQuery,
    Path(id): Path<String>,
    request: Request,
) -> ApiResult<DryRunResponse> {
    require_abilities(&caller)?;
    let stored: Ruleset = caller.load_record(&api.store, &id, "ruleset").await?;
    let tried = Ruleset { is_enabled: true, ..stored };
    let all: Vec<Ruleset> = api.store.read_records(&tried.organisation).await?;
    let before: Vec<Ruleset> = all.into_iter().filter(|one| one.id != tried.id).collect();
    let after: Vec<Ruleset> = before.iter().cloned().chain([tried.clone()]).collect();
    dry_run_alerts(&api.store, &asked, &tried, &before, &after, request_time(&request)).await
}

fn require_abilities(caller: &ApiCaller) -> Result<(), ProblemDetails> {
    caller.require_ability("rulesets:read")?;
    caller.require_ability("alerts:read")
}

async fn dry_run_alerts(
    store: &Store,
    asked: &ListQuery,
    tried: &Ruleset,
    before: &[Ruleset],
    after: &[Ruleset],
    now: Timestamp,
) -> ApiResult<DryRunResponse> {
    let span = asked.time_span("alert_received_at")?;
    let shares =
        |one: &&Ruleset| one.enrolment_ids.iter().any(|id| tried.enrolment_ids.contains(id));
    let of = |all: &[Ruleset]| all.iter().filter(shares).cloned().collect::<Vec<_>>();
    let (before, after) = (of(before), of(after));
    let imported: Vec<PastAlert> = load_imported(store, tried, span).await?;
    let count = imported.len();
    let alerts = load_alerts(store, tried, span, MOST_COUNTED.saturating_sub(count)).await?;
    let orders = load_orders(store, &alerts, &after).await?;
    let order = |alert: &Alert| alert.sale().and_then(|one| orders.get(one.sale.order.as_ref()?));
    let past: Vec<PastAlert> = alerts
        .iter()
        .map(|alert| PastAlert::from_alert(alert, order(alert)))
        .chain(imported)
        .collect();
    let rates = store.read_rates(utc_day(now)).await?;
    let trial = DryRunReport::compare_rulesets(&past, &before, &after, rates.as_ref());
    Ok(Json(DryRunResponse::from_trial(trial, count)))
}

type ReceivedSpan = (Option<Timestamp>, Option<Timestamp>);

async fn load_alerts(
    store: &Store,
    tried: &Ruleset,
    (from, to): ReceivedSpan,
    most: usize,
) -> Result<Vec<Alert>, ProblemDetails> {
    let lists = list_shards(&tried.organisation, ShardedList::Alerts);
    let page = PageRequest::Offset { offset: 0, limit: most };
    let listing = ListCriteria {
        lists,
        from: from.map(sortable_time),
        to: to.map(sortable_time),
        newest_first: true,
        page,
        ..ListCriteria::default()
    };
    let listed = store.read_list_page::<Alert>(&listing).await?;
    if listed.more_than_counted || listed.count > most {
        return Err(too_many_alerts());
    }
    Ok(listed
        .items
        .into_iter()
        .filter(|alert| tried.enrolment_ids.contains(&alert.enrolment))
        .collect())
}

async fn load_imported(
    store: &Store,
    tried: &Ruleset,
    (from, to): ReceivedSpan,
) -> Result<Vec<PastAlert>, ProblemDetails> {
    let mut rows = store.read_imported_alerts(&tried.organisation).await?;
    rows.retain(|row| {
        from.is_none_or(|from| from <= row.received_at) && to.is_none_or(|to| row.received_at <= to)
    });
    if rows.len() > MOST_COUNTED {
        Err(too_many_alerts())
    } else {
        Ok(rows.into_iter().map(PastAlert::from).collect())
    }
}

/// Reads the alerts' orders, if a rule needs orders.
async fn load_orders(
    store: &Store,
    alerts: &[Alert],
    rulesets: &[Ruleset],
) -> Result<HashMap<OrderId, Order>, ProblemDetails> {
    let told_by_orders = |one: &Ruleset| {
        one.rules.iter().any(|rule| rule.condition.dimension().is_order_dimension())
    };
    if !rulesets.iter().any(told_by_orders) {
        return Ok(HashMap::new());
    }
    let ids: BTreeSet<OrderId> =
        alerts.iter().filter_map(|alert| alert.sale()?.sale.order.clone()).collect();
    let orders = store.read_orders(&ids).await?;
    Ok(orders.into_iter().map(|order| (order.id.clone(), order)).collect())
}

fn too_many_alerts() -> ProblemDetails {
    let message = format!("More than {MOST_COUNTED} alerts came in this time: take a shorter one.");
    ProblemDetails::invalid_field("alert_received_at_gte", "TOO_MANY_ALERTS", message)
}
