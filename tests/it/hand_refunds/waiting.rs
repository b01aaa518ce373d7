//! Alerts that wait for a person while somebody gives their money back by hand: they end as what is
//! true, by themselves.

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::gate::{Moment, Verdict};
use tests::simulate::stripe::{Fault, FaultKind};
use tests::world::shop::{Paid, Shop};
use tests::world::{Faults, Settings, World};

use super::{given_back, refund};
use crate::strikes::{all_end_as, at};

/// A shop whose rules only observe, with a payment of 49.00 USD and an alert about it that waits.
async fn waiting(faults: Faults) -> (Shop, Paid) {
    let world = World::start(Settings { faults, ..Settings::default() }).await;
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

/// What a partner sees of each alert, the oldest first.
async fn seen(shop: &Shop) -> Vec<String> {
    let line = |alert: &Value| {
        let (status, outcome) =
            (alert["status"].as_str(), alert["transaction_refund_outcome"].as_str());
        let why = ["resolution_reason", "invalid_reason", "action_required_reason"]
            .iter()
            .find_map(|name| alert[name].as_str());
        [status, outcome, why].into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    let mut alerts: Vec<String> = shop.alerts().await.iter().map(line).collect();
    alerts.reverse();
    alerts
}

/// What Ethoca was told.
fn told(shop: &Shop) -> Vec<String> {
    let outcome = |received: tests::simulate::ethoca::Received| {
        let outcome: Value = serde_json::from_str(received.outcome.get()).expect("JSON");
        format!(
            "{} {}",
            outcome["outcome"].as_str().unwrap_or_default(),
            outcome["refundStatus"].as_str().unwrap_or_default()
        )
    };
    shop.world.ethoca.outcomes().into_iter().map(outcome).collect()
}

/// The refund by hand is made and confirmed, and nobody has looked at the alert yet.
async fn made(shop: &Shop, paid: &Paid) {
    let path = format!("/v1/transactions/{}/refunds", paid.payment);
    let (_, asked) = shop.world.call("POST", &path, &shop.key, Some(&json!({}))).await;
    shop.world.faults.watch(true);
    while super::seen(shop, &asked).await["status"] != "SUCCEEDED" {
        assert!(shop.world.turn().await, "it is made");
    }
    shop.world.faults.watch(false);
}

async fn run(faults: Faults) -> (Vec<String>, Vec<String>, u64) {
    let (shop, paid) = waiting(faults).await;
    refund(&shop, &paid.payment, &json!({})).await;
    shop.world.advance(SignedDuration::from_hours(5)).await;
    shop.world.assert_invariants().await;
    let mut told = told(&shop);
    told.dedup(); // an answer whose acknowledgement was lost is given again
    (seen(&shop).await, told, given_back(&shop))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_struck_it_ends_as_refunded() {
    let (before, faults) = (Faults::default(), Faults::default());
    let (shop, paid) = waiting(before.clone()).await;
    made(&shop, &paid).await;
    let good =
        (vec!["RESOLVED REFUNDED REFUNDED".to_owned()], vec!["RESOLVED REFUNDED".to_owned()], 4900);
    assert_eq!(run(faults.clone()).await, good);
    let calls = before.calls().len() - 1..faults.calls().len();
    all_end_as(
        &good,
        at(calls, &[(Moment::Before, Verdict::Hold), (Moment::After, Verdict::Lose)]),
        run,
    )
    .await;
}

#[tokio::test]
async fn a_part_leaves_it_as_it_was() {
    let (shop, paid) = waiting(Faults::default()).await;
    let before = shop.alerts().await;
    refund(&shop, &paid.payment, &json!({"amount_in_cents": 4899})).await;
    assert_eq!(
        shop.alerts().await,
        before,
        "not even a version more: nobody is told, nobody gets a mail"
    );
}

#[tokio::test]
async fn two_alerts_of_one_payment_both_rest_on_the_refund_made_since_they_came() {
    let (shop, paid) = waiting(Faults::default()).await;
    shop.push(&[shop.alert("SECOND")]).await;
    shop.world.settle().await;
    refund(&shop, &paid.payment, &json!({})).await;
    assert_eq!(seen(&shop).await, ["RESOLVED REFUNDED REFUNDED", "RESOLVED REFUNDED REFUNDED"]);
    assert_eq!(given_back(&shop), 4900);
    shop.world.assert_invariants().await;
}

/// The processor takes the refund back before the alert was looked at: nothing is told, and nothing
/// is made in its place.
#[tokio::test]
async fn what_was_taken_back_meanwhile_leaves_it_to_a_person() {
    let (shop, paid) = waiting(Faults::default()).await;
    shop.world.stripe.pause_webhooks(true);
    made(&shop, &paid).await;
    let made = shop.refunds().swap_remove(0);
    shop.world
        .stripe
        .settle_refund(made["id"].as_str().expect("an id"), Some("lost_or_stolen_card"))
        .expect("failed");
    shop.world.advance(SignedDuration::from_hours(1)).await;
    assert_eq!(seen(&shop).await, ["ACTION_REQUIRED NOT_REFUNDED NOT_AUTOMATIC"]);
    assert_eq!((given_back(&shop), shop.refunds().len(), told(&shop)), (0, 1, Vec::new()));
}

/// A person works the alert while another gives the money back by hand: one refund, and one answer.
#[tokio::test]
async fn two_people_at_once_are_one_refund() {
    for by_hand_first in [true, false] {
        let (shop, paid) = waiting(Faults::default()).await;
        let alert = shop.alerts().await.swap_remove(0);
        let of_alert = (
            "PATCH",
            format!("/v1/alerts/{}", alert["id"].as_str().expect("an id")),
            json!({"action": "REFUND"}),
        );
        let by_hand = ("POST", format!("/v1/transactions/{}/refunds", paid.payment), json!({}));
        let calls = if by_hand_first { [by_hand, of_alert] } else { [of_alert, by_hand] };
        for (method, path, body) in &calls {
            shop.world.call(method, path, &shop.key, Some(body)).await;
        }
        shop.world.advance(SignedDuration::from_hours(2)).await;
        assert_eq!(seen(&shop).await, ["RESOLVED REFUNDED REFUNDED"], "{by_hand_first}");
        assert_eq!(
            (shop.refunds().len(), given_back(&shop), told(&shop).len()),
            (1, 4900, 1),
            "{by_hand_first}"
        );
        shop.world.assert_invariants().await;
    }
}

/// A person asked for the alert's refund, what became of it is not known, and Stripe is out of
/// reach.
async fn unconfirmed() -> (Shop, Paid, String) {
    let (shop, paid) = waiting(Faults::default()).await;
    let path = format!("/v1/alerts/{}", shop.alerts().await[0]["id"].as_str().expect("an id"));
    shop.world
        .stripe
        .fault(Fault { times: 1000, ..Fault::next("POST", "/v1/refunds", FaultKind::LoseRequest) });
    shop.world.advance(SignedDuration::from_mins(45 * 60 + 40)).await;
    shop.world.call("PATCH", &path, &shop.key, Some(&json!({"action": "REFUND"}))).await;
    shop.world.settle().await;
    shop.world
        .stripe
        .fault(Fault { times: 1000, ..Fault::next("GET", "/v1/", FaultKind::Status503) });
    shop.world.advance(SignedDuration::from_mins(30)).await;
    assert_eq!(seen(&shop).await, ["ACTION_REQUIRED NOT_REFUNDED REFUND_UNCONFIRMED"]);
    (shop, paid, path)
}

/// What became of the alert's own refund is not known when a person's succeeds: it is looked at
/// again at once.
#[tokio::test]
async fn one_whose_refund_was_unconfirmed_is_looked_at_again() {
    let (shop, paid, _) = unconfirmed().await;
    shop.world.stripe.recover();
    let (_, made) = refund(&shop, &paid.payment, &json!({})).await;
    assert_eq!(
        (&made["status"], seen(&shop).await),
        (&json!("SUCCEEDED"), vec!["RESOLVED REFUNDED REFUNDED".to_owned()]),
        "{made}"
    );
    assert_eq!((shop.refunds().len(), told(&shop)), (1, vec!["RESOLVED REFUNDED".to_owned()]));
}

/// Where nobody can be called, who asks for a refund says that there was one; but not of one that
/// may have been made by us.
#[tokio::test]
async fn one_whose_refund_was_unconfirmed_is_told_as_refunded_by_an_express_word_only() {
    let (shop, _, path) = unconfirmed().await;
    let integration = format!("/v1/integrations/{}", shop.stripe);
    let (status, changed) =
        shop.world.call("PATCH", &integration, &shop.key, Some(&json!({"merchant_ids": []}))).await;
    assert_eq!(status, 200, "{changed}");
    let (status, problem) =
        shop.world.call("PATCH", &path, &shop.key, Some(&json!({"action": "REFUND"}))).await;
    assert_eq!((status, &problem["code"]), (409, &json!("CONFLICT")), "{problem}");
    let word = json!({"action": "REFUND", "refunded_externally": true});
    assert_eq!(shop.world.call("PATCH", &path, &shop.key, Some(&word)).await.0, 200);
    shop.world.settle().await;
    assert_eq!(told(&shop), ["RESOLVED REFUNDED"]);
}
