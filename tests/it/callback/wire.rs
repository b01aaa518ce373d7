//! The protocol as a merchant has it: the requests it gets, and what its answers come to.

use domain::refund::AttemptResult;
use serde_json::{Value, json};

use super::{House, stands};

#[tokio::test]
async fn refunded_once_and_cancelled_by_signed_requests() {
    let house = House::open().await;
    let alert = house.alerted().await;
    assert_eq!(stands(&alert), ("RESOLVED", "REFUNDED", ""), "{alert:#}");
    assert_eq!(alert["integration_transaction_id"], "txn-1");
    assert_eq!(
        alert["cancellation"],
        json!({ "status": "CANCELLED", "subscription_id": "plan-txn-1", "reason": null })
    );
    let [refund] = house.refunds().try_into().expect("one refund");
    assert_eq!((refund.minor, &alert["refund"]["id"]), (4900, &json!(refund.id)));
    let asked = house.world().merchant.asked();
    assert!(
        asked.iter().all(|asked| asked.status.is_some_and(|status| status < 300)),
        "{asked:#?}"
    );
    let posted =
        asked.iter().find(|asked| asked.path == "refunds").expect("a refund was asked for");
    let body: Value = serde_json::from_str(&posted.body).expect("JSON");
    assert_eq!(
        body,
        json!({
            "type": "refund", "integration_id": house.id(), "request_id": posted.key,
            "cause_id": alert["id"], "alert_id": alert["id"],
            "payment_reference": "txn-1", "amount_in_cents": 4900, "currency": "USD", "attempt": 1
        })
    );
    let cancelled = asked.last().expect("a cancellation was asked for");
    let body: Value = serde_json::from_str(&cancelled.body).expect("JSON");
    assert_eq!(
        (&body["subscription_reference"], &body["alert_id"]),
        (&json!("plan-txn-1"), &alert["id"])
    );
    house.world().assert_invariants().await;
}

#[tokio::test]
async fn a_pending_refund_is_told_of_once_the_merchant_has_confirmed_it() {
    let house = House::open().await;
    house.world().merchant.behaves(|habits| habits.keeps_pending = true);
    let alert = house.alerted().await;
    assert_eq!(stands(&alert), ("ACTION_REQUIRED", "NOT_REFUNDED", ""));
    assert!(house.world().ethoca.outcomes().is_empty());
    let word = json!({ "cause_id": alert["id"], "status": "SUCCEEDED" });
    let (status, taken) = house.call("POST", "/refunds/refund-1", Some(word.clone())).await;
    assert_eq!((status, &taken["refund_id"]), (200, &json!("refund-1")), "{taken}");
    house.world().settle().await;
    assert_eq!(stands(&house.alert().await).1, "NOT_REFUNDED", "its word alone counts for nothing");
    house.world().merchant.settles_refund(None);
    assert_eq!(house.call("POST", "/refunds/refund-1", Some(word)).await.0, 200);
    house.world().settle().await;
    assert_eq!(stands(&house.alert().await), ("RESOLVED", "REFUNDED", ""));
    assert_eq!((house.refunds().len(), house.asked_for_refunds()), (1, 1));
    house.world().assert_invariants().await;
}

#[tokio::test]
async fn a_pending_refund_is_looked_at_without_a_word() {
    let house = House::open().await;
    house.world().merchant.behaves(|habits| habits.keeps_pending = true);
    house.alerted().await;
    house.world().merchant.settles_refund(None);
    assert_eq!(stands(&house.after(20).await), ("RESOLVED", "REFUNDED", ""));
    house.world().assert_invariants().await;
}

#[tokio::test]
async fn a_refund_that_fails_goes_to_a_person_with_its_reason() {
    let house = House::open().await;
    house.world().merchant.behaves(|habits| habits.keeps_pending = true);
    let alert = house.alerted().await;
    house.world().merchant.settles_refund(Some("the card is closed"));
    let word =
        json!({ "cause_id": alert["id"], "status": "FAILED", "reason": "the card is closed" });
    assert_eq!(house.call("POST", "/refunds/refund-1", Some(word)).await.0, 200);
    house.world().settle().await;
    let alert = house.alert().await;
    assert_eq!(stands(&alert), ("ACTION_REQUIRED", "NOT_REFUNDED", "REFUND_FAILED"));
    assert!(alert["action_required_details"].to_string().contains("the card is closed"), "{alert}");
    assert_eq!(house.asked_for_refunds(), 1);
}

#[tokio::test]
async fn a_refund_that_fails_after_the_answer_is_entered_in_the_ledger() {
    let house = House::open().await;
    let alert = house.alerted().await;
    house.world().merchant.settles_refund(Some("returned"));
    let word =
        json!({ "cause_id": alert["id"], "status": "FAILED", "reason": "another word for it" });
    assert_eq!(house.call("POST", "/refunds/refund-1", Some(word)).await.0, 200);
    house.world().settle().await;
    assert_eq!(
        stands(&house.alert().await),
        ("RESOLVED", "NOT_REFUNDED", ""),
        "the answer was final, the money did not arrive"
    );
    let sale = domain::sale::SaleId::of_order(
        &house.shop.organisation.parse().expect("an id"),
        &house.id().parse().expect("an id"),
        "txn-1",
    );
    let ledger = house.world().store.read_ledger(&sale).await.expect("a ledger");
    let AttemptResult::Failed { reason } = &ledger.entries[0].result else { panic!("{ledger:?}") };
    assert_eq!(reason, "returned", "{ledger:?}");
}

#[tokio::test]
async fn a_refused_refund_goes_to_a_person_with_the_endpoints_words() {
    let house = House::open().await;
    house.world().merchant.plays(
        "refunds",
        &tests::simulate::merchant::Trick::Refuse("TOO_OLD"),
        1,
    );
    let alert = house.alerted().await;
    assert_eq!(stands(&alert), ("ACTION_REQUIRED", "NOT_REFUNDED", "REFUND_FAILED"));
    let details = alert["action_required_details"].to_string();
    assert!(details.contains("TOO_OLD") && details.contains("Our gateway says no."), "{details}");
}

#[tokio::test]
async fn what_was_refunded_before_or_never_paid_needs_no_refund() {
    for (before, reason) in [
        ("refunded", "ALREADY_REFUNDED"),
        ("declined", "FAILED_SALE"),
        ("disputed", "ALREADY_CHARGED_BACK"),
    ] {
        let house = House::open().await;
        house.sell("txn-1").await;
        let merchant = &house.world().merchant;
        let dispute =
            json!({ "dispute_id": "dp-1", "opened_at": house.world().clock.now().to_string() });
        match before {
            "refunded" => merchant.refunds_itself("txn-1", 4900, None),
            "declined" => {
                merchant.with_payment("txn-1", |payment| payment.status = "DECLINED".into());
            }
            _ => merchant.with_payment("txn-1", |payment| payment.dispute = dispute),
        }
        house.world().clock.advance(jiff::SignedDuration::from_hours(1));
        let alert = house.push("BEFORE").await;
        assert_eq!(
            (&alert["status"], &alert["invalid_reason"]),
            (&json!("INVALID"), &json!(reason)),
            "{before}: {alert:#}"
        );
        assert_eq!(house.asked_for_refunds(), 0, "{before}");
    }
}

#[tokio::test]
async fn a_payment_that_the_endpoint_does_not_know_needs_a_person() {
    let house = House::open().await;
    let order = house.order("txn-2");
    let (_, made) =
        house.world().call("POST", "/v1/orders/", &house.shop.key, Some(&json!([order]))).await;
    assert_eq!(made["created"], 1);
    let alert = house.push("UNKNOWN").await;
    assert_eq!(stands(&alert), ("ACTION_REQUIRED", "NOT_REFUNDED", "NO_PROCESSOR"), "{alert:#}");
    assert_eq!(house.asked_for_refunds(), 0);
    assert!(
        house.world().merchant.asked().iter().any(|asked| asked.status == Some(404)),
        "it was asked for the payment"
    );
}

#[tokio::test]
async fn references_are_sent_as_they_are_however_they_look() {
    for reference in ["a/b", "50 %?#", "..%2f..", "ß-1"] {
        let house = House::open().await;
        house.sell(reference).await;
        let alert = house.push("ODDLY").await;
        assert_eq!(
            stands(&alert),
            ("RESOLVED", "REFUNDED", ""),
            "{reference}: {:#?}",
            house.world().merchant.asked()
        );
    }
    let house = House::open().await;
    house.sell("..").await;
    assert_eq!(
        stands(&house.push("UPWARDS").await),
        ("ACTION_REQUIRED", "NOT_REFUNDED", "NO_PROCESSOR")
    );
    assert_eq!(
        house.world().merchant.asked().len(),
        0,
        "a name that leads elsewhere names no payment"
    );
}
