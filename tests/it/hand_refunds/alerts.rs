//! A refund by hand and the refund of an alert: one refund in all.

use jiff::SignedDuration;
use serde_json::json;
use tests::simulate::stripe::{Fault, FaultKind};

use super::{given_back, paid, refund, seen};

#[tokio::test]
async fn an_alert_that_comes_after_a_refund_by_hand_was_wrong() {
    let (shop, paid) = paid().await;
    refund(&shop, &paid.payment, &json!({})).await;
    shop.world.advance(SignedDuration::from_hours(1)).await;
    shop.push(&[shop.alert("LATE")]).await;
    shop.world.settle().await;
    let alert = shop.alerts().await.swap_remove(0);
    assert_eq!(
        (&alert["status"], &alert["invalid_reason"]),
        (&json!("INVALID"), &json!("ALREADY_REFUNDED")),
        "{alert}"
    );
    assert_eq!(shop.refunds().len(), 1);
    shop.world.assert_invariants().await;
}

/// Stripe throttles the alert's refund, and a person gives the money back before it is tried again:
/// the alert takes that for its own.
#[tokio::test]
async fn an_alert_takes_a_refund_by_hand_that_came_in_between() {
    let (shop, paid) = paid().await;
    shop.world
        .stripe
        .fault(Fault { times: 4, ..Fault::next("POST", "/v1/refunds", FaultKind::Status429) });
    shop.push(&[shop.alert("BETWEEN")]).await;
    shop.world.settle().await;
    assert_eq!(
        (&shop.alerts().await[0]["status"], shop.refunds().len()),
        (&json!("ACTION_REQUIRED"), 0)
    );
    shop.world.stripe.recover();
    let (_, by_hand) = refund(&shop, &paid.payment, &json!({})).await;
    assert_eq!(by_hand["status"], "SUCCEEDED", "{by_hand}");
    shop.world.advance(SignedDuration::from_hours(1)).await;
    let alert = shop.alerts().await.swap_remove(0);
    assert_eq!(
        (&alert["status"], &alert["transaction_refund_outcome"]),
        (&json!("RESOLVED"), &json!("REFUNDED")),
        "{alert}"
    );
    assert_eq!((&alert["refund"]["id"], shop.refunds().len()), (&by_hand["refund"]["id"], 1));
    shop.world.assert_invariants().await;
}

/// Both messages lie in the queue at once, whichever is worked first.
#[tokio::test]
async fn an_alert_and_a_person_at_once_are_one_refund() {
    for (alert_first, part) in
        [(true, None), (false, None), (true, Some(3000)), (false, Some(3000))]
    {
        let (shop, paid) = paid().await;
        let path = format!("/v1/transactions/{}/refunds", paid.payment);
        let body = part.map_or(json!({}), |minor: u64| json!({"amount_in_cents": minor}));
        if !alert_first {
            shop.world.call("POST", &path, &shop.key, Some(&body)).await;
        }
        shop.push(&[shop.alert("RACE")]).await;
        if alert_first {
            shop.world.turn().await;
            shop.world.call("POST", &path, &shop.key, Some(&body)).await;
        }
        shop.world.advance(SignedDuration::from_hours(2)).await;
        let expected = if part.is_some() && !alert_first { 3000 } else { 4900 };
        assert!(given_back(&shop) <= 4900 && given_back(&shop) > 0, "{alert_first} {part:?}");
        let automatic = shop
            .refunds()
            .iter()
            .filter(|one| one["metadata"]["cbs_related_alert_id"].is_string())
            .count();
        assert!(automatic <= 1, "{alert_first} {part:?}");
        if !alert_first {
            assert_eq!((given_back(&shop), automatic), (expected, 0), "{part:?}");
        }
        shop.world.assert_invariants().await;
    }
}

/// The money that an alert's rule sends is on its way; a person's refund finds nothing left.
#[tokio::test]
async fn a_person_after_the_rule_finds_nothing_left() {
    let (shop, paid) = paid().await;
    shop.push(&[shop.alert("FIRST")]).await;
    shop.world.settle().await;
    let (_, refused) = refund(&shop, &paid.payment, &json!({})).await;
    assert_eq!(
        (&refused["status"], &refused["refusal_reason"]),
        (&json!("REFUSED"), &json!("NOTHING_REMAINS")),
        "{refused}"
    );
    assert_eq!(shop.refunds().len(), 1);
}

/// Of a part that a person gave back a rule does not give back the rest: that is a person's.
#[tokio::test]
async fn the_rest_of_a_part_is_a_persons() {
    let (shop, paid) = paid().await;
    let (_, part) = refund(&shop, &paid.payment, &json!({"amount_in_cents": 2000})).await;
    assert_eq!(part["status"], "SUCCEEDED");
    shop.push(&[shop.alert("REST")]).await;
    shop.world.settle().await;
    let alert = shop.alerts().await.swap_remove(0);
    assert_eq!(
        (&alert["is_actionable"], &alert["action_required_reason"]),
        (&json!(true), &json!("PART_REFUNDED")),
        "{alert}"
    );
    let path = format!("/v1/alerts/{}", alert["id"].as_str().expect("an id"));
    shop.world.call("PATCH", &path, &shop.key, Some(&json!({"action": "REFUND"}))).await;
    shop.world.settle().await;
    assert_eq!(given_back(&shop), 4900);
    assert_eq!(seen(&shop, &part).await["status"], "SUCCEEDED");
    shop.world.assert_invariants().await;
}
