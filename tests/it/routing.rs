//! How alerts find their enrolment: by a copy of the connection's routes, which is never older than
//! the last change that was answered as done.

mod faults;

use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use domain::account::enrolment::{DescriptorRoute, Enrolment};
use domain::basics::id::ConnectionId;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::gate::{Moment, Verdict};
use tests::world::shop::Shop;
use tests::world::{Settings, TABLE, World};

async fn open() -> Shop {
    let world = World::start(Settings::default()).await;
    Shop::open(&world).await
}

/// An alert of this descriptor comes, alone.
async fn comes(shop: &Shop, id: &str, descriptor: &str) {
    let mut alert = shop.alert(id);
    alert["merchantDescriptor"] = json!(descriptor);
    assert_eq!(shop.push(&[alert]).await.0, 200);
}

/// What became of the alert: the enrolment that has it, or why it is quarantined.
async fn became(shop: &Shop, id: &str) -> String {
    let id = format!("{id:A<25}");
    let word = |one: &Value, field: &str| one[field].as_str().unwrap_or_default().to_owned();
    let list = shop.world.operate(json!({"do": "LIST_QUARANTINE"})).await.expect("the list");
    let held = list["items"]
        .as_array()
        .expect("items")
        .iter()
        .find(|one| one["vendor_alert_id"] == id)
        .cloned();
    let taken = shop.alerts().await.into_iter().find(|one| one["vendor_alert_id"] == id);
    taken
        .map(|one| word(&one, "enrolment_id"))
        .or_else(|| held.map(|one| word(&one, "reason")))
        .unwrap_or_else(|| "lost".into())
}

async fn came(shop: &Shop, id: &str, descriptor: &str) -> String {
    comes(shop, id, descriptor).await;
    became(shop, id).await
}

fn watching(shop: &Shop, descriptor: &str) -> Value {
    let descriptors = json!([{"descriptor": descriptor, "match_type": "STARTS_WITH"}]);
    json!({
        "merchant_ids": [shop.merchant], "type": "ETHOCA_ALERT",
        "ethoca_alert": {"descriptors": descriptors}
    })
}

async fn enrol(shop: &Shop, descriptor: &str) -> Value {
    let (status, made) = shop
        .world
        .call("POST", "/v2/enrolments", &shop.key, Some(&watching(shop, descriptor)))
        .await;
    assert_eq!(status, 200, "{made}");
    made
}

async fn set(shop: &Shop, enrolment: &str, status: &str) {
    let order = json!({"do": "SET_ENROLMENT", "enrolment_id": enrolment, "status": status});
    shop.world.operate(order).await.expect("set");
}

async fn status_of(shop: &Shop, enrolment: &str) -> Value {
    let path = format!("/v2/enrolments/{enrolment}");
    shop.world.call("GET", &path, &shop.key, None).await.1["status"].clone()
}

async fn record(shop: &Shop, id: &str) -> Enrolment {
    shop.world.store.read_record(id).await.expect("the store answers").expect("the enrolment")
}

/// The rows of an enrolment on a connection, whatever any copy has.
async fn rows(
    shop: &Shop,
    connection: &ConnectionId,
    descriptor: &str,
    of: &str,
) -> Vec<DescriptorRoute> {
    let later = shop.world.clock.now() + SignedDuration::from_hours(1);
    let routes = shop.world.store.read_route_copy(connection, later).await.expect("routes");
    let found = shop.world.store.candidate_routes(&routes, descriptor).await.expect("routes");
    found.iter_routes().filter(|route| route.enrolment.as_str() == of).cloned().collect()
}

/// The calls of one delivery, without the ids.
async fn calls_of_a_delivery(shop: &Shop, alerts: &[(&str, &str)]) -> Vec<String> {
    let alerts: Vec<Value> = alerts
        .iter()
        .map(|(id, descriptor)| {
            let mut alert = shop.alert(id);
            alert["merchantDescriptor"] = json!(descriptor);
            alert
        })
        .collect();
    let before = shop.world.faults.calls().len();
    shop.world.faults.watch(true);
    assert_eq!(shop.push(&alerts).await.0, 200);
    shop.world.faults.watch(false);
    let calls = shop.world.faults.calls().split_off(before);
    calls.iter().map(|call| call.split(['_', '#']).next().unwrap_or_default().to_owned()).collect()
}

/// Who signs in, then how often routes have changed.
const SIGN_IN: [&str; 2] = ["dynamodb Query", "dynamodb GetItem ROUTES"];
const READ: &str = "dynamodb Query";
const TAKEN_IN: &str = "dynamodb PutItem alrt";

#[tokio::test]
async fn an_alert_costs_two_reads_and_a_write_where_no_route_has_changed() {
    let shop = open().await;
    let second = enrol(&shop, "ZENITH").await;
    comes(&shop, "FIRST", "ACMEFIT*PLAN").await;
    comes(&shop, "SECOND", "ZENITH GYM").await;
    shop.world.clock.advance(SignedDuration::from_mins(2));
    let cold = calls_of_a_delivery(&shop, &[("COLD", "ACMEFIT*PLAN")]).await;
    assert_eq!(cold, [&SIGN_IN[..], &[READ, TAKEN_IN]].concat(), "all routes in one page");
    let warm = calls_of_a_delivery(&shop, &[("WARM", "ZENITH PLAN")]).await;
    assert_eq!(warm, [&SIGN_IN[..], &[TAKEN_IN]].concat());
    let three = calls_of_a_delivery(
        &shop,
        &[("ONE", "ACMEFIT*SUB"), ("TWO", "ZENITH POOL"), ("THREE", "ACMEFIT")],
    )
    .await;
    assert_eq!(three, [&SIGN_IN[..], &[TAKEN_IN; 3]].concat(), "asked once a delivery");
    assert_eq!(became(&shop, "TWO").await, second["id"].as_str().expect("an id"));
}

#[tokio::test]
async fn the_next_alert_goes_by_what_was_answered_a_moment_ago() {
    let shop = open().await;
    let world = &shop.world;
    assert_eq!(came(&shop, "STRAY", "ZENITH GYM").await, "no enrolment has its descriptor");
    let made = enrol(&shop, "ZENITH").await;
    let id = made["id"].as_str().expect("an id");
    assert_eq!(came(&shop, "ENROLLED", "ZENITH GYM").await, id);
    assert_eq!(status_of(&shop, id).await, "ENABLED");
    set(&shop, id, "NEEDS_ATTENTION").await;
    assert_eq!(
        came(&shop, "HELD", "ZENITH GYM").await,
        "the enrolment of its descriptor needs attention"
    );
    set(&shop, id, "PENDING").await;
    assert_eq!(came(&shop, "FREED", "ZENITH GYM").await, id);
    assert_eq!(status_of(&shop, id).await, "ENABLED", "proven again");
    let other = Shop::open_as(world, "ZENITH GYM").await;
    set(&other, &other.enrolment, "ENABLED").await;
    assert_eq!(
        came(&shop, "TIED", "ZENITH GYM").await,
        "enrolments of several organisations fit its descriptor"
    );
    assert_eq!(world.call("DELETE", &format!("/v2/enrolments/{id}"), &shop.key, None).await.0, 200);
    comes(&shop, "ENDED", "ZENITH GYM").await;
    assert_eq!(became(&other, "ENDED").await, other.enrolment);
    set(&other, &other.enrolment, "NEEDS_ATTENTION").await;
    assert_eq!(
        world
            .call("DELETE", &format!("/v2/enrolments/{}", other.enrolment), &other.key, None)
            .await
            .0,
        200
    );
    assert_eq!(
        came(&shop, "LATE", "ZENITH GYM").await,
        id,
        "the past of a descriptor that nobody has"
    );
}

/// At least the one that is counted later sees the other.
#[tokio::test]
async fn of_two_that_enrol_a_descriptor_at_one_moment_one_waits_for_the_operator() {
    let shop = open().await;
    let other = Shop::open_as(&shop.world, "OTHERS").await;
    let (mine, others) = tokio::join!(enrol(&shop, "ZENITH GYM"), enrol(&other, "ZENITH"));
    let held = [&mine, &others].iter().filter(|made| made["status"] == "NEEDS_ATTENTION").count();
    assert!(held > 0, "{mine} {others}");
    let free = [&mine, &others].into_iter().find(|made| made["status"] == "PENDING");
    comes(&shop, "NEXT", "ZENITH GYM 1").await;
    let became = [became(&shop, "NEXT").await, became(&other, "NEXT").await];
    let expected = free.map_or("the enrolment of its descriptor needs attention", |made| {
        made["id"].as_str().expect("an id")
    });
    assert!(became.iter().any(|one| one == expected), "{became:?}");
}

#[tokio::test]
async fn a_change_that_nobody_repeats_shows_within_a_minute() {
    let shop = open().await;
    assert_eq!(came(&shop, "STRAY", "ZENITH GYM").await, "no enrolment has its descriptor");
    let uncounted = |call: &str, _: Moment| {
        if call.contains("UpdateItem ROUTES#") { Verdict::Lose } else { Verdict::Pass }
    };
    shop.world.aws.set_gate(Some(std::sync::Arc::new(uncounted)));
    let body = watching(&shop, "ZENITH");
    assert_eq!(shop.world.call("POST", "/v2/enrolments", &shop.key, Some(&body)).await.0, 503);
    shop.world.aws.set_gate(None);
    shop.world.clock.advance(SignedDuration::from_secs(61));
    assert!(came(&shop, "LATER", "ZENITH GYM").await.starts_with("enrl_"));
}

/// Whoever enrols all the time makes nobody read all routes all the time.
#[tokio::test]
async fn a_connection_that_changes_all_the_time_is_read_by_the_letters_of_its_alerts() {
    let shop = open().await;
    shop.world.clock.advance(SignedDuration::from_mins(2));
    comes(&shop, "FIRST", "ACMEFIT*PLAN").await;
    enrol(&shop, "ZENITH").await;
    let calls =
        calls_of_a_delivery(&shop, &[("ONE", "ACMEFIT*PLAN"), ("TWO", "ACMEFIT*SUB")]).await;
    assert_eq!(calls, [&SIGN_IN[..], &[READ; 3], &[TAKEN_IN; 2]].concat(), "each part once");
}

#[tokio::test]
async fn no_route_is_left_out_however_many_there_are() {
    let shop = open().await;
    let own = record(&shop, &shop.enrolment).await;
    let connection = own.connection.clone().expect("a connection");
    fill(&shop, &connection, &own, 5_001).await;
    shop.world.clock.advance(SignedDuration::from_mins(2));
    assert_eq!(came(&shop, "LAST", "SHOP 5000").await, shop.enrolment);
    assert_eq!(came(&shop, "FIRST", "SHOP 0000").await, shop.enrolment);
    shop.world.clock.advance(SignedDuration::from_mins(2));
    let cold = calls_of_a_delivery(&shop, &[("COLD", "ACMEFIT*PLAN")]).await;
    assert_eq!(
        cold,
        [&SIGN_IN[..], &[READ; 5], &[TAKEN_IN]].concat(),
        "a page of all; then by letters, and two pages that look inside"
    );
    let warm = calls_of_a_delivery(&shop, &[("WARM", "ACMEFIT*SUB")]).await;
    assert_eq!(warm, [&SIGN_IN[..], &[TAKEN_IN]].concat());
}

/// Writes so many routes of one enrolment: `CONTAINS`, so that an alert looks at all.
async fn fill(shop: &Shop, connection: &ConnectionId, own: &Enrolment, count: usize) {
    let [route] = <[DescriptorRoute; 1]>::try_from(own.to_routes()).expect("its one route");
    let puts: Vec<WriteRequest> = (0..count)
        .map(|number| {
            let descriptor = format!("SHOP{number:04}");
            let route = DescriptorRoute {
                descriptor: descriptor.clone(),
                match_type: domain::account::enrolment::DescriptorMatchType::Contains,
                ..route.clone()
            };
            let key =
                store::keys::route_key(connection, store::keys::BY_CONTENTS, &descriptor, &own.id);
            let put = PutRequest::builder()
                .set_item(Some(serde_dynamo::to_item(&route).expect("an item")));
            let put =
                put.item("pk", AttributeValue::S(key.pk)).item("sk", AttributeValue::S(key.sk));
            WriteRequest::builder().put_request(put.build().expect("a put")).build()
        })
        .collect();
    for batch in puts.chunks(25) {
        shop.world
            .aws
            .dynamodb()
            .batch_write_item()
            .request_items(TABLE, batch.to_vec())
            .send()
            .await
            .expect("written");
    }
}
