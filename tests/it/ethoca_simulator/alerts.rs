//! Alerts: pushed, pulled, acknowledged, and as the fixtures write them.

use axum::http::HeaderMap;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use tests::simulate::ethoca::Channel;
use tests::simulate::ethoca::alert::{AmountShape, Kind};

use super::merchant::{Merchant, fixtures, listen};

#[tokio::test]
async fn a_pull_is_filtered_by_type_day_and_size() {
    let merchant = Merchant::new().await;
    let (fraud, dispute) = (merchant.raised(Kind::Fraud), merchant.raised(Kind::Dispute));
    for (query, found) in [
        ("", vec![fraud.clone(), dispute.clone()]),
        ("?alert_type=CUSTOMERDISPUTE&size=10", vec![dispute.clone()]),
        ("?start_date=2026-03-15", vec![]),
        ("?end_date=2026-03-14&size=1", vec![fraud.clone()]),
    ] {
        assert_eq!(ids(&merchant.pull(query).await.1), found, "{query}");
    }
    for query in ["?start_date=yesterday", "?size=0", "?size=many", "?alert_type=THEFT"] {
        let (status, body) = merchant.pull(query).await;
        let code = &body["Errors"]["Error"][0]["ReasonCode"];
        assert_eq!((status, code), (400, &json!("VALIDATION_FAILURE")), "{query}");
    }
}

#[tokio::test]
async fn an_alert_is_pulled_until_it_is_acknowledged() {
    let merchant = Merchant::new().await;
    let (fraud, dispute) = (merchant.raised(Kind::Fraud), merchant.raised(Kind::Dispute));
    let item = |id: &str, status: &str| json!({ "alertId": id, "status": status });
    let items = [
        item(&fraud, "SUCCESS"),
        item(&dispute, "FAILURE"),
        item("NOBODY", "SUCCESS"),
        item(&fraud, "SUCCESS"),
    ];
    let (_, body) =
        merchant.post("/alerts/acknowledges", &json!({ "acknowledgements": items })).await;
    let answers = body["acknowledgementResponses"].as_array().expect("answers");
    let statuses: Vec<&str> = answers.iter().filter_map(|one| one["status"].as_str()).collect();
    assert_eq!(statuses, ["SUCCESS", "SUCCESS", "FAILURE", "SUCCESS"]);
    assert_eq!(ids(&merchant.pull("").await.1), [dispute]);
}

fn ids(body: &Value) -> Vec<String> {
    let alerts = body["alerts"].as_array().expect("alerts");
    alerts.iter().map(|one| one["alertId"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test]
async fn a_push_is_acknowledged_by_its_answer() {
    let merchant = Merchant::new().await;
    let answer = |headers: HeaderMap, Json(body): Json<Value>| async move {
        assert_eq!(headers["authorization"], "Basic ZXRob2NhOnNlY3JldA==");
        let id = body["alerts"][0]["alertId"].clone();
        Json(json!({ "acknowledgements": [{ "alertId": id, "status": "SUCCESS" }] }))
    };
    let url = listen(Router::new().route("/push", post(answer))).await + "/push";
    let draft = || {
        merchant.ethoca.alert(Kind::Fraud, "ACMEFIT", "49.50", "USD").amount_as(AmountShape::Object)
    };
    let (first, second) = (draft().build(), draft().card("555555", "0042").build());
    let receipt =
        merchant.ethoca.push(&url, "ethoca", "secret", vec![first.clone(), second.clone()]).await;
    assert_eq!((receipt.status, receipt.acknowledged.len()), (200, 1));
    let known = |alert: &Value| {
        merchant.ethoca.known(alert["alertId"].as_str().expect("an id")).expect("a known alert")
    };
    assert_eq!(known(&first).acknowledged.map(|how| how.by), Some(Channel::Push));
    assert!(known(&second).acknowledged.is_none());
    assert_eq!(merchant.pull("").await.1["alerts"], json!([second]));
    let nobody = merchant.ethoca.push("http://127.0.0.1:1/", "ethoca", "secret", vec![first]).await;
    assert_eq!(nobody.status, 0);
}

#[test]
fn fixtures_are_bodies_that_ethoca_could_send() {
    let mut ids = std::collections::BTreeSet::new();
    for (name, text) in fixtures() {
        let body: Value =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let alert = &body["alerts"][0];
        let readable = alert["alertType"].as_str().and_then(Kind::read).is_some();
        assert_eq!(readable, name != "unknown_type.json", "{name}");
        if let Some(id) = alert["alertId"].as_str() {
            assert!(id.len() == 25 && ids.insert(id.to_owned()), "{name}");
        }
    }
    assert!(ids.len() >= 13);
}
