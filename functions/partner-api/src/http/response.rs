//! How answers leave: resources with their links, problems with the request's id.

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

/// The header that names the request, as a problem's `request_id` does.
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What a handler gives: a JSON body, or why not.
pub(crate) type ApiResult<T> = Result<Json<T>, ApiRefusal>;

/// A problem on its way out.
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

/// What a worker would give back to its queue, a client may try again.
pub(crate) fn to_unavailable(failure: &StageFailure) -> ApiRefusal {
    tracing::error!(failure = %runtime::worker::error_chain(failure), "A client's request failed: \
        {failure}");
    ProblemDetails::try_again_later(None).into()
}

/// A tenant's own processor that does not answer, and somebody who wrote at the same time, are no
/// failures of ours.
pub(crate) fn to_retryable(failure: StageFailure) -> ApiRefusal {
    match failure {
        StageFailure::Partner(error) => ProblemDetails::from(error).into(),
        StageFailure::Store(error) => ProblemDetails::from(error).into(),
        other => to_unavailable(&other),
    }
}

/// The last step of every answer: a refusal gets its body, everything the request's id.
pub(crate) async fn finish_response(mut request: Request, next: Next) -> Response {
    let id = request_id(&request);
    let header = HeaderValue::from_str(&id).ok();
    // who asks again is told the same
    request.headers_mut().extend(header.clone().map(|value| (X_REQUEST_ID, value)));
    let response =
        next.run(request).instrument(tracing::info_span!("request", request.id = id)).await;
    let mut response = render_problem(response, &id);
    response.headers_mut().extend(header.map(|value| (X_REQUEST_ID, value)));
    response
}

/// An answer with its body: a problem's, where it is one that has none yet.
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

/// Our own problem, or the framework's refusal in our words.
fn problem_of(response: &Response) -> Option<ProblemDetails> {
    let media = response.headers().get(CONTENT_TYPE).and_then(|media| media.to_str().ok());
    if media.is_some_and(|media| media == PROBLEM_JSON || media.starts_with("text/html")) {
        return None;
    }
    let own = response.extensions().get::<ProblemDetails>().cloned();
    own.or_else(|| match response.status() {
        // The router adds the `Allow` header itself, after this.
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
