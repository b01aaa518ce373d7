//! A processor that cannot be asked: its alerts wait visibly, and are matched by themselves once it can.

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Faults, Settings, World};

use crate::strikes::{WAYS, all_end_as, at};

/// More alerts than one message wakes.
const ALERTS: usize = 12;

async fn rolled(faults: Faults, alerts: usize) -> (Shop, Vec<String>) {
    let world = World::start(Settings { faults, ..Settings::default() }).await;
    let shop = Shop::open(&world).await;
    let paid: Vec<String> = (0..alerts).map(|_| shop.subscribe().payment).collect();
    world.stripe.revoke_key("sk_test_shop");
    let pushed: Vec<Value> = paid.iter().enumerate().map(|(place, payment)| about(&shop, place, payment)).collect();
    shop.push(&pushed).await;
    world.settle().await;
    (shop, paid)
}

/// An alert whose authorisation code tells its payment from the others.
fn about(shop: &Shop, place: usize, payment: &str) -> Value {
    let charges = shop.world.stripe.objects("charge");
    let charge = charges.into_iter().find(|charge| charge["payment_intent"] == payment).expect("its charge");
    let mut alert = shop.alert(&format!("WAITS{place:02}"));
    alert["authCode"] = charge["payment_method_details"]["card"]["authorization_code"].clone();
    alert
}

async fn integration(shop: &Shop) -> Value {
    shop.world.call("GET", &format!("/v1/integrations/{}", shop.stripe), &shop.key, None).await.1
}

async fn give_new_key(shop: &Shop) {
    let body = json!({ "credentials": { "secret_key": "sk_test_new", "webhook_secret": "whsec_shop" } });
    let (status, answer) = shop.world.call("PATCH", &format!("/v1/integrations/{}", shop.stripe), &shop.key, Some(&body)).await;
    assert_eq!(status, 200, "{answer}");
}

/// How many alerts are refunded, how many refunds Stripe has, and whether the integration says that it fails.
async fn end(shop: &Shop) -> (usize, usize, bool) {
    let refunded = shop.alerts().await.iter().filter(|alert| alert["transaction_refund_outcome"] == "REFUNDED").count();
    (refunded, shop.refunds().len(), integration(shop).await["status_detail"].is_object())
}

#[tokio::test]
async fn all_that_wait_are_matched_when_a_new_key_works() {
    let (shop, _) = rolled(Faults::default(), ALERTS).await;
    let detail = integration(&shop).await["status_detail"].clone();
    assert_eq!(detail["code"], "CREDENTIALS_REFUSED", "{detail}");
    for alert in shop.alerts().await {
        assert_eq!((&alert["is_actionable"], &alert["action_required_reason"]), (&json!(true), &json!("PROCESSOR_UNAVAILABLE")), "{alert}");
        assert_eq!(alert["action_required_details"]["integration_id"], shop.stripe.as_str());
    }
    give_new_key(&shop).await;
    shop.world.settle().await;
    assert_eq!(end(&shop).await, (ALERTS, ALERTS, false));
}

/// The key is rolled once the alert is matched and decided, before anything moved.
async fn rolled_before_the_refund() -> Shop {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let paid = shop.subscribe().payment;
    shop.push(&[about(&shop, 0, &paid)]).await;
    while shop.alerts().await.iter().all(|alert| alert["decision"].is_null()) {
        assert!(world.turn().await, "it is decided");
    }
    world.stripe.revoke_key("sk_test_shop");
    world.settle().await;
    shop
}

#[tokio::test]
async fn what_the_rules_decided_before_the_key_was_rolled_is_done_with_the_new_one() {
    let shop = rolled_before_the_refund().await;
    let alert = shop.alerts().await.remove(0);
    assert_eq!((&alert["is_actionable"], &alert["action_required_reason"]), (&json!(true), &json!("PROCESSOR_UNAVAILABLE")), "{alert}");
    assert_eq!(end(&shop).await, (0, 0, true));
    give_new_key(&shop).await;
    shop.world.settle().await;
    assert_eq!(end(&shop).await, (1, 1, false));
}

async fn run(faults: Faults) -> (usize, usize, bool) {
    let (shop, _) = rolled(faults, 1).await;
    shop.world.advance(SignedDuration::from_mins(13)).await; // what was struck before it waited waits by now
    shop.world.faults.watch(false);
    give_new_key(&shop).await;
    shop.world.settle().await;
    shop.world.advance(SignedDuration::from_mins(14)).await; // sooner than it would be searched for by itself
    end(&shop).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_or_loss_at_any_call_loses_no_alert_and_refunds_it_once() {
    let (faults, good) = (Faults::default(), (1, 1, false));
    let (shop, _) = rolled(faults.clone(), 1).await;
    shop.world.advance(SignedDuration::from_mins(13)).await;
    let until_it_waits = faults.calls().len();
    assert_eq!(run(Faults::default()).await, good);
    all_end_as(&good, at(0..until_it_waits, &WAYS[1..3]), run).await;
}
