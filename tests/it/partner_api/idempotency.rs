//! `Idempotency-Key`: the same again is answered again, and done once.

use axum::body::Body;
use axum::http::Request;
use domain::account::{ApiKeyScope, OperatingMode};
use domain::basics::time::add_seconds;
use runtime::random::hash_bytes;
use serde_json::json;
use store::idempotency::{RequestLeaseResult, StoredResponse};
use tests::simulate::stripe::{Fault, FaultKind};
use tests::world::{Settings, World};

use super::setup::unmatched;
use super::{Desk, now, order};

const ORGANISATIONS: &str = "/v1/organisations/";

#[tokio::test]
async fn the_same_again_is_answered_again_and_done_once() {
    let desk = Desk::open().await;
    let body = json!({"name": "Acme"});
    let first = desk.post_as("k-1", &desk.key, ORGANISATIONS, &body).await;
    let again = desk.post_as("k-1", &desk.key, "/v1/organisations", &body).await;
    assert_eq!((first.status, again.status, &first.body), (200, 200, &again.body));
    assert!(!first.headers.contains_key("idempotent-replayed"));
    assert_eq!(
        (&again.headers["idempotent-replayed"], &again.headers["content-type"]),
        (&"true".parse().unwrap(), &first.headers["content-type"])
    );
    assert_ne!(first.headers["x-request-id"], again.headers["x-request-id"]);
    assert_eq!(desk.get(ORGANISATIONS).await.body["count"], 1);
    desk.post_as("k-2", &desk.key, ORGANISATIONS, &body).await.id();
    assert_eq!(desk.get(ORGANISATIONS).await.body["count"], 2, "another key is another request");
}

#[tokio::test]
async fn another_body_under_the_key_is_refused() {
    let desk = Desk::open().await;
    desk.post_as("k", &desk.key, ORGANISATIONS, &json!({"name": "Acme"})).await.id();
    let other = desk.post_as("k", &desk.key, ORGANISATIONS, &json!({"name": "Zenith"})).await;
    assert_eq!(other.refusal(), (422, "IDEMPOTENCY_KEY_REUSED", vec![]));
    assert_eq!(desk.get(ORGANISATIONS).await.body["count"], 1);
}

#[tokio::test]
async fn a_refusal_is_answered_again_too() {
    let desk = Desk::open().await;
    let first = desk.post_as("k", &desk.key, ORGANISATIONS, &json!({"name": ""})).await;
    let again = desk.post_as("k", &desk.key, ORGANISATIONS, &json!({"name": ""})).await;
    assert_eq!(first.refusal(), (422, "VALIDATION_FAILED", vec!["name"]));
    assert_eq!(
        (again.status, &again.body, &again.headers["content-type"]),
        (422, &first.body, &first.headers["content-type"])
    );
    assert_eq!(again.headers["idempotent-replayed"], "true");
}

#[tokio::test]
async fn no_answer_goes_to_a_key_that_might_not_have_had_it() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let body = json!([order(&shop, "one")]);
    let first = desk.post_as("k", &desk.key, "/v1/orders", &body).await;
    assert_eq!(first.body["created"], 1, "{}", first.body);
    let own = desk.key_of(&shop.organisation).await;
    let stranger = desk.partner("Other Payments", OperatingMode::Live).await;
    let reader = desk
        .new_key("Payments Inc", OperatingMode::Live, ApiKeyScope::Partner, &["orders:read"])
        .await;
    for key in [&own, &stranger, &reader] {
        let answer = desk.post_as("k", key, "/v1/orders", &body).await;
        assert!(!answer.headers.contains_key("idempotent-replayed"), "{}", answer.body);
    }
    let colleague =
        desk.new_key("Payments Inc", OperatingMode::Live, ApiKeyScope::Partner, &[]).await;
    let answer = desk.post_as("k", &colleague, "/v1/orders", &body).await;
    assert_eq!(
        answer.headers["idempotent-replayed"], "true",
        "keys of one owner share their requests"
    );
}

#[tokio::test]
async fn a_secret_is_in_no_answer_that_is_kept() {
    let desk = Desk::open().await;
    let body = json!({"name": "All", "level": "PARTNER"});
    let first = desk.post_as("k", &desk.key, "/v1/api-keys", &body).await;
    let again = desk.post_as("k", &desk.key, "/v1/api-keys", &body).await;
    assert!(first.body["secret"].is_string() && again.body["secret"].is_null());
    assert_eq!((again.id(), desk.get("/v1/api-keys").await.items().len()), (first.id(), 2));
}

#[tokio::test]
async fn a_key_that_cannot_be_one_is_refused_and_a_get_needs_none() {
    let desk = Desk::open().await;
    for name in ["", "a\tb", &"k".repeat(256)] {
        let refused = desk.post_as(name, &desk.key, ORGANISATIONS, &json!({"name": "Acme"})).await;
        assert_eq!(refused.refusal(), (400, "INVALID_REQUEST", vec![]));
    }
}

#[tokio::test]
async fn a_claim_is_one_callers_until_its_time_is_over() {
    let desk = Desk::open().await;
    let store = &desk.api.store;
    let claim = async |body: &str, seconds: i64| {
        store.lease_request("request", body, add_seconds(now(), seconds)).await.expect("an answer")
    };
    let RequestLeaseResult::Ours(first) = claim("a", 0).await else { panic!("it is nobody's yet") };
    assert_eq!(
        (claim("a", 10).await, claim("b", 10).await),
        (RequestLeaseResult::InFlight(50), RequestLeaseResult::OtherBody)
    );
    assert_eq!(
        claim("b", 61).await,
        RequestLeaseResult::OtherBody,
        "what a dead process began may only be ended as it was"
    );
    let RequestLeaseResult::Ours(second) = claim("a", 61).await else { panic!("its time is over") };
    let answer =
        StoredResponse { status: 200, content_type: "application/json".into(), body: "{}".into() };
    assert!(store.store_response(&first, &answer).await.is_err(), "it has lost its claim");
    store.release_request(&first).await.expect("nothing happens");
    store.store_response(&second, &answer).await.expect("kept");
    assert_eq!(claim("a", 3600).await, RequestLeaseResult::Done(answer));
    assert!(
        matches!(claim("b", 86_461).await, RequestLeaseResult::Ours(_)),
        "after 24 hours the key is free"
    );
}

#[tokio::test]
async fn what_is_being_done_is_not_done_twice_meanwhile() {
    let desk = Desk::open().await;
    let body = json!({"name": "Acme"});
    let partner = domain::basics::id::PartnerId::derived(&["Payments Inc"]);
    let scope = [partner.as_str(), "", "POST", "/v1/organisations", "", "k"].join("\n");
    let claimed = desk
        .api
        .store
        .lease_request(
            &hash_bytes(scope.as_bytes()),
            &hash_bytes(body.to_string().as_bytes()),
            now(),
        )
        .await;
    let Ok(RequestLeaseResult::Ours(claim)) = claimed else { panic!("{claimed:?}") };
    let refused = desk.post_as("k", &desk.key, ORGANISATIONS, &body).await;
    assert_eq!(
        (refused.refusal(), &refused.headers["retry-after"]),
        ((409, "IDEMPOTENCY_KEY_IN_USE", vec![]), &"2".parse().unwrap())
    );
    desk.api.store.release_request(&claim).await.expect("let go");
    desk.post_as("k", &desk.key, ORGANISATIONS, &body).await.id();
}

#[tokio::test]
async fn a_failure_that_passes_is_not_kept() {
    let world = World::start(Settings::default()).await;
    let (shop, alert, payment) = unmatched(&world).await;
    let body = json!({"action": "REFUND", "integration_transaction_id": payment}).to_string();
    let send = async || {
        let request = Request::patch(format!("/v1/alerts/{alert}"))
            .header("authorization", format!("Bearer {}", shop.key));
        let request = request
            .header("content-type", "application/json")
            .header("idempotency-key", "k")
            .header("prefer", "respond-async");
        let response =
            world.answer(request.body(Body::from(body.clone())).expect("a request")).await;
        (response.status().as_u16(), response.headers().contains_key("idempotent-replayed"))
    };
    world.stripe.fault(Fault { times: 50, ..Fault::next("GET", "/v1/", FaultKind::Status503) });
    assert_eq!(send().await, (424, false));
    world.stripe.recover();
    assert_eq!((send().await, send().await), ((200, false), (200, true)));
    world.settle().await;
    assert_eq!(
        (send().await, shop.refunds().len()),
        ((200, true), 1),
        "the answer is the first one"
    );
}
