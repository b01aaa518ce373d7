//! An alert's way with a subscriber: every write, message and call on it, the receiver's too, is
//! struck once. Whatever is struck, the subscriber hears the same events, each under one id with
//! the same bytes, and the last one tells the end.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::gate::{Moment, Verdict};
use tests::world::Faults;

use super::House;
use crate::strikes::{WAYS, all_end_as, at, by_turns};

#[derive(Debug, PartialEq)]
struct End {
    /// The events, each once however often it came.
    kinds: Vec<String>,
    /// How the latest object of the alert stands, and the alert itself.
    told: Value,
    shown: Value,
    /// How the deliveries stand.
    deliveries: BTreeSet<String>,
}

/// The kind and the bytes of each event that came, by its id; and the latest object of the alert.
fn hear_events(house: &House) -> (BTreeMap<String, (String, String)>, Value) {
    let mut ids: BTreeMap<String, (String, String)> = BTreeMap::new();
    let mut latest = Value::Null;
    for one in house.receiver.all() {
        let (key, event) = (one.header("x-idempotency-key").to_owned(), one.json());
        let first = ids.entry(key.clone()).or_insert_with(|| (one.kind(), one.body().to_owned()));
        assert_eq!(first.1, one.body(), "{key}: a repeat carries the same bytes");
        let object = &event["data"]["object"];
        if object["version"].as_u64() > latest["version"].as_u64() {
            latest = object.clone();
        }
    }
    (ids, latest)
}

/// The kinds of the events, each once however often it came.
fn sorted_kinds(ids: BTreeMap<String, (String, String)>) -> Vec<String> {
    let early = ids.values().any(|(kind, body)| {
        kind == "alert.created" && !body.contains("integration_transaction_id")
    });
    let mut kinds: Vec<String> = ids.into_values().map(|(kind, _)| kind).collect();
    kinds.sort();
    if early {
        // Matching took more than a minute, so that the sale is told by an update of its own.
        assert_eq!(kinds.pop().as_deref(), Some("alert.updated"));
    }
    kinds
}

async fn run(faults: Faults) -> End {
    let house = House::struck_by(faults).await;
    let _paid = house.shop.subscribe();
    house.alert("KILLS").await;
    house.shop.world.advance(SignedDuration::from_hours(2)).await;
    let (ids, latest) = hear_events(&house);
    let polled = polled(&house).await;
    let told: BTreeSet<String> = house
        .receiver
        .all()
        .iter()
        .map(|one| one.json()["id"].as_str().expect("an id").to_owned())
        .collect();
    assert!(told.is_subset(&polled), "{told:?} {polled:?}: who polls reads what subscribers hear");
    let kinds = sorted_kinds(ids);
    let (_, log) = house.call("GET", "/deliveries", None).await;
    let deliveries = log["items"].as_array().expect("items").iter();
    let seen = |alert: &Value| {
        json!([
            alert["status"],
            alert["transaction_refund_outcome"],
            alert["cancellation"]["status"]
        ])
    };
    End {
        kinds,
        told: seen(&latest),
        shown: seen(&house.shop.alerts().await[0]),
        deliveries: deliveries
            .map(|one| one["status"].as_str().expect("a status").to_owned())
            .collect(),
    }
}

/// The ids of all that polls read.
async fn polled(house: &House) -> BTreeSet<String> {
    let (_, events) = house.shop.world.call("GET", "/v1/events", &house.shop.key, None).await;
    let items = events["items"].as_array().expect("items").iter();
    items.map(|one| one["id"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_struck_each_event_reaches_its_receiver_under_one_id() {
    let faults = Faults::default();
    let (good, calls) = (run(faults.clone()).await, faults.calls());
    let end = json!(["RESOLVED", "REFUNDED", "CANCELLED"]);
    assert_eq!(
        (&good.told, &good.shown, &good.deliveries),
        (&end, &end, &BTreeSet::from(["DELIVERED".to_owned()]))
    );
    assert_eq!(
        good.kinds.iter().filter(|kind| *kind == "alert.created").count(),
        1,
        "{:?}",
        good.kinds
    );
    assert!(calls.iter().any(|call| call.contains("receiver")), "{calls:?}");
    let strikes = calls.iter().enumerate().flat_map(|(call, name)| at([call], &ways(call, name)));
    let about = [
        "functions/webhook-delivery",
        "functions/queue-relay",
        "shared/domain/src/notify/webhook",
        "shared/store/src/webhook",
    ];
    all_end_as(&good, by_turns(strikes.collect(), &about), run).await;
}

/// How a call is struck: deliveries' writes and POSTs in all four ways; the other writes and
/// messages, and the calls to partners, in each of them by turns. Who is killed at a read has not
/// done more than who is killed at the write before.
fn ways(call: usize, name: &str) -> Vec<(Moment, Verdict)> {
    let reads = ["dynamodb Query", "dynamodb GetItem", "dynamodb BatchGetItem", "kms "]
        .iter()
        .any(|read| name.starts_with(read));
    let delivers = ["evt_", "dlv_", "receiver"].iter().any(|mark| name.contains(mark));
    match (reads, delivers) {
        (true, _) => Vec::new(),
        (false, true) => WAYS.to_vec(),
        (false, false) => vec![WAYS[call % WAYS.len()]],
    }
}
