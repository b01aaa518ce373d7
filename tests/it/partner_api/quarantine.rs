//! Quarantine over the API: what the operator handed to an organisation, that organisation's keys
//! release or discard.

use std::sync::Arc;

use serde_json::{Value, json};
use tests::gate::{Moment, Verdict};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

const QUARANTINE: &str = "/v1/quarantine";

/// A shop with a payload that no enrolment fits, and its id.
async fn stray(world: &World) -> (Shop, String) {
    let shop = Shop::open(world).await;
    let mut alert = shop.alert("STRAY");
    alert["merchantDescriptor"] = json!("NOBODYS");
    shop.push(&[alert]).await;
    let held = world.operate(json!({"do": "LIST_QUARANTINE"})).await.expect("the list");
    let id = held["items"][0]["id"].as_str().unwrap_or_else(|| panic!("{held}")).to_owned();
    (shop, id)
}

async fn assign(shop: &Shop, id: &str) {
    let order = json!({
        "do": "ASSIGN_QUARANTINED", "id": id, "organisation_id": shop.organisation, "by": "ann"
    });
    shop.world.operate(order).await.expect("assigned");
}

async fn post(shop: &Shop, id: &str, rest: &str, body: Value) -> (u16, Value) {
    shop.world.call("POST", &format!("{QUARANTINE}/{id}/{rest}"), &shop.key, Some(&body)).await
}

#[tokio::test]
async fn it_is_seen_once_it_is_handed_over_and_released_through_the_same_intake() {
    let world = World::start(Settings::default()).await;
    let (shop, id) = stray(&world).await;
    let get = async |path: &str| world.call("GET", path, &shop.key, None).await;
    assert_eq!(get(&format!("{QUARANTINE}/{id}")).await.0, 404, "nobody's is the operator's");
    assert_eq!(post(&shop, &id, "release", json!({"enrolment_id": shop.enrolment})).await.0, 404);
    assign(&shop, &id).await;
    let (_, list) = get(&format!("{QUARANTINE}?status=HELD")).await;
    let one = &list["items"][0];
    assert_eq!(
        (&one["id"], &one["status"], &one["organisation_id"]),
        (&json!(id), &json!("HELD"), &json!(shop.organisation))
    );
    assert_eq!(one["reason"], "no enrolment has its descriptor");
    let raw = one["raw"].as_str().expect("the payload");
    assert!(
        raw.contains("NOBODYS") && raw.contains("4242") && !raw.contains("424242424242"),
        "{raw}"
    );
    assert_eq!(one["expires_at"].as_str().map(|at| &at[..10]), Some("2026-03-19"), "{one}");
    let left = world.operate(json!({"do": "LIST_QUARANTINE"})).await.expect("the list");
    assert_eq!(left["count"], 0, "it is the organisation's now");
    let (status, released) =
        post(&shop, &id, "release", json!({"enrolment_id": shop.enrolment})).await;
    assert_eq!((status, &released["status"]), (200, &json!("RELEASED")), "{released}");
    assert_eq!(released["fate"]["by"]["type"], "KEY");
    world.settle().await;
    let alerts = shop.alerts().await;
    assert_eq!((alerts.len(), &alerts[0]["id"]), (1, &released["fate"]["alert_id"]), "{alerts:?}");
    assert_eq!(alerts[0]["enrolment_id"], json!(shop.enrolment));
    let again = post(&shop, &id, "discard", json!({"reason": "late"})).await;
    assert_eq!((again.0, &again.1["code"]), (409, &json!("CONFLICT")), "{}", again.1);
}

#[tokio::test]
async fn of_two_at_once_one_wins() {
    for rest in ["release", "discard"] {
        let world = World::start(Settings::default()).await;
        let (shop, id) = stray(&world).await;
        assign(&shop, &id).await;
        let body = if rest == "release" {
            json!({"enrolment_id": shop.enrolment})
        } else {
            json!({"reason": "a test"})
        };
        let other = post(&shop, &id, rest, body);
        let (one, two) = tokio::join!(
            post(&shop, &id, "release", json!({"enrolment_id": shop.enrolment})),
            other
        );
        let mut statuses = [one.0, two.0];
        statuses.sort_unstable();
        // Of two that want the same, the second may find it done as it wanted.
        let fits = if rest == "release" {
            statuses[0] == 200 && [200, 409].contains(&statuses[1])
        } else {
            statuses == [200, 409]
        };
        assert!(fits, "{statuses:?} {} {}", one.1, two.1);
        let alerts = shop.alerts().await.len();
        let winner = if one.0 == 200 { "release" } else { rest };
        assert_eq!(
            alerts,
            usize::from(winner == "release"),
            "an alert exactly where the release won"
        );
    }
}

#[tokio::test]
async fn a_release_that_broke_off_is_finished_by_the_next() {
    let world = World::start(Settings::default()).await;
    let (shop, id) = stray(&world).await;
    assign(&shop, &id).await;
    world.aws.set_gate(Some(Arc::new(|call, moment| {
        let lost = call.contains("PutItem alrt_") && moment == Moment::Before;
        if lost { Verdict::Lose } else { Verdict::Pass }
    })));
    assert_eq!(post(&shop, &id, "release", json!({"enrolment_id": shop.enrolment})).await.0, 503);
    world.aws.set_gate(None);
    assert_eq!(
        post(&shop, &id, "discard", json!({"reason": "?"})).await.0,
        409,
        "it is being released"
    );
    let (status, released) =
        post(&shop, &id, "release", json!({"enrolment_id": shop.enrolment})).await;
    assert_eq!((status, &released["status"]), (200, &json!("RELEASED")), "{released}");
    assert_eq!(shop.alerts().await.len(), 1);
}

#[tokio::test]
async fn it_goes_to_nobody_elses_enrolment() {
    let world = World::start(Settings::default()).await;
    let (shop, id) = stray(&world).await;
    let other = Shop::open(&world).await;
    assign(&shop, &id).await;
    let foreign = post(&shop, &id, "release", json!({"enrolment_id": other.enrolment})).await;
    assert_eq!((foreign.0, &foreign.1["code"]), (404, &json!("NOT_FOUND")), "{}", foreign.1);
    let order = json!({
        "do": "RELEASE_QUARANTINED", "id": id, "enrolment_id": other.enrolment, "by": "ann"
    });
    assert!(world.operate(order).await.is_err_and(|why| why.contains("another organisation")));
    let key = world.new_partner("Trial", "TEST").await.expect("a partner");
    let (_, trial) =
        world.call("POST", "/v1/organisations/", &key, Some(&json!({"name": "Trial"}))).await;
    let order =
        json!({"do": "ASSIGN_QUARANTINED", "id": id, "organisation_id": trial["id"], "by": "ann"});
    assert!(
        world.operate(order).await.is_err_and(|why| why.contains("mode")),
        "no real alert for a TEST organisation"
    );
    let nameless = json!({"do": "DISCARD_QUARANTINED", "id": id, "why": "?"});
    assert!(world.operate(nameless).await.is_err_and(|why| why.contains("by")));
}
