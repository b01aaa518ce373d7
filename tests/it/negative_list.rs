//! The negative list: by hand, by refunds, and what a check costs.

mod refunds;

use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

async fn shop() -> Shop {
    Shop::open(&World::start(Settings::default()).await).await
}

async fn list(shop: &Shop, body: Value) -> (u16, Value) {
    let mut body = body;
    body["organisation_id"] = json!(shop.organisation);
    shop.world.call("POST", "/v1/negative-list/", &shop.key, Some(&body)).await
}

async fn check(shop: &Shop, query: &str) -> (u16, Value) {
    let path = format!("/v1/negative-list/check?organisation_id={}&{query}", shop.organisation);
    shop.world.call("GET", &path, &shop.key, None).await
}

async fn entries(shop: &Shop) -> Vec<Value> {
    let (_, list) = shop.world.call("GET", "/v1/negative-list/", &shop.key, None).await;
    list["items"].as_array().cloned().unwrap_or_default()
}

/// A customer of each kind: as listed, as asked for, as shown.
fn customers() -> [(Value, &'static str, &'static str); 3] {
    [
        (
            json!({"kind": "EMAIL", "email": "Casey@Example.com"}),
            "email=casey%40example.com",
            "c***@example.com",
        ),
        (
            json!({"kind": "PROCESSOR_CUSTOMER", "processor_customer_id": "cus_Q1w2E3r4"}),
            "processor_customer_id=cus_Q1w2E3r4",
            "***E3r4",
        ),
        (
            json!({"kind": "CARD", "bin": "42424242", "last4": "4242", "expiry": "08/29"}),
            "bin=424242&last4=4242&expiry=2029-08",
            "424242******4242",
        ),
    ]
}

#[tokio::test]
async fn a_customer_is_listed_once_found_and_taken_off_again() {
    let shop = shop().await;
    for (body, query, masked) in customers() {
        assert_eq!(check(&shop, query).await, (200, json!({"listed": false, "entries": []})));
        let (status, entry) = list(&shop, body.clone()).await;
        assert_eq!((status, &entry["masked"]), (201, &json!(masked)), "{entry}");
        assert_eq!(
            (&entry["reason"], &entry["created_by"]["type"]),
            (&json!("MANUAL"), &json!("KEY"))
        );
        shop.world.clock.advance(jiff::SignedDuration::from_secs(1));
        let (status, again) = list(&shop, body).await;
        assert_eq!((status, &again), (200, &entry), "the same customer is the same entry");
        let (status, found) = check(&shop, query).await;
        assert_eq!(
            (status, &found["listed"], &found["entries"][0]["id"]),
            (200, &json!(true), &entry["id"]),
            "{found}"
        );
        let path = format!("/v1/negative-list/{}", entry["id"].as_str().expect("an id"));
        assert_eq!(shop.world.call("GET", &path, &shop.key, None).await, (200, entry));
        assert_eq!(shop.world.call("DELETE", &path, &shop.key, None).await.0, 204);
        assert_eq!(check(&shop, query).await.1["listed"], false);
        assert_eq!(shop.world.call("GET", &path, &shop.key, None).await.0, 404);
    }
}

#[tokio::test]
async fn nothing_that_is_listed_can_be_read_from_the_table() {
    let shop = shop().await;
    list(&shop, json!({"kind": "EMAIL", "email": "casey@example.com", "note": "Fraud."})).await;
    list(&shop, json!({"kind": "PROCESSOR_CUSTOMER", "processor_customer_id": "cus_Q1w2E3r4"}))
        .await;
    list(&shop, json!({"kind": "CARD", "bin": "424242", "last4": "4242", "expiry": "08/29"})).await;
    let items = shop
        .world
        .aws
        .dynamodb()
        .scan()
        .table_name(tests::world::TABLE)
        .send()
        .await
        .expect("the table");
    let kept = format!(
        "{:?}",
        items
            .items()
            .iter()
            .filter(|item| item["sk"].as_s().is_ok_and(|sort| sort == "NEGATIVE"))
            .collect::<Vec<_>>()
    );
    assert!(kept.contains("c***@example.com"));
    for told in ["casey", "cus_Q1w2", "08/29", "2029-08"] {
        assert!(!kept.contains(told), "{told}");
    }
}

#[tokio::test]
async fn an_entry_that_has_ended_does_not_count_and_can_be_made_again() {
    let shop = shop().await;
    let until =
        |hours: i64| (shop.world.clock.now() + jiff::SignedDuration::from_hours(hours)).to_string();
    let body =
        |until: String| json!({"kind": "EMAIL", "email": "casey@example.com", "expires_at": until});
    assert_eq!(list(&shop, body(until(-1))).await.1["errors"][0]["code"], "OUT_OF_RANGE");
    assert_eq!(list(&shop, body(until(2))).await.0, 201);
    assert_eq!(check(&shop, "email=casey@example.com").await.1["listed"], true);
    shop.world.clock.advance(jiff::SignedDuration::from_hours(3));
    assert_eq!(check(&shop, "email=casey@example.com").await.1["listed"], false);
    assert_eq!(list(&shop, body(until(2))).await.0, 201);
    assert_eq!(check(&shop, "email=casey@example.com").await.1["listed"], true);
}

#[tokio::test]
async fn what_makes_no_customer_is_named() {
    let shop = shop().await;
    for (body, field) in [
        (json!({"kind": "EMAIL"}), "email"),
        (json!({"kind": "EMAIL", "email": "casey"}), "email"),
        (
            json!({"kind": "PROCESSOR_CUSTOMER", "processor_customer_id": " "}),
            "processor_customer_id",
        ),
        (json!({"kind": "CARD", "bin": "424242", "last4": "4242"}), "expiry"),
        (json!({"kind": "CARD", "bin": "42424", "last4": "4242", "expiry": "08/29"}), "bin"),
        (
            json!({"kind": "EMAIL", "email": "a@b.c", "source_alert_id": "alrt_nobodys"}),
            "source_alert_id",
        ),
    ] {
        let (_, problem) = list(&shop, body.clone()).await;
        assert_eq!(problem["errors"][0]["field"], field, "{body}: {problem}");
    }
    for (query, code) in [
        ("", "VALIDATION_FAILED"),
        ("bin=424242", "VALIDATION_FAILED"),
        ("email=casey", "VALIDATION_FAILED"),
        ("bin=4242424242424242&last4=4242&expiry=08/29", "CARD_NUMBER_REFUSED"),
        ("processor_customer_id=4242%204242%204242%204242", "CARD_NUMBER_REFUSED"),
    ] {
        assert_eq!(check(&shop, query).await.1["code"], code, "{query}");
    }
    let number =
        json!({"kind": "CARD", "bin": "4242424242424242", "last4": "4242", "expiry": "08/29"});
    assert_eq!(list(&shop, number).await.1["code"], "CARD_NUMBER_REFUSED");
    assert!(entries(&shop).await.is_empty());
}

#[tokio::test]
async fn each_organisation_has_a_list_of_its_own() {
    let shop = shop().await;
    list(&shop, json!({"kind": "EMAIL", "email": "casey@example.com"})).await;
    let (_, other) = shop
        .world
        .call("POST", "/v1/organisations/", &shop.key, Some(&json!({"name": "Other"})))
        .await;
    let other = Shop { organisation: other["id"].as_str().expect("an id").into(), ..shop.clone() };
    assert_eq!(
        check(&other, "email=casey@example.com").await,
        (200, json!({"listed": false, "entries": []}))
    );
    let stranger = Shop::open(&shop.world).await;
    let ours = Shop { key: stranger.key.clone(), ..shop.clone() };
    assert_eq!(check(&ours, "email=casey@example.com").await.1["code"], "NOT_FOUND");
    // the secret is at hand now, and opens nothing to a stranger
    check(&shop, "email=casey@example.com").await;
    assert_eq!(check(&ours, "email=casey@example.com").await.1["code"], "NOT_FOUND");
    let (status, problem) =
        shop.world.call("GET", "/v1/negative-list/check?email=a@b.c", &shop.key, None).await;
    assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!("organisation_id")));
    for (filter, count) in
        [("kind=EMAIL", 1), ("kind=CARD", 0), ("created_at_gte=2030-01-01T00:00:00Z", 0)]
    {
        let path = format!("/v1/negative-list/?organisation_id={}&{filter}", shop.organisation);
        assert_eq!(
            shop.world.call("GET", &path, &shop.key, None).await.1["count"],
            count,
            "{filter}"
        );
    }
}

/// The calls that a request makes.
async fn calls(shop: &Shop, query: &str) -> Vec<String> {
    let before = shop.world.faults.calls().len();
    shop.world.faults.watch(true);
    check(shop, query).await;
    shop.world.faults.watch(false);
    shop.world.faults.calls().split_off(before)
}

#[tokio::test]
async fn a_check_is_one_read() {
    let shop = shop().await;
    list(&shop, json!({"kind": "EMAIL", "email": "casey@example.com"})).await;
    let all =
        "email=casey@example.com&processor_customer_id=cus_1&bin=424242&last4=4242&expiry=08/29";
    // a check that is refused before anything is looked at
    let at_the_door = calls(&shop, "").await;
    let all = calls(&shop, all).await;
    assert_eq!(all.len(), at_the_door.len() + 1, "{all:?}");
    assert!(all.last().is_some_and(|call| call.contains("BatchGetItem")), "{all:?}");
}
