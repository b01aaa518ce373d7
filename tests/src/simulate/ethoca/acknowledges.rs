//! `POST /alerts/acknowledges`: the merchant has these alerts.

use axum::body::Bytes;
use axum::extract::State;
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Value, json};

use super::faults::Fault;
use super::memory::Channel;
use super::refusal::{ErrorItem, Refusal};
use super::{Ethoca, outcomes, wire};

#[derive(Debug, Deserialize)]
struct Batch {
    acknowledgements: Vec<Acknowledgement>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Acknowledgement {
    alert_id: String,
    status: String,
}

/// Answers item by item.
pub(super) async fn acknowledge(
    State(ethoca): State<Ethoca>,
    fault: Option<Extension<Fault>>,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let batch: Batch =
        serde_json::from_slice(&body).map_err(|error| Refusal::invalid(error.to_string()))?;
    if !(1..=wire::BATCH).contains(&batch.acknowledgements.len()) {
        return Err(Refusal::invalid(format!(
            "acknowledgements must have 1 to {} items",
            wire::BATCH
        )));
    }
    let fault = fault.map(|Extension(fault)| fault);
    let answers: Vec<Value> =
        batch.acknowledgements.iter().map(|item| one(&ethoca, item, fault.as_ref())).collect();
    Ok(Json(json!({ "acknowledgementResponses": answers })))
}

fn one(ethoca: &Ethoca, item: &Acknowledgement, fault: Option<&Fault>) -> Value {
    let result = match outcomes::failure(fault, &item.alert_id) {
        Some(error) => Err(error),
        None => take(ethoca, item),
    };
    outcomes::answer(Some(&item.alert_id), result.as_ref().err())
}

fn take(ethoca: &Ethoca, item: &Acknowledgement) -> Result<(), ErrorItem> {
    let now = ethoca.now();
    let known = match item.status.as_str() {
        "SUCCESS" => ethoca.change(|memory| memory.acknowledge(&item.alert_id, Channel::Call, now)),
        "FAILURE" => ethoca.known(&item.alert_id).is_some(),
        _ => return Err(ErrorItem::invalid("status must be SUCCESS or FAILURE")),
    };
    known
        .then_some(())
        .ok_or_else(|| ErrorItem::new("ALERT_NOT_FOUND", "No alert has this alertId", false))
}
