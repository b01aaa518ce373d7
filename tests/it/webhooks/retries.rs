//! A receiver that is down, for a while or for good.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use serde_json::json;

use super::House;

#[tokio::test]
async fn a_receiver_down_for_14_hours_gets_each_event_once_it_is_back_with_the_same_id() {
    let house = House::open(&["alert.created", "alert.updated"]).await;
    let _paid = house.shop.subscribe();
    house.receiver.answers(503);
    house.alert("DOWN").await;
    house.shop.world.advance(SignedDuration::from_hours(14)).await;
    assert!(house.receiver.taken().is_empty());
    let tried: BTreeSet<String> =
        house.receiver.all().iter().map(|one| one.header("x-idempotency-key").to_owned()).collect();
    house.receiver.answers(200);
    house.shop.world.advance(SignedDuration::from_hours(2)).await;
    let taken = house.receiver.taken();
    let ids: BTreeSet<String> =
        taken.iter().map(|one| one.header("x-idempotency-key").to_owned()).collect();
    assert_eq!(
        (ids.len(), &ids),
        (taken.len(), &tried),
        "each event once, under the id of its first try"
    );
    let mut bodies: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for one in house.receiver.all() {
        bodies
            .entry(one.header("x-idempotency-key").to_owned())
            .or_default()
            .insert(one.body().to_owned());
    }
    assert!(bodies.values().all(|one| one.len() == 1), "every try carries the same bytes");
    assert_eq!(
        house.receiver.all().len(),
        6 * taken.len(),
        "at once, then after 1 m, 5 m, 30 m, 2 h and 12 h"
    );
    house.shop.world.advance(SignedDuration::from_hours(100)).await;
    assert_eq!(house.receiver.taken().len(), taken.len());
    house.shop.world.assert_invariants().await;
}

#[tokio::test]
async fn what_was_given_up_is_replayed_by_id_and_by_span_of_time() {
    let house = House::open(&["alert.created"]).await;
    house.receiver.answers(500);
    let began = house.shop.world.clock.now();
    house.alert("FIRST").await;
    house.alert("SECOND").await;
    house.shop.world.advance(SignedDuration::from_hours(20)).await;
    let (_, log) = house.call("GET", "/deliveries?status=FAILED", None).await;
    assert_eq!(
        (log["count"].as_u64(), log["items"][0]["attempts"].as_array().map(Vec::len)),
        (Some(2), Some(6)),
        "{log}"
    );
    assert_eq!(log["items"][0]["attempts"][5]["status"], 500);
    house.receiver.answers(204);
    let id = &log["items"][0]["id"];
    let (status, replayed) =
        house.call("POST", "/replay", Some(json!({ "delivery_id": id }))).await;
    assert_eq!((status, &replayed["delivery_ids"][0]), (200, id));
    house.shop.world.settle().await;
    assert_eq!(house.receiver.taken().len(), 1);
    assert_eq!(house.receiver.taken()[0].header("x-idempotency-key"), id.as_str().expect("an id"));
    let span = json!({ "created_at_gte": began, "created_at_lte": house.shop.world.clock.now() });
    assert_eq!(house.call("POST", "/replay", Some(span)).await.1["count"], 2);
    house.shop.world.settle().await;
    assert_eq!(house.receiver.taken().len(), 3);
    let (_, log) = house.call("GET", "/deliveries?status=DELIVERED", None).await;
    assert_eq!(log["count"], 2);
}

#[tokio::test]
async fn gone_stops_the_endpoint_and_a_redirect_is_not_followed() {
    let house = House::open(&["alert.created"]).await;
    house.receiver.answers(302);
    house.alert("REDIRECT").await;
    assert_eq!(house.receiver.all().len(), 1);
    house.receiver.answers(410);
    house.shop.world.advance(SignedDuration::from_mins(2)).await;
    let (_, endpoint) = house.call("GET", "", None).await;
    assert_eq!(endpoint["status"], "STOPPED");
    house.receiver.answers(200);
    house.alert("LATER").await;
    house.shop.world.advance(SignedDuration::from_hours(20)).await;
    assert_eq!(house.receiver.all().len(), 2, "neither the retry nor anything new");
    assert_eq!(house.call("POST", "/replay", Some(json!({}))).await.0, 409);
}

#[tokio::test]
async fn days_of_failure_pause_the_endpoint_and_nothing_is_lost() {
    let house = House::open(&["alert.created"]).await;
    house.receiver.answers(500);
    house.alert("DAYONE").await;
    house.shop.world.advance(SignedDuration::from_hours(5 * 24 + 1)).await;
    house.alert("DAYFIVE").await;
    assert_eq!(house.call("GET", "", None).await.1["status"], "PAUSED");
    let tried = house.receiver.all().len();
    house.alert("HELDBACK").await;
    house.shop.world.advance(SignedDuration::from_hours(20)).await;
    assert_eq!(house.receiver.all().len(), tried, "a paused endpoint is not called");
    house.receiver.answers(200);
    let (status, endpoint) = house.call("PATCH", "", Some(json!({ "status": "ENABLED" }))).await;
    assert_eq!(
        (status, &endpoint["status"], &endpoint["failing_since"]),
        (200, &json!("ENABLED"), &json!(null))
    );
    let (_, held) = house.call("GET", "/deliveries?status=HELD", None).await;
    assert_eq!(held["count"], 2, "the paused one's retry, and what came after");
    let span = json!({
        "created_at_gte": "2026-01-01T00:00:00Z", "created_at_lte": house.shop.world.clock.now(),
        "status": "HELD"
    });
    house.call("POST", "/replay", Some(span)).await;
    house.shop.world.settle().await;
    assert_eq!(house.receiver.taken().len(), 2);
}
