//! What the router has and what the document says are the same.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use tower::ServiceExt;

use super::conversation::DOCUMENT;
use crate::partner_api::Desk;

/// `METHOD path` of every operation of the document.
fn documented() -> BTreeSet<String> {
    let paths = DOCUMENT["paths"].as_object().expect("paths");
    let of = |path: &str, methods: &serde_json::Value| {
        let methods = methods.as_object().expect("operations");
        methods.keys().map(|method| format!("{} {path}", method.to_uppercase())).collect::<Vec<_>>()
    };
    paths.iter().flat_map(|(path, methods)| of(path, methods)).collect()
}

#[tokio::test]
async fn the_document_has_every_route_and_no_other() {
    let desk = Desk::open().await;
    let mut routed = BTreeSet::new();
    for path in partner_api::route_paths() {
        let request = Request::options(path)
            .header("authorization", format!("Bearer {}", desk.key))
            .body(Body::empty());
        let answer = partner_api::build_router(desk.api.clone())
            .oneshot(request.expect("a request"))
            .await
            .expect("an answer");
        let allowed = answer.headers()["allow"].to_str().expect("text").to_owned();
        routed.extend(
            allowed
                .split(',')
                .filter(|method| *method != "HEAD")
                .map(|method| format!("{method} {path}")),
        );
    }
    assert_eq!(
        documented(),
        routed,
        "a route needs `#[utoipa::path]` and its place in partner-api/src/document/openapi.rs"
    );
}

#[test]
fn every_operation_has_a_name_of_its_own_a_group_and_a_summary() {
    let mut names = BTreeSet::new();
    let tags: Vec<&str> = DOCUMENT["tags"]
        .as_array()
        .expect("tags")
        .iter()
        .filter_map(|tag| tag["name"].as_str())
        .collect();
    for operation in DOCUMENT["paths"]
        .as_object()
        .expect("paths")
        .values()
        .flat_map(|methods| methods.as_object().expect("operations").values())
    {
        let name = operation["operationId"].as_str().expect("a name");
        assert!(names.insert(name), "{name} is there twice");
        assert!(
            tags.contains(&operation["tags"][0].as_str().expect("a tag")),
            "{name} is of an unknown group: {}",
            operation["tags"]
        );
        assert!(
            operation["summary"]
                .as_str()
                .is_some_and(|text| text.ends_with('.') && text.len() < 90),
            "{name}: {}",
            operation["summary"]
        );
    }
}

#[test]
fn whatever_is_referred_to_is_there() {
    let mut rest = vec![&*DOCUMENT];
    while let Some(value) = rest.pop() {
        if let Some(place) = value["$ref"].as_str() {
            assert!(
                DOCUMENT.pointer(place.trim_start_matches('#')).is_some(),
                "{place} is referred to and is not there"
            );
        }
        match value {
            serde_json::Value::Array(items) => rest.extend(items),
            serde_json::Value::Object(fields) => rest.extend(fields.values()),
            _ => {}
        }
    }
}
