//! The integration over the API: its address, its secret, its rotation; and TEST mode, which calls
//! nobody.

use partners::Destinations;
use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

use super::{House, body, stands};

#[tokio::test]
async fn a_secret_is_shown_once_and_kept_sealed() {
    let house = House::open().await;
    let secret = house.integration["secret"].as_str().expect("a secret");
    assert!(secret.starts_with("whsec_"));
    let (_, shown) = house.call("GET", "", None).await;
    assert!(shown.get("secret").is_none());
    assert_eq!(shown["callback_url"], house.world().callback_url);
    let items = house
        .world()
        .aws
        .dynamodb()
        .scan()
        .table_name(tests::world::TABLE)
        .send()
        .await
        .expect("the table");
    assert!(!format!("{:?}", items.items()).contains(secret));
}

#[tokio::test]
async fn fields_of_other_types_are_refused() {
    let house = House::open().await;
    let (shop, url) = (&house.shop, &house.world().callback_url);
    let with = |field: &str, value: Value| {
        let mut body = body(shop, url);
        body[field] = value;
        body
    };
    for (body, field, code) in [
        (with("callback_url", Value::Null), "callback_url", "REQUIRED"),
        (with("type", json!("CUSTOM_ORDERS")), "callback_url", "NOT_TAKEN"),
        (with("credentials", json!({ "secret_key": "sk" })), "credentials", "NOT_TAKEN"),
    ] {
        let (status, answer) =
            house.world().call("POST", "/v1/integrations/", &shop.key, Some(&body)).await;
        assert_eq!(
            (status, &answer["errors"][0]["field"], &answer["errors"][0]["code"]),
            (422, &json!(field), &json!(code)),
            "{answer}"
        );
    }
    for rest in ["/rotate-secret", "/refunds/r-1"] {
        let told = json!({ "cause_id": "alrt_x", "status": "SUCCEEDED" });
        let path = format!("/v1/integrations/{}{rest}", shop.orders);
        let (status, answer) = house.world().call("POST", &path, &shop.key, Some(&told)).await;
        assert_eq!((status, &answer["code"]), (409, &json!("CONFLICT")), "{answer}");
    }
}

#[tokio::test]
async fn addresses_that_are_not_public_are_refused() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    for url in [
        world.callback_url.as_str(),
        "https://localhost/",
        "https://169.254.169.254/latest",
        "https://[::ffff:10.0.0.1]/",
        "nowhere",
    ] {
        let (status, answer) =
            world.call("POST", "/v1/integrations/", &shop.key, Some(&body(&shop, url))).await;
        let error = &answer["errors"][0];
        assert_eq!(
            (status, &error["field"], &error["code"]),
            (422, &json!("callback_url"), &json!("URL_NOT_ALLOWED")),
            "{url}"
        );
    }
    let named = body(&shop, "https://rebinding.invalid/");
    let (status, made) = world.call("POST", "/v1/integrations/", &shop.key, Some(&named)).await;
    assert_eq!(status, 200, "{made}");
    let path = format!("/v1/integrations/{}", made["id"].as_str().expect("an id"));
    let unsealed = json!({ "callback_url": "http://example.com/" });
    let (status, answer) = world.call("PATCH", &path, &shop.key, Some(&unsealed)).await;
    assert_eq!((status, &answer["errors"][0]["code"]), (422, &json!("URL_NOT_ALLOWED")));
    let moved = json!({ "callback_url": "https://moved.invalid/x" });
    let (status, changed) = world.call("PATCH", &path, &shop.key, Some(&moved)).await;
    assert_eq!(
        (status, &changed["callback_url"], changed.get("secret")),
        (200, &json!("https://moved.invalid/x"), None)
    );
}

#[tokio::test]
async fn in_a_rotations_overlap_the_old_secret_still_signs() {
    let house = House::open().await;
    let (status, rotated) =
        house.call("POST", "/rotate-secret", Some(json!({ "overlap_hours": 2 }))).await;
    assert!(
        status == 200
            && rotated["secret"].is_string()
            && rotated["secret"] != house.integration["secret"],
        "{rotated}"
    );
    assert_eq!(
        stands(&house.alerted().await),
        ("RESOLVED", "REFUNDED", ""),
        "the endpoint knows the old one only"
    );
    assert_eq!(house.world().merchant.asked()[0].signature.matches("v1=").count(), 2);
}

#[tokio::test]
async fn after_the_overlap_only_the_new_secret_signs() {
    let house = House::open().await;
    let (_, rotated) =
        house.call("POST", "/rotate-secret", Some(json!({ "overlap_hours": 2 }))).await;
    house.world().advance(jiff::SignedDuration::from_hours(3)).await;
    house.alerted().await;
    let first = house.world().merchant.asked()[0].clone();
    assert_eq!(
        (first.status, first.signature.matches("v1=").count()),
        (Some(401), 1),
        "the endpoint knows the old one only"
    );
    house.world().merchant.trusts(rotated["secret"].as_str().expect("a secret"));
    let path = format!("/v1/alerts/{}", house.alert().await["id"].as_str().expect("an id"));
    assert_eq!(
        house
            .world()
            .call("PATCH", &path, &house.shop.key, Some(&json!({ "action": "REFUND" })))
            .await
            .0,
        200
    );
    house.world().settle().await;
    assert_eq!(stands(&house.alert().await), ("RESOLVED", "REFUNDED", ""));
}

/// A TEST partner's own endpoint, as the API answers it.
async fn integrate_on_trial(world: &World) -> Value {
    let key = world.new_partner("Trying", "TEST").await.expect("a partner");
    let make = async |path: &str, body: Value| {
        let (status, made) = world.call("POST", path, &key, Some(&body)).await;
        assert_eq!(status, 200, "{path}: {made}");
        made
    };
    let organisation = make("/v1/organisations/", json!({ "name": "Acme" })).await["id"].clone();
    let merchant = make(
        "/v1/merchants/",
        json!({ "organisation_id": organisation, "name": "Shop", "type": "GENERIC" }),
    )
    .await["id"]
        .clone();
    let callback = json!({
        "organisation_id": organisation, "name": "Our own", "type": "CUSTOM_CALLBACK",
        "merchant_ids": [merchant],
        "callback_url": world.callback_url
    });
    make("/v1/integrations/", callback).await
}

#[tokio::test]
async fn in_test_mode_nobody_is_called() {
    let world =
        World::start(Settings { webhooks: Destinations::Anywhere, ..Settings::default() }).await;
    let integration = integrate_on_trial(&world).await;
    let id = integration["id"].as_str().expect("an id").parse().expect("an id");
    let kept: domain::account::Integration = world
        .store
        .read_record(integration["id"].as_str().expect("an id"))
        .await
        .expect("kept")
        .expect("kept");
    let http = partners::http_client().expect("a client");
    let callbacks = partners::CallbackConnector::new(Destinations::Anywhere).expect("a client");
    let secrets = flows::secrets::SecretVault::new(world.aws.kms(), "alias/forestall-credentials");
    let processors =
        flows::ProcessorClients::new(http, callbacks, secrets, world.stripe_url.clone());
    let payment = domain::sale::ProcessorPayment::new_minimal(id, None, "txn-1".into(), None);
    let in_mode = async |mode| {
        processors
            .processor_behind_integration(&kept, &payment, mode, world.clock.now())
            .await
            .expect("a processor")
    };
    assert!(matches!(
        in_mode(domain::account::OperatingMode::Test).await,
        Some(partners::ProcessorClient::Simulated(_))
    ));
    assert!(matches!(
        in_mode(domain::account::OperatingMode::Live).await,
        Some(partners::ProcessorClient::Callback(_))
    ));
}
