//! What every call meets first: the queued faults, then Mastercard's gateway. It also keeps the
//! record of calls.

use axum::body::{Body, to_bytes};
use axum::extract::{Request as Incoming, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Ethoca;
use super::faults::{self, Fault, FaultKind};
use super::memory::{Memory, Request};
use super::oauth::{self, Call, Caller};
use super::refusal::Refusal;
use crate::simulate::serve::DropConnection;

const BODY_LIMIT: usize = 1 << 20;

/// Runs one call through faults and gateway and records it.
pub(super) async fn guard(State(ethoca): State<Ethoca>, request: Incoming, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return refusal(
            StatusCode::PAYLOAD_TOO_LARGE,
            "PAYLOAD_TOO_LARGE",
            "The body is too large",
            false,
        );
    };
    let fault = faults::next(&ethoca, parts.method.as_str(), parts.uri.path());
    let admitted = match fault.as_ref().and_then(refuses) {
        Some(response) => Err(response),
        None => admit(&ethoca, &parts, &body).map_err(IntoResponse::into_response),
    };
    let consumer_key = admitted.as_ref().ok().map(|caller| caller.consumer_key.clone());
    let (method, path, text) =
        (parts.method.to_string(), target(&parts), String::from_utf8_lossy(&body).into_owned());
    let request = Incoming::from_parts(parts, Body::from(body));
    let response = answer(admitted, fault.as_ref(), request, next).await;
    let dropped = response.extensions().get::<DropConnection>().is_some();
    let status = (!dropped).then(|| response.status().as_u16());
    let at = ethoca.now();
    let call = Request { at, method, path, consumer_key, fault, status, body: text };
    ethoca.change(|memory| memory.record(call));
    response
}

async fn answer(
    admitted: Result<Caller, Response>,
    fault: Option<&Fault>,
    mut request: Incoming,
    next: Next,
) -> Response {
    let caller = match admitted {
        Ok(caller) => caller,
        Err(response) => return response,
    };
    request.extensions_mut().insert(caller);
    if let Some(fault) = fault.filter(|fault| fault.kind == FaultKind::ItemFailure) {
        request.extensions_mut().insert(fault.clone());
    }
    let response = next.run(request).await;
    match fault.map(|fault| fault.kind) {
        Some(FaultKind::LoseAnswer) => DropConnection::response(),
        _ => response,
    }
}

/// The faults that keep a call from being executed at all.
fn refuses(fault: &Fault) -> Option<Response> {
    let (status, reason_code, description, recoverable) = match fault.kind {
        FaultKind::Status500 => {
            (StatusCode::INTERNAL_SERVER_ERROR, "SYSTEM_ERROR", "Something failed inside", true)
        }
        FaultKind::Status429 => {
            (StatusCode::TOO_MANY_REQUESTS, "RATE_LIMIT_EXCEEDED", "Too many calls", true)
        }
        FaultKind::Status400Recoverable => {
            (StatusCode::BAD_REQUEST, "REQUEST_NOT_PROCESSED", "Try again later", true)
        }
        FaultKind::Status401 => {
            (StatusCode::UNAUTHORIZED, "AUTHENTICATION_FAILED", "The key was revoked", false)
        }
        FaultKind::LoseRequest => return Some(DropConnection::response()),
        FaultKind::LoseAnswer | FaultKind::ItemFailure => return None,
    };
    Some(refusal(status, reason_code, description, recoverable))
}

fn admit(ethoca: &Ethoca, parts: &Parts, body: &[u8]) -> Result<Caller, Refusal> {
    let now = ethoca.now().as_second();
    let url = url(parts);
    let authorization = header_text(parts, header::AUTHORIZATION.as_str());
    let call = Call { method: parts.method.as_str(), url: &url, authorization, body };
    let caller = ethoca.look(|memory| oauth::verify(&call, &memory.consumers, now))?;
    if !ethoca.change(|memory| first_use(memory, &caller, now)) {
        return Err(Refusal::unauthenticated("oauth_nonce was used before"));
    }
    let json = header_text(parts, header::CONTENT_TYPE.as_str())
        .is_some_and(|kind| kind.starts_with("application/json"));
    if parts.method == Method::POST && !json {
        return Err(Refusal::gateway(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UNSUPPORTED_MEDIA_TYPE",
            "Send JSON",
            false,
        ));
    }
    Ok(caller)
}

/// Whether the nonce is new; one is kept for as long as its timestamp could pass.
fn first_use(memory: &mut Memory, caller: &Caller, now: i64) -> bool {
    memory.nonces.retain(|_, seen| seen.abs_diff(now) <= 2 * oauth::TOLERANCE.unsigned_abs());
    memory.nonces.insert(format!("{} {}", caller.consumer_key, caller.nonce), now).is_none()
}

/// The URL as the caller wrote it; a proxy that ended TLS says so.
fn url(parts: &Parts) -> String {
    let scheme = header_text(parts, "x-forwarded-proto").unwrap_or("http");
    let host = header_text(parts, "host").unwrap_or_default();
    format!("{scheme}://{host}{}", target(parts))
}

fn target(parts: &Parts) -> String {
    parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default()
}

fn header_text<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    parts.headers.get(name)?.to_str().ok()
}

fn refusal(
    status: StatusCode,
    reason_code: &str,
    description: &str,
    recoverable: bool,
) -> Response {
    Refusal::gateway(status, reason_code, description, recoverable).into_response()
}
