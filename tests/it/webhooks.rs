//! Webhooks out, as a receiver has them: real POSTs to a real socket, over the whole pipeline.

mod endpoints;
mod kills;
pub mod receiver;
mod retries;
mod wire;

use partners::Destinations;
use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Faults, Settings, World};

use receiver::Receiver;

/// A shop whose partner has a receiver.
pub struct House {
    pub shop: Shop,
    pub receiver: Receiver,
    /// The endpoint as its POST answered.
    pub endpoint: Value,
}

impl House {
    pub async fn open(events: &[&str]) -> Self {
        Self::with(json!({ "events": events })).await
    }

    /// With more or other fields of the endpoint's POST.
    async fn with(fields: Value) -> Self {
        Self::built(fields, Faults::default()).await
    }

    /// Where a call may be struck, the receiver's too.
    async fn struck_by(faults: Faults) -> Self {
        Self::built(json!({ "events": ["alert.created", "alert.updated"] }), faults).await
    }

    async fn built(fields: Value, faults: Faults) -> Self {
        let gate = faults.gate();
        let world = World::start(Settings {
            webhooks: Destinations::Anywhere,
            faults: faults.clone(),
            ..Settings::default()
        })
        .await;
        let shop = Shop::open(&world).await;
        world.settle().await; // nobody listened yet
        let receiver = Receiver::behind(gate).await;
        let mut body = json!({ "url": receiver.url });
        body.as_object_mut()
            .expect("an object")
            .extend(fields.as_object().expect("fields").clone());
        let (status, endpoint) =
            world.call("POST", "/v1/webhook-endpoints/", &shop.key, Some(&body)).await;
        assert_eq!(status, 200, "{endpoint}");
        Self { shop, receiver, endpoint }
    }

    /// A call on the endpoint.
    pub async fn call(&self, method: &str, rest: &str, body: Option<Value>) -> (u16, Value) {
        let path =
            format!("/v1/webhook-endpoints/{}{rest}", self.endpoint["id"].as_str().expect("an id"));
        self.shop.world.call(method, &path, &self.shop.key, body.as_ref()).await
    }

    /// An alert about a payment that Stripe has, or about none, through to its end.
    pub async fn alert(&self, id: &str) {
        self.shop.push(&[self.shop.alert(id)]).await;
        self.shop.world.settle().await;
    }

    pub fn secret(&self) -> &str {
        self.endpoint["secret"].as_str().expect("a secret")
    }
}
