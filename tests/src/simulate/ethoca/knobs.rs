//! `/_simulator/`: what a test or a person tells the simulator and asks it. No signature is asked
//! for.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::faults::Fault;
use super::memory::{Known, Received, Request};
use super::{Credentials, Ethoca, PushReceipt};

/// The routes below `/_simulator`.
pub(super) fn router() -> Router<Ethoca> {
    Router::new()
        .route("/faults", post(queue).get(queued))
        .route("/push", post(push))
        .route("/raise", post(raise))
        .route("/consumers", post(register))
        .route("/credentials", post(generate))
        .route("/outcomes", get(outcomes))
        .route("/alerts/{id}", get(alert))
        .route("/requests", get(requests))
        .route("/reset", post(reset))
}

#[derive(Debug, Deserialize)]
struct Push {
    url: String,
    username: String,
    password: String,
    alerts: Vec<Box<RawValue>>,
}

#[derive(Debug, Deserialize)]
struct Raise {
    alerts: Vec<Box<RawValue>>,
}

#[derive(Debug, Deserialize)]
struct Consumer {
    consumer_key: String,
    public_key_der_base64: String,
}

async fn queue(State(ethoca): State<Ethoca>, Json(fault): Json<Fault>) -> StatusCode {
    ethoca.queue_fault(fault);
    StatusCode::NO_CONTENT
}

async fn queued(State(ethoca): State<Ethoca>) -> Json<Value> {
    Json(json!({ "faults": ethoca.look(|memory| memory.faults.clone()) }))
}

async fn push(State(ethoca): State<Ethoca>, Json(push): Json<Push>) -> Json<PushReceipt> {
    Json(ethoca.push_as_written(&push.url, &push.username, &push.password, push.alerts).await)
}

async fn raise(State(ethoca): State<Ethoca>, Json(raise): Json<Raise>) -> StatusCode {
    ethoca.raise_as_written(&raise.alerts);
    StatusCode::NO_CONTENT
}

async fn register(State(ethoca): State<Ethoca>, Json(consumer): Json<Consumer>) -> StatusCode {
    let Ok(key) = STANDARD.decode(&consumer.public_key_der_base64) else {
        return StatusCode::BAD_REQUEST;
    };
    ethoca.register_consumer(&consumer.consumer_key, &key);
    StatusCode::NO_CONTENT
}

async fn generate(State(ethoca): State<Ethoca>) -> Json<Credentials> {
    Json(ethoca.generate_credentials())
}

async fn outcomes(State(ethoca): State<Ethoca>) -> Json<Vec<Received>> {
    Json(ethoca.outcomes())
}

async fn alert(
    State(ethoca): State<Ethoca>,
    Path(id): Path<String>,
) -> Result<Json<Known>, StatusCode> {
    ethoca.known(&id).map(Json).ok_or(StatusCode::NOT_FOUND)
}

async fn requests(State(ethoca): State<Ethoca>) -> Json<Vec<Request>> {
    Json(ethoca.requests())
}

async fn reset(State(ethoca): State<Ethoca>) -> StatusCode {
    ethoca.reset();
    StatusCode::NO_CONTENT
}
