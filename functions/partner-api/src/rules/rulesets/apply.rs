//! Re-evaluation of waiting alerts after a change of rules. The pipeline applies the results with
//! the same safeguards as the first evaluation.

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::alert::{Alert, HistoryActor};
use domain::basics::id::AlertId;
use domain::rules::ruleset::Ruleset;
use jiff::Timestamp;
use runtime::http::request_time;
use serde::Serialize;
use store::StoreError;
use store::facts::FilterField;
use store::keys::{ShardedList, list_shards};
use store::list::{ListCriteria, PageRequest};
use utoipa::ToSchema;

use crate::http::caller::ApiCaller;
use crate::http::list_query::ListQuery;
use crate::http::response::ApiResult;
use crate::http::state::SharedContext;

/// The most open alerts that a request examines.
const MOST_ALERTS: usize = 500;

/// The result of a re-evaluation request.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = Applied)]
pub(crate) struct ApplyResponse {
    /// The alerts that are evaluated again.
    reevaluated: Vec<AlertId>,
    /// The number of open alerts left unchanged: those that wait for another reason, or belong to
    /// another enrolment.
    left: usize,
    /// The alerts that changed concurrently, and are left unchanged.
    changed_meanwhile: Vec<AlertId>,
    /// The value for `cursor` of the next request; null at the end.
    next_cursor: Option<String>,
}

/// Evaluates open alerts again.
///
/// Applies to alerts of the ruleset's enrolments that wait because no ruleset matched, a ruleset
/// was undecided, or rules were only observed. A request examines up to 500 open alerts.
#[utoipa::path(
    post, path = "/v1/rulesets/{id}/apply", operation_id = "rulesets_apply",
    params(("cursor" = Option<String>, Query, description = "The `next_cursor` of the \
        previous response.")),
    responses((status = 200, body = ApplyResponse)),
    security(("bearer" = ["rulesets:write", "alerts:write"]))
)]
pub(crate) async fn apply(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    asked: ListQuery,
    Path(id): Path<String>,
    request: Request,
) -> ApiResult<ApplyResponse> {
    caller.require_ability("rulesets:write")?;
    caller.require_ability("alerts:write")?;
    let ruleset: Ruleset = caller.load_record(&api.store, &id, "ruleset").await?;
    let lists = list_shards(&ruleset.organisation, ShardedList::Alerts);
    let one_of = vec![
        (FilterField::Status, vec!["ACTION_REQUIRED".to_owned()]),
        (FilterField::IsActionable, vec!["true".to_owned()]),
    ];
    let page = match asked.cursor.clone() {
        Some(cursor) => PageRequest::After { cursor, limit: MOST_ALERTS },
        None => PageRequest::Offset { offset: 0, limit: MOST_ALERTS },
    };
    let open = api
        .store
        .read_list_page::<Alert>(&ListCriteria { lists, one_of, page, ..ListCriteria::default() })
        .await?;
    let mut applied = ApplyResponse {
        next_cursor: open.next.as_deref().map(|order| asked.seal_position(order)),
        ..ApplyResponse::default()
    };
    let now = request_time(&request);
    for alert in open.items {
        let stored = reevaluate_alert(&api, &caller, &ruleset, &alert.id, now).await?;
        applied.count_alert(alert.id, stored);
    }
    Ok(Json(applied))
}

/// The result for an alert.
#[derive(Debug, Clone, Copy)]
enum ReevaluationResult {
    Again,
    Not,
    ChangedMeanwhile,
}

/// Re-evaluates an alert. The decision rests on the alert itself and its version, because the list
/// may be out of date.
async fn reevaluate_alert(
    api: &SharedContext,
    caller: &ApiCaller,
    ruleset: &Ruleset,
    id: &AlertId,
    now: Timestamp,
) -> Result<ReevaluationResult, StoreError> {
    let Some(alert) = api.store.read_alert(id).await? else { return Ok(ReevaluationResult::Not) };
    if !ruleset.enrolment_ids.contains(&alert.enrolment) {
        return Ok(ReevaluationResult::Not);
    }
    let Ok(again) = alert.restart_evaluation(HistoryActor::Person(caller.0.id.clone().into()), now)
    else {
        return Ok(ReevaluationResult::Not);
    };
    match api.store.commit(&again).await {
        Ok(()) => Ok(ReevaluationResult::Again),
        Err(StoreError::Conflict(_)) => Ok(ReevaluationResult::ChangedMeanwhile),
        Err(error) => Err(error),
    }
}

impl ApplyResponse {
    fn count_alert(&mut self, id: AlertId, asking: ReevaluationResult) {
        match asking {
            ReevaluationResult::Again => self.reevaluated.push(id),
            ReevaluationResult::Not => self.left += 1,
            ReevaluationResult::ChangedMeanwhile => self.changed_meanwhile.push(id),
        }
    }
}
