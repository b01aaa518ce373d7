//! The partner API: paths, queries, headers.

use axum::extract::Request;
use serde_json::json;
use tests::world::canary::CANARY;

use super::{House, encoded};
use crate::openapi::conversation::{DOCUMENT, resolved};

#[tokio::test]
async fn nothing_of_a_query_is_kept() {
    let house = House::open().await;
    for (path, operations) in DOCUMENT["paths"].as_object().expect("paths") {
        let parameters =
            operations["get"]["parameters"].as_array().into_iter().flatten().map(resolved);
        let named =
            parameters.filter(|one| one["in"] == "query").filter_map(|one| one["name"].as_str());
        let path =
            path.replace("{id}", "nobody").replace("{token}", "nobody").replace("{file}", "nobody");
        for name in named.chain(["unheard_of"]) {
            let spelling = encoded(house.next_spelling());
            house.send(Request::get(format!("{path}?{name}={spelling}")), "").await;
            house.send(Request::get(format!("{path}?{spelling}={name}")), "").await;
        }
    }
    house.expect_no_trace().await;
}

#[tokio::test]
async fn nothing_of_a_path_is_kept() {
    let house = House::open().await;
    let mut sent = 0;
    for (path, operations) in DOCUMENT["paths"].as_object().expect("paths") {
        let methods = operations
            .as_object()
            .expect("operations")
            .keys()
            .filter(|name| ["get", "post", "patch", "delete"].contains(&name.as_str()));
        for method in methods.filter(|_| path.contains('{')) {
            let path: Vec<String> = path
                .split('/')
                .map(|part| {
                    if part.starts_with('{') {
                        encoded(house.next_spelling())
                    } else {
                        part.to_owned()
                    }
                })
                .collect();
            let request = Request::builder()
                .method(method.to_uppercase().as_str())
                .uri(path.join("/"))
                .header("content-type", "application/json");
            let (status, answer) = house.send(request, "{}").await;
            assert!((400..500).contains(&status), "{method} {path:?} {status}: {answer}");
            sent += 1;
        }
        house
            .send(
                Request::get(
                    format!("{path}/{}", encoded(house.next_spelling())).replace(['{', '}'], ""),
                ),
                "",
            )
            .await;
    }
    assert!(sent > 40, "{sent} paths");
    house.expect_no_trace().await;
}

#[tokio::test]
async fn nothing_of_a_header_is_kept() {
    let house = House::open().await;
    let spellings: Vec<String> = house
        .spellings
        .iter()
        .map(|(_, spelling)| spelling.clone())
        .filter(|text| text.is_ascii())
        .collect();
    for (at, spelling) in spellings.iter().enumerate() {
        let names = [
            "x-request-id",
            "idempotency-key",
            "user-agent",
            "prefer",
            "accept",
            "accept-language",
            "referer",
            "origin",
            "if-match",
            "x-unheard-of",
        ];
        for name in names {
            let request = Request::post("/v1/organisations")
                .header("content-type", "application/json")
                .header(name, spelling);
            house.send(request, json!({ "name": format!("{name} {at}") }).to_string()).await;
        }
        for value in [format!("Bearer {spelling}"), format!("Basic {spelling}"), spelling.clone()] {
            let request = Request::get("/v1/orders").header("authorization", value);
            assert_eq!(house.send_as_is(request, "").await.0, 401);
        }
        let request = Request::post("/v1/organisations").header("content-type", spelling);
        assert_eq!(house.send(request, "{}").await.0, 415);
    }
    let (_, refused) =
        house.send(Request::get("/v1/orders/nobody").header("x-request-id", CANARY), "").await;
    assert_eq!(refused["request_id"].as_str().map(str::len), Some(32), "{refused}");
    house.expect_no_trace().await;
}
