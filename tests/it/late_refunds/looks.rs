//! Other alerts and refunds of the same sale: what failed is found by the next look, and is shown
//! wherever it was told of.

use jiff::SignedDuration;
use serde_json::json;
use tests::world::shop::Shop;
use tests::world::{Settings, World};

use super::{House, failed, refunded, stands, tell};

#[tokio::test]
async fn a_person_who_refunds_by_hand_finds_the_failed_refund() {
    let house = House::open().await;
    house.fails();
    assert_eq!(stands(&house.alert().await), refunded(), "nobody told of it");
    let path = format!("/v1/transactions/{}/refunds", house.paid.payment);
    let part = json!({ "amount_in_cents": 2000 });
    let (_, asked) = house.shop.world.call("POST", &path, &house.shop.key, Some(&part)).await;
    house.shop.world.settle().await;
    let by_hand = format!("/v1/refunds/{}", asked["id"].as_str().expect("an id"));
    assert_eq!(
        house.shop.world.call("GET", &by_hand, &house.shop.key, None).await.1["status"],
        "SUCCEEDED"
    );
    assert_eq!(stands(&house.alert().await), failed(), "a part does not make it good");
    house.shop.world.call("POST", &path, &house.shop.key, Some(&json!({}))).await;
    house.shop.world.settle().await;
    assert_eq!(stands(&house.alert().await), refunded(), "all of it does");
    house.shop.world.assert_invariants().await;
}

#[tokio::test]
async fn the_next_alert_about_the_sale_finds_it_and_is_no_duplicate() {
    let house = House::open().await;
    house.fails();
    let mut next = house.shop.alert("NEXT");
    next["transactionTimestamp"] = house.alert().await["transaction_at"].clone();
    house.shop.push(&[next]).await;
    house.shop.world.settle().await;
    assert_eq!(stands(&house.alert().await), failed(), "the first one's money did not arrive");
    let next = house.shop.alerts().await.swap_remove(0);
    assert_eq!(
        (&next["invalid_reason"], &next["outcome"]["outcome"]),
        (&json!(null), &json!("RESOLVED")),
        "{next}"
    );
    house.shop.world.assert_invariants().await;
}

#[tokio::test]
async fn an_alert_that_came_after_the_refund_shows_that_it_failed_too() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    world.stripe.pause_webhooks(true);
    let paid = shop.subscribe();
    let alert = shop.alert("AFTERWARDS");
    let path = format!("/v1/transactions/{}/refunds", paid.payment);
    shop.world.call("POST", &path, &shop.key, Some(&json!({}))).await;
    world.settle().await;
    world.advance(SignedDuration::from_hours(24)).await;
    shop.push(&[alert]).await;
    world.advance(SignedDuration::from_hours(1)).await;
    let before = shop.alerts().await.swap_remove(0);
    assert_eq!(
        (&before["invalid_reason"], &before["refund"]),
        (&json!("ALREADY_REFUNDED"), &json!(null)),
        "{before}"
    );
    let refund = shop.refunds().swap_remove(0);
    world
        .stripe
        .settle_refund(refund["id"].as_str().expect("an id"), Some("expired_or_canceled_card"))
        .expect("it stood");
    tell(&shop, "refund.failed", &shop.refunds().swap_remove(0)).await;
    let after = shop.alerts().await.swap_remove(0);
    assert_eq!(
        (&after["status"], &after["refund"]["status"], &after["refund"]["id"]),
        (&json!("INVALID"), &json!("FAILED"), &refund["id"])
    );
    assert_eq!(
        (&after["outcome"], world.ethoca.outcomes().len()),
        (&before["outcome"], 1),
        "{after}"
    );
    world.assert_invariants().await;
}
