//! The knobs over HTTP, under `/_simulator`.

#![allow(clippy::disallowed_types, reason = "serde's `flatten` names every type it could meet")]

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Stripe;
use super::desk::Answer;
use super::disputes::Opening;
use super::refusal::Refusal;

/// Answers one call.
pub async fn answer(
    State(stripe): State<Stripe>,
    method: Method,
    Path(path): Path<String>,
    body: String,
) -> Response {
    let segments: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let order =
        if body.trim().is_empty() { Ok(json!({})) } else { read(serde_json::from_str(&body)) };
    let answer = match (order, segments.as_slice()) {
        (Ok(order), ["deliver-webhooks"]) if method == Method::POST => {
            Ok(deliver(&stripe, &order).await)
        }
        (Ok(order), segments) if method == Method::POST => turn(&stripe, segments, order),
        (Ok(_), segments) => ask(&stripe, segments),
        (Err(refusal), _) => Err(refusal),
    };
    match answer {
        Ok(value) => Json(value).into_response(),
        Err(refusal) => {
            let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
            (status, Json(refusal.body())).into_response()
        }
    }
}

fn ask(stripe: &Stripe, segments: &[&str]) -> Answer {
    match segments {
        ["requests"] => Ok(json!(stripe.requests())),
        ["refunds"] => Ok(json!(stripe.refunds())),
        ["subscriptions"] => Ok(json!(stripe.objects("subscription"))),
        ["webhooks"] => Ok(json!(stripe.deliveries())),
        _ => Err(unknown()),
    }
}

fn turn(stripe: &Stripe, segments: &[&str], order: Value) -> Answer {
    match segments {
        ["faults"] => stripe.fault(read(serde_json::from_value(order))?),
        ["release"] => stripe.release(),
        ["reset"] => stripe.reset(),
        ["pending-refunds"] => {
            stripe.pending_refunds(read(serde_json::from_value(order["count"].clone()))?);
        }
        ["failing-refund"] => stripe.failing_refund(text(&order, "reason")?),
        ["refunds", id, "settle"] => {
            return stripe.settle_refund(id, order["failure_reason"].as_str());
        }
        ["refunds", id, "reference"] => return stripe.refer_refund(id),
        ["subscriptions", id, "renew"] => return stripe.renew_subscription(id),
        ["disputes"] => return open_dispute(stripe, order),
        ["early-fraud-warnings"] => {
            return stripe.warn_of_fraud(
                text(&order, "charge")?,
                order["fraud_type"].as_str().unwrap_or("misc"),
            );
        }
        ["keys", "revoke"] => stripe.revoke_key(text(&order, "key")?),
        ["keys", "assign"] => stripe.assign_key(text(&order, "key")?, text(&order, "account")?),
        ["search"] => {
            stripe.search(order["lag_seconds"].as_i64().unwrap_or(60), order["enabled"] != false);
        }
        ["webhooks"] => stripe.pause_webhooks(order["paused"] == true),
        ["sellers"] => stripe.sellers_can_pay(order["can_pay"] != false),
        _ => return Err(unknown()),
    }
    Ok(json!({}))
}

async fn deliver(stripe: &Stripe, order: &Value) -> Value {
    let delivered = match order["event"].as_str() {
        Some(event) => stripe.redeliver(event).await,
        None => stripe.deliver_webhooks().await,
    };
    json!({ "delivered": delivered })
}

fn open_dispute(stripe: &Stripe, order: Value) -> Answer {
    let asked: Dispute = read(serde_json::from_value(order))?;
    stripe.open_dispute(&asked.charge, &asked.opening)
}

#[derive(Deserialize)]
struct Dispute {
    charge: String,
    #[serde(flatten)]
    opening: Opening,
}

fn text<'a>(order: &'a Value, name: &str) -> Result<&'a str, Refusal> {
    order[name].as_str().ok_or_else(|| Refusal::invalid(format!("{name} is missing")).param(name))
}

fn read<T>(parsed: serde_json::Result<T>) -> Result<T, Refusal> {
    parsed.map_err(|error| Refusal::invalid(error.to_string()))
}

fn unknown() -> Refusal {
    Refusal::new(404, "invalid_request_error", "There is no such knob.")
}
