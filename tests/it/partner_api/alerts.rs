mod stored;

use domain::alert::{Alert, AnswerResult as VendorAnswer};
use serde_json::{Value, json};

use super::{Desk, now, order};
use stored::with_stripe;
pub use stored::{enrolment, unmatched};

async fn patch(desk: &Desk, alert: &Alert, body: Value) -> super::Answer {
    desk.call("PATCH", &format!("/v1/alerts/{}", alert.id), &desk.key, Some(&body)).await
}

/// The network's ids of all alerts, read in pages of two.
async fn list_by_pages(desk: &Desk) -> Vec<Value> {
    let mut seen = Vec::new();
    let mut path = "/v1/alerts?limit=2".to_owned();
    loop {
        let page = desk.get(&path).await;
        seen.extend(page.items().iter().map(|item| item["vendor_alert_id"].clone()));
        let Some(cursor) = page.body["next_cursor"].as_str() else { break };
        path = format!("/v1/alerts?limit=2&cursor={cursor}");
    }
    seen
}

#[tokio::test]
async fn alerts_are_listed_by_what_they_are_and_when_they_came() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let enrolment = enrolment(&desk, &shop).await;
    for (name, minutes) in [("young", 1), ("old", 60), ("middle", 30)] {
        unmatched(&desk, &shop, &enrolment, name, minutes).await;
    }
    for (query, expected) in [
        ("", vec!["young", "middle", "old"]),
        ("sort=alert_received_at", vec!["old", "middle", "young"]),
        ("sort=action_required_deadline&limit=2", vec!["young", "middle"]),
        ("sort=-action_required_deadline", vec!["middle", "young"]),
        ("status=ACTION_REQUIRED&is_actionable=True", vec!["young", "middle", "old"]),
        ("is_actionable=false", vec![]),
        ("status=RESOLVED", vec![]),
        ("alert_received_at_gte=2026-02-17T09:30:00Z", vec!["young", "middle"]),
        (
            "alert_received_at_lte=2026-02-17T09:30:00Z&sort=alert_received_at",
            vec!["old", "middle"],
        ),
        ("merchant_id=mrch_1", vec![]),
        ("organisation_id=org_1", vec![]),
    ] {
        let listed = desk.get(&format!("/v1/alerts/?{query}")).await;
        let names: Vec<&str> =
            listed.items().iter().filter_map(|item| item["vendor_alert_id"].as_str()).collect();
        let at_most = names.iter().take(expected.len()).copied().collect::<Vec<_>>();
        if query.starts_with("sort=-action") {
            assert_eq!(names, ["old", "middle", "young"], "{query}");
        } else {
            assert_eq!(at_most, expected, "{query}: {}", listed.body);
            assert!(query.contains("limit") || names.len() == expected.len(), "{query}");
        }
    }
    assert_eq!(json!(list_by_pages(&desk).await), json!(["young", "middle", "old"]));
}

#[tokio::test]
async fn an_alert_shows_what_the_bank_says_and_what_is_missing() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let enrolment = enrolment(&desk, &shop).await;
    let alert = unmatched(&desk, &shop, &enrolment, "A1", 1).await;
    let shown = desk.get(&format!("/v1/alerts/{}", alert.id)).await.body;
    for (field, expected) in [
        ("status", json!("ACTION_REQUIRED")),
        ("is_actionable", json!(true)),
        ("type", json!("FRAUD")),
        ("network", json!("ETHOCA")),
        ("merchant_id", Value::Null),
        ("integration_transaction_id", Value::Null),
        ("transaction_amount_in_cents", json!(4900)),
        ("transaction_currency_code", json!("USD")),
        ("transaction_refund_outcome", json!("NOT_REFUNDED")),
        ("card", json!({"bin": "424242", "last4": "4242", "brand": null})),
        ("transaction_at", json!("2026-02-17")),
        ("action_required_reason", json!("NOT_FOUND")),
        ("action", Value::Null),
        ("match", Value::Null),
        ("version", json!(2)),
    ] {
        assert_eq!(shown[field], expected, "{field} in {shown}");
    }
    assert_eq!(shown["history"][1]["did"], "REQUIRED_ACTION");
    assert_eq!(shown["links"][0]["uri"], format!("/v1/alerts/{}", alert.id));
}

/// Resolves an alert by the vendor's answer: an action is refused, and a note is still taken.
async fn assert_resolved_takes_only_notes(desk: &Desk, alert: &Alert) {
    let decided =
        desk.api.store.read_alert(&alert.id).await.expect("the store").expect("the alert");
    desk.api
        .store
        .commit(&decided.record_answer(VendorAnswer::Accepted, now()).expect("to be answered"))
        .await
        .expect("committed");
    assert_eq!(
        patch(desk, alert, json!({"action": "REFUND"})).await.refusal(),
        (409, "ALREADY_RESOLVED", vec![])
    );
    let noted = patch(desk, alert, json!({"note": "Closed."})).await;
    assert_eq!(
        (noted.status, &noted.body["note"], &noted.body["status"]),
        (200, &json!("Closed."), &json!("RESOLVED"))
    );
}

#[tokio::test]
async fn without_a_processor_a_refund_is_a_persons_word() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let enrolment = enrolment(&desk, &shop).await;
    let alert = unmatched(&desk, &shop, &enrolment, "A1", 1).await;
    let taken = patch(
        &desk,
        &alert,
        json!({"action": "REFUND", "note": "Sorry!", "refund_reference": "cash-1"}),
    )
    .await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    let (action, actionable, externally) = (
        &taken.body["action"],
        &taken.body["is_actionable"],
        &taken.body["decision"]["refunded_externally"],
    );
    assert_eq!(
        json!([action, actionable, externally, taken.body["note"]]),
        json!(["REFUND", false, true, "Sorry!"])
    );
    assert_eq!(taken.body["actioned_at"], super::NOW);
    assert_eq!(patch(&desk, &alert, json!({"action": "REFUND"})).await.status, 200);
    let other = patch(&desk, &alert, json!({"action": "ACCEPT_DISPUTE"})).await;
    assert_eq!(other.refusal(), (409, "CONFLICT", vec![]));
    assert!(
        other.body["detail"]
            .as_str()
            .is_some_and(|detail| detail.contains("REFUND") && detail.contains("DECIDED"))
    );
    assert_resolved_takes_only_notes(&desk, &alert).await;
}

#[tokio::test]
async fn where_a_processor_holds_the_money_the_payment_must_be_named() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let enrolment = enrolment(&desk, &shop).await;
    with_stripe(&desk, &shop).await;
    let alert = unmatched(&desk, &shop, &enrolment, "A1", 1).await;
    let refused = patch(&desk, &alert, json!({"action": "REFUND_AND_CANCEL"})).await;
    assert_eq!(
        refused.refusal(),
        (422, "TRANSACTION_REQUIRED", vec!["integration_transaction_id"])
    );
    let unknown = patch(
        &desk,
        &alert,
        json!({"action": "REFUND", "integration_transaction_id": "txn-nobody"}),
    )
    .await;
    assert_eq!(unknown.refusal(), (422, "VALIDATION_FAILED", vec!["integration_transaction_id"]));
    let elsewhere = desk.shop("Zenith").await;
    desk.post("/v1/orders/", &json!([order(&elsewhere, "theirs"), order(&shop, "ours")])).await;
    let theirs = patch(
        &desk,
        &alert,
        json!({"action": "REFUND", "integration_transaction_id": "txn-theirs"}),
    )
    .await;
    assert_eq!(theirs.refusal().2, ["integration_transaction_id"]);
    let too_much = json!({
        "action": "REFUND", "integration_transaction_id": "txn-ours", "refund_amount_in_cents": 4901
    });
    assert_eq!(patch(&desk, &alert, too_much).await.refusal().2, ["refund_amount_in_cents"]);
    let ours = json!({
        "action": "REFUND", "integration_transaction_id": "txn-ours", "refund_amount_in_cents": 1000
    });
    let taken = patch(&desk, &alert, ours).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    assert_eq!(taken.body["integration_transaction_id"], "txn-ours");
    assert_eq!(taken.body["merchant_id"], shop.merchant);
    assert_eq!(taken.body["decision"]["refund_amount_in_cents"], 1000);
}

#[tokio::test]
async fn an_action_that_makes_no_sense_or_comes_too_late_is_refused() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let enrolment = enrolment(&desk, &shop).await;
    let alert = unmatched(&desk, &shop, &enrolment, "A1", 1).await;
    for (body, field) in [
        (json!({}), "action"),
        (json!({"action": "IGNORE"}), "action"),
        (json!({"note": "a".repeat(2001)}), "note"),
        (json!({"action": "CANCEL", "refunded_externally": true}), "refunded_externally"),
        (json!({"action": "REFUND", "refund_amount_in_cents": 0}), "refund_amount_in_cents"),
        (json!({"note": "x", "integration_transaction_id": "pi_1"}), "integration_transaction_id"),
    ] {
        assert_eq!(patch(&desk, &alert, body.clone()).await.refusal().2, [field], "{body}");
    }
    let late = unmatched(&desk, &shop, &enrolment, "A2", 72 * 60).await;
    assert_eq!(
        patch(&desk, &late, json!({"action": "ACCEPT_DISPUTE"})).await.refusal(),
        (409, "DEADLINE_PASSED", vec![])
    );
}
