//! What a service answers, before it becomes an HTTP response.

use serde_json::{Value, json};

/// An answer in one of the AWS JSON protocols.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

impl Answer {
    /// Success.
    pub(super) fn done(body: &Value) -> Self {
        Self::with(200, body.to_string())
    }

    /// Refusal of the caller's request, by the error's wire name.
    pub(super) fn refused(kind: &str, message: &str) -> Self {
        Self::with(400, json!({"__type": kind, "message": message}).to_string())
    }

    /// Any status and body.
    pub(super) fn with(status: u16, body: String) -> Self {
        Self { status, headers: Vec::new(), body }
    }

    /// The error code that clients of the older query protocol knew it by; SQS sends both.
    pub(super) fn also_known_as(mut self, code: &str) -> Self {
        self.headers.push(("x-amzn-query-error", format!("{code};Sender")));
        self
    }
}
