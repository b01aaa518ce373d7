//! A TEST partner tries everything without money, and nobody outside hears of it.

mod orders;
mod scenarios;
mod walls;
mod whole;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use serde_json::{Value, json};
use tests::world::{Settings, World};

use crate::openapi::conversation::{Asked, Told, hold};

/// A TEST partner's organisation with a processor, orders, an enrolment, and rules that refund and
/// cancel.
struct Trial {
    world: World,
    key: String,
    organisation: String,
    merchant: String,
    orders: String,
    enrolment: String,
}

impl Trial {
    async fn open() -> Self {
        Self::within(&World::start(Settings::default()).await).await
    }

    async fn within(world: &World) -> Self {
        let key = world.new_partner("Trying", "TEST").await.expect("a partner");
        let empty = String::new;
        let mut trial = Self {
            world: world.clone(),
            key,
            organisation: empty(),
            merchant: empty(),
            orders: empty(),
            enrolment: empty(),
        };
        trial.organisation = trial.made("/v1/organisations/", json!({ "name": "Acme" })).await;
        trial.merchant = trial
            .made(
                "/v1/merchants/",
                json!({ "organisation_id": trial.organisation, "name": "Shop", "type": "GENERIC" }),
            )
            .await;
        let of = |kind: &str| {
            json!({
                "organisation_id": trial.organisation, "name": kind, "type": kind,
                "merchant_ids": [trial.merchant]
            })
        };
        trial.made("/v1/integrations/", of("STRIPE")).await; // without credentials
        trial.orders = trial.made("/v1/integrations/", of("CUSTOM_ORDERS")).await;
        let descriptors = json!([{ "descriptor": "ACMEFIT", "match_type": "STARTS_WITH" }]);
        let watches = json!({
            "merchant_ids": [trial.merchant], "type": "ETHOCA_ALERT",
            "ethoca_alert": { "descriptors": descriptors }
        });
        trial.enrolment = trial.made("/v2/enrolments/", watches).await;
        trial.add_rules().await;
        trial.enrol("ENABLED").await;
        trial
    }

    async fn add_rules(&self) {
        let rule = json!({
            "type": "DESCRIPTOR",
            "parameters": { "descriptors": [{ "value": "ACMEFIT", "match_type": "STARTS_WITH" }] }
        });
        let ruleset = json!({
            "organisation_id": self.organisation, "enrolment_ids": [self.enrolment],
            "outcome": "REFUND_AND_CANCEL", "rules": [rule]
        });
        self.made("/v1/rulesets/", ruleset).await;
    }

    /// A call whose partners' side is watched, and whose answer is held to the API's document.
    async fn call(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let body = body.to_string();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.key));
        let request =
            request.header("content-type", "application/json").header("prefer", "respond-async");
        self.world.faults.watch(true);
        let response =
            self.world.answer(request.body(Body::from(body.clone())).expect("a request")).await;
        self.world.faults.watch(false);
        let (parts, bytes) = response.into_parts();
        let bytes = to_bytes(bytes, usize::MAX).await.expect("a body");
        let (method, path, media) =
            (method.to_owned(), path.to_owned(), "application/json".to_owned());
        let asked = Asked { method, path, query: String::new(), media, body: body.into_bytes() };
        hold(
            &asked,
            &Told { status: parts.status.as_u16(), headers: &parts.headers, body: &bytes },
        );
        (parts.status.as_u16(), serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    async fn made(&self, path: &str, body: Value) -> String {
        let (status, answer) = self.call("POST", path, &body).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer["id"].as_str().expect("an id").to_owned()
    }

    async fn enrol(&self, status: &str) -> Value {
        let path = format!("/v1/simulate/enrolments/{}", self.enrolment);
        let (answered, shown) = self.call("PATCH", &path, &json!({ "status": status })).await;
        assert_eq!((answered, &shown["status"]), (200, &json!(status)), "{shown}");
        shown
    }

    /// Simulates an alert with these fields; the answer.
    async fn simulated(&self, fields: Value) -> Value {
        let mut body = json!({ "organisation_id": self.organisation });
        body.as_object_mut()
            .expect("an object")
            .extend(fields.as_object().expect("fields").clone());
        let (status, answer) = self.call("POST", "/v1/simulate/alerts", &body).await;
        assert_eq!(status, if answer.get("id").is_some() { 201 } else { 202 }, "{answer}");
        answer
    }

    /// The alert of a scenario, after all that happens at once.
    async fn alert(&self, fields: Value) -> Value {
        let made = self.simulated(fields).await;
        self.world.settle().await;
        self.shown(&made).await
    }

    async fn shown(&self, alert: &Value) -> Value {
        let path = format!("/v1/alerts/{}", alert["id"].as_str().expect("an id"));
        self.world.call("GET", &path, &self.key, None).await.1
    }

    /// A person's action, and what comes of it.
    async fn act(&self, alert: &Value, action: Value) -> Value {
        let path = format!("/v1/alerts/{}", alert["id"].as_str().expect("an id"));
        let (status, answer) = self.call("PATCH", &path, &action).await;
        assert_eq!(status, 200, "{answer}");
        self.world.settle().await;
        self.shown(alert).await
    }

    /// An order of 49.00 USD by the card ending in 4242, paid a moment ago.
    async fn order(&self, reference: &str, transaction: Value) {
        let mut paid = json!({
            "reference_id": format!("txn-{reference}"), "amount_in_cents": 4900, "currency": "USD",
            "payment_method_type": "CARD",
            "authorisation_status": "SETTLED", "authorised_at": self.world.clock.now().to_string(),
            "payment_method_card_last_4": "4242", "payment_method_card_bin": "424242"
        });
        paid.as_object_mut()
            .expect("an object")
            .extend(transaction.as_object().expect("fields").clone());
        let order = json!([{
            "type": "COMPLETE", "organisation_id": self.organisation, "integration_id": self.orders,
            "reference_id": reference,
            "order_datetime": self.world.clock.now().to_string(), "order_currency": "USD",
            "order_status": "CLOSED_COMPLETE",
            "transactions": [paid]
        }]);
        let (_, answer) = self.call("POST", "/v1/orders", &order).await;
        assert_eq!(answer["created"], 1, "{answer}");
        self.world.settle().await;
    }

    /// Neither a network nor a processor was called, by nothing that ran.
    #[track_caller]
    fn nobody_was_called(&self) {
        let outside: Vec<String> =
            self.world.faults.calls().into_iter().filter(|call| is_partners(call)).collect();
        assert!(outside.is_empty(), "{outside:?}");
        assert!(self.world.stripe.objects("refund").is_empty());
    }
}

fn is_partners(call: &str) -> bool {
    call.starts_with("stripe ") || call.starts_with("ethoca ")
}
