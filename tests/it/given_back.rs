//! Refunds that somebody else makes at the processor while an alert waits: they count, once, and
//! the network hears of them.

use axum::body::Body;
use axum::extract::Request;
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use tests::gate::{Moment, Verdict};
use tests::simulate::ethoca::{Fault, FaultKind, Received};
use tests::world::shop::{Paid, Shop};
use tests::world::{Faults, Settings, World};

use crate::strikes::{all_end_as, at};

/// The ways of a strike that leave something half done.
const WAYS: [(Moment, Verdict); 2] =
    [(Moment::Before, Verdict::Hold), (Moment::After, Verdict::Lose)];

/// A shop whose rules only observe, with a payment of 49.00 USD and an alert about it that waits.
async fn waiting(faults: Faults) -> (Shop, Paid) {
    let world = World::start(Settings { faults, ..Settings::default() }).await;
    world.stripe.pause_webhooks(true);
    let shop = Shop::open(&world).await;
    let observe = json!({
        "do": "SET_AUTOMATION", "organisation_id": shop.organisation, "automation": "OBSERVE"
    });
    world.operate(observe).await.expect("set");
    let paid = shop.subscribe();
    shop.push(&[shop.alert("WAITS")]).await;
    world.advance(SignedDuration::from_mins(1)).await;
    (shop, paid)
}

/// Somebody gives money back in Stripe's dashboard.
fn in_dashboard(shop: &Shop, paid: &Paid, minor: u64) -> Value {
    let form = format!("payment_intent={}&amount={minor}", paid.payment);
    let (status, refund) = shop.world.stripe.call(Method::POST, "/v1/refunds", &form);
    assert_eq!(status, 200, "{refund}");
    refund
}

/// Stripe sends its event, signed, until it is taken; a worker may be killed over it.
async fn event(shop: &Shop, kind: &str, object: &Value) {
    let body = json!({"id": "evt_1", "type": kind, "data": {"object": object}}).to_string();
    for _ in 0..5 {
        let at = shop.world.clock.now().as_second();
        let signature =
            format!("t={at},v1={}", tests::simulate::stripe::signature("whsec_shop", at, &body));
        let request = Request::post(format!("/processor-events/{}", shop.stripe))
            .header("stripe-signature", signature);
        let request = request.body(Body::from(body.clone())).expect("a request");
        shop.world.faults.watch(true);
        let answered = shop.world.faults.survive(shop.world.answer(request)).await;
        shop.world.faults.watch(false);
        if answered.is_some_and(|answer| answer.status() == 200) {
            return;
        }
        shop.world.advance(SignedDuration::from_mins(1)).await;
    }
    panic!("the event is never taken");
}

/// What a partner sees of each alert, and what Ethoca was told.
async fn ends(shop: &Shop) -> (Vec<String>, Vec<String>) {
    let line = |alert: &Value| {
        let why = ["resolution_reason", "invalid_reason", "action_required_reason"]
            .iter()
            .find_map(|name| alert[name].as_str());
        format!("{} {}", alert["status"].as_str().unwrap_or_default(), why.unwrap_or_default())
    };
    let word = |received: Received| {
        let told: Value = serde_json::from_str(received.outcome.get()).expect("JSON");
        format!(
            "{} {}",
            told["outcome"].as_str().unwrap_or_default(),
            told["refundStatus"].as_str().unwrap_or_default()
        )
    };
    let mut told: Vec<String> = shop.world.ethoca.outcomes().into_iter().map(word).collect();
    told.dedup(); // an answer whose acknowledgement was lost is given again
    shop.world.assert_invariants().await;
    (shop.alerts().await.iter().map(line).collect(), told)
}

fn refunded() -> (Vec<String>, Vec<String>) {
    (vec!["RESOLVED REFUNDED".to_owned()], vec!["RESOLVED REFUNDED".to_owned()])
}

/// By Stripe's event, long before the deadline.
async fn by_event(faults: Faults) -> (Vec<String>, Vec<String>, usize) {
    let (shop, paid) = waiting(faults).await;
    let refund = in_dashboard(&shop, &paid, 4900);
    event(&shop, "refund.created", &refund).await;
    shop.world.advance(SignedDuration::from_hours(5)).await;
    let (seen, told) = ends(&shop).await;
    (seen, told, shop.refunds().len())
}

/// By the look before the answer: no event ever came.
async fn by_deadline(faults: Faults) -> (Vec<String>, Vec<String>, usize) {
    let (shop, paid) = waiting(faults).await;
    in_dashboard(&shop, &paid, 4900);
    shop.world.advance(SignedDuration::from_hours(49)).await;
    let (seen, told) = ends(&shop).await;
    (seen, told, shop.refunds().len())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_struck_a_refund_in_the_dashboard_is_told() {
    let (before, faults) = (Faults::default(), Faults::default());
    waiting(before.clone()).await;
    let good = (refunded().0, refunded().1, 1);
    assert_eq!(by_event(faults.clone()).await, good);
    all_end_as(&good, at(before.calls().len()..faults.calls().len(), &WAYS), by_event).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_struck_at_the_deadline_a_refund_in_the_dashboard_is_told() {
    let (before, faults) = (Faults::default(), Faults::default());
    waiting(before.clone()).await;
    let good = (refunded().0, refunded().1, 1);
    assert_eq!(by_deadline(faults.clone()).await, good);
    all_end_as(&good, at(before.calls().len()..faults.calls().len(), &WAYS), by_deadline).await;
}

#[tokio::test]
async fn an_event_that_comes_twice_or_names_the_charge_only_changes_nothing_more() {
    let (shop, paid) = waiting(Faults::default()).await;
    let refund = in_dashboard(&shop, &paid, 4900);
    let charge = shop.world.stripe.objects("charge").swap_remove(0);
    tokio::join!(event(&shop, "charge.refunded", &charge), event(&shop, "refund.created", &refund));
    event(&shop, "refund.updated", &refund).await;
    shop.world.settle().await;
    assert_eq!(ends(&shop).await, refunded());
    assert_eq!((shop.refunds().len(), &shop.alerts().await[0]["refund"]["id"]), (1, &refund["id"]));
    assert_eq!(
        shop.alerts().await[0]["decision"]["by"]["type"],
        "PROCESSOR",
        "nobody is said to have decided"
    );
    event(&shop, "refund.created", &refund).await;
    shop.world.advance(SignedDuration::from_hours(49)).await;
    assert_eq!(ends(&shop).await, refunded());
}

/// The shop refunds all day: only what an alert waits for is read at Stripe.
#[tokio::test]
async fn an_event_of_a_payment_of_no_alert_calls_nobody() {
    let (shop, _) = waiting(Faults::default()).await;
    let other = shop.subscribe();
    let refund = in_dashboard(&shop, &other, 4900);
    let calls = shop.world.stripe.requests().len();
    event(&shop, "refund.created", &refund).await;
    shop.world.settle().await;
    assert_eq!(shop.world.stripe.requests().len(), calls);
    assert_eq!(ends(&shop).await.0, ["ACTION_REQUIRED NOT_AUTOMATIC"]);
}

/// Taken from the dashboard, not told yet, and taken back by the bank: Stripe's event has no mark
/// of ours.
#[tokio::test]
async fn one_that_was_taken_and_fails_before_the_answer_is_not_told() {
    let (shop, paid) = waiting(Faults::default()).await;
    shop.world.ethoca.queue_fault(Fault::outcomes(FaultKind::Status500).times(3));
    let refund = in_dashboard(&shop, &paid, 4900);
    event(&shop, "refund.created", &refund).await;
    shop.world.settle().await;
    assert_eq!(shop.alerts().await[0]["refund"]["id"], refund["id"]);
    let failed = shop
        .world
        .stripe
        .settle_refund(refund["id"].as_str().expect("an id"), Some("lost_or_stolen_card"))
        .expect("failed");
    event(&shop, "refund.failed", &failed).await;
    shop.world.advance(SignedDuration::from_hours(1)).await;
    assert_eq!(
        ends(&shop).await,
        (vec!["ACTION_REQUIRED NOT_AUTOMATIC".to_owned()], Vec::new()),
        "it waits on as it did"
    );
    assert_eq!(shop.refunds().len(), 1);
}

/// Two alerts dispute a part each, and one part went back: one of them is told so, the other waits
/// for a person.
#[tokio::test]
async fn one_refund_of_a_part_is_taken_by_one_alert() {
    let (shop, paid) = waiting(Faults::default()).await;
    let part = |id: &str| {
        let mut alert = shop.alert(id);
        (alert["chargebackAmount"], alert["chargebackCurrency"]) = (json!(20.00), json!("USD"));
        alert
    };
    shop.push(&[part("FIRST"), part("SECOND")]).await;
    shop.world.advance(SignedDuration::from_mins(1)).await;
    let refund = in_dashboard(&shop, &paid, 2000);
    event(&shop, "refund.created", &refund).await;
    shop.world.advance(SignedDuration::from_hours(1)).await;
    let (seen, told) = ends(&shop).await;
    assert_eq!(
        (seen.iter().filter(|one| *one == "RESOLVED PARTIALLY_REFUNDED").count(), told.len()),
        (1, 1),
        "{seen:?}"
    );
    assert_eq!(seen.iter().filter(|one| one.starts_with("ACTION_REQUIRED")).count(), 2, "{seen:?}");
    assert_eq!(shop.refunds().len(), 1);
}
