//! How answers leave: resources with their links, problems with the request's id.

use axum::Json;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{ALLOW, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use runtime::Failure;
use runtime::http::{Code, Problem, request_id};
use serde::Serialize;
use tracing::Instrument;

/// The header that names the request, as a problem's `request_id` does.
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What a handler gives: a JSON body, or why not.
pub(crate) type Answer<T> = Result<Json<T>, Refused>;

/// A problem on its way out.
#[derive(Debug)]
pub(crate) struct Refused(pub Problem);

impl<P: Into<Problem>> From<P> for Refused {
    fn from(problem: P) -> Self {
        Self(problem.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = self.0.code.status().into_response();
        response.extensions_mut().insert(self.0);
        response
    }
}

/// What a worker would give back to its queue, a client may try again.
pub(crate) fn failed(failure: &Failure) -> Refused {
    tracing::error!(failure = %runtime::worker::chain(failure), "A client's request failed: {failure}");
    Problem::unavailable(None).into()
}

/// A resource as it is shown: its fields, and what every resource has.
#[derive(Debug, Serialize)]
pub(crate) struct Shown<T> {
    #[serde(flatten)]
    pub fields: T,
    pub version: u64,
    pub links: [Link; 1],
}

/// Where a resource is.
#[derive(Debug, Serialize)]
pub(crate) struct Link {
    rel: &'static str,
    uri: String,
}

impl<T> Shown<T> {
    /// A resource under its path.
    pub fn at(path: &str, id: &str, version: u64, fields: T) -> Self {
        Self { fields, version, links: [Link { rel: "self", uri: format!("{path}/{id}") }] }
    }
}

/// The last step of every answer: a refusal gets its body, everything the request's id.
pub(crate) async fn finish(request: Request, next: Next) -> Response {
    let id = request_id(&request);
    let mut response = next.run(request).instrument(tracing::info_span!("request", request.id = id)).await;
    if let Some(problem) = problem_of(&response) {
        let allowed = response.headers().get(ALLOW).cloned();
        response = problem.response(&id);
        response.headers_mut().extend(allowed.map(|methods| (ALLOW, methods)));
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    response
}

/// Our own problem, or the framework's refusal in our words.
fn problem_of(response: &Response) -> Option<Problem> {
    let own = response.extensions().get::<Problem>().cloned();
    own.or_else(|| match response.status() {
        // The router adds the `Allow` header itself, after this.
        StatusCode::METHOD_NOT_ALLOWED => Some(Problem::new(Code::MethodNotAllowed, "The `Allow` header names the methods it takes.")),
        status if status.is_client_error() => Some(Problem::new(Code::InvalidRequest, "The path or its parameters cannot be read.")),
        _ => None,
    })
}
