mod addresses;
mod fields;
mod lists;

use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use super::{Answer, Desk};

pub(super) async fn raw(desk: &Desk, path: &str, media: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post(path)
        .header("authorization", format!("Bearer {}", desk.key))
        .header("content-type", media);
    desk.send(request.body(body.into()).expect("a request")).await
}

#[tokio::test]
async fn bodies_that_cannot_be_taken_are_told_apart() {
    let desk = Desk::open().await;
    let json = "application/json";
    assert_eq!(
        raw(&desk, "/v1/organisations", json, "{").await.refusal(),
        (400, "INVALID_JSON", vec![])
    );
    assert_eq!(
        raw(&desk, "/v1/organisations", json, "[]").await.refusal(),
        (400, "INVALID_REQUEST", vec![])
    );
    assert_eq!(
        raw(&desk, "/v1/organisations", "text/plain", "{}").await.refusal(),
        (415, "UNSUPPORTED_MEDIA_TYPE", vec![])
    );
    assert_eq!(
        raw(&desk, "/v1/organisations", json, " ").await.body["detail"],
        "The body is empty."
    );
    let unsaid =
        Request::post("/v1/organisations").header("authorization", format!("Bearer {}", desk.key));
    assert_eq!(
        desk.send(unsaid.body(r#"{"name": "Acme"}"#.into()).expect("a request")).await.status,
        200,
        "its media type is not said"
    );
    let over = format!("{{\"name\": \"{}\"}}", "a".repeat(256 * 1024));
    assert_eq!(
        raw(&desk, "/v1/organisations", json, over.clone()).await.refusal(),
        (413, "BODY_TOO_LARGE", vec![])
    );
    assert_eq!(
        raw(&desk, "/v1/orders", json, format!("[{over}]")).await.status,
        200,
        "a batch of orders may be larger"
    );
    assert_eq!(raw(&desk, "/v1/orders", json, " ".repeat(1024 * 1024 + 1)).await.refusal().0, 413);
}

#[tokio::test]
async fn card_numbers_are_refused_wherever_they_hide() {
    let desk = Desk::open().await;
    for name in ["4242424242424242", "Card 5555-5555-5555-4444", "4242424242424242 0128"] {
        let refused = desk
            .post("/v1/organisations", &json!({"name": "Acme", "unknown": {"deep": [name]}}))
            .await;
        assert_eq!(
            refused.refusal(),
            (422, "CARD_NUMBER_REFUSED", vec!["unknown.deep[0]"]),
            "{name}"
        );
        assert!(!refused.body.to_string().contains(&name[5..16]));
    }
    for (body, field) in [
        (r#"{"name": "42\u00342424242424242"}"#, "name"),
        (r#"{"name": "Acme", "a": {"b": 4.242424242424242E15}}"#, "a.b"),
        (r#"{"name": "Acme", "4242424242424242": 1}"#, "424242******4242"),
    ] {
        let refused = raw(&desk, "/v1/organisations", "application/json", body).await;
        assert_eq!(refused.refusal(), (422, "CARD_NUMBER_REFUSED", vec![field]), "{body}");
    }
    assert_eq!(desk.get("/v1/organisations").await.body["count"], 0);
    let marked =
        raw(&desk, "/v1/organisations", "application/json", "\u{feff}{\"name\": \"Marked\"}").await;
    assert_eq!(marked.status, 200, "a byte order mark is no fault");
    let reference = json!({"name": "ARN 74027012345678901234567"});
    assert_eq!(desk.post("/v1/organisations", &reference).await.status, 200);
}
