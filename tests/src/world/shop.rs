//! A shop in World: a partner with an organisation, Stripe, an Ethoca enrolment and a ruleset that
//! refunds.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

use super::World;

/// How Ethoca signs in at the shop's front door.
const SIGN_IN: (&str, &str) = ("ethoca", "a password of the vendor's");

/// A shop that is set up.
#[derive(Clone)]
pub struct Shop {
    pub world: World,
    pub key: String,
    pub organisation: String,
    pub merchant: String,
    pub orders: String,
    pub stripe: String,
    pub enrolment: String,
}

/// A subscription's payment at the Stripe simulator.
#[derive(Debug, Clone)]
pub struct Paid {
    pub payment: String,
    pub subscription: String,
}

impl Shop {
    /// Sets a shop up: descriptor ACMEFIT, and a ruleset that refunds and cancels.
    ///
    /// # Panics
    /// If any call of its onboarding is refused.
    pub async fn open(world: &World) -> Self {
        Self::open_as(world, "ACMEFIT").await
    }

    /// The same with another descriptor.
    ///
    /// # Panics
    /// If any call of its onboarding is refused.
    pub async fn open_as(world: &World, descriptor: &str) -> Self {
        let key = world.new_partner("Partner", "LIVE").await.expect("a partner");
        if world.store.read_connections().await.expect("connections").is_empty() {
            world.connect_ethoca(SIGN_IN.0, SIGN_IN.1).await.expect("a connection");
        }
        let make = async |path: &str, body: Value| {
            let (status, answer) = world.call("POST", path, &key, Some(&body)).await;
            assert!((200..300).contains(&status), "{path} {status}: {answer}");
            // what is listed by time has one order
            world.clock.advance(jiff::SignedDuration::from_secs(1));
            text(&answer["id"])
        };
        let organisation = make("/v1/organisations/", json!({ "name": "Acme" })).await;
        let merchant = make(
            "/v1/merchants/",
            json!({ "organisation_id": organisation, "name": "Shop", "type": "GENERIC" }),
        )
        .await;
        let of = |kind: &str| {
            json!({
                "organisation_id": organisation, "name": kind, "type": kind, "status": "ENABLED",
                "merchant_ids": [merchant]
            })
        };
        let orders = make("/v1/integrations/", of("CUSTOM_ORDERS")).await;
        let mut stripe = of("STRIPE");
        stripe["credentials"] =
            json!({ "secret_key": "sk_test_shop", "webhook_secret": "whsec_shop" });
        let stripe = make("/v1/integrations/", stripe).await;
        let descriptors = json!([{ "descriptor": descriptor, "match_type": "STARTS_WITH" }]);
        let enrolment = json!({
            "merchant_ids": [merchant], "type": "ETHOCA_ALERT",
            "ethoca_alert": { "descriptors": descriptors }
        });
        let enrolment = make("/v2/enrolments/", enrolment).await;
        make("/v1/rulesets/", ruleset(&organisation, &enrolment, descriptor)).await;
        Self { world: world.clone(), key, organisation, merchant, orders, stripe, enrolment }
    }

    /// A subscription of 49.00 USD is paid at Stripe.
    ///
    /// # Panics
    /// If the simulator refuses.
    #[must_use]
    pub fn subscribe(&self) -> Paid {
        let stripe = |path: &str, form: &str| self.world.stripe.call(Method::POST, path, form).1;
        let customer = text(&stripe("/v1/customers", "email=casey@example.com")["id"]);
        let owner = format!("customer={customer}");
        let card = text(&stripe("/v1/payment_methods/pm_card_visa/attach", &owner)["id"]);
        let product = text(&stripe("/v1/products", "name=Plan")["id"]);
        let price = text(
            &stripe(
                "/v1/prices",
                &format!(
                    "product={product}&currency=usd&unit_amount=4900&recurring[interval]=month"
                ),
            )["id"],
        );
        let plan =
            format!("customer={customer}&items[0][price]={price}&default_payment_method={card}");
        let subscription = text(&stripe("/v1/subscriptions", &plan)["id"]);
        let charges = stripe_of(&self.world, &customer);
        Paid { payment: text(&charges["payment_intent"]), subscription }
    }

    /// Ethoca's alert about a payment of 49.00 USD with the card ending in 4242, made a moment ago.
    #[must_use]
    pub fn alert(&self, id: &str) -> Value {
        let now = self.world.clock.now().to_string();
        json!({
            "alertId": format!("{id:A<25}"), "alertType": "CUSTOMERDISPUTE", "alertTimestamp": now,
            "cardNumber": "424242******4242",
            "transactionTimestamp": now, "merchantDescriptor": "ACMEFIT*PLAN",
            "amount": { "value": 49.00, "currencyCode": "USD" }
        })
    }

    /// An order of 49.00 USD by the card that ends so, with an auth code, placed now.
    #[must_use]
    pub fn order(&self, reference: &str, last4: &str) -> Value {
        let now = self.world.clock.now().to_string();
        json!({
            "type": "COMPLETE", "organisation_id": self.organisation, "integration_id": self.orders,
            "reference_id": reference,
            "order_datetime": now, "order_number": "1", "order_currency": "USD",
            "order_subtotal_amount_in_cents": 4900,
            "order_total_amount_in_cents": 4900, "order_status": "CLOSED_COMPLETE",
            "customer_email": "casey@example.com",
            "transactions": [{
                "reference_id": format!("txn-{reference}"), "amount_in_cents": 4900,
                "currency": "USD", "payment_method_type": "CARD",
                "authorisation_status": "SETTLED", "authorised_at": now,
                "payment_method_card_brand": "VISA",
                "payment_method_card_last_4": last4, "payment_method_card_bin": "424242",
                "authorisation_code": format!("77{last4}")
            }]
        })
    }

    /// Orders that come in at once.
    ///
    /// # Panics
    /// If one of them is refused.
    pub async fn keep(&self, orders: &[Value]) {
        let (status, answer) =
            self.world.call("POST", "/v1/orders", &self.key, Some(&json!(orders))).await;
        assert_eq!((status, answer["errors"].as_array().map(Vec::len)), (200, Some(0)), "{answer}");
    }

    /// Ethoca pushes alerts at the front door; the answer's status and acknowledgements.
    ///
    /// # Panics
    /// If the call itself cannot be made.
    pub async fn push(&self, alerts: &[Value]) -> (u16, Value) {
        for alert in alerts {
            self.world.ethoca.raise(alert);
        }
        let sign_in = STANDARD.encode(format!("{}:{}", SIGN_IN.0, SIGN_IN.1));
        let request = Request::builder()
            .method("POST")
            .uri("/vendors/ethoca/alerts")
            .header("authorization", format!("Basic {sign_in}"));
        let body = Body::from(json!({ "alerts": alerts }).to_string());
        let response = self.world.answer(request.body(body).expect("a request")).await;
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// The shop's alerts as its partner sees them.
    pub async fn alerts(&self) -> Vec<Value> {
        let (_, list) = self.world.call("GET", "/v1/alerts/", &self.key, None).await;
        list["items"].as_array().cloned().unwrap_or_default()
    }

    /// The refunds that Stripe remembers.
    #[must_use]
    pub fn refunds(&self) -> Vec<Value> {
        self.world.stripe.objects("refund")
    }
}

/// A ruleset that refunds and cancels for alerts of a descriptor.
fn ruleset(organisation: &str, enrolment: &str, descriptor: &str) -> Value {
    let rule = json!({
        "type": "DESCRIPTOR",
        "parameters": { "descriptors": [{ "value": descriptor, "match_type": "STARTS_WITH" }] }
    });
    json!({
        "organisation_id": organisation, "enrolment_ids": [enrolment],
        "outcome": "REFUND_AND_CANCEL", "join_operator": "AND", "rules": [rule]
    })
}

/// The charge of a customer.
fn stripe_of(world: &World, customer: &str) -> Value {
    world
        .stripe
        .objects("charge")
        .into_iter()
        .find(|charge| charge["customer"] == customer)
        .expect("a charge")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
