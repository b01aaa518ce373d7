//! Files of past alerts: taken row by row, or refused whole.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::super::{Answer, Desk, Shop};

pub(super) async fn import(desk: &Desk, shop: &Shop, text: &str) -> Answer {
    let path = format!("/v1/alert-imports/?organisation_id={}", shop.organisation);
    let request = Request::post(path)
        .header("authorization", format!("Bearer {}", desk.key))
        .header("content-type", "text/csv");
    desk.send(request.body(Body::from(text.to_owned())).expect("a request")).await
}

#[tokio::test]
async fn a_file_of_past_alerts_is_kept_row_by_row() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let header = "reference,received_at,amount_in_cents,currency,type,card_bin,is_3ds";
    let rows = [
        "a-1,2026-01-05T10:00:00Z,4900,USD,FRAUD,424242,true",
        "a-1,2026-01-06T10:00:00Z,4900,USD,FRAUD,,",
        "a-2,yesterday,49.00,XXL,PEACE,42,perhaps",
        "4242424242424242,2026-01-05T10:00:00Z,4900,USD,FRAUD,,",
        ",2026-01-05T10:00:00Z,4900,USD,DISPUTE,,",
        "a-3,2026-01-05T10:00:00Z",
        "\"a-4\",2026-01-07T10:00:00Z,1200,eur,,,",
    ];
    let answer = import(&desk, &shop, &format!("{header}\n{}\n", rows.join("\n"))).await;
    assert_eq!(
        (answer.status, &answer.body["created"], &answer.body["failed"]),
        (200, &json!(2), &json!(5)),
        "{}",
        answer.body
    );
    let errors = answer.body["errors"].as_array().expect("errors").iter();
    let errors: Vec<Value> =
        errors.map(|one| json!([one["line"], one["reference"], one["code"]])).collect();
    let expected = json!([
        [3, "a-1", "VALIDATION_FAILED"],
        [4, "a-2", "VALIDATION_FAILED"],
        [5, null, "CARD_NUMBER_REFUSED"],
        [6, null, "VALIDATION_FAILED"],
        [7, null, "INVALID_REQUEST"]
    ]);
    assert_eq!(json!(errors), expected);
    let faults = answer.body["errors"][1]["errors"].as_array().expect("errors").iter();
    let named = faults.map(|fault| fault["field"].clone()).collect();
    assert_eq!(
        Value::Array(named),
        json!(["received_at", "amount_in_cents", "currency", "card_bin", "type", "is_3ds"])
    );
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused_whole() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let refused = import(&desk, &shop, "reference,received_at,amount,currency\n").await;
    assert_eq!(refused.refusal(), (422, "VALIDATION_FAILED", vec!["amount_in_cents", "header[2]"]));
    let refused = import(&desk, &shop, "reference,received_at,amount_in_cents,currency\n").await;
    assert_eq!(refused.refusal(), (422, "VALIDATION_FAILED", vec!["rows"]));
    let path = format!("/v1/alert-imports?organisation_id={}", shop.organisation);
    assert_eq!(
        desk.post(&path, &json!({})).await.refusal(),
        (415, "UNSUPPORTED_MEDIA_TYPE", vec![])
    );
    let row = "a,2026-01-05T10:00:00Z,4900,USD\n";
    let many = format!("reference,received_at,amount_in_cents,currency\n{}", row.repeat(5_001));
    assert_eq!(
        import(&desk, &shop, &many).await.refusal(),
        (422, "VALIDATION_FAILED", vec!["rows"])
    );
    assert_eq!(desk.post("/v1/alert-imports", &json!({})).await.refusal().2, ["organisation_id"]);
    let stranger = desk.partner("Other Payments", domain::account::OperatingMode::Live).await;
    assert_eq!(
        desk.call("POST", &path, &stranger, None).await.refusal(),
        (404, "NOT_FOUND", vec!["organisation_id"])
    );
}
