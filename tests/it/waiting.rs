//! A processor that cannot be asked: its alerts wait visibly, and are matched by themselves once it
//! can.

use std::thread;

use domain::basics::id::AlertId;
use jiff::SignedDuration;
use runtime::PipelineMessage;
use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Faults, Settings, World};
use tokio::runtime::Handle;
use tokio::task::block_in_place;

use crate::strikes::{WAYS, all_end_as, at, by_turns};

/// A thread that plays everybody needs as much.
const STACK: usize = 16 << 20;

/// What is struck.
const ABOUT: [&str; 3] =
    ["functions/matching", "functions/queue-relay", "shared/domain/src/alert/waiting"];
/// More alerts than one message wakes.
const ALERTS: usize = 12;

async fn rolled(faults: Faults, alerts: usize) -> (Shop, Vec<String>) {
    let world = World::start(Settings { faults, ..Settings::default() }).await;
    let shop = Shop::open(&world).await;
    let paid: Vec<String> = (0..alerts).map(|_| shop.subscribe().payment).collect();
    world.stripe.revoke_key("sk_test_shop");
    let pushed: Vec<Value> =
        paid.iter().enumerate().map(|(place, payment)| about(&shop, place, payment)).collect();
    shop.push(&pushed).await;
    world.advance(SignedDuration::from_secs(3)).await; // some six a second at one account
    (shop, paid)
}

/// An alert whose authorisation code tells its payment from the others.
fn about(shop: &Shop, place: usize, payment: &str) -> Value {
    let charges = shop.world.stripe.objects("charge");
    let charge =
        charges.into_iter().find(|charge| charge["payment_intent"] == payment).expect("its charge");
    let mut alert = shop.alert(&format!("WAITS{place:02}"));
    alert["authCode"] = charge["payment_method_details"]["card"]["authorization_code"].clone();
    alert
}

async fn integration(shop: &Shop) -> Value {
    shop.world.call("GET", &format!("/v1/integrations/{}", shop.stripe), &shop.key, None).await.1
}

async fn give_new_key(shop: &Shop) {
    let body =
        json!({ "credentials": { "secret_key": "sk_test_new", "webhook_secret": "whsec_shop" } });
    let (status, answer) = shop
        .world
        .call("PATCH", &format!("/v1/integrations/{}", shop.stripe), &shop.key, Some(&body))
        .await;
    assert_eq!(status, 200, "{answer}");
}

/// How many alerts are refunded, how many refunds Stripe has, and whether the integration says that
/// it fails.
async fn end(shop: &Shop) -> (usize, usize, bool) {
    let refunded = shop
        .alerts()
        .await
        .iter()
        .filter(|alert| alert["transaction_refund_outcome"] == "REFUNDED")
        .count();
    (refunded, shop.refunds().len(), integration(shop).await["status_detail"].is_object())
}

#[tokio::test]
async fn all_that_wait_are_matched_when_a_new_key_works() {
    let (shop, _) = rolled(Faults::default(), ALERTS).await;
    let detail = integration(&shop).await["status_detail"].clone();
    assert_eq!(detail["code"], "CREDENTIALS_REFUSED", "{detail}");
    for alert in shop.alerts().await {
        assert_eq!(
            (&alert["is_actionable"], &alert["action_required_reason"]),
            (&json!(true), &json!("PROCESSOR_UNAVAILABLE")),
            "{alert}"
        );
        assert_eq!(alert["action_required_details"]["integration_id"], shop.stripe.as_str());
    }
    give_new_key(&shop).await;
    shop.world.advance(SignedDuration::from_secs(6)).await; // some five a second at one account
    assert_eq!(end(&shop).await, (ALERTS, ALERTS, false));
}

#[tokio::test]
async fn however_many_wait_each_is_searched_for_at_its_own_times_only() {
    let (shop, _) = rolled(Faults::default(), ALERTS).await;
    let searched = || {
        let requests = shop.world.stripe.requests();
        requests.iter().filter(|request| request.path.contains("/search")).count()
    };
    let before = searched();
    shop.world.advance(SignedDuration::from_hours(2)).await;
    assert_eq!(searched() - before, 3 * ALERTS, "after 15, 45 and 105 minutes");
}

/// The key is rolled once the alert is decided, before anything moved.
async fn rolled_before_the_refund(faults: Faults) -> Shop {
    let world = World::start(Settings { faults, ..Settings::default() }).await;
    let shop = Shop::open(&world).await;
    let paid = shop.subscribe().payment;
    shop.push(&[about(&shop, 0, &paid)]).await;
    decide(&shop).await;
    world.stripe.revoke_key("sk_test_shop");
    world.settle().await;
    shop
}

async fn decide(shop: &Shop) {
    while shop.alerts().await.iter().all(|alert| alert["decision"].is_null()) {
        assert!(shop.world.turn().await, "it is decided");
    }
}

#[tokio::test]
async fn what_was_decided_before_the_key_was_rolled_is_done_with_the_new_one() {
    let shop = rolled_before_the_refund(Faults::default()).await;
    let alert = shop.alerts().await.remove(0);
    assert_eq!(
        (&alert["is_actionable"], &alert["action_required_reason"]),
        (&json!(true), &json!("CREDENTIALS_REFUSED")),
        "{alert}"
    );
    assert_eq!(
        (end(&shop).await, &integration(&shop).await["status_detail"]["call"]),
        ((0, 0, true), &json!("LOOK"))
    );
    give_new_key(&shop).await;
    shop.world.settle().await;
    assert_eq!(end(&shop).await, (1, 1, false));
}

/// The new key comes, at the latest while the alert is being left to wait for it.
async fn run_refused(faults: Faults) -> (usize, usize, bool) {
    let shop = rolled_before_the_refund(faults).await;
    shop.world.advance(SignedDuration::from_mins(13)).await;
    shop.world.faults.watch(false);
    give_new_key(&shop).await;
    shop.world.settle().await;
    shop.world.advance(SignedDuration::from_mins(16)).await; // what was struck comes back
    end(&shop).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_struck_while_a_refused_refund_is_left_waiting_a_new_key_ends_it() {
    let (faults, good) = (Faults::default(), (1, 1, false));
    rolled_before_the_refund(faults.clone())
        .await
        .world
        .advance(SignedDuration::from_mins(13))
        .await;
    let until_it_waits = faults.calls().len();
    assert_eq!(run_refused(Faults::default()).await, good);
    all_end_as(&good, by_turns(at(0..until_it_waits, &WAYS), &ABOUT), run_refused).await;
}

/// A decided alert whose key was rolled, and what the refund worker is sent.
async fn decided_and_rolled() -> (Shop, PipelineMessage) {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let paid = shop.subscribe().payment;
    shop.push(&[about(&shop, 0, &paid)]).await;
    decide(&shop).await;
    world.stripe.revoke_key("sk_test_shop");
    (shop, PipelineMessage::Alert(AlertId::derived(&["ETHOCA", &format!("{:A<25}", "WAITS00")])))
}

/// The new key comes and wakes what waits, all before this call of the refused attempt goes on.
async fn key_comes_at(call: usize) -> (usize, usize, bool) {
    let (shop, message) = decided_and_rolled().await;
    let (there, here) = (shop.clone(), Handle::current());
    shop.world.faults.meanwhile(call, move || {
        let comes = async move {
            give_new_key(&there).await;
            there.world.settle().await;
        };
        let other = thread::Builder::new().stack_size(STACK).spawn(move || here.block_on(comes));
        block_in_place(|| other.expect("a thread").join()).expect("the key is given");
    });
    shop.world.faults.watch(true);
    shop.world.refund(message).await;
    shop.world.settle().await;
    shop.world.advance(SignedDuration::from_mins(16)).await; // a message that came back
    end(&shop).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_comes_while_the_alert_is_left_waiting_is_not_missed() {
    let (shop, message) = decided_and_rolled().await;
    shop.world.faults.watch(true);
    shop.world.refund(message).await;
    for call in 0..shop.world.faults.calls().len() {
        assert_eq!(
            key_comes_at(call).await,
            (1, 1, false),
            "at call {call} of {:?}",
            shop.world.faults.calls()
        );
    }
}

async fn run(faults: Faults) -> (usize, usize, bool) {
    let (shop, _) = rolled(faults, 1).await;
    // what was struck before it waited waits by now
    shop.world.advance(SignedDuration::from_mins(13)).await;
    shop.world.faults.watch(false);
    give_new_key(&shop).await;
    shop.world.settle().await;
    // sooner than it would be searched for by itself
    shop.world.advance(SignedDuration::from_mins(14)).await;
    end(&shop).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_or_loss_at_any_call_loses_no_alert_and_refunds_it_once() {
    let (faults, good) = (Faults::default(), (1, 1, false));
    let (shop, _) = rolled(faults.clone(), 1).await;
    shop.world.advance(SignedDuration::from_mins(13)).await;
    let until_it_waits = faults.calls().len();
    assert_eq!(run(Faults::default()).await, good);
    all_end_as(&good, by_turns(at(0..until_it_waits, &WAYS[1..3]), &ABOUT), run).await;
}
