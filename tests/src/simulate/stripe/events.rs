//! Events: each change is kept as one and handed to the webhook endpoints that want it.

use serde_json::{Value, json};

use super::desk::{API_VERSION, Answer, Desk, PLATFORM};
use super::form::Form;
use super::lists::list_where;
use super::webhooks;

impl Desk<'_> {
    /// Keeps the event and queues its webhooks.
    pub fn announce(&mut self, kind: &str, object: &Value) {
        let endpoints = webhooks::listening(self, kind);
        let id = self.id("evt");
        let (request, key) = self.request;
        let mut event = json!({
            "id": id, "object": "event", "api_version": API_VERSION, "created": self.now,
            "data": { "object": object }, "livemode": false,
            "pending_webhooks": endpoints.len(),
            "request": { "id": request, "idempotency_key": key }, "type": kind,
        });
        if self.account != PLATFORM {
            event["account"] = json!(self.account);
        }
        self.keep(event);
        webhooks::queue(self, &id, kind, &endpoints);
    }
}

/// `GET /v1/events/{id}`
pub fn retrieve(desk: &Desk, id: &str) -> Answer {
    desk.get("event", id, "id")
}

/// `GET /v1/events`
pub fn index(desk: &Desk, form: &Form) -> Answer {
    let one = form.text("type").map(str::to_owned);
    let many = form.texts("types");
    list_where(desk, &form.without(&["type", "types"]), "event", "/v1/events", &[], |event| {
        let kind = event["type"].as_str().unwrap_or_default();
        one.as_deref().is_none_or(|pattern| matches_pattern(pattern, kind))
            && (many.is_empty() || many.iter().any(|wanted| wanted == kind))
    })
}

/// Whether `pattern` (`*`, `refund.*`, `refund.created`) takes events of this kind.
pub fn matches_pattern(pattern: &str, kind: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == kind, |prefix| kind.starts_with(prefix))
}
