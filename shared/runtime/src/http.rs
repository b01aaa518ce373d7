//! The shell of a function that answers requests: the time, the id and the credentials of a
//! request.

use domain::basics::card::has_card_number;
use jiff::Timestamp;
use lambda_http::http::header::AUTHORIZATION;
use lambda_http::http::{HeaderMap, Request, Response};
use lambda_http::request::RequestContext;

use crate::clock;
use crate::random::new_seed;

/// The longest request id accepted: only an attacker of the log sends a longer id.
const MOST_ID: usize = 64;

/// The time of a request, if not the time of processing: set by a replay of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestTime(pub Timestamp);

/// Returns the time at which a request arrived.
#[must_use]
pub fn request_time<B>(request: &Request<B>) -> Timestamp {
    request.extensions().get().map_or_else(clock::current_time, |RequestTime(at)| *at)
}

/// Returns the id of a request: API Gateway's, the caller's own, or a new id.
#[must_use]
pub fn request_id<B>(request: &Request<B>) -> String {
    let gateway = match request.extensions().get::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => context.request_id.clone(),
        _ => None,
    };
    let own = || request.headers().get("x-request-id").and_then(|value| value.to_str().ok());
    let own = || own().filter(|id| is_request_id(id));
    gateway.or_else(|| own().map(str::to_owned)).unwrap_or_else(|| {
        new_seed().map_or_else(|_| "unknown".into(), |bits| format!("{bits:032x}"))
    })
}

/// Checks whether a client's own request id may be stored and logged.
fn is_request_id(id: &str) -> bool {
    let is_plain =
        id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    is_plain && id.len() <= MOST_ID && !has_card_number(id)
}

/// Answers requests, one at a time, as Lambda delivers.
///
/// # Errors
/// [`crate::FunctionStopped`] when the Lambda runtime ends.
pub async fn serve<H, Fut>(handle: H) -> Result<(), crate::FunctionStopped>
where
    H: Fn(lambda_http::Request) -> Fut + Sync,
    Fut: Future<Output = Response<lambda_http::Body>> + Send,
{
    let handle = &handle;
    lambda_http::run(lambda_http::service_fn(|request| async move {
        Ok::<_, std::convert::Infallible>(Box::pin(handle(request)).await)
    }))
    .await
}

/// Returns the credentials after the scheme of the `Authorization` header. The scheme is
/// case-insensitive.
#[must_use]
pub fn after_scheme<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let (own, rest) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    Some(rest.trim()).filter(|rest| own.eq_ignore_ascii_case(scheme) && !rest.is_empty())
}
