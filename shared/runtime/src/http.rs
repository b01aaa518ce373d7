//! The shell of a function that answers requests: when a request came, which id it has, how it
//! signs in.

use domain::basics::card::has_card_number;
use jiff::Timestamp;
use lambda_http::http::header::AUTHORIZATION;
use lambda_http::http::{HeaderMap, Request, Response};
use lambda_http::request::RequestContext;

use crate::clock;
use crate::random::new_seed;

/// A longer request id is nobody's but an attacker's of the log.
const MOST_ID: usize = 64;

/// The time of a request where it is not the moment it is looked at: whoever replays requests sets
/// it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestTime(pub Timestamp);

/// When a request came.
#[must_use]
pub fn request_time<B>(request: &Request<B>) -> Timestamp {
    request.extensions().get().map_or_else(clock::current_time, |RequestTime(at)| *at)
}

/// The id a request is known by: API Gateway's, the caller's own, or a new one.
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

/// Whether a client's own name of a request may be kept and logged.
fn is_request_id(id: &str) -> bool {
    let is_plain =
        id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    is_plain && id.len() <= MOST_ID && !has_card_number(id)
}

/// Answers requests, one at a time as Lambda gives them.
///
/// # Errors
/// [`crate::Stopped`] when the Lambda runtime ends.
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

/// What follows the scheme of the `Authorization` header; schemes are written in any case.
#[must_use]
pub fn after_scheme<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let (own, rest) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    Some(rest.trim()).filter(|rest| own.eq_ignore_ascii_case(scheme) && !rest.is_empty())
}
