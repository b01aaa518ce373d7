//! The partner API over its router: the documented calls, who may do what, and what bad input gets.

mod alerts;
mod audit;
mod brakes;
mod changes;
mod contested;
mod deletes;
mod enrolments;
mod erasures;
mod examples;
mod filters;
mod history;
mod idempotency;
mod inputs;
mod keys;
mod limits;
mod matching_modes;
mod order_changes;
mod orders;
mod pending;
mod quarantine;
mod rules;
mod setup;
mod verbs;
mod walk;
mod walls;
mod wording;
mod words;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use domain::account::{ApiKey, ApiKeyScope, AutomationLevel, OperatingMode, Partner};
use domain::basics::id::{KeyId, OrganisationId, PartnerId};
use flows::ProcessorClients;
use flows::secrets::SecretVault;
use jiff::Timestamp;
use partner_api::{ApiContext, RateLimits, build_router};
use partners::Destinations;
use runtime::http::RequestTime;
use runtime::random::{hash_secret, new_secret};
use serde_json::{Value, json};
use std::time::Duration;
use store::Store;
use tests::aws::LocalAws;
use tests::world::table::create_table;
use tower::ServiceExt;

use crate::openapi::conversation;

/// Another time than any clock's, so that nothing passes by chance.
const NOW: &str = "2026-02-17T10:00:00Z";

/// The API over a table of its own.
pub struct Desk {
    pub api: ApiContext,
    /// A partner's key without bounds.
    pub key: String,
    router: axum::Router,
}

/// An answer as a client has it.
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

/// The ids of an organisation with all that orders and alerts need.
struct Shop {
    organisation: String,
    merchant: String,
    integration: String,
}

impl Desk {
    pub async fn open() -> Self {
        Self::in_mode(OperatingMode::Live).await
    }

    async fn in_mode(mode: OperatingMode) -> Self {
        let aws = LocalAws::memory(std::sync::Arc::new(|| now().as_millisecond()));
        create_table(&aws.dynamodb(), "forestall").await;
        let store = Store::new(aws.dynamodb(), "forestall", "desk");
        let secrets = SecretVault::new(aws.kms(), "alias/credentials");
        // Nobody listens there: what must not be called would be noticed.
        let callbacks = partners::CallbackConnector::new(Destinations::Public).expect("a client");
        let processors = ProcessorClients::new(
            partners::http_client().expect("a client"),
            callbacks,
            secrets,
            "http://127.0.0.1:9".into(),
        );
        let (limits, webhooks) = (RateLimits::default(), Destinations::Public);
        let api =
            ApiContext { store, processors, waits: Duration::from_millis(300), limits, webhooks };
        let desk = Self { router: build_router(api.clone()), api, key: String::new() };
        let key = desk.partner("Payments Inc", mode).await;
        Self { key, ..desk }
    }

    /// A new partner's key.
    async fn partner(&self, name: &str, mode: OperatingMode) -> String {
        let (id, automation, at) = (PartnerId::derived(&[name]), AutomationLevel::On, now());
        let partner = Partner {
            id,
            name: name.into(),
            mode,
            automation,
            caps: None,
            version: 1,
            created_at: at,
            updated_at: at,
        };
        self.api.store.put_partner(&partner).await.expect("a partner");
        self.new_key(name, mode, ApiKeyScope::Partner, &[]).await
    }

    async fn new_key(
        &self,
        partner: &str,
        mode: OperatingMode,
        reach: ApiKeyScope,
        abilities: &[&str],
    ) -> String {
        let secret = new_secret(mode).expect("random bits");
        let abilities = abilities.iter().map(ToString::to_string).collect();
        let id = KeyId::derived(&[&secret]);
        let key = ApiKey {
            id,
            partner: PartnerId::derived(&[partner]),
            mode,
            reach,
            abilities,
            created_at: now(),
        };
        self.api.store.put_api_key(&hash_secret(&secret), &key).await.expect("a key");
        secret
    }

    /// A key of one organisation only.
    async fn key_of(&self, organisation: &str) -> String {
        let id: OrganisationId = organisation.parse().expect("an id");
        self.new_key("Payments Inc", OperatingMode::Live, ApiKeyScope::Organisation(id), &[]).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, &self.key, None).await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call("POST", path, &self.key, Some(body)).await
    }

    async fn call(&self, method: &str, path: &str, key: &str, body: Option<&Value>) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {key}"));
        let request = request.header("content-type", "application/json; charset=utf-8");
        self.send(
            request
                .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))
                .expect("a request"),
        )
        .await
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let (mut request, asked) = noted(request).await;
        request.extensions_mut().insert(RequestTime(now()));
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        conversation::hold(
            &asked,
            &conversation::Told {
                status: parts.status.as_u16(),
                headers: &parts.headers,
                body: &bytes,
            },
        );
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        }
    }

    /// A POST that may be sent again.
    async fn post_as(&self, name: &str, key: &str, path: &str, body: &Value) -> Answer {
        let request = Request::post(path)
            .header("authorization", format!("Bearer {key}"))
            .header("idempotency-key", name);
        let request =
            request.header("content-type", "application/json").body(Body::from(body.to_string()));
        self.send(request.expect("a request")).await
    }

    async fn shop(&self, name: &str) -> Shop {
        let organisation = self.post("/v1/organisations/", &json!({"name": name})).await.id();
        let merchant = json!({"organisation_id": organisation, "name": name, "type": "GENERIC"});
        let merchant = self.post("/v1/merchants/", &merchant).await.id();
        let integration = json!({
            "organisation_id": organisation, "name": "Orders", "type": "CUSTOM_ORDERS",
            "merchant_ids": [merchant]
        });
        let integration = self.post("/v1/integrations/", &integration).await.id();
        Shop { organisation, merchant, integration }
    }
}

/// A request, and what it asks: each is held against the API's document.
async fn noted(request: Request<Body>) -> (Request<Body>, conversation::Asked) {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a body").to_vec();
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let asked = conversation::Asked {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: text(parts.uri.query()),
        media: text(parts.headers.get("content-type").and_then(|media| media.to_str().ok())),
        body: body.clone(),
    };
    (Request::from_parts(parts, Body::from(body)), asked)
}

impl Answer {
    /// The id of what was made.
    #[track_caller]
    fn id(&self) -> String {
        assert_eq!(self.status, 200, "{}", self.body);
        self.body["id"].as_str().expect("an id").to_owned()
    }

    /// The status, the problem's code and the fields it names.
    #[track_caller]
    fn refusal(&self) -> (u16, &str, Vec<&str>) {
        assert_eq!(self.headers["content-type"], "application/problem+json", "{}", self.body);
        assert_eq!(self.body["status"], self.status);
        assert_eq!(self.body["request_id"], self.headers["x-request-id"].to_str().expect("text"));
        let fields = self.body["errors"]
            .as_array()
            .expect("errors")
            .iter()
            .filter_map(|error| error["field"].as_str());
        (self.status, self.body["code"].as_str().expect("a code"), fields.collect())
    }

    fn items(&self) -> &[Value] {
        self.body["items"].as_array().map(Vec::as_slice).unwrap_or_default()
    }
}

fn now() -> Timestamp {
    NOW.parse().expect("a time")
}

/// A good COMPLETE order.
fn order(shop: &Shop, reference: &str) -> Value {
    json!({
        "type": "COMPLETE", "organisation_id": shop.organisation,
        "integration_id": shop.integration, "reference_id": reference,
        "order_datetime": "2026-02-17T09:59:00Z", "order_currency": "usd",
        "order_total_amount_in_cents": 4900,
        "order_status": "CLOSED_COMPLETE",
        "transactions": [{
            "reference_id": format!("txn-{reference}"), "amount_in_cents": 4900, "currency": "USD",
            "payment_method_type": "CARD",
            "authorisation_status": "SETTLED", "authorised_at": "2026-02-17T09:59:05Z",
            "payment_method_card_last_4": "4242"
        }]
    })
}
