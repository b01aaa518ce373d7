//! The same alert many times, at once and later: one alert, one refund, one outcome.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::json;
use tests::simulate::stripe::{Fault, FaultKind};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_pushes_at_once_are_one_alert() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let _paid = shop.subscribe();
    let alert = shop.alert("FIVE");
    let mut pushes = tokio::task::JoinSet::new();
    for _ in 0..5 {
        let (shop, alert) = (shop.clone(), alert.clone());
        pushes.spawn(async move { shop.push(&[alert]).await });
    }
    while let Some(push) = pushes.join_next().await {
        let (status, answer) = push.expect("a push");
        assert_eq!(status, 200);
        assert_eq!(
            answer,
            json!({ "acknowledgements": [{ "alertId": alert["alertId"], "status": "SUCCESS" }] })
        );
    }
    world.settle().await;
    one_of_each(&shop).await;
    shop.push(&[alert]).await;
    world.advance(SignedDuration::from_hours(72)).await;
    one_of_each(&shop).await;
}

#[tokio::test]
async fn a_message_that_comes_again_finds_nothing_to_do() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let _paid = shop.subscribe();
    shop.push(&[shop.alert("AGAIN")]).await;
    world.settle().await;
    let alerts = shop.alerts().await;
    let message = json!({ "alert": alerts[0]["id"] }).to_string();
    for queue in ["matching", "ruleset-evaluation", "refund", "vendor-callback"] {
        world.aws.queues().send(queue, &message);
        world.settle().await;
    }
    one_of_each(&shop).await;
    assert_eq!(shop.alerts().await, alerts);
}

async fn one_of_each(shop: &Shop) {
    let alerts = shop.alerts().await;
    assert_eq!(alerts.len(), 1);
    assert_eq!(alerts[0]["status"], "RESOLVED");
    assert_eq!(shop.refunds().len(), 1);
    assert_eq!(shop.world.ethoca.outcomes().len(), 1);
}

/// Waits until a refund is asked of Stripe.
async fn wait_for_refund(world: &World) {
    while !world
        .stripe
        .requests()
        .iter()
        .any(|request| request.method == "POST" && request.path == "/v1/refunds")
    {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A refund is on its way to Stripe when the same message comes to another worker, and another
/// alert of the sale to a third. It is of a part, so that Stripe itself would make another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_on_one_sale_are_one_refund() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let _paid = shop.subscribe();
    world.stripe.fault(Fault::next("POST", "/v1/refunds", FaultKind::Delay));
    let part = |id: &str| {
        let mut alert = shop.alert(id);
        alert["chargebackAmount"] = json!({ "value": 20, "currencyCode": "USD" });
        alert
    };
    shop.push(&[part("FIRST")]).await;
    let first = tokio::spawn({
        let world = world.clone();
        async move { world.settle().await }
    });
    wait_for_refund(&world).await;
    let message = json!({ "alert": shop.alerts().await[0]["id"] }).to_string();
    world.aws.queues().send("refund", &message);
    shop.push(&[part("SECOND")]).await;
    world.settle().await;
    assert_eq!(shop.refunds().len(), 0, "the claim holds while the first worker waits");
    world.stripe.release();
    first.await.expect("the first worker ends");
    world.advance(SignedDuration::from_hours(1)).await;
    assert_eq!(shop.refunds().len(), 1);
    let mut seen: Vec<String> = shop
        .alerts()
        .await
        .iter()
        .map(|alert| format!("{} {}", alert["status"], alert["invalid_reason"]))
        .collect();
    seen.sort();
    assert_eq!(
        seen,
        ["\"ACTION_REQUIRED\" null", "\"RESOLVED\" null"],
        "a second part is no duplicate: a person decides"
    );
}

/// A person orders `ACCEPT_DISPUTE` while matching waits for Stripe: what matching then writes must
/// not overwrite the order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_persons_order_in_the_middle_of_matching_is_not_lost() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let _paid = shop.subscribe();
    world.stripe.fault(Fault::next("GET", "/v1/charges", FaultKind::Hold));
    shop.push(&[shop.alert("RACE")]).await;
    let matching = tokio::spawn({
        let world = world.clone();
        async move { world.settle().await }
    });
    let asks_stripe = |world: &World| {
        world.stripe.requests().iter().any(|request| request.path.starts_with("/v1/charges"))
    };
    while !asks_stripe(&world) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let path = format!("/v1/alerts/{}", shop.alerts().await[0]["id"].as_str().unwrap_or_default());
    let (status, _) =
        world.call("PATCH", &path, &shop.key, Some(&json!({ "action": "ACCEPT_DISPUTE" }))).await;
    assert_eq!(status, 200);
    world.stripe.release();
    matching.await.expect("matching ends");
    world.advance(SignedDuration::from_hours(1)).await;
    let (_, alert) = world.call("GET", &path, &shop.key, None).await;
    assert_eq!(
        (&alert["status"], &alert["action"]),
        (&json!("RESOLVED"), &json!("ACCEPT_DISPUTE"))
    );
    assert_eq!(shop.refunds().len(), 0);
}
