//! The calls of the protocol.

use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::header::LOCATION;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::Merchant;
use super::memory::{Asked, Memory, Trick};
use super::signature::is_good;
use crate::simulate::serve::DropConnection;

/// More than anybody reads.
const FLOOD: usize = 1 << 20;

type Said = (u16, Value);

pub async fn answer(
    State(merchant): State<Merchant>,
    Path(path): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let body = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap_or_default().to_vec())
        .unwrap_or_default();
    let header = |name: &str| {
        parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
    };
    let target = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let (signature, key, now) =
        (header("x-signature").unwrap_or_default(), header("idempotency-key"), (merchant.clock)());
    let signed = if parts.method == Method::GET { &target } else { &body };
    merchant.change(|memory| {
        let response = if is_good(&memory.secrets, &signature, signed, now.as_second()) {
            let (trick, call) =
                (memory.trick(&path), (&parts.method, path.as_str(), body.as_str(), key.clone()));
            played(trick, || done(memory, call, now))
        } else {
            told((
                401,
                json!({ "code": "SIGNATURE_WRONG", "message": "None of our secrets signed this." }),
            ))
        };
        let status = status_of(&response);
        memory.asked.push(Asked {
            method: parts.method.to_string(),
            path,
            key,
            signature: signature.clone(),
            body: body.clone(),
            status,
        });
        response
    })
}

/// The status that the caller sees; none where the connection is dropped.
fn status_of(response: &Response) -> Option<u16> {
    let is_dropped = response.extensions().get::<DropConnection>().is_some();
    (!is_dropped).then(|| response.status().as_u16())
}

fn played(trick: Option<Trick>, done: impl FnOnce() -> Said) -> Response {
    let page = |status: u16| {
        (StatusCode::from_u16(status).expect("a status"), "<html>Something else is here.</html>")
            .into_response()
    };
    match trick {
        None => told(done()),
        Some(Trick::LoseAnswer) => {
            done();
            DropConnection::response()
        }
        Some(Trick::DoneBut(status)) => {
            done();
            page(status)
        }
        Some(Trick::Page(status)) => page(status),
        Some(Trick::Refuse(code)) => {
            told((422, json!({ "code": code, "message": "Our gateway says no." })))
        }
        Some(Trick::Redirect(to)) => {
            (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, to)]).into_response()
        }
        Some(Trick::Flood) => Body::from(" ".repeat(FLOOD)).into_response(),
        Some(Trick::Answer(status, body)) => told((status, body)),
        Some(Trick::AnswerRefund(id)) => {
            told((200, json!({ "refund_id": id, "status": "SUCCEEDED" })))
        }
    }
}

fn told((status, body): Said) -> Response {
    (StatusCode::from_u16(status).expect("a status"), axum::Json(body)).into_response()
}

fn done(
    memory: &mut Memory,
    (method, path, body, key): (&Method, &str, &str, Option<String>),
    now: jiff::Timestamp,
) -> Said {
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    match (method.as_str(), path.split_once('/').unwrap_or((path, ""))) {
        ("GET", ("payments", reference)) => {
            let unknown =
                || json!({ "code": "PAYMENT_UNKNOWN", "message": "We have no such payment." });
            memory.shown(reference).map_or_else(|| (404, unknown()), |payment| (200, payment))
        }
        ("POST", ("refunds", "")) if body["type"] == "refund" => {
            let refund = memory.refund(&body, key, now);
            (if refund["status"] == "PENDING" { 202 } else { 201 }, refund)
        }
        ("POST", ("subscription-cancellations", ""))
            if body["type"] == "subscription_cancellation" =>
        {
            memory
                .cancelled
                .push(body["subscription_reference"].as_str().unwrap_or_default().to_owned());
            (200, json!({ "status": "CANCELLED" }))
        }
        _ => (404, json!({ "message": "Nothing is here." })),
    }
}
