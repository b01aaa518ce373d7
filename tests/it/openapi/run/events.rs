//! Each event as a receiver gets it: of an alert that ends well, and of what goes wrong.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::simulate::merchant::Payment;
use tests::simulate::stripe::{Fault, FaultKind};

use super::{text, work};
use crate::openapi::conversation::DOCUMENT;
use crate::webhooks::House;

/// The first of each kind.
pub async fn all() -> BTreeMap<String, Value> {
    let mut first = BTreeMap::new();
    let runs = [
        nobody_is_told().await,
        Box::pin(ends_well()).await,
        refund_fails().await,
        cancellation_fails().await,
        waits().await,
        key_is_rolled().await,
    ];
    for told in runs {
        for event in told {
            first.entry(text(&event["type"]).to_owned()).or_insert(event);
        }
    }
    first
}

/// A shop whose receiver hears all that can be asked for.
async fn house() -> House {
    let kinds = DOCUMENT["webhooks"].as_object().expect("webhooks").keys().map(String::as_str);
    House::open(&kinds.filter(|kind| *kind != "webhook_endpoint.test").collect::<Vec<_>>()).await
}

/// An open order of a merchant with an endpoint of its own: refunded, cancelled and stopped.
async fn ends_well() -> Vec<Value> {
    let house = house().await;
    let (shop, world) = (&house.shop, &house.shop.world);
    let own = json!({
        "organisation_id": shop.organisation, "name": "Our own", "type": "CUSTOM_CALLBACK",
        "merchant_ids": [shop.merchant], "callback_url": world.callback_url
    });
    let (_, own) = world.call("POST", "/v1/integrations", &shop.key, Some(&own)).await;
    world.merchant.trusts(text(&own["secret"]));
    world.merchant.sells("txn-1", Payment::settled(4900, "USD"));
    world
        .call(
            "POST",
            "/v1/orders",
            &shop.key,
            Some(&json!([work::order(shop, text(&own["id"]), "txn-1")])),
        )
        .await;
    house.alert("OPEN").await;
    house.receiver.events()
}

async fn refund_fails() -> Vec<Value> {
    let house = house().await;
    let _paid = house.shop.subscribe();
    house.shop.world.stripe.failing_refund("expired_or_canceled_card");
    house.alert("FAILS").await;
    house.receiver.events()
}

async fn cancellation_fails() -> Vec<Value> {
    let house = house().await;
    let _paid = house.shop.subscribe();
    house.shop.world.stripe.fault(Fault {
        times: 100,
        ..Fault::next("DELETE", "/v1/subscriptions", FaultKind::Status503)
    });
    house.alert("STAYS").await;
    house.shop.world.advance(SignedDuration::from_hours(1)).await;
    house.receiver.events()
}

/// An alert waits, and the only member has not confirmed the address.
async fn nobody_is_told() -> Vec<Value> {
    let house = house().await;
    let (shop, world) = (&house.shop, &house.shop.world);
    let member = json!({
        "organisation_id": shop.organisation, "first_name": "Ada", "last_name": "Lovelace",
        "email": "ada@example.com", "role": "ADMIN"
    });
    world.call("POST", "/v1/memberships", &shop.key, Some(&member)).await;
    house.alert("UNTOLD").await;
    let told = house.receiver.events();
    told.into_iter().filter(|event| event["type"] == "alert.no_one_notified").collect()
}

/// The processor refuses the shop's key until it is given the new one.
async fn key_is_rolled() -> Vec<Value> {
    let house = house().await;
    let (shop, world) = (&house.shop, &house.shop.world);
    let _paid = shop.subscribe();
    world.stripe.revoke_key("sk_test_shop");
    house.alert("ROLLED").await;
    let new_key =
        json!({ "credentials": { "secret_key": "sk_test_new", "webhook_secret": "whsec_shop" } });
    world
        .call("PATCH", &format!("/v1/integrations/{}", shop.stripe), &shop.key, Some(&new_key))
        .await;
    world.settle().await;
    house.receiver.events()
}

/// Nobody decides on an alert; meanwhile an enrolment is made, a person refunds by hand, and the
/// endpoint is tried out.
async fn waits() -> Vec<Value> {
    let house = house().await;
    let (shop, world) = (&house.shop, &house.shop.world);
    let descriptors = json!([{ "descriptor": "OTHERSHOP", "match_type": "EQUALS" }]);
    let enrolment = json!({
        "merchant_ids": [shop.merchant], "type": "ETHOCA_ALERT",
        "ethoca_alert": { "descriptors": descriptors }
    });
    world.call("POST", "/v2/enrolments", &shop.key, Some(&enrolment)).await;
    house.alert("WAITS").await;
    let by_hand = format!("/v1/transactions/{}/refunds", shop.subscribe().payment);
    world.call("POST", &by_hand, &shop.key, Some(&json!({ "amount_in_cents": 1500 }))).await;
    house.call("POST", "/test", None).await;
    world.advance(SignedDuration::from_hours(30)).await;
    house.receiver.events()
}
