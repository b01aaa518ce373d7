//! Endpoints over the API: whose they are, and where they may lead.

use partners::Destinations;
use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

use super::House;
use super::receiver::Receiver;

#[tokio::test]
async fn a_secret_is_shown_once_and_kept_sealed() {
    let house = House::open(&["alert.created"]).await;
    assert!(house.secret().starts_with("whsec_"));
    let (_, shown) = house.call("GET", "", None).await;
    assert!(shown.get("secret").is_none() && shown["version"] == 1);
    let mut same = house.endpoint.clone();
    same.as_object_mut().expect("an object").remove("secret");
    assert_eq!(shown, same);
    let (_, list) =
        house.shop.world.call("GET", "/v1/webhook-endpoints/", &house.shop.key, None).await;
    assert_eq!(list["items"], json!([shown]));
    let items = house
        .shop
        .world
        .aws
        .dynamodb()
        .scan()
        .table_name(tests::world::TABLE)
        .send()
        .await
        .expect("the table");
    assert!(!format!("{:?}", items.items()).contains(house.secret()));
}

#[tokio::test]
async fn an_organisations_endpoint_hears_only_its_own() {
    let world =
        World::start(Settings { webhooks: Destinations::Anywhere, ..Settings::default() }).await;
    let shop = Shop::open(&world).await;
    let other = json!({ "name": "Other" });
    let (_, other) = world.call("POST", "/v1/organisations/", &shop.key, Some(&other)).await;
    let (own, others, all) =
        (Receiver::start().await, Receiver::start().await, Receiver::start().await);
    for (receiver, organisation) in
        [(&own, json!(shop.organisation)), (&others, other["id"].clone()), (&all, Value::Null)]
    {
        let body = json!({
            "url": receiver.url, "events": ["alert.created"], "organisation_id": organisation
        });
        let (status, made) =
            world.call("POST", "/v1/webhook-endpoints/", &shop.key, Some(&body)).await;
        assert_eq!(status, 200, "{made}");
    }
    shop.push(&[shop.alert("WHOSE")]).await;
    world.settle().await;
    assert_eq!((own.kinds().len(), others.kinds().len(), all.kinds().len()), (1, 0, 1));
    assert_ne!(
        own.taken()[0].header("x-idempotency-key"),
        all.taken()[0].header("x-idempotency-key")
    );
    assert_eq!(own.taken()[0].body(), all.taken()[0].body(), "one event, rendered once");
}

#[tokio::test]
async fn addresses_that_are_not_public_are_refused_and_never_called() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let receiver = Receiver::start().await;
    let refused = receiver.url.replace("http:", "https:");
    for url in [
        receiver.url.as_str(),
        &refused,
        "https://localhost/",
        "https://169.254.169.254/latest",
        "https://[::ffff:10.0.0.1]/",
        "nowhere",
    ] {
        let (status, answer) = subscribe(&shop, url).await;
        assert_eq!(
            (status, &answer["errors"][0]["field"], &answer["errors"][0]["code"]),
            (422, &json!("url"), &json!("URL_NOT_ALLOWED")),
            "{url}"
        );
    }
    let (status, made) = subscribe(&shop, "https://rebinding.invalid/").await;
    assert_eq!(status, 200, "{made}");
    let id = made["id"].as_str().expect("an id");
    // The name comes to lead into this machine after it was looked at: what is looked at before
    // each call sees it.
    turn_endpoint(&world, id, refused.replace("127.0.0.1", "localhost")).await;
    shop.push(&[shop.alert("REBOUND")]).await;
    world.settle().await;
    let (_, log) =
        world.call("GET", &format!("/v1/webhook-endpoints/{id}/deliveries"), &shop.key, None).await;
    assert!(
        log["items"][0]["attempts"][0]["error"]
            .as_str()
            .is_some_and(|error| error.contains("not public")),
        "{log}"
    );
    assert!(receiver.all().is_empty());
}

async fn subscribe(shop: &Shop, url: &str) -> (u16, Value) {
    let body = json!({ "url": url, "events": ["alert.created"] });
    shop.world.call("POST", "/v1/webhook-endpoints/", &shop.key, Some(&body)).await
}

/// Writes another address into an endpoint, past all that is looked at over the API.
async fn turn_endpoint(world: &World, id: &str, url: String) {
    let id = id.parse().expect("an id");
    let endpoint = world.store.read_endpoint(&id).await.expect("the store").expect("the endpoint");
    let turned = domain::notify::webhook::WebhookEndpoint { url, ..endpoint };
    world.store.commit_endpoint(&turned.next_version(world.clock.now())).await.expect("the store");
}

#[tokio::test]
async fn wrong_fields_are_named() {
    let house = House::open(&["alert.created"]).await;
    for (patch, field) in [
        (json!({ "events": [] }), "events"),
        (json!({ "events": ["alert.created", "alert.created"] }), "events[1]"),
        (json!({ "events": ["alert.exploded"] }), "events[0]"),
        (json!({ "events": ["webhook_endpoint.test"] }), "events[0]"),
        (json!({ "status": "PAUSED" }), "status"),
        (json!({ "signature": "NONE" }), "signature"),
        (json!({ "organisation_id": house.shop.organisation }), "organisation_id"),
    ] {
        let (status, answer) = house.call("PATCH", "", Some(patch)).await;
        assert_eq!((status, &answer["errors"][0]["field"]), (422, &json!(field)), "{answer}");
    }
    let (_, changed) = house.call("PATCH", "", Some(json!({ "events": ["alert.updated"] }))).await;
    assert_eq!((&changed["events"], &changed["version"]), (&json!(["alert.updated"]), &json!(2)));
    for (replay, field) in
        [(json!({}), "delivery_id"), (json!({ "delivery_id": "dlv_none" }), "delivery_id")]
    {
        assert_eq!(
            house.call("POST", "/replay", Some(replay)).await.1["errors"][0]["field"],
            field
        );
    }
    assert_eq!(
        house.call("POST", "/rotate-secret", Some(json!({ "overlap_hours": 999 }))).await.0,
        422
    );
    assert_eq!(house.call("POST", "/rotate-secret", None).await.0, 200);
}

#[tokio::test]
async fn a_deleted_endpoint_hears_nothing_more() {
    let house = House::open(&["alert.created"]).await;
    house.receiver.answers(500);
    house.alert("BEFORE").await;
    assert_eq!(house.call("DELETE", "", None).await.0, 204);
    assert_eq!(house.call("GET", "", None).await.0, 404);
    house.alert("AFTER").await;
    house.shop.world.advance(jiff::SignedDuration::from_hours(20)).await;
    assert_eq!(house.receiver.all().len(), 1);
}
