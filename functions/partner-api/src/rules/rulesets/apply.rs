//! Rules that have changed, asked again about the alerts that wait for want of one. The pipeline
//! does the rest, as safely as it did the first time.

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

/// The most open alerts that one call looks at.
const MOST_ALERTS: usize = 500;

/// What was asked for again.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = Applied)]
pub(crate) struct ApplyResponse {
    /// The alerts that the rules are asked about again.
    reevaluated: Vec<AlertId>,
    /// How many open alerts were left as they are: they wait for something else, or are another
    /// enrolment's.
    left: usize,
    /// Those that somebody changed at the same moment; they are left as they are.
    changed_meanwhile: Vec<AlertId>,
    /// Give it as `cursor` to go on; null at the end.
    next_cursor: Option<String>,
}

/// Asks the rules again about open alerts.
///
/// Those of the ruleset's enrolments that wait because no rule was met, one was unsure, or rules
/// were only observed. A call looks at 500 open alerts.
#[utoipa::path(
    post, path = "/v1/rulesets/{id}/apply", operation_id = "rulesets_apply",
    params(("cursor" = Option<String>, Query, description = "The `next_cursor` of the call \
        before.")),
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

/// What became of one alert.
#[derive(Debug, Clone, Copy)]
enum ReevaluationResult {
    Again,
    Not,
    ChangedMeanwhile,
}

/// The list only lists: what is decided on is the alert itself, and its version.
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
