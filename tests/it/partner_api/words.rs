//! What a person says of an alert: taken as said, within what can have been paid, and never turned
//! into its opposite.

use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

use super::setup::unmatched;

/// An alert of 49.00 USD of a shop for which no processor can be called.
async fn without_processor() -> (Shop, String) {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let other = json!({ "organisation_id": shop.organisation, "name": "Other", "type": "STRIPE" });
    let (_, other) = world.call("POST", "/v1/merchants/", &shop.key, Some(&other)).await;
    let elsewhere = json!({ "merchant_ids": [other["id"]] });
    let (status, answer) = world
        .call("PATCH", &format!("/v1/integrations/{}", shop.stripe), &shop.key, Some(&elsewhere))
        .await;
    assert_eq!(status, 200, "{answer}");
    shop.push(&[shop.alert("ALONE")]).await;
    world.settle().await;
    let path = format!("/v1/alerts/{}", shop.alerts().await[0]["id"].as_str().expect("an id"));
    (shop, path)
}

async fn say(shop: &Shop, path: &str, words: Value) -> (u16, Value) {
    shop.world.call("PATCH", path, &shop.key, Some(&words)).await
}

fn refusal((status, answer): (u16, Value)) -> (u16, Value, Value) {
    (status, answer["code"].clone(), answer["errors"][0]["field"].clone())
}

#[tokio::test]
async fn who_says_that_nothing_was_done_elsewhere_is_not_told_as_having_done_it() {
    let (shop, path) = without_processor().await;
    for (action, field) in [
        ("REFUND", "refunded_externally"),
        ("REFUND_AND_CANCEL", "refunded_externally"),
        ("CANCEL", "cancelled_externally"),
    ] {
        let said = say(&shop, &path, json!({ "action": action, field: false })).await;
        assert_eq!(refusal(said), (422, json!("NO_PROCESSOR"), json!(field)), "{action}");
    }
    let half = json!({
        "action": "REFUND_AND_CANCEL", "refunded_externally": true, "cancelled_externally": false
    });
    assert_eq!(
        refusal(say(&shop, &path, half).await),
        (422, json!("NO_PROCESSOR"), json!("cancelled_externally"))
    );
    shop.world.settle().await;
    assert!(shop.world.ethoca.outcomes().is_empty(), "the network hears nothing");
}

#[tokio::test]
async fn no_more_can_have_gone_back_than_the_bank_says_was_paid() {
    let (shop, path) = without_processor().await;
    let word = |minor: u64| {
        json!({
            "action": "REFUND", "refunded_externally": true, "refund_amount_in_cents": minor
        })
    };
    let (status, answer) = say(&shop, &path, word(4901)).await;
    assert_eq!((status, &answer["errors"][0]["code"]), (422, &json!("MORE_THAN_PAID")), "{answer}");
    assert_eq!(say(&shop, &path, word(4900)).await.0, 200);
    assert_eq!(say(&shop, &path, word(4900)).await.0, 200, "the same again");
    assert_eq!(
        say(&shop, &path, word(3400)).await.0,
        409,
        "another amount is not taken in silence"
    );
}

#[tokio::test]
async fn a_payment_that_cannot_be_looked_at_is_not_said_to_be_missing() {
    let world = World::start(Settings::default()).await;
    let (shop, alert, payment) = unmatched(&world).await;
    world.stripe.revoke_key("sk_test_shop");
    let named = json!({ "action": "REFUND", "integration_transaction_id": payment });
    assert_eq!(
        refusal(say(&shop, &format!("/v1/alerts/{alert}"), named).await).1,
        json!("NO_PROCESSOR")
    );
    let by_hand = format!("/v1/transactions/{payment}/refunds");
    let (status, answer) = world.call("POST", &by_hand, &shop.key, Some(&json!({}))).await;
    assert_eq!((status, &answer["code"]), (422, &json!("NO_PROCESSOR")), "{answer}");
}

#[tokio::test]
async fn a_mistyped_field_of_a_change_is_refused() {
    let (shop, _) = without_processor().await;
    for path in [
        format!("/v1/organisations/{}", shop.organisation),
        format!("/v1/merchants/{}", shop.merchant),
    ] {
        let (status, answer) = say(&shop, &path, json!({ "automaton": "PAUSED" })).await;
        assert_eq!(
            (status, &answer["errors"][0]["code"]),
            (422, &json!("UNKNOWN_FIELD")),
            "{path}: {answer}"
        );
    }
}
