//! Outcomes: judged item by item, the first final one stands.

use reqwest::Method;
use serde_json::{Value, json};
use tests::simulate::ethoca::Verdict;
use tests::simulate::ethoca::alert::Kind;

use super::merchant::{Merchant, reason, resolved};

#[tokio::test]
async fn the_first_final_outcome_stands_and_a_transit_one_gives_way() {
    let merchant = Merchant::new().await;
    let id = merchant.raised(Kind::Fraud);
    let item =
        |outcome: &str| json!({ "alertId": id, "outcome": outcome, "refundStatus": "NOT_SETTLED" });
    assert_eq!(
        merchant.report(item("IN_PROGRESS")).await,
        json!({ "alertId": id, "status": "SUCCESS" })
    );
    assert_eq!(merchant.report(item("STOPPED")).await["status"], "SUCCESS");
    let again = merchant.report(item("MISSED")).await;
    assert_eq!(
        (&again["status"], reason(&again)),
        (&json!("FAILURE"), ("OUTCOME_ALREADY_EXISTS", &json!(false)))
    );
    let verdicts: Vec<Verdict> =
        merchant.ethoca.outcomes_of(&id).iter().map(|one| one.verdict).collect();
    assert_eq!(verdicts, [Verdict::AcceptedInTransit, Verdict::Accepted, Verdict::Refused]);
    assert!(merchant.ethoca.final_outcome(&id).expect("a final outcome").get().contains("STOPPED"));
}

#[tokio::test]
async fn an_outcome_is_judged_item_by_item() {
    let merchant = Merchant::new().await;
    let id = merchant.raised(Kind::Dispute);
    let with = |path: &str, value: Value| {
        let mut item = resolved(&id);
        *item.pointer_mut(path).expect("a known field") = value;
        item
    };
    let mut extra = resolved(&id);
    extra["comments"] = json!("x".repeat(1025));
    let mut unproven = resolved(&id);
    unproven["refund"] = Value::Null;
    let wrong = [
        with("/alertId", json!("SHORT")),
        with("/outcome", json!("STOPPED")),
        with("/outcome", json!("OTHER")),
        with("/outcome", json!("DONE")),
        with("/refundStatus", json!("refunded")),
        with("/refund/amount/value", json!("49.00")),
        with("/refund/amount/value", json!(0)),
        with("/refund/amount/currencyCode", json!("usd")),
        with("/refund/type", json!("CASH")),
        with("/refund/timestamp", json!("14.03.2026")),
        with("/actionTimestamp", json!("2026-03-14T12:00:00.000000Z")),
        extra,
        unproven,
    ];
    for item in wrong {
        let answer = merchant.report(item.clone()).await;
        assert_eq!(
            (&answer["status"], reason(&answer).0),
            (&json!("FAILURE"), "VALIDATION_FAILURE"),
            "{item}"
        );
    }
}

#[tokio::test]
async fn a_batch_has_up_to_25_outcomes_of_known_alerts() {
    let merchant = Merchant::new().await;
    let id = merchant.raised(Kind::Dispute);
    let stranger = merchant.report(resolved("A4IM9K2MIYL9F2BPF9TWUIXTU")).await;
    assert_eq!(reason(&stranger), ("ALERT_NOT_FOUND", &json!(false)));
    let (status, _) =
        merchant.post("/outcomes", &json!({ "outcomes": vec![resolved(&id); 26] })).await;
    assert_eq!(status, 400);
    let (_, body) =
        merchant.post("/outcomes", &json!({ "outcomes": vec![resolved(&id); 25] })).await;
    let answers = body["outcomeResponses"].as_array().expect("answers");
    assert_eq!(
        (answers.len(), answers.iter().filter(|one| one["status"] == "SUCCESS").count()),
        (25, 1)
    );
}

#[tokio::test]
async fn an_amount_is_read_as_decimal_text() {
    let merchant = Merchant::new().await;
    let id = merchant.raised(Kind::Dispute);
    for (amount, status) in [
        ("1.2345", "FAILURE"),
        ("49e2", "FAILURE"),
        ("-49", "FAILURE"),
        ("0.000", "FAILURE"),
        ("123456789.123", "FAILURE"),
        ("12345678.100", "SUCCESS"),
    ] {
        let item =
            resolved(&id).to_string().replace("\"value\":49", &format!("\"value\":{amount}"));
        let batch = format!("{{\"outcomes\":[{item}]}}");
        let (_, body) = merchant.call(Method::POST, "/outcomes", &batch).await.expect("an answer");
        assert_eq!(body["outcomeResponses"][0]["status"], status, "{amount}");
    }
    assert!(
        merchant
            .ethoca
            .final_outcome(&id)
            .expect("an outcome")
            .get()
            .contains("\"value\":12345678.100}")
    );
}
