//! Who polls reads what webhook endpoints are told, in one order, and misses nothing.

use domain::basics::id::EnrolmentId;
use domain::notify::event::{EventKind, EventName, EventOccurrence, EventSubject};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

use crate::webhooks::House;

async fn shop() -> Shop {
    Shop::open(&World::start(Settings::default()).await).await
}

/// An alert through to its end, and the time after which all of it is listed.
async fn alert(shop: &Shop, id: &str) {
    shop.push(&[shop.alert(id)]).await;
    shop.world.settle().await;
    shop.world.advance(SignedDuration::from_secs(71)).await;
}

async fn read(shop: &Shop, key: &str, query: &str) -> Value {
    let (status, answer) = shop.world.call("GET", &format!("/v1/events{query}"), key, None).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

fn of(answer: &Value, name: &str) -> Vec<String> {
    let items = answer["items"].as_array().expect("items");
    items.iter().map(|one| one[name].as_str().expect("a text").to_owned()).collect()
}

fn after(answer: &Value) -> String {
    format!("?after={}", answer["next_after"].as_str().expect("a place"))
}

#[tokio::test]
async fn who_polls_reads_what_endpoints_are_told() {
    let all = [
        "alert.recorded",
        "alert.created",
        "alert.updated",
        "alert.matched",
        "subscription.cancel_requested",
        "enrolment.updated",
    ];
    let house = House::open(&all).await;
    let _paid = house.shop.subscribe();
    house.shop.world.advance(SignedDuration::from_secs(71)).await;
    let before = read(&house.shop, &house.shop.key, "").await;
    assert_eq!(
        of(&before, "type"),
        ["enrolment.created"],
        "that was told before there was an endpoint"
    );
    alert(&house.shop, "ONE").await;
    let events = read(&house.shop, &house.shop.key, &after(&before)).await;
    let mut told: Vec<Value> =
        house.receiver.all().iter().map(|one| one.json()["id"].clone()).collect();
    let mut polled: Vec<Value> = of(&events, "id").into_iter().map(Value::from).collect();
    told.sort_by_key(Value::to_string);
    polled.sort_by_key(Value::to_string);
    assert_eq!(polled, told);
    assert_eq!(of(&events, "type")[0], "alert.recorded");
    assert_eq!(
        (&events["has_more"], &events["items"][0]["organisation_id"]),
        (&json!(false), &json!(house.shop.organisation))
    );
    let (shown, object) = (&house.shop.alerts().await[0], &events["items"][0]["data"]["object"]);
    assert_eq!(object, shown, "as its GET shows it now");
}

#[tokio::test]
async fn each_event_is_read_once_however_many_are_read_at_a_time() {
    let shop = shop().await;
    for id in ["ONE", "TWO", "THREE"] {
        let _paid = shop.subscribe();
        alert(&shop, id).await;
    }
    let all = of(&read(&shop, &shop.key, "").await, "id");
    assert!(all.len() > 9, "{all:?}");
    let (mut seen, mut query) = (Vec::new(), "?limit=2".to_owned());
    loop {
        let answer = read(&shop, &shop.key, &query).await;
        seen.extend(of(&answer, "id"));
        query = format!("{}&limit=2", after(&answer));
        if answer["has_more"] == false {
            break;
        }
    }
    assert_eq!(seen, all);
    assert_eq!(read(&shop, &shop.key, &query).await["items"], json!([]));
    let created = read(&shop, &shop.key, "?type=alert.created&type=alert.matched").await;
    let mut kinds = of(&created, "type");
    kinds.sort();
    assert_eq!(
        kinds,
        ["alert.created", "alert.created", "alert.created", "alert.matched"],
        "the card paid thrice: two are for a person"
    );
}

#[tokio::test]
async fn what_is_written_late_comes_after_what_was_read() {
    let shop = shop().await;
    shop.world.settle().await;
    let began = shop.world.clock.now(); // a worker begins to tell of something, and is slow
    shop.world.advance(SignedDuration::from_secs(60)).await;
    let read_before = read(&shop, &shop.key, "").await;
    let id: EnrolmentId = shop.enrolment.parse().expect("an id");
    let name = EventName {
        subject: EventSubject::Enrolment(id),
        version: 9,
        kind: EventKind::EnrolmentUpdated,
    };
    let organisation: domain::basics::id::OrganisationId =
        shop.organisation.parse().expect("an id");
    let account = shop
        .world
        .store
        .read_organisation(&organisation)
        .await
        .expect("the store")
        .expect("the organisation");
    let late = EventOccurrence { name: name.clone(), organisation, at: began };
    shop.world.store.keep_occurrence(&late, &account).await.expect("kept at the last moment");
    shop.world.advance(SignedDuration::from_secs(71)).await;
    let next = read(&shop, &shop.key, &after(&read_before)).await;
    assert!(of(&next, "id").contains(&name.event_id().to_string()), "{next}");
}

#[tokio::test]
async fn nobody_reads_anothers_events() {
    let shop = shop().await;
    let _paid = shop.subscribe();
    alert(&shop, "MINE").await;
    let (_, second) = shop
        .world
        .call("POST", "/v1/organisations", &shop.key, Some(&json!({ "name": "Second" })))
        .await;
    let key = json!({
        "name": "own", "level": "ORGANISATION", "organisation_ids": [second["id"]],
        "abilities": ["events:read"]
    });
    let (status, own) = shop.world.call("POST", "/v1/api-keys", &shop.key, Some(&key)).await;
    assert_eq!(status, 200, "{own}");
    let stranger = shop.world.new_partner("Another", "LIVE").await.expect("a partner");
    let tester = shop.world.new_partner("Partner", "TEST").await.expect("a partner");
    for other in [own["secret"].as_str().expect("a secret"), &stranger, &tester] {
        for query in [String::new(), format!("?organisation_id={}", shop.organisation)] {
            assert_eq!(read(&shop, other, &query).await["items"], json!([]), "{query}");
        }
    }
    let mine = read(&shop, &shop.key, &format!("?organisation_id={}", shop.organisation)).await;
    assert_eq!(of(&mine, "id"), of(&read(&shop, &shop.key, "").await, "id"));
    let (status, refused) = shop.world.call("GET", "/v1/events?after=x", &shop.key, None).await;
    assert_eq!((status, &refused["errors"][0]["field"]), (422, &json!("after")), "{refused}");
}
