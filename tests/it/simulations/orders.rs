//! Simulated alerts about the partner's own orders, matched as LIVE ones are.

use serde_json::{Value, json};

use super::Trial;

#[tokio::test]
async fn an_alert_that_an_order_fits_is_about_that_order() {
    let trial = Trial::open().await;
    trial.order("o-1", json!({})).await;
    let alert = trial.alert(json!({ "transaction_at": trial.world.clock.now().to_string() })).await;
    assert_eq!(
        (&alert["status"], &alert["match"]["integration_transaction_id"]),
        (&json!("ACTION_REQUIRED"), &json!("txn-o-1")),
        "{alert}"
    );
    assert_eq!(
        alert["action_required_reason"], "NO_PROCESSOR",
        "nobody can be asked for the money: the order names no payment"
    );
    let other = trial.alert(json!({ "card_last4": "1111" })).await;
    assert_eq!(
        (&other["status"], &other["resolution_reason"]),
        (&json!("RESOLVED"), &json!("REFUNDED")),
        "{other}"
    );
}

#[tokio::test]
async fn an_orders_transaction_lends_the_alert_its_facts_and_a_magic_reference_its_behaviour() {
    let trial = Trial::open().await;
    let kept = json!({
        "payment_method_reference_id": "pi_simulated_refund_failure_7",
        "payment_method_card_last_4": "0007", "amount_in_cents": 1234
    });
    trial.order("o-7", kept).await;
    let alert =
        trial.alert(json!({ "transaction_reference": "pi_simulated_refund_failure_7" })).await;
    assert_eq!(
        (&alert["card"]["last4"], &alert["transaction_amount_in_cents"]),
        (&json!("0007"), &json!(1234)),
        "{alert}"
    );
    assert_eq!(
        (&alert["action_required_reason"], &alert["match"]["order_id"].is_string()),
        (&json!("REFUND_FAILED"), &true),
        "{alert}"
    );
    let plain = json!({
        "payment_method_reference_id": "pi_8", "payment_method_card_last_4": "0008"
    });
    trial.order("o-8", plain).await;
    let plain = trial.alert(json!({ "transaction_reference": "pi_8" })).await;
    assert_eq!(
        (&plain["resolution_reason"], &plain["integration_transaction_id"]),
        (&json!("REFUNDED"), &json!("pi_8")),
        "{plain}"
    );
    let twice = trial.alert(json!({ "transaction_reference": "pi_8" })).await;
    assert_eq!(
        (&twice["status"], &twice["invalid_reason"]),
        (&json!("INVALID"), &json!("DUPLICATE")),
        "{twice}"
    );
    for (payment, count) in [("pi_8", 2), ("pi_simulated_refund_failure_7", 1), ("pi_9", 0)] {
        assert_eq!(count_of(&trial, payment).await, count, "{payment}");
    }
    trial.nobody_was_called();
}

/// How many alerts are about a payment.
async fn count_of(trial: &Trial, payment: &str) -> Value {
    let path = format!("/v1/alerts/?integration_transaction_id={payment}");
    trial.world.call("GET", &path, &trial.key, None).await.1["count"].clone()
}

#[tokio::test]
async fn an_arn_finds_the_order_behind_a_masked_card() {
    let trial = Trial::open().await;
    let referenced = json!({
        "acquirer_reference_number": "74027016072012345678901",
        "payment_method_reference_id": "pi_1"
    });
    trial.order("o-1", referenced).await;
    trial
        .order("o-2", json!({ "payment_method_reference_id": "pi_2", "amount_in_cents": 800 }))
        .await;
    let known =
        trial.alert(json!({ "transaction_reference": "pi_1", "scenario": "MASKED_CARD" })).await;
    assert_eq!(
        (&known["card"]["last4"], &known["resolution_reason"]),
        (&json!("5757"), &json!("REFUNDED")),
        "{known}"
    );
    let unknown =
        trial.alert(json!({ "transaction_reference": "pi_2", "scenario": "MASKED_CARD" })).await;
    assert_eq!(unknown["status"], "ACTION_REQUIRED", "{unknown}");
}

#[tokio::test]
async fn without_a_processor_of_its_own_an_organisation_has_no_made_up_payment() {
    let trial = Trial::open().await;
    let (_, all) = trial.world.call("GET", "/v1/integrations/", &trial.key, None).await;
    let stripe = all["items"]
        .as_array()
        .and_then(|items| items.iter().find(|one| one["type"] == "STRIPE"))
        .expect("it is there");
    let path = format!("/v1/integrations/{}", stripe["id"].as_str().expect("an id"));
    assert_eq!(trial.call("PATCH", &path, &json!({ "status": "DISABLED" })).await.0, 200);
    assert_eq!(trial.alert(json!({})).await["action_required_reason"], "NO_SOURCE");
}

#[tokio::test]
async fn what_cannot_be_simulated_is_refused_by_field() {
    let trial = Trial::open().await;
    let refused = async |fields: Value| {
        let mut body = json!({ "organisation_id": trial.organisation });
        body.as_object_mut()
            .expect("an object")
            .extend(fields.as_object().expect("fields").clone());
        let (status, answer) = trial.call("POST", "/v1/simulate/alerts", &body).await;
        (status, answer["errors"][0]["field"].as_str().unwrap_or_default().to_owned())
    };
    for (field, value) in [
        ("scenario", json!("EARTHQUAKE")),
        ("type", json!("TC40")),
        ("amount_in_cents", json!(0)),
        ("currency", json!("XYZ")),
        ("card_bin", json!("12345")),
        ("card_last4", json!("42a2")),
        ("arn", json!("7402")),
        ("transaction_at", json!("yesterday")),
        ("transaction_at", json!("2026-03-01T00:00:00Z")),
        ("minutes_to_deadline", json!(2761)),
        ("descriptor", json!(" ")),
        ("transaction_reference", json!("txn-nobody")),
    ] {
        assert_eq!(refused(json!({ field: value })).await, (422, field.to_owned()), "{value}");
    }
    let magic = json!({ "scenario": "REFUND_FAILURE", "transaction_reference": "pi_simulated_1" });
    assert_eq!(refused(magic).await, (422, "transaction_reference".to_owned()));
    assert_eq!(
        refused(json!({ "enrolment_id": "enrl_nobody" })).await,
        (404, "enrolment_id".to_owned())
    );
    assert_eq!(
        trial.world.call("GET", "/v1/alerts/", &trial.key, None).await.1["count"],
        0,
        "nothing was taken in"
    );
}

#[tokio::test]
async fn a_refund_by_hand_is_simulated_as_well() {
    let trial = Trial::open().await;
    let refunded = async |reference: &str| {
        let path = format!("/v1/transactions/{reference}/refunds");
        let (status, answer) =
            trial.call("POST", &path, &json!({ "organisation_id": trial.organisation })).await;
        assert!((200..300).contains(&status), "{answer}");
        trial.world.settle().await;
        let path = format!("/v1/refunds/{}", answer["id"].as_str().expect("an id"));
        trial.world.call("GET", &path, &trial.key, None).await.1
    };
    let done = refunded("pi_simulated_plain_1250eur_1").await;
    let given = (&done["refund"]["amount_in_cents"], &done["refund"]["currency"]);
    assert_eq!(
        (&done["status"], given),
        (&json!("SUCCEEDED"), (&json!(1250), &json!("EUR"))),
        "{done}"
    );
    assert_eq!(refunded("pi_simulated_refund_failure_1").await["status"], "FAILED");
    let slow = refunded("pi_simulated_slow_processor_1").await;
    assert_eq!(slow["status"], "PENDING", "{slow}");
    trial.world.advance(jiff::SignedDuration::from_hours(1)).await;
    let path = format!("/v1/refunds/{}", slow["id"].as_str().expect("an id"));
    let (_, later) = trial.world.call("GET", &path, &trial.key, None).await;
    assert_eq!(later["status"], "SUCCEEDED", "{later}");
    trial.nobody_was_called();
}
