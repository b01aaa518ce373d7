//! Stripe's errors, in its own shape.

use serde_json::{Map, Value, json};

/// An error answer of Stripe's: `{"error": {...}}` with its HTTP status.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// Whether the idempotency key remembers it: only what failed after execution began.
    pub remembered: bool,
    error: Map<String, Value>,
}

impl Refusal {
    /// 400 `invalid_request_error`, found before execution began.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "invalid_request_error", message)
    }

    /// An error of any status and type.
    pub(super) fn new(status: u16, kind: &str, message: impl Into<String>) -> Self {
        let mut error = Map::new();
        error.insert("type".into(), json!(kind));
        error.insert("message".into(), json!(message.into()));
        Self { status, remembered: false, error }
    }

    /// 404 `resource_missing`, also for another account's object.
    pub(super) fn missing(kind: &str, id: &str, param: &str) -> Self {
        let name = if kind == "payment_method" { "PaymentMethod" } else { kind };
        let refusal = Self::new(404, "invalid_request_error", format!("No such {name}: '{id}'"));
        refusal.code("resource_missing").param(param)
    }

    /// 402 `card_error`.
    pub(super) fn declined(code: &str, decline_code: &str) -> Self {
        let refusal = Self::new(402, "card_error", "Your card was declined.");
        refusal.code(code).with("decline_code", json!(decline_code)).remember()
    }

    /// With Stripe's machine-readable code.
    pub(super) fn code(self, code: &str) -> Self {
        let page = format!("https://stripe.com/docs/error-codes/{}", code.replace('_', "-"));
        self.with("code", json!(code)).with("doc_url", json!(page))
    }

    /// With the parameter at fault.
    pub(super) fn param(self, param: &str) -> Self {
        self.with("param", json!(param))
    }

    /// With any other member.
    pub(super) fn with(mut self, member: &str, value: Value) -> Self {
        self.error.insert(member.into(), value);
        self
    }

    /// Execution had begun, so the idempotency key remembers it.
    pub(super) fn remember(mut self) -> Self {
        self.remembered = true;
        self
    }

    /// The error itself, as a payment intent keeps it.
    pub(super) fn error(&self) -> Value {
        Value::Object(self.error.clone())
    }

    /// The answer's body.
    pub(super) fn body(&self) -> Value {
        json!({ "error": self.error })
    }
}
