//! Responses: resources with their links, problems with the request id.

use axum::Json;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use flows::StageFailure;
use flows::problem::{Code, PROBLEM_JSON, ProblemDetails};
use runtime::http::request_id;
use tracing::Instrument;
pub(crate) use views::ResourceResponse;

/// The header with the request id, equal to a problem's `request_id`.
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The result of a handler: a JSON body or a refusal.
pub(crate) type ApiResult<T> = Result<Json<T>, ApiRefusal>;

/// A problem to be rendered as a response.
#[derive(Debug)]
pub(crate) struct ApiRefusal(pub ProblemDetails);

impl<P: Into<ProblemDetails>> From<P> for ApiRefusal {
    fn from(problem: P) -> Self {
        Self(problem.into())
    }
}

impl IntoResponse for ApiRefusal {
    fn into_response(self) -> Response {
        let mut response = self.0.code.status().into_response();
        response.extensions_mut().insert(self.0);
        response
    }
}

/// Maps a failure that a worker would retry to a refusal that the client may retry.
pub(crate) fn to_unavailable(failure: &StageFailure) -> ApiRefusal {
    tracing::error!(failure = %runtime::worker::error_chain(failure), "A client's request failed: \
        {failure}");
    ProblemDetails::try_again_later(None).into()
}

/// Maps a failure to a refusal. An unavailable processor of a tenant and a concurrent write do not
/// count as our failures.
pub(crate) fn to_retryable(failure: StageFailure) -> ApiRefusal {
    match failure {
        StageFailure::Partner(error) => ProblemDetails::from(error).into(),
        StageFailure::Store(error) => ProblemDetails::from(error).into(),
        other => to_unavailable(&other),
    }
}

/// Finishes every response: renders a refusal's body and adds the request id.
pub(crate) async fn finish_response(mut request: Request, next: Next) -> Response {
    let id = request_id(&request);
    let header = HeaderValue::from_str(&id).ok();
    // A replayed request keeps its id.
    request.headers_mut().extend(header.clone().map(|value| (X_REQUEST_ID, value)));
    let response =
        next.run(request).instrument(tracing::info_span!("request", request.id = id)).await;
    let mut response = render_problem(response, &id);
    response.headers_mut().extend(header.map(|value| (X_REQUEST_ID, value)));
    response
}

/// Renders the body of a problem that has no body yet.
pub(crate) fn render_problem(response: Response, id: &str) -> Response {
    let Some(problem) = problem_of(&response) else { return response };
    let mut told = response.headers().clone();
    for own in [CONTENT_TYPE, CONTENT_LENGTH] {
        told.remove(own);
    }
    let mut response = problem.to_response(id);
    response.headers_mut().extend(told);
    response
}

/// Returns the problem of a response, or the framework's refusal in our words.
fn problem_of(response: &Response) -> Option<ProblemDetails> {
    let media = response.headers().get(CONTENT_TYPE).and_then(|media| media.to_str().ok());
    if media.is_some_and(|media| media == PROBLEM_JSON || media.starts_with("text/html")) {
        return None;
    }
    let own = response.extensions().get::<ProblemDetails>().cloned();
    own.or_else(|| match response.status() {
        // The router adds the `Allow` header afterwards.
        StatusCode::METHOD_NOT_ALLOWED => Some(ProblemDetails::new(
            Code::MethodNotAllowed,
            "The `Allow` header names the methods it takes.",
        )),
        status if status.is_client_error() => Some(ProblemDetails::new(
            Code::InvalidRequest,
            "The path or its parameters cannot be read.",
        )),
        _ => None,
    })
}
