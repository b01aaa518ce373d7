//! A customer that a shop knows everywhere, and the erasure of that customer.

use partners::Destinations;
use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Settings, TABLE, World};

pub(super) const EMAIL: &str = "casey@example.com";

fn order(shop: &Shop, reference: &str, email: &str, payment: &str, minor: u64) -> Value {
    json!({
        "type": "COMPLETE", "organisation_id": shop.organisation, "integration_id": shop.orders,
        "reference_id": reference,
        "order_datetime": shop.world.clock.now().to_string(), "order_currency": "USD",
        "order_status": "CLOSED_COMPLETE",
        "order_number": format!("for {email}"), "customer_email": email,
        "items": [{"name": "Plan"}],
        "transactions": [{
            "reference_id": format!("txn-{reference}"), "amount_in_cents": minor, "currency": "USD",
            "payment_method_type": "CARD",
            "authorisation_status": "SETTLED", "payment_method_reference_id": payment,
            "payment_method_card_last_4": "4242"
        }]
    })
}

/// A shop with a customer everywhere: an order, an alert that a CUSTOMER rule decided, a note,
/// events, an import.
pub(super) async fn known(world: &World) -> (Shop, String, String) {
    let shop = Shop::open(world).await;
    let hook = json!({"url": "http://127.0.0.1:9/", "events": ["alert.created", "alert.updated"]});
    assert_eq!(world.call("POST", "/v1/webhook-endpoints/", &shop.key, Some(&hook)).await.0, 200);
    let rules = json!([{"type": "CUSTOMER", "parameters": {"domains": ["example.com"]}}]);
    let ruleset = json!({
        "organisation_id": shop.organisation, "enrolment_ids": [shop.enrolment],
        "outcome": "REFUND", "priority": 1, "rules": rules
    });
    assert_eq!(world.call("POST", "/v1/rulesets/", &shop.key, Some(&ruleset)).await.0, 200);
    let paid = shop.subscribe();
    let orders = json!([
        order(&shop, "o-1", "Casey@Example.com", &paid.payment, 4900),
        order(&shop, "o-2", "mary@example.com", "pi_other", 1200)
    ]);
    let (_, kept) = world.call("POST", "/v1/orders/", &shop.key, Some(&orders)).await;
    assert_eq!(kept["created"], 2, "{kept}");
    let csv = "reference,received_at,amount_in_cents,currency,customer_email\n\
        old-1,2026-01-05T10:00:00Z,4900,USD,casey@example.com\n";
    let import = axum::extract::Request::post(format!(
        "/v1/alert-imports/?organisation_id={}",
        shop.organisation
    ));
    let import = import
        .header("authorization", format!("Bearer {}", shop.key))
        .header("content-type", "text/csv");
    assert_eq!(world.answer(import.body(csv.into()).expect("a request")).await.status(), 200);
    shop.push(&[shop.alert("KNOWN")]).await;
    world.settle().await;
    let alert = shop.alerts().await.remove(0);
    let alert = format!("/v1/alerts/{}", alert["id"].as_str().expect("an id"));
    let note = json!({"note": "Refunded CASEY@example.com; mary@example.com is her sister."});
    assert_eq!(world.call("PATCH", &alert, &shop.key, Some(&note)).await.0, 200);
    world.settle().await;
    let order = format!("/v1/orders/{}", kept["results"][0]["id"].as_str().expect("an id"));
    (shop, alert, order)
}

pub(super) async fn world() -> World {
    World::start(Settings { webhooks: Destinations::Anywhere, ..Settings::default() }).await
}

pub(super) async fn erase(shop: &Shop) -> (u16, Value) {
    let body =
        json!({"organisation_id": shop.organisation, "customer_email": " casey@EXAMPLE.com "});
    shop.world.call("POST", "/v1/erasures/", &shop.key, Some(&body)).await
}

/// The items of the table that have the text, in any case.
pub(super) async fn items_with(world: &World, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut pages = world.aws.dynamodb().scan().table_name(TABLE).into_paginator().items().send();
    while let Some(item) = pages.next().await {
        let told = format!("{:?}", item.expect("an item"));
        if told.to_lowercase().contains(text) {
            found.push(told);
        }
    }
    found
}
