use axum::body::{Body, to_bytes};
use axum::http::Request;
use domain::account::enrolment::DescriptorRoute;
use domain::account::{OperatingMode, SealedSecret, VendorConnection};
use domain::basics::id::ConnectionId;
use domain::network::claim::AlertNetwork;
use serde_json::{Value, json};
use std::time::Duration;
use tests::world::shop::Shop;
use tests::world::{Settings, World};

use super::Desk;

pub(super) async fn connect(desk: &Desk) -> ConnectionId {
    let connection = VendorConnection {
        id: ConnectionId::derived(&["ethoca"]),
        network: AlertNetwork::Ethoca,
        name: "Ethoca".into(),
        api_url: "http://127.0.0.1:9".into(),
        push_username: "ethoca".into(),
        push_password_hash: String::new(),
        client_subject: None,
        credentials: SealedSecret(String::new()),
        time_zone: "UTC".into(),
        target_hours: 24,
        limit_hours: 48,
        is_sandbox: true,
    };
    desk.api.store.put_connection(&connection).await.expect("kept");
    connection.id
}

pub(super) async fn enrol(desk: &Desk, merchant: &str, descriptor: &str) -> super::Answer {
    let descriptors = json!([{"descriptor": descriptor, "match_type": "STARTS_WITH"}]);
    let enrolment = json!({
        "merchant_ids": [merchant], "type": "ETHOCA_ALERT",
        "ethoca_alert": {"descriptors": descriptors}
    });
    desk.post("/v2/enrolments", &enrolment).await
}

/// The connection's routes that share this descriptor's first letters.
pub(super) async fn routes_like(
    desk: &Desk,
    connection: &ConnectionId,
    descriptor: &str,
) -> Vec<DescriptorRoute> {
    let store = &desk.api.store;
    let routes =
        store.read_route_copy(connection, jiff::Timestamp::UNIX_EPOCH).await.expect("routes");
    store
        .candidate_routes(&routes, descriptor)
        .await
        .expect("routes")
        .iter_routes()
        .cloned()
        .collect()
}

#[tokio::test]
async fn a_descriptor_that_another_organisation_has_routes_nothing() {
    let desk = Desk::open().await;
    let connection = connect(&desk).await;
    let (first, second) = (desk.shop("Acme").await, desk.shop("Zenith").await);
    assert_eq!(enrol(&desk, &first.merchant, "ACMEFIT").await.body["status"], "PENDING");
    assert_eq!(
        enrol(&desk, &first.merchant, "ACMEFIT SUB").await.body["status"],
        "PENDING",
        "its own may overlap"
    );
    let clash = enrol(&desk, &second.merchant, "acme fit plus").await.body;
    assert_eq!(clash["status"], "NEEDS_ATTENTION");
    assert!(clash["note"].as_str().is_some_and(|note| !note.contains("Acme")), "{clash}");
    let routes = routes_like(&desk, &connection, "ACMEFIT").await;
    assert_eq!(
        routes
            .iter()
            .map(|route| route.held)
            .collect::<Vec<_>>()
            .iter()
            .filter(|held| **held)
            .count(),
        1
    );
    assert_eq!(desk.get("/v2/enrolments?status=NEEDS_ATTENTION").await.body["count"], 1);
}

#[tokio::test]
async fn test_organisations_are_sent_no_real_alerts() {
    let desk = Desk::in_mode(OperatingMode::Test).await;
    let connection = connect(&desk).await;
    let shop = desk.shop("Acme").await;
    assert_eq!(enrol(&desk, &shop.merchant, "ACMEFIT").await.body["status"], "PENDING");
    assert!(routes_like(&desk, &connection, "ACMEFIT").await.is_empty());
}

#[tokio::test]
async fn a_processors_key_is_tried_sealed_and_never_shown() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let (_, shown) =
        world.call("GET", &format!("/v1/integrations/{}", shop.stripe), &shop.key, None).await;
    assert!(
        shown["account"].as_str().is_some_and(|account| account.starts_with("acct_")),
        "{shown}"
    );
    assert!(
        !shown.to_string().contains("sk_test") && !shown.to_string().contains("whsec"),
        "{shown}"
    );
    let wrong = json!({
        "organisation_id": shop.organisation, "name": "Stripe", "type": "STRIPE",
        "merchant_ids": [shop.merchant],
        "credentials": {"secret_key": "no key of Stripe's"}
    });
    let (status, refused) = world.call("POST", "/v1/integrations", &shop.key, Some(&wrong)).await;
    assert_eq!(
        (status, &refused["errors"][0]["code"]),
        (422, &json!("CREDENTIALS_REFUSED")),
        "{refused}"
    );
}

/// An alert that fits no sale, and a payment that only Stripe knows.
pub(super) async fn unmatched(world: &World) -> (Shop, String, String) {
    let shop = Shop::open(world).await;
    let _paid = shop.subscribe();
    let mut alert = shop.alert("OTHER");
    alert["amount"]["value"] = json!(12);
    alert["cardNumber"] = json!("555555******4444");
    shop.push(&[alert]).await;
    world.settle().await;
    let alert = shop.alerts().await.remove(0);
    assert_eq!(
        (&alert["status"], &alert["is_actionable"]),
        (&json!("ACTION_REQUIRED"), &json!(true)),
        "{alert}"
    );
    (
        shop,
        alert["id"].as_str().expect("an id").to_owned(),
        world.stripe.objects("charge")[0]["payment_intent"].as_str().expect("an intent").to_owned(),
    )
}

#[tokio::test]
async fn a_payment_that_only_the_processor_knows_is_verified_and_refunded() {
    let world = World::start(Settings::default()).await;
    let (shop, alert, payment) = unmatched(&world).await;
    let path = format!("/v1/alerts/{alert}");
    let unknown = json!({"action": "REFUND", "integration_transaction_id": "pi_nobody"});
    assert_eq!(world.call("PATCH", &path, &shop.key, Some(&unknown)).await.0, 422);
    let named = json!({"action": "REFUND", "integration_transaction_id": payment});
    let (status, taken) = world.call("PATCH", &path, &shop.key, Some(&named)).await;
    assert_eq!((status, &taken["integration_transaction_id"]), (200, &json!(payment)), "{taken}");
    world.settle().await;
    let (_, done) = world.call("GET", &path, &shop.key, None).await;
    assert_eq!(
        (&done["status"], &done["refund"]["amount_in_cents"]),
        (&json!("RESOLVED"), &json!(1200)),
        "{done}"
    );
    assert_eq!(shop.refunds().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_answer_to_an_action_waits_until_the_alert_is_resolved() {
    let world =
        World::start(Settings { waits: Duration::from_mins(1), ..Settings::default() }).await;
    let (shop, alert, _) = unmatched(&world).await;
    let working = tokio::spawn({
        let world = world.clone();
        async move {
            loop {
                world.settle().await;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    });
    let request = Request::patch(format!("/v1/alerts/{alert}"))
        .header("authorization", format!("Bearer {}", shop.key));
    let request = request
        .header("content-type", "application/json")
        .body(Body::from(json!({"action": "ACCEPT_DISPUTE"}).to_string()));
    let response = world.answer(request.expect("a request")).await;
    working.abort();
    let answer: Value =
        serde_json::from_slice(&to_bytes(response.into_body(), usize::MAX).await.expect("a body"))
            .expect("JSON");
    assert_eq!(
        (&answer["status"], &answer["resolution_reason"]),
        (&json!("RESOLVED"), &json!("NOT_FOUND")),
        "{answer}"
    );
    assert_eq!(
        (&answer["action"], &answer["transaction_refund_outcome"]),
        (&json!("ACCEPT_DISPUTE"), &json!("NOT_REFUNDED"))
    );
}
