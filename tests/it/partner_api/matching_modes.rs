//! How an integration's sales are matched: strictly, softly, or by a person.

use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

async fn set(shop: &Shop, integration: &str, change: Value) {
    let (status, answer) = shop
        .world
        .call("PATCH", &format!("/v1/integrations/{integration}"), &shop.key, Some(&change))
        .await;
    assert_eq!(status, 200, "{answer}");
}

/// An order that only its merchant tells of.
async fn told(shop: &Shop) {
    let order = json!([{
        "type": "COMPLETE", "organisation_id": shop.organisation, "integration_id": shop.orders,
        "reference_id": "o-1",
        "order_datetime": shop.world.clock.now().to_string(), "order_currency": "USD",
        "order_status": "CLOSED_COMPLETE",
        "transactions": [{
            "reference_id": "txn-1", "amount_in_cents": 4900, "currency": "USD",
            "payment_method_type": "CARD",
            "authorisation_status": "SETTLED", "payment_method_card_last_4": "4242",
            "payment_method_card_bin": "424242"
        }]
    }]);
    assert_eq!(
        shop.world.call("POST", "/v1/orders", &shop.key, Some(&order)).await.1["created"],
        1
    );
}

async fn alerted(shop: &Shop) -> Value {
    shop.push(&[shop.alert("MODE")]).await;
    shop.world.settle().await;
    shop.alerts().await.remove(0)
}

#[tokio::test]
async fn strictly_only_a_payment_at_a_processor_counts() {
    for mode in ["SOFT", "STRICT"] {
        let world = World::start(Settings::default()).await;
        let shop = Shop::open(&world).await;
        set(&shop, &shop.orders.clone(), json!({"matching_mode": mode})).await;
        told(&shop).await;
        let alert = alerted(&shop).await;
        if mode == "SOFT" {
            assert_eq!(alert["match"]["integration_transaction_id"], "txn-1", "{alert}");
        } else {
            assert_eq!(
                (&alert["action_required_reason"], &alert["match"]),
                (&json!("UNSURE"), &Value::Null),
                "{alert}"
            );
            assert_eq!(alert["action_required_details"]["doubt"], "UNCONFIRMED");
            assert_eq!(
                alert["candidates"][0]["integration_transaction_id"], "txn-1",
                "a person sees it"
            );
        }
    }
}

#[tokio::test]
async fn strictly_a_payment_that_the_processor_has_is_refunded_as_ever() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    set(&shop, &shop.stripe.clone(), json!({"matching_mode": "STRICT"})).await;
    let paid = shop.subscribe();
    let alert = alerted(&shop).await;
    assert_eq!(
        (&alert["status"], &alert["integration_transaction_id"]),
        (&json!("RESOLVED"), &json!(paid.payment)),
        "{alert}"
    );
    assert_eq!(shop.refunds().len(), 1);
}

#[tokio::test]
async fn without_automatic_matching_a_person_matches_and_the_rest_follows() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    set(&shop, &shop.stripe.clone(), json!({"is_automatic_matching_enabled": false})).await;
    let paid = shop.subscribe();
    let alert = alerted(&shop).await;
    assert_eq!(
        (&alert["is_actionable"], &alert["action_required_details"]["doubt"]),
        (&json!(true), &json!("NOT_AUTOMATIC")),
        "{alert}"
    );
    assert_eq!(alert["candidates"][0]["integration_transaction_id"], paid.payment);
    assert_eq!(shop.refunds().len(), 0);
    let path = format!("/v1/alerts/{}", alert["id"].as_str().expect("an id"));
    let action = json!({"action": "REFUND", "integration_transaction_id": paid.payment});
    assert_eq!(world.call("PATCH", &path, &shop.key, Some(&action)).await.0, 200);
    world.settle().await;
    let (_, done) = world.call("GET", &path, &shop.key, None).await;
    assert_eq!((&done["status"], shop.refunds().len()), (&json!("RESOLVED"), 1), "{done}");
}
