//! A card number in every spelling in every input: it is refused or cut, and found nowhere
//! afterwards.

mod api;
mod lists;
mod vendors;

use std::cell::Cell;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::request::Builder;
use serde_json::{Value, json};
use tests::world::canary::{holds, spellings};
use tests::world::shop::Shop;
use tests::world::{Settings, World, logs};

/// A shop with something of each resource, which takes what is not refused.
struct House {
    shop: Shop,
    spellings: Vec<(&'static str, String)>,
    /// How many spellings were taken so far.
    taken: Cell<usize>,
}

impl House {
    async fn open() -> Self {
        logs::watch();
        let shop = Shop::open(&World::start(Settings::default()).await).await;
        let member = json!({
            "organisation_id": shop.organisation, "first_name": "Kim", "last_name": "Doe",
            "email": "kim@acme.example", "role": "ADMIN"
        });
        let (status, made) =
            shop.world.call("POST", "/v1/memberships", &shop.key, Some(&member)).await;
        assert_eq!(status, 200, "{made}");
        shop.world.confirm("kim@acme.example").await;
        Self { shop, spellings: spellings(), taken: Cell::new(0) }
    }

    /// The spellings one after the other, again and again.
    fn next_spelling(&self) -> &str {
        let at = self.taken.replace(self.taken.get() + 1);
        &self.spellings[at % self.spellings.len()].1
    }

    /// Sends a request with the partner's key, and looks for the canary in its answer.
    async fn send(&self, request: Builder, body: impl Into<Body>) -> (u16, Value) {
        let request = request.header("authorization", format!("Bearer {}", self.shop.key));
        self.send_as_is(request, body).await
    }

    async fn send_as_is(&self, request: Builder, body: impl Into<Body>) -> (u16, Value) {
        let request: Request = request.body(body.into()).expect("a request");
        let asked = format!("{} {}", request.method(), request.uri());
        let (parts, body) = self.shop.world.answer(request).await.into_parts();
        let text = String::from_utf8_lossy(&to_bytes(body, usize::MAX).await.expect("a body"))
            .into_owned();
        assert!(!holds(&text) && !holds(&format!("{:?}", parts.headers)), "{asked}: {text}");
        (parts.status.as_u16(), serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// Lets all that was taken in go its way, and looks for the canary everywhere.
    async fn expect_no_trace(&self) {
        self.shop.world.settle().await;
        self.shop.world.advance(jiff::SignedDuration::from_hours(96)).await;
        let traces = self.shop.world.traces().await;
        assert!(traces.is_empty(), "{} traces:\n{}", traces.len(), traces.join("\n"));
        for list in
            ["alerts", "orders", "quarantine", "audit-events", "memberships", "negative-list"]
        {
            self.send(Request::get(format!("/v1/{list}")), "").await;
        }
    }
}

/// The places of all texts in a value, as JSON pointers.
fn places_of_texts(value: &Value, place: &str) -> Vec<String> {
    match value {
        Value::String(_) => vec![place.to_owned()],
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(at, item)| places_of_texts(item, &format!("{place}/{at}")))
            .collect(),
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, field)| places_of_texts(field, &format!("{place}/{name}")))
            .collect(),
        _ => Vec::new(),
    }
}

/// The value with another text at a place.
fn with(value: &Value, place: &str, text: &str) -> Value {
    let mut value = value.clone();
    *value.pointer_mut(place).expect("a place") = text.into();
    value
}

/// A text as it may stand in a path or a query, every byte escaped.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat()
}
