//! The error responses for clients: the catalogue of errors, as RFC 9457 problem details.

use domain::account::enrolment::FieldError;
use lambda_http::http::Response;
use lambda_http::http::header::{
    ALLOW, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use partners::PartnerError;
use runtime::random::NoRandomness;
use serde::Serialize;
use store::StoreError;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

mod code;

use runtime::worker::error_chain;

pub use code::Code;

/// The media type of a problem.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// The default delay in seconds before a client may retry.
const RETRY_SECONDS: u64 = 2;

/// An error response. The text never contains an internal error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", code.as_str())]
pub struct ProblemDetails {
    pub code: Code,
    pub detail: String,
    /// The invalid fields.
    pub faults: Vec<FieldError>,
    header: ProblemHeader,
}

/// The additional header of a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
enum ProblemHeader {
    Without,
    Allow(&'static str),
    Challenge(&'static str),
    RetryAfter(u64),
}

/// A problem, as defined by RFC 9457.
#[derive(Serialize, ToSchema)]
#[schema(as = Body)]
struct ProblemBody<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    code: &'a str,
    errors: &'a [FieldError],
    request_id: &'a str,
}

impl PartialSchema for ProblemDetails {
    fn schema() -> RefOr<Schema> {
        ProblemBody::schema()
    }
}

impl ToSchema for ProblemDetails {
    fn name() -> std::borrow::Cow<'static, str> {
        "Problem".into()
    }

    fn schemas(known: &mut Vec<(String, RefOr<Schema>)>) {
        ProblemBody::schemas(known);
    }
}

impl ProblemDetails {
    /// Creates a problem with a specific detail.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), faults: Vec::new(), header: ProblemHeader::Without }
    }

    /// Creates a problem for invalid fields.
    #[must_use]
    pub fn from_faults(faults: Vec<FieldError>) -> Self {
        let detail = faults
            .first()
            .map_or_else(String::new, |first| format!("`{}`: {}", first.field, first.message));
        Self { faults, ..Self::new(Code::ValidationFailed, detail) }
    }

    /// Creates a problem for a single invalid field.
    #[must_use]
    pub fn invalid_field(
        field: impl Into<String>,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self::from_faults(vec![FieldError::new(field, code, message)])
    }

    /// Creates a problem with the given code, caused by a single field.
    #[must_use]
    pub fn for_field(code: Code, field: impl Into<String>, message: &str) -> Self {
        Self {
            faults: vec![FieldError::new(field, code.as_str(), message)],
            ..Self::new(code, message)
        }
    }

    /// Returns the problem with the fields that cause the problem.
    #[must_use]
    pub fn with_faults(self, faults: Vec<FieldError>) -> Self {
        Self { faults, ..self }
    }

    /// Creates a problem for a resource that does not exist, or that the caller may not see: both
    /// give the same response.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("There is no such {what}."))
    }

    /// Creates a problem for an unauthenticated caller. `challenge` names the sign-in scheme
    /// (`Bearer`, `Basic realm="..."`).
    #[must_use]
    pub fn unauthenticated(challenge: &'static str) -> Self {
        let problem = Self::new(Code::Unauthenticated, "The credentials are missing or not known.");
        Self { header: ProblemHeader::Challenge(challenge), ..problem }
    }

    /// Creates a problem for a method that the resource does not allow, with the allowed methods.
    #[must_use]
    pub fn method_not_allowed(allowed: &'static str) -> Self {
        Self {
            header: ProblemHeader::Allow(allowed),
            ..Self::new(Code::MethodNotAllowed, "See the `Allow` header.")
        }
    }

    /// Creates a problem for a transient failure, after which the client may retry.
    #[must_use]
    pub fn try_again_later(seconds: Option<u64>) -> Self {
        let problem = Self::new(Code::Unavailable, "Please try again; nothing was lost.");
        Self { header: ProblemHeader::RetryAfter(seconds.unwrap_or(RETRY_SECONDS)), ..problem }
    }

    /// Creates a problem after which the client may retry in the given seconds.
    #[must_use]
    pub fn retry_after(code: Code, detail: impl Into<String>, seconds: u64) -> Self {
        Self { header: ProblemHeader::RetryAfter(seconds), ..Self::new(code, detail) }
    }

    /// Returns the response, with a body of `application/problem+json`.
    #[must_use]
    pub fn to_response<B: From<String>>(&self, request_id: &str) -> Response<B> {
        let mut response = Response::new(B::from(self.to_body(request_id)));
        *response.status_mut() = self.code.status();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        response.headers_mut().extend(self.header.to_header());
        response
    }

    fn to_body(&self, request_id: &str) -> String {
        let (code, detail, errors) = (self.code, self.detail.as_str(), self.faults.as_slice());
        let (title, status) = (code.title(), code.status().as_u16());
        let body = ProblemBody {
            r#type: code.problem_type(),
            title,
            status,
            detail,
            code: code.as_str(),
            errors,
            request_id,
        };
        serde_json::to_string(&body)
            .unwrap_or_else(|_| format!(r#"{{"code":"{}"}}"#, code.as_str()))
    }
}

impl ProblemHeader {
    fn to_header(&self) -> Option<(HeaderName, HeaderValue)> {
        match self {
            Self::Without => None,
            Self::Allow(methods) => Some((ALLOW, HeaderValue::from_static(methods))),
            Self::Challenge(challenge) => {
                Some((WWW_AUTHENTICATE, HeaderValue::from_static(challenge)))
            }
            Self::RetryAfter(seconds) => Some((RETRY_AFTER, HeaderValue::from(*seconds))),
        }
    }
}

impl From<NoRandomness> for ProblemDetails {
    fn from(error: NoRandomness) -> Self {
        tracing::error!(%error, "A client's request failed");
        Self::new(Code::InternalError, "The error is logged and looked at.")
    }
}

/// The log receives the internal error, once; the client receives only the possible remedy.
impl From<StoreError> for ProblemDetails {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(_) | StoreError::NotYours(_) => Self::new(
                Code::Conflict,
                "It was changed at the same time by somebody else; read it again.",
            ),
            StoreError::Unavailable { .. } => {
                tracing::error!(
                    error = error_chain(&error),
                    "The store did not answer a client's request"
                );
                Self::try_again_later(None)
            }
            StoreError::Unreadable(..) | StoreError::TooMany(_) => {
                tracing::error!(
                    error = error_chain(&error),
                    "What is stored cannot answer a client's request"
                );
                Self::new(Code::InternalError, "The error is logged and looked at.")
            }
        }
    }
}

impl From<PartnerError> for ProblemDetails {
    fn from(error: PartnerError) -> Self {
        tracing::warn!(
            error = error_chain(&error),
            "A tenant's processor did not answer for a request"
        );
        let seconds = match error {
            PartnerError::Throttled { retry_after_seconds } => retry_after_seconds,
            _ => None,
        };
        let detail =
            "The processor of the payment does not answer; please try again. Nothing was done.";
        Self::retry_after(Code::ProcessorUnavailable, detail, seconds.unwrap_or(RETRY_SECONDS))
    }
}
