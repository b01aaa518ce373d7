//! Mastercard's error shape, for a whole call and for one item of a batch.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// One error as Mastercard writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ErrorItem {
    /// The system that refused: `Gateway`, `alerts` or `alerts-delivery`.
    pub source: String,
    /// The machine's code.
    pub reason_code: String,
    /// What happened.
    pub description: String,
    /// Whether the same call may succeed later.
    pub recoverable: bool,
    /// More for the reader.
    pub details: Option<String>,
}

/// A refusal of a whole call.
#[derive(Debug)]
pub(super) struct Refusal {
    pub status: StatusCode,
    pub error: ErrorItem,
}

impl ErrorItem {
    /// An item or a call that is wrong in itself.
    pub(super) fn invalid(description: impl Into<String>) -> Self {
        Self::new("VALIDATION_FAILURE", description, true)
    }

    pub(super) fn new(
        reason_code: &str,
        description: impl Into<String>,
        recoverable: bool,
    ) -> Self {
        Self {
            source: "alerts-delivery".to_owned(),
            reason_code: reason_code.to_owned(),
            description: description.into(),
            recoverable,
            details: None,
        }
    }

    /// The list form used inside per-item answers and, under `Errors`, in refusals.
    pub(super) fn listed(&self) -> Value {
        json!({ "Error": [self] })
    }
}

impl Refusal {
    pub fn invalid(description: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, error: ErrorItem::invalid(description) }
    }

    /// Mastercard's gateway, before Ethoca sees the call.
    pub fn unauthenticated(details: impl Into<String>) -> Self {
        Self::gateway(
            StatusCode::UNAUTHORIZED,
            "AUTHENTICATION_FAILED",
            "The call is not signed as OAuth 1.0a asks",
            false,
        )
        .detailed(details)
    }

    pub fn gateway(
        status: StatusCode,
        reason_code: &str,
        description: &str,
        recoverable: bool,
    ) -> Self {
        let error = ErrorItem {
            source: "Gateway".to_owned(),
            ..ErrorItem::new(reason_code, description, recoverable)
        };
        Self { status, error }
    }

    fn detailed(mut self, details: impl Into<String>) -> Self {
        self.error.details = Some(details.into());
        self
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "Errors": self.error.listed() }))).into_response()
    }
}

pub(super) async fn no_such_path() -> Response {
    Refusal::gateway(StatusCode::NOT_FOUND, "NOT_FOUND", "There is nothing at this path", false)
        .into_response()
}

pub(super) async fn no_such_method() -> Response {
    Refusal::gateway(
        StatusCode::METHOD_NOT_ALLOWED,
        "METHOD_NOT_ALLOWED",
        "This path does not take this method",
        false,
    )
    .into_response()
}
