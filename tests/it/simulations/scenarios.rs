//! Each scenario, to the end that the guide promises.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::Trial;

/// The types that networks send, and the type that is shown of each.
const KINDS: [(&str, &str); 7] = [
    ("FRAUD", "FRAUD"),
    ("CONFIRMED_FRAUD", "FRAUD"),
    ("ISSUER_ALERT", "FRAUD"),
    ("FRAUD_REPORTER_ALERT", "FRAUD"),
    ("DISPUTE", "DISPUTE"),
    ("CUSTOMER_DISPUTE", "DISPUTE"),
    ("CUSTOMER_DISPUTE_ALERT", "DISPUTE"),
];

/// The status, and the reason for it.
fn end(alert: &Value) -> (&str, &str) {
    let reason = ["resolution_reason", "invalid_reason", "action_required_reason"]
        .into_iter()
        .find_map(|name| alert[name].as_str());
    (alert["status"].as_str().expect("a status"), reason.unwrap_or_default())
}

#[tokio::test]
async fn a_plain_alert_is_refunded_its_subscription_ended_and_the_network_told() {
    let trial = Trial::open().await;
    let made = trial.simulated(json!({ "type": "FRAUD" })).await;
    assert_eq!(
        (&made["simulation"]["scenario"], &made["simulation"]["deliveries"][0]["result"]),
        (&json!("PLAIN"), &json!("RECEIVED"))
    );
    assert!(
        made["vendor_alert_id"].as_str().is_some_and(|id| id.len() == 25 && id.starts_with("SIM")),
        "{made}"
    );
    assert_eq!(
        made["links"][0]["uri"],
        format!("/v1/alerts/{}", made["id"].as_str().expect("an id"))
    );
    trial.world.settle().await;
    let alert = trial.shown(&made).await;
    assert_eq!(
        (end(&alert), &alert["type"]),
        (("RESOLVED", "REFUNDED"), &json!("FRAUD")),
        "{alert}"
    );
    assert!(
        alert["integration_transaction_id"]
            .as_str()
            .is_some_and(|id| id.starts_with("pi_simulated_plain_"))
    );
    assert_eq!(
        (&alert["refund"]["amount_in_cents"], &alert["refund"]["is_confirmed"]),
        (&json!(4900), &json!(true))
    );
    assert_eq!(
        (&alert["cancellation"]["status"], &alert["outcome"]["answer"]),
        (&json!("CANCELLED"), &json!("ACCEPTED"))
    );
    trial.nobody_was_called();
}

#[tokio::test]
async fn every_type_that_a_network_sends_is_taken_and_all_facts_that_are_given() {
    let trial = Trial::open().await;
    for (given, shown) in KINDS {
        let alert = trial.alert(json!({ "type": given })).await;
        assert_eq!(
            (end(&alert), &alert["type"]),
            (("RESOLVED", "REFUNDED"), &json!(shown)),
            "{given}: {alert}"
        );
    }
    let facts = json!({
        "amount_in_cents": 12_000, "currency": "eur", "chargeback_amount_in_cents": 3550,
        "descriptor": "ACMEFIT 800", "card_bin": "555555",
        "card_last4": "4444", "transaction_at": "2026-02-10", "arn": "74027016072012345678901",
        "auth_code": "064712", "reason_code": "4853",
        "issuer": "First Bank", "enrolment_id": trial.enrolment
    });
    let alert = trial.alert(facts).await;
    assert_eq!(end(&alert), ("RESOLVED", "PARTIALLY_REFUNDED"), "{alert}");
    assert_eq!(
        (&alert["transaction_amount_in_cents"], &alert["transaction_currency_code"]),
        (&json!(12_000), &json!("EUR"))
    );
    assert_eq!(
        (&alert["refund"]["amount_in_cents"], &alert["chargeback_amount_in_cents"]),
        (&json!(3550), &json!(3550))
    );
    assert_eq!(alert["card"], json!({ "bin": "555555", "last4": "4444", "brand": "MASTERCARD" }));
    let told = ["descriptor", "transaction_at", "arn", "auth_code", "reason_code", "issuer"]
        .map(|name| alert[name].as_str().expect(name));
    assert_eq!(
        told,
        ["ACMEFIT 800", "2026-02-10", "74027016072012345678901", "064712", "4853", "First Bank"]
    );
}

#[tokio::test]
async fn an_alert_delivered_twice_is_one() {
    let trial = Trial::open().await;
    let made = trial.simulated(json!({ "scenario": "DUPLICATE" })).await;
    let results: Vec<&Value> = made["simulation"]["deliveries"]
        .as_array()
        .expect("deliveries")
        .iter()
        .map(|one| &one["result"])
        .collect();
    assert_eq!(results, ["RECEIVED", "KNOWN"]);
    trial.world.settle().await;
    let (_, list) = trial.world.call("GET", "/v1/alerts/", &trial.key, None).await;
    assert_eq!((&list["count"], end(&list["items"][0])), (&json!(1), ("RESOLVED", "REFUNDED")));
}

#[tokio::test]
async fn what_was_wrong_from_the_start_is_found_invalid_and_nothing_is_refunded() {
    let trial = Trial::open().await;
    for scenario in ["ALREADY_REFUNDED", "ALREADY_CHARGED_BACK", "FAILED_SALE"] {
        let alert = trial.alert(json!({ "scenario": scenario })).await;
        assert_eq!(
            (end(&alert), &alert["refund"]),
            (("INVALID", scenario), &Value::Null),
            "{alert}"
        );
    }
}

#[tokio::test]
async fn a_masked_card_is_shown_to_a_person_who_names_the_payment() {
    let trial = Trial::open().await;
    let alert = trial.alert(json!({ "scenario": "MASKED_CARD" })).await;
    assert_eq!(
        (end(&alert), &alert["action_required_details"]["doubt"]),
        (("ACTION_REQUIRED", "UNSURE"), &json!("WEAK_EVIDENCE")),
        "{alert}"
    );
    let candidate = &alert["candidates"][0];
    assert!(
        candidate["evidence"]
            .as_array()
            .is_some_and(|all| all.contains(&json!("CONTRADICTS_CARD_LAST4"))),
        "{candidate}"
    );
    let action = json!({
        "action": "REFUND", "integration_transaction_id": candidate["integration_transaction_id"]
    });
    assert_eq!(end(&trial.act(&alert, action).await), ("RESOLVED", "REFUNDED"));
    trial.nobody_was_called();
}

#[tokio::test]
async fn a_slow_processor_confirms_when_it_is_looked_at_again() {
    let trial = Trial::open().await;
    let alert = trial.alert(json!({ "scenario": "SLOW_PROCESSOR" })).await;
    assert_eq!(
        (&alert["status"], &alert["is_actionable"]),
        (&json!("ACTION_REQUIRED"), &json!(false)),
        "{alert}"
    );
    assert_eq!(
        (&alert["refund"]["is_confirmed"], &alert["transaction_refund_outcome"]),
        (&json!(false), &json!("NOT_REFUNDED"))
    );
    trial.world.advance(SignedDuration::from_secs(61)).await;
    let confirmed = trial.shown(&alert).await;
    assert_eq!(
        (end(&confirmed), &confirmed["refund"]["id"]),
        (("RESOLVED", "REFUNDED"), &alert["refund"]["id"]),
        "{confirmed}"
    );
}

#[tokio::test]
async fn a_refund_that_fails_waits_for_a_person() {
    let trial = Trial::open().await;
    let alert = trial.alert(json!({ "scenario": "REFUND_FAILURE" })).await;
    assert_eq!(
        (end(&alert), &alert["is_actionable"]),
        (("ACTION_REQUIRED", "REFUND_FAILED"), &json!(true)),
        "{alert}"
    );
    let again = trial.act(&alert, json!({ "action": "REFUND" })).await;
    assert_eq!(end(&again), ("ACTION_REQUIRED", "REFUND_FAILED"), "it always fails");
    let declared =
        json!({ "action": "REFUND", "refunded_externally": true, "refund_reference": "R-17" });
    assert_eq!(end(&trial.act(&alert, declared).await), ("RESOLVED", "REFUNDED"));
}

#[tokio::test]
async fn a_subscription_that_does_not_end_is_seen_beside_the_refund() {
    let trial = Trial::open().await;
    let alert = trial.alert(json!({ "scenario": "CANCEL_FAILURE" })).await;
    assert_eq!(
        (end(&alert), &alert["cancellation"]["status"]),
        (("RESOLVED", "REFUNDED"), &json!("FAILED")),
        "{alert}"
    );
}

#[tokio::test]
async fn of_two_like_payments_a_person_names_one() {
    let trial = Trial::open().await;
    let alert = trial.alert(json!({ "scenario": "AMBIGUOUS" })).await;
    assert_eq!(
        (end(&alert), &alert["action_required_details"]["doubt"]),
        (("ACTION_REQUIRED", "UNSURE"), &json!("TIE")),
        "{alert}"
    );
    let named: Vec<&str> = alert["candidates"]
        .as_array()
        .expect("candidates")
        .iter()
        .filter_map(|one| one["integration_transaction_id"].as_str())
        .collect();
    assert_eq!(named.len(), 2);
    let done = trial
        .act(&alert, json!({ "action": "REFUND", "integration_transaction_id": named[1] }))
        .await;
    assert_eq!(
        (end(&done), &done["integration_transaction_id"]),
        (("RESOLVED", "REFUNDED"), &json!(named[1])),
        "{done}"
    );
}

#[tokio::test]
async fn what_is_not_found_may_be_named_if_the_processor_has_it() {
    let trial = Trial::open().await;
    let alert = trial.alert(json!({ "scenario": "NOT_FOUND" })).await;
    assert_eq!(
        (end(&alert), &alert["candidates"]),
        (("ACTION_REQUIRED", "NOT_FOUND"), &json!([])),
        "{alert}"
    );
    let path = format!("/v1/alerts/{}", alert["id"].as_str().expect("an id"));
    for unknown in ["pi_3SPJ", "pi_simulated_not_found_1"] {
        let action = json!({ "action": "REFUND", "integration_transaction_id": unknown });
        let (status, refused) = trial.call("PATCH", &path, &action).await;
        assert_eq!(
            (status, &refused["errors"][0]["code"]),
            (422, &json!("UNKNOWN_TRANSACTION")),
            "{unknown}: {refused}"
        );
    }
    let done = trial
        .act(&alert, json!({ "action": "REFUND", "integration_transaction_id": "pi_simulated_1" }))
        .await;
    assert_eq!(
        (end(&done), &done["integration_transaction_id"]),
        (("RESOLVED", "REFUNDED"), &json!("pi_simulated_1")),
        "{done}"
    );
    trial.nobody_was_called();
}

#[tokio::test]
async fn an_alert_expires_within_minutes() {
    let trial = Trial::open().await;
    for (fields, minutes) in [
        (json!({ "scenario": "EXPIRY" }), 3),
        (json!({ "scenario": "NOT_FOUND", "minutes_to_deadline": 10 }), 10),
    ] {
        let alert = trial.alert(fields).await;
        assert_eq!(end(&alert), ("ACTION_REQUIRED", "NOT_FOUND"), "{alert}");
        let deadline = trial.world.clock.now() + SignedDuration::from_mins(minutes);
        assert_eq!(alert["action_required_deadline"], deadline.to_string());
        trial.world.run_until(deadline).await;
        assert_eq!(end(&trial.shown(&alert).await), ("RESOLVED", "EXPIRED"));
    }
    trial.nobody_was_called();
}

#[tokio::test]
async fn the_network_takes_an_alert_back_before_or_after_its_end() {
    let trial = Trial::open().await;
    for scenario in ["NOT_FOUND", "PLAIN"] {
        let alert = trial.alert(json!({ "scenario": scenario })).await;
        let path = format!("/v1/simulate/alerts/{}/retract", alert["id"].as_str().expect("an id"));
        let (status, retracted) = trial.call("POST", &path, &json!({})).await;
        assert_eq!((status, end(&retracted)), (200, ("INVALID", "RETRACTED")), "{retracted}");
        let (status, again) = trial.call("POST", &path, &json!({})).await;
        assert_eq!((status, &again["code"]), (409, &json!("CONFLICT")));
    }
}
