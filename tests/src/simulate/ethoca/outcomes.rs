//! `POST /outcomes`: what the merchant did. The first final outcome of an alert stands for ever.

use axum::body::Bytes;
use axum::extract::State;
use axum::{Extension, Json};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::faults::Fault;
use super::memory::{Known, Memory, Received, Verdict};
use super::oauth::Caller;
use super::refusal::{ErrorItem, Refusal};
use super::{Ethoca, verdict, wire};

#[derive(Debug, Deserialize)]
struct Batch {
    outcomes: Vec<Box<RawValue>>,
}

/// Answers item by item; the items of one call are judged in their order.
pub(super) async fn receive(
    State(ethoca): State<Ethoca>,
    Extension(caller): Extension<Caller>,
    fault: Option<Extension<Fault>>,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let batch: Batch =
        serde_json::from_slice(&body).map_err(|error| Refusal::invalid(error.to_string()))?;
    if !(1..=wire::BATCH).contains(&batch.outcomes.len()) {
        return Err(Refusal::invalid(format!("outcomes must have 1 to {} items", wire::BATCH)));
    }
    let now = ethoca.now();
    let fault = fault.map(|Extension(fault)| fault);
    let answers: Vec<Value> = ethoca.change(|memory| {
        batch
            .outcomes
            .into_iter()
            .map(|item| one(memory, (now, &caller.consumer_key), item, fault.as_ref()))
            .collect()
    });
    Ok(Json(json!({ "outcomeResponses": answers })))
}

/// The failure that a queued fault has for an item.
pub(super) fn failure(fault: Option<&Fault>, alert_id: &str) -> Option<ErrorItem> {
    let fault =
        fault.filter(|fault| fault.alert_id.as_deref().is_none_or(|only| only == alert_id))?;
    let reason_code = if fault.recoverable { "SYSTEM_ERROR" } else { "OUTCOME_NOT_ALLOWED" };
    Some(ErrorItem::new(reason_code, "The item was not processed", fault.recoverable))
}

/// One item of the answer to a batch.
pub(super) fn answer(alert_id: Option<&str>, error: Option<&ErrorItem>) -> Value {
    let mut answer = Map::new();
    answer.insert("alertId".to_owned(), json!(alert_id));
    answer.insert("status".to_owned(), json!(if error.is_some() { "FAILURE" } else { "SUCCESS" }));
    if let Some(error) = error {
        answer.insert("errors".to_owned(), error.listed());
    }
    Value::Object(answer)
}

fn one(
    memory: &mut Memory,
    (at, caller): (Timestamp, &str),
    item: Box<RawValue>,
    fault: Option<&Fault>,
) -> Value {
    let alert_id = wire::text_field(&item, "alertId");
    let result = match failure(fault, alert_id.as_deref().unwrap_or_default()) {
        Some(error) => Err(error),
        None => apply(memory, alert_id.as_deref(), &item),
    };
    let answer = answer(alert_id.as_deref(), result.as_ref().err());
    let (verdict, error) = match result {
        Ok(verdict) => (verdict, None),
        Err(error) => (Verdict::Refused, Some(error)),
    };
    memory.outcomes.push(Received {
        at,
        consumer_key: caller.to_owned(),
        alert_id,
        verdict,
        error,
        outcome: item,
    });
    answer
}

fn apply(
    memory: &mut Memory,
    alert_id: Option<&str>,
    item: &RawValue,
) -> Result<Verdict, ErrorItem> {
    let known = find(memory, alert_id)?;
    let is_final = verdict::judge(item, &known.alert)?;
    if known.outcome.is_some() {
        return Err(ErrorItem::new(
            "OUTCOME_ALREADY_EXISTS",
            "The alert already has an outcome",
            false,
        ));
    }
    if is_final {
        known.outcome = Some(item.to_owned());
        return Ok(Verdict::Accepted);
    }
    known.transit = Some(item.to_owned());
    Ok(Verdict::AcceptedInTransit)
}

fn find<'a>(memory: &'a mut Memory, alert_id: Option<&str>) -> Result<&'a mut Known, ErrorItem> {
    let alert_id = alert_id.filter(|id| id.len() == wire::ALERT_ID);
    let alert_id = alert_id.ok_or_else(|| {
        ErrorItem::invalid(format!("alertId must have {} characters", wire::ALERT_ID))
    })?;
    memory
        .alerts
        .get_mut(alert_id)
        .ok_or_else(|| ErrorItem::new("ALERT_NOT_FOUND", "No alert has this alertId", false))
}
