//! What anybody can read: the document, its page with all that it loads, the guide.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use serde_json::Value;
use tower::ServiceExt;

use crate::partner_api::Desk;
use crate::repository;

/// What Lambda hands over at most, in base 64.
const MOST_BYTES: usize = 4 << 20;

async fn read(path: &str) -> (u16, HeaderMap, Vec<u8>) {
    let desk = Desk::open().await;
    let request = Request::get(path).body(Body::empty()).expect("a request");
    let (parts, body) = partner_api::build_router(desk.api.clone())
        .oneshot(request)
        .await
        .expect("an answer")
        .into_parts();
    (
        parts.status.as_u16(),
        parts.headers,
        to_bytes(body, usize::MAX).await.expect("a body").to_vec(),
    )
}

#[tokio::test]
async fn the_document_and_the_guide_are_read_without_a_key() {
    for path in ["/v1/openapi.json", "/v2/openapi.json", "/v1/openapi.json/"] {
        let (status, headers, body) = read(path).await;
        assert_eq!(
            (status, headers["content-type"].to_str().expect("text")),
            (200, "application/json"),
            "{path}"
        );
        let document: Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(document["openapi"], "3.1.0");
        assert_eq!(
            document,
            serde_json::from_str::<Value>(&repository::read("docs/openapi.json")).expect("JSON")
        );
        assert!(body.len() < MOST_BYTES, "{path} has {} bytes", body.len());
    }
    let (status, headers, body) = read("/v1/llms.txt").await;
    assert_eq!(
        (status, headers["content-type"].to_str().expect("text")),
        (200, "text/plain; charset=utf-8")
    );
    assert!(
        String::from_utf8(body).expect("text").contains("- `POST /v1/orders` (orders:write): ")
    );
}

#[tokio::test]
async fn the_page_loads_only_files_from_here() {
    let (status, headers, page) = read("/v1/docs").await;
    assert_eq!(
        (status, headers["content-type"].to_str().expect("text")),
        (200, "text/html; charset=utf-8")
    );
    assert!(
        headers["content-security-policy"]
            .to_str()
            .expect("text")
            .starts_with("default-src 'self'")
    );
    assert_eq!(headers["x-content-type-options"], "nosniff");
    let page = String::from_utf8(page).expect("text");
    let places = page.split(['"']).filter(|part| part.starts_with('/') || part.contains("//"));
    let mut files = 0;
    for place in places.filter(|place| !place.contains('>')) {
        let (status, headers, body) = read(place).await;
        assert_eq!(status, 200, "{place}");
        assert!(
            !body.is_empty() && body.len() < MOST_BYTES && headers.contains_key("content-type"),
            "{place}"
        );
        files += 1;
    }
    assert!(files >= 4, "{files} files");
    assert_eq!(read("/v1/docs/swagger-ui-bundle.js.map").await.0, 404);
}
