//! A merchant's own endpoint as its processor: real requests to a real socket, over the whole
//! pipeline.

mod attacks;
mod canary;
mod events;
mod faults;
mod moved;
mod onboarding;
mod wire;
mod words;

use jiff::SignedDuration;
use partners::Destinations;
use serde_json::{Value, json};
use tests::simulate::merchant::{Payment, Refund};
use tests::world::shop::Shop;
use tests::world::{Faults, Settings, World};

/// A shop whose orders come by a `CUSTOM_CALLBACK` integration.
pub struct House {
    pub shop: Shop,
    /// The integration as its POST answered.
    integration: Value,
}

impl House {
    pub async fn open() -> Self {
        Self::struck_by(Faults::default()).await
    }

    pub async fn struck_by(faults: Faults) -> Self {
        let world = World::start(Settings {
            webhooks: Destinations::Anywhere,
            faults,
            ..Settings::default()
        })
        .await;
        let shop = Shop::open(&world).await;
        Self::at(shop, &world.callback_url).await
    }

    /// A shop that is open already, with its endpoint at an address.
    pub async fn at(shop: Shop, url: &str) -> Self {
        let world = shop.world.clone();
        let (status, integration) =
            world.call("POST", "/v1/integrations/", &shop.key, Some(&body(&shop, url))).await;
        assert_eq!(status, 200, "{integration}");
        world.merchant.trusts(integration["secret"].as_str().expect("a secret"));
        world.settle().await;
        Self { shop, integration }
    }

    pub fn world(&self) -> &World {
        &self.shop.world
    }

    fn id(&self) -> &str {
        self.integration["id"].as_str().expect("an id")
    }

    /// A call below the integration.
    async fn call(&self, method: &str, rest: &str, body: Option<Value>) -> (u16, Value) {
        self.world()
            .call(
                method,
                &format!("/v1/integrations/{}{rest}", self.id()),
                &self.shop.key,
                body.as_ref(),
            )
            .await
    }

    /// A subscription's payment of 49.00 USD, with the order that tells of it.
    pub async fn sell(&self, reference: &str) {
        self.sell_as(reference, json!({})).await;
    }

    /// With other fields of the order.
    async fn sell_as(&self, reference: &str, fields: Value) {
        let payment = Payment {
            subscription: Some(format!("plan-{reference}")),
            ..Payment::settled(4900, "USD")
        };
        self.world().merchant.sells(reference, payment);
        let mut order = self.order(reference);
        order
            .as_object_mut()
            .expect("an object")
            .extend(fields.as_object().expect("fields").clone());
        let (_, made) =
            self.world().call("POST", "/v1/orders/", &self.shop.key, Some(&json!([order]))).await;
        assert_eq!(made["created"], 1, "{made}");
    }

    fn order(&self, reference: &str) -> Value {
        let now = self.world().clock.now().to_string();
        json!({
            "type": "COMPLETE", "organisation_id": self.shop.organisation,
            "integration_id": self.id(), "reference_id": format!("order-{reference}"),
            "order_datetime": now, "order_number": reference, "order_currency": "USD",
            "order_subtotal_amount_in_cents": 4900,
            "order_total_amount_in_cents": 4900, "order_status": "CLOSED_COMPLETE",
            "customer_email": "casey@example.com",
            "transactions": [{
                "reference_id": reference, "amount_in_cents": 4900, "currency": "USD",
                "payment_method_type": "CARD",
                "authorisation_status": "SETTLED", "authorised_at": now,
                "payment_method_card_brand": "VISA",
                "payment_method_card_last_4": "4242"
            }]
        })
    }

    /// The shop sold once, and Ethoca alerts it.
    async fn alerted(&self) -> Value {
        self.sell("txn-1").await;
        self.push("ALERTED").await
    }

    /// Ethoca's alert, as far as it gets at once.
    async fn push(&self, id: &str) -> Value {
        self.shop.push(&[self.shop.alert(id)]).await;
        self.world().settle().await;
        self.alert().await
    }

    /// The only alert as its partner sees it.
    async fn alert(&self) -> Value {
        let alerts = self.shop.alerts().await;
        let [alert] = alerts.as_slice() else { panic!("one alert became {}", alerts.len()) };
        alert.clone()
    }

    async fn after(&self, minutes: i64) -> Value {
        self.world().advance(SignedDuration::from_mins(minutes)).await;
        self.alert().await
    }

    pub fn refunds(&self) -> Vec<Refund> {
        self.world().merchant.refunds()
    }

    /// How often it was asked for a refund.
    fn asked_for_refunds(&self) -> usize {
        self.world().merchant.asked().iter().filter(|asked| asked.path == "refunds").count()
    }
}

fn body(shop: &Shop, url: &str) -> Value {
    json!({
        "organisation_id": shop.organisation, "name": "Our own", "type": "CUSTOM_CALLBACK",
        "merchant_ids": [shop.merchant],
        "callback_url": url
    })
}

/// How an alert stands, in three words.
fn stands(alert: &Value) -> (&str, &str, &str) {
    let text = |field: &str| alert[field].as_str().unwrap_or_default();
    (text("status"), text("transaction_refund_outcome"), text("action_required_reason"))
}
