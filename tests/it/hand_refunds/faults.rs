//! Whatever is struck while a person's refund is made: the money goes back once.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::json;
use tests::simulate::stripe::{Fault, FaultKind};
use tests::world::shop::Shop;
use tests::world::{Faults, Settings, World};

use super::{given_back, paid, refund, seen};
use crate::strikes::{WAYS, all_end_as, at};

/// A part, so that Stripe itself would make another.
const PART: u64 = 2000;

/// A refund of a part through a world with one fault: its status, and what went back.
async fn run(faults: Faults) -> (String, usize, u64) {
    let world = World::start(Settings { faults, ..Settings::default() }).await;
    let shop = Shop::open(&world).await;
    let paid = shop.subscribe();
    let (_, asked) = refund(&shop, &paid.payment, &json!({"amount_in_cents": PART})).await;
    world.advance(SignedDuration::from_hours(5)).await;
    let status = seen(&shop, &asked).await["status"].as_str().unwrap_or_default().to_owned();
    world.assert_invariants().await;
    (status, shop.refunds().len(), given_back(&shop))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_or_loss_at_any_call_is_one_refund_in_the_end() {
    let good = ("SUCCEEDED".to_owned(), 1, PART);
    let faults = Faults::default();
    assert_eq!(run(faults.clone()).await, good);
    all_end_as(&good, at(0..faults.calls().len(), &WAYS), run).await;
}

#[tokio::test]
async fn a_lost_answer_a_500_and_a_throttle_are_looked_up_before_anything_is_asked_again() {
    for fault in [
        FaultKind::LoseAnswer,
        FaultKind::LoseRequest,
        FaultKind::Status500,
        FaultKind::Status429,
        FaultKind::Status503,
    ] {
        let (shop, paid) = paid().await;
        shop.world.stripe.fault(Fault { times: 5, ..Fault::next("POST", "/v1/refunds", fault) });
        let (_, asked) = refund(&shop, &paid.payment, &json!({"amount_in_cents": PART})).await;
        shop.world.advance(SignedDuration::from_hours(5)).await;
        assert_eq!(seen(&shop, &asked).await["status"], "SUCCEEDED", "{fault:?}");
        assert_eq!((shop.refunds().len(), given_back(&shop)), (1, PART), "{fault:?}");
    }
}

#[tokio::test]
async fn a_refusal_of_stripes_is_told_in_its_words() {
    let (shop, paid) = paid().await;
    shop.world.stripe.failing_refund("lost_or_stolen_card");
    let (_, failed) = refund(&shop, &paid.payment, &json!({})).await;
    assert_eq!(
        (&failed["status"], &failed["failure_reason"]),
        (&json!("FAILED"), &json!("lost_or_stolen_card")),
        "{failed}"
    );
}

#[tokio::test]
async fn a_message_that_comes_again_finds_nothing_to_do() {
    let (shop, paid) = paid().await;
    let (_, over) = refund(&shop, &paid.payment, &json!({"amount_in_cents": PART})).await;
    for _ in 0..2 {
        shop.world.aws.queues().send("refund", &json!({ "refund": over["id"] }).to_string());
        shop.world.settle().await;
    }
    assert_eq!((seen(&shop, &over).await, shop.refunds().len()), (over, 1));
}

/// A refund is on its way to Stripe when the same message comes to another worker, and another wish
/// to a third.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_on_one_payment_take_turns() {
    let (shop, paid) = paid().await;
    shop.world.stripe.fault(Fault::next("POST", "/v1/refunds", FaultKind::Delay));
    let path = format!("/v1/transactions/{}/refunds", paid.payment);
    let part = json!({"amount_in_cents": 3000});
    let (_, first) = shop.world.call("POST", &path, &shop.key, Some(&part)).await;
    let working = tokio::spawn({
        let world = shop.world.clone();
        async move { world.settle().await }
    });
    while !shop
        .world
        .stripe
        .requests()
        .iter()
        .any(|request| request.method == "POST" && request.path == "/v1/refunds")
    {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    shop.world.aws.queues().send("refund", &json!({ "refund": first["id"] }).to_string());
    let (_, second) = shop.world.call("POST", &path, &shop.key, Some(&part)).await;
    shop.world.settle().await;
    assert_eq!(shop.refunds().len(), 0, "the claim holds while the first worker waits");
    shop.world.stripe.release();
    working.await.expect("the first worker ends");
    shop.world.advance(SignedDuration::from_hours(1)).await;
    assert_eq!((shop.refunds().len(), given_back(&shop)), (1, 3000));
    assert_eq!(seen(&shop, &first).await["status"], "SUCCEEDED");
    assert_eq!(seen(&shop, &second).await["refusal_reason"], "MORE_THAN_REMAINS");
}

/// The same `Idempotency-Key` is the same refund, even where the answer that was kept is gone.
#[tokio::test]
async fn a_request_that_names_itself_is_one_refund_for_good() {
    let (shop, paid) = paid().await;
    let ask = async |minor: u64| {
        let request =
            axum::extract::Request::post(format!("/v1/transactions/{}/refunds", paid.payment));
        let request = request
            .header("authorization", format!("Bearer {}", shop.key))
            .header("content-type", "application/json");
        let request = request.header("idempotency-key", "once").header("prefer", "respond-async");
        let body = axum::body::Body::from(json!({"amount_in_cents": minor}).to_string());
        let answer = shop.world.answer(request.body(body).expect("a request")).await;
        shop.world.settle().await;
        answer.status().as_u16()
    };
    assert_eq!((ask(PART).await, ask(PART).await), (201, 201));
    assert_eq!(ask(PART + 1).await, 422, "another body under the key");
    shop.world.advance(SignedDuration::from_hours(25)).await;
    assert_eq!(ask(PART).await, 200, "the answer is forgotten, the refund is not");
    shop.world.advance(SignedDuration::from_hours(25)).await;
    assert_eq!(ask(PART + 1).await, 422);
    assert_eq!((shop.refunds().len(), given_back(&shop)), (1, PART));
}
