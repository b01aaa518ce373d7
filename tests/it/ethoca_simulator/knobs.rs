//! Faults, memory and the questions under `/_simulator/`.

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tests::simulate::ethoca::alert::{Kind, alert_id};
use tests::simulate::ethoca::{BASE_PATH, Ethoca, Fault, FaultKind};

use super::merchant::{Merchant, NOON, fixtures, reason, resolved};

#[tokio::test]
async fn a_queued_status_meets_the_next_call_it_fits() {
    let merchant = Merchant::new().await;
    let id = merchant.raised(Kind::Dispute);
    let batch = json!({ "outcomes": [resolved(&id)] });
    for (kind, status) in [
        (FaultKind::Status500, 500),
        (FaultKind::Status429, 429),
        (FaultKind::Status400Recoverable, 400),
        (FaultKind::Status401, 401),
    ] {
        merchant.ethoca.queue_fault(Fault::outcomes(kind));
        assert_eq!(merchant.pull("").await.0, 200);
        assert_eq!(merchant.post("/outcomes", &batch).await.0, status);
    }
    assert_eq!(merchant.post("/outcomes", &batch).await.0, 200);
    let statuses: Vec<_> =
        merchant.ethoca.requests().iter().filter_map(|call| call.status).collect();
    assert_eq!(statuses, [200, 500, 200, 429, 200, 400, 200, 401, 200]);
}

#[tokio::test]
async fn a_lost_request_does_nothing_and_a_lost_answer_everything() {
    let merchant = Merchant::new().await;
    let id = merchant.raised(Kind::Dispute);
    let batch = json!({ "outcomes": [resolved(&id)] }).to_string();
    merchant.ethoca.queue_fault(Fault::outcomes(FaultKind::ItemFailure));
    assert_eq!(reason(&merchant.report(resolved(&id)).await), ("SYSTEM_ERROR", &json!(true)));
    merchant.ethoca.queue_fault(Fault::outcomes(FaultKind::LoseRequest));
    assert!(merchant.call(Method::POST, "/outcomes", &batch).await.is_err());
    assert!(merchant.ethoca.final_outcome(&id).is_none());
    merchant.ethoca.queue_fault(Fault::outcomes(FaultKind::LoseAnswer));
    assert!(merchant.call(Method::POST, "/outcomes", &batch).await.is_err());
    assert!(merchant.ethoca.final_outcome(&id).is_some());
    assert_eq!(reason(&merchant.report(resolved(&id)).await).0, "OUTCOME_ALREADY_EXISTS");
}

#[tokio::test]
async fn what_it_was_told_survives_a_restart_and_can_be_asked() {
    let directory = std::env::temp_dir().join(format!("ethoca-{}", alert_id()));
    let start = || Ethoca::new(|| NOON, Some(directory.clone()));
    let before = start();
    let fixture =
        fixtures().find(|(name, _)| name == "string_amounts.json").expect("the fixture").1;
    before.push_text("http://127.0.0.1:1/", "ethoca", "secret", &fixture).await;
    let credentials = before.generate_credentials();
    let merchant = Merchant::of(start(), credentials).await;
    let id = "STR1NG4C7X0Z3Q6W9E2R5T8Y1";
    assert_eq!(merchant.report(resolved(id)).await["status"], "SUCCESS");
    let outcomes = merchant.ask("outcomes").await;
    assert_eq!(
        (&outcomes[0]["alert_id"], &outcomes[0]["verdict"]),
        (&json!(id), &json!("ACCEPTED"))
    );
    let alert = merchant.ask(&format!("alerts/{id}")).await;
    assert_eq!((&alert["pushes"], &alert["alert"]["amount"]), (&json!(1), &json!("49.00")));
    assert_eq!(merchant.ask("alerts/NOBODY").await, Value::Null);
    assert!(start().final_outcome(id).is_some());
    merchant.ethoca.reset();
    assert!(start().known(id).is_none());
    std::fs::remove_dir_all(directory).expect("the directory goes");
}

#[tokio::test]
async fn a_person_can_raise_alerts_and_break_calls_over_http() {
    let mut merchant = Merchant::new().await;
    let tell = async |path: &str, body: Value| {
        let sent = Client::new()
            .post(format!("{}/_simulator/{path}", merchant.url))
            .json(&body)
            .send()
            .await;
        sent.expect("an answer").text().await.expect("a body")
    };
    let credentials: Value =
        serde_json::from_str(&tell("credentials", json!({})).await).expect("JSON");
    assert_eq!(credentials["consumer_key"].as_str().map(str::len), Some(97));
    let alert = merchant
        .ethoca
        .alert(Kind::Dispute, "ACMEFIT", "4900", "JPY")
        .chargeback("13.7", "4900", "JPY")
        .build();
    tell("raise", json!({ "alerts": [alert] })).await;
    let path = format!("{BASE_PATH}/alerts");
    let fault = json!({ "method": "GET", "path_prefix": path, "fault": "status_500", "times": 2 });
    tell("faults", fault).await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(merchant.pull("").await.0);
    }
    assert_eq!(statuses, [500, 500, 200]);
    let push = json!({
        "url": "http://127.0.0.1:1/", "username": "ethoca", "password": "secret", "alerts": [alert]
    });
    assert!(tell("push", push).await.starts_with("{\"status\":0,"));
    tell("reset", json!({})).await;
    assert!(merchant.ethoca.requests().is_empty());
    merchant.credentials.consumer_key.push('x');
    assert_eq!(merchant.pull("").await.0, 401);
}
