//! `Idempotency-Key`: a POST or PATCH that is sent again is done once and answered again.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::account::ApiKey;
use flows::problem::{Code, ProblemDetails};
use jiff::Timestamp;
use runtime::http::request_id;
use runtime::random::hash_bytes;
use runtime::worker::error_chain;
use serde_json::Value;
use store::idempotency::{RequestLease, RequestLeaseResult, StoredResponse};

use crate::http::owner::key_owner;
use crate::http::response::{ApiRefusal, render_problem};
use crate::http::state::ApiContext;

/// The request header with the idempotency key.
const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// The header of a replayed response.
pub(crate) const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// The longest idempotency key.
const MOST_KEY: usize = 255;
/// The largest request of API Gateway and Lambda.
const MOST_BYTES: usize = 6 << 20;
/// The largest stored response: a larger response does not fit into a table item.
const MOST_KEPT: usize = 350_000;

/// Runs a request with an idempotency key once, and any other request as usual.
pub(crate) async fn run_once(
    api: &ApiContext,
    key: &ApiKey,
    request: Request,
    next: Next,
    now: Timestamp,
) -> Result<Response, ApiRefusal> {
    let Some(named) = idempotency_key(&request)? else { return Ok(next.run(request).await) };
    let id = request_id(&request);
    let scope = key_scope(key, &request, &named);
    let (parts, body) = request.into_parts();
    let too_large =
        |_| ProblemDetails::new(Code::BodyTooLarge, "The body is larger than any route takes.");
    let bytes = to_bytes(body, MOST_BYTES).await.map_err(too_large)?;
    match api.store.lease_request(&scope, &hash_bytes(&bytes), now).await? {
        RequestLeaseResult::Ours(claim) => {
            let response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
            Ok(keep_answer(api, &claim, render_problem(response, &id)).await)
        }
        RequestLeaseResult::Done(answer) => Ok(replay_answer(answer)),
        RequestLeaseResult::OtherBody => Err(ProblemDetails::new(
            Code::IdempotencyKeyReused,
            "This `Idempotency-Key` came with another body in the last 24 hours.",
        )
        .into()),
        RequestLeaseResult::InFlight(seconds) => {
            let detail = "A request with this `Idempotency-Key` is being done; ask for its answer \
                a little later.";
            Err(ProblemDetails::retry_after(Code::IdempotencyKeyInUse, detail, seconds.min(2))
                .into())
        }
    }
}

/// Returns the idempotency key of a request, if any.
pub(crate) fn idempotency_key(request: &Request) -> Result<Option<String>, ProblemDetails> {
    let Some(value) = request.headers().get(IDEMPOTENCY_KEY) else { return Ok(None) };
    if request.method() != Method::POST && request.method() != Method::PATCH {
        return Ok(None);
    }
    let wrong = || {
        ProblemDetails::new(
            Code::InvalidRequest,
            format!("`Idempotency-Key` must be 1 to {MOST_KEY} printable characters."),
        )
    };
    let name = value.to_str().map_err(|_| wrong())?.trim();
    // A header may contain a tab; an idempotency key may not.
    let is_name = (1..=MOST_KEY).contains(&name.len()) && !name.contains('\t');
    if is_name { Ok(Some(name.to_owned())) } else { Err(wrong()) }
}

/// Builds the scope of an idempotency key. The scope includes the abilities: a response is replayed
/// only to a key that could have received the original.
fn key_scope(key: &ApiKey, request: &Request, name: &str) -> String {
    let path = request.uri().path().trim_end_matches('/');
    let query = request.uri().query().unwrap_or_default();
    let words =
        [&key_owner(key), &key.abilities.join(","), request.method().as_str(), path, query, name]
            .map(str::to_owned);
    hash_bytes(words.join("\n").as_bytes())
}

/// Stores a response for replay, except transient failures of ours or of a processor.
async fn keep_answer(api: &ApiContext, claim: &RequestLease, response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let is_passing =
        parts.status.is_server_error() || parts.status == StatusCode::FAILED_DEPENDENCY;
    let text =
        std::str::from_utf8(&bytes).ok().filter(|text| text.len() <= MOST_KEPT && !is_passing);
    let written = match text {
        Some(text) => {
            api.store
                .store_response(claim, &to_kept_answer(parts.status, &parts.headers, text))
                .await
        }
        None => api.store.release_request(claim).await,
    };
    if let Err(error) = written {
        // The request is done and the response goes out; a repeat waits until the lease expires.
        tracing::warn!("An answer could not be kept: {}", error_chain(&error));
    }
    Response::from_parts(parts, Body::from(bytes))
}

fn to_kept_answer(status: StatusCode, headers: &HeaderMap, text: &str) -> StoredResponse {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    StoredResponse { status: status.as_u16(), content_type, body: without_secret(text) }
}

/// Replaces a secret by null: secrets are returned once and never stored.
fn without_secret(text: &str) -> String {
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(mut fields)) if fields.contains_key("secret") => {
            fields.insert("secret".into(), Value::Null);
            Value::Object(fields).to_string()
        }
        _ => text.to_owned(),
    }
}

fn replay_answer(answer: StoredResponse) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let media = HeaderValue::from_str(&answer.content_type).ok().filter(|media| !media.is_empty());
    response.headers_mut().extend(media.map(|media| (CONTENT_TYPE, media)));
    response.headers_mut().insert(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"));
    response
}
