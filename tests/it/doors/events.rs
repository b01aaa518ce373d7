//! Who may bring processors' events.

use serde_json::json;
use tests::simulate::stripe::signature;
use tests::world::shop::Shop;
use tests::world::{Settings, World};

#[tokio::test]
async fn a_processors_event_needs_its_signature_of_now() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let now = world.clock.now().as_second();
    let body =
        json!({ "id": "evt_1", "type": "customer.created", "data": { "object": {} } }).to_string();
    for (header, status) in [
        (signature("whsec_shop", now, &body), 200),
        (signature("whsec_other", now, &body), 401),
        (signature("whsec_shop", now - 301, &body), 401),
        (String::new(), 401),
    ] {
        let request = axum::extract::Request::builder()
            .method("POST")
            .uri(format!("/processor-events/{}", shop.stripe));
        let request = request
            .header("stripe-signature", &header)
            .body(axum::body::Body::from(body.clone()))
            .expect("a request");
        assert_eq!(world.answer(request).await.status().as_u16(), status, "{header}");
    }
}

/// A partner has the secret and can sign anything: it hears what is wrong, and nobody else does.
#[tokio::test]
async fn a_signed_event_that_cannot_be_read_is_answered_and_rings_for_nobody() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let now = world.clock.now().as_second();
    let body = r#"{"id":"evt_1","type":"refund.failed","data":{"object":"nothing"}}"#;
    let sent = async |integration: &str| {
        let request = axum::extract::Request::builder()
            .method("POST")
            .uri(format!("/processor-events/{integration}"));
        let request = request
            .header("stripe-signature", signature("whsec_shop", now, body))
            .body(axum::body::Body::from(body));
        world.answer(request.expect("a request")).await.status().as_u16()
    };
    let (statuses, alarms) =
        crate::alarms::rung(async { [sent(&shop.stripe).await, sent(&shop.orders).await] }).await;
    assert_eq!(
        (statuses, alarms),
        ([400, 404], vec![]),
        "unreadable; an integration that takes no events"
    );
}
