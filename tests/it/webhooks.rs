//! Webhooks out, as a receiver has them: real POSTs to a real socket, over the whole pipeline.

mod endpoints;
mod receiver;
mod retries;
mod wire;

use partners::Destinations;
use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

use receiver::Receiver;

/// A shop whose partner has a receiver.
struct House {
    shop: Shop,
    receiver: Receiver,
    /// The endpoint as its POST answered.
    endpoint: Value,
}

impl House {
    async fn open(events: &[&str]) -> Self {
        Self::with(json!({ "events": events })).await
    }

    /// With more or other fields of the endpoint's POST.
    async fn with(fields: Value) -> Self {
        let world = World::start(Settings { webhooks: Destinations::Anywhere, ..Settings::default() }).await;
        let shop = Shop::open(&world).await;
        world.settle().await; // nobody listened yet
        let receiver = Receiver::start().await;
        let mut body = json!({ "url": receiver.url });
        body.as_object_mut().expect("an object").extend(fields.as_object().expect("fields").clone());
        let (status, endpoint) = world.call("POST", "/v1/webhook-endpoints/", &shop.key, Some(&body)).await;
        assert_eq!(status, 200, "{endpoint}");
        Self { shop, receiver, endpoint }
    }

    /// A call on the endpoint.
    async fn call(&self, method: &str, rest: &str, body: Option<Value>) -> (u16, Value) {
        let path = format!("/v1/webhook-endpoints/{}{rest}", self.endpoint["id"].as_str().expect("an id"));
        self.shop.world.call(method, &path, &self.shop.key, body.as_ref()).await
    }

    /// An alert about a payment that Stripe has, or about none, through to its end.
    async fn alert(&self, id: &str) {
        self.shop.push(&[self.shop.alert(id)]).await;
        self.shop.world.settle().await;
    }

    fn secret(&self) -> &str {
        self.endpoint["secret"].as_str().expect("a secret")
    }
}
