//! Rules that have changed, asked again about the alerts that wait for want of one. The pipeline
//! does the rest, as safely as it did the first time.

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::alert::{Actor, Alert};
use domain::basics::id::AlertId;
use domain::rules::ruleset::Ruleset;
use jiff::Timestamp;
use runtime::http::now;
use serde::Serialize;
use store::StoreError;
use store::facts::Fact;
use store::keys::{Spread, lists_of};
use store::list::{Listing, Page};
use utoipa::ToSchema;

use crate::http::caller::Caller;
use crate::http::list_query::Asked;
use crate::http::response::Answer;
use crate::http::state::Shared;

/// The most open alerts that one call looks at.
const MOST_ALERTS: usize = 500;

/// What was asked for again.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct Applied {
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
    responses((status = 200, body = Applied)),
    security(("bearer" = ["rulesets:write", "alerts:write"]))
)]
pub(crate) async fn apply(
    State(api): State<Shared>,
    caller: Caller,
    asked: Asked,
    Path(id): Path<String>,
    request: Request,
) -> Answer<Applied> {
    caller.may("rulesets:write")?;
    caller.may("alerts:write")?;
    let ruleset: Ruleset = caller.record(&api.store, &id, "ruleset").await?;
    let lists = lists_of(&ruleset.organisation, Spread::Alerts);
    let one_of = vec![
        (Fact::Status, vec!["ACTION_REQUIRED".to_owned()]),
        (Fact::IsActionable, vec!["true".to_owned()]),
    ];
    let page = match asked.cursor.clone() {
        Some(cursor) => Page::After { cursor, limit: MOST_ALERTS },
        None => Page::Offset { offset: 0, limit: MOST_ALERTS },
    };
    let open =
        api.store.list::<Alert>(&Listing { lists, one_of, page, ..Listing::default() }).await?;
    let mut applied = Applied {
        next_cursor: open.next.as_deref().map(|order| asked.sealed(order)),
        ..Applied::default()
    };
    let now = now(&request);
    for alert in open.items {
        let stored = ask_again(&api, &caller, &ruleset, &alert.id, now).await?;
        applied.count(alert.id, stored);
    }
    Ok(Json(applied))
}

/// What became of one alert.
#[derive(Debug, Clone, Copy)]
enum Asking {
    Again,
    Not,
    ChangedMeanwhile,
}

/// The list only lists: what is decided on is the alert itself, and its version.
async fn ask_again(
    api: &Shared,
    caller: &Caller,
    ruleset: &Ruleset,
    id: &AlertId,
    now: Timestamp,
) -> Result<Asking, StoreError> {
    let Some(alert) = api.store.alert(id).await? else { return Ok(Asking::Not) };
    if !ruleset.enrolment_ids.contains(&alert.enrolment) {
        return Ok(Asking::Not);
    }
    let Ok(again) = alert.reevaluated(Actor::Person(caller.0.id.clone().into()), now) else {
        return Ok(Asking::Not);
    };
    match api.store.commit(&again).await {
        Ok(()) => Ok(Asking::Again),
        Err(StoreError::Conflict(_)) => Ok(Asking::ChangedMeanwhile),
        Err(error) => Err(error),
    }
}

impl Applied {
    fn count(&mut self, id: AlertId, asking: Asking) {
        match asking {
            Asking::Again => self.reevaluated.push(id),
            Asking::Not => self.left += 1,
            Asking::ChangedMeanwhile => self.changed_meanwhile.push(id),
        }
    }
}
