//! A run in which an item of every kind is written.

use axum::body::Body;
use axum::http::Request;
use jiff::SignedDuration;
use partners::Destinations;
use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

/// A run that writes a thing of every kind.
pub(super) async fn write_all() -> World {
    let world = World::start(Settings {
        rate_limit: 1_000,
        webhooks: Destinations::Anywhere,
        ..Settings::default()
    })
    .await;
    let shop = Shop::open(&world).await;
    set_up(&shop).await;
    unheard_of(&shop).await;
    bought(&shop).await;
    push_alerts(&shop).await;
    act_by_hand(&shop).await;
    waited(&shop).await;
    crowded(&shop).await;
    world
}

/// Caps, rates, an endpoint and a member.
async fn set_up(shop: &Shop) {
    let (world, organisation) = (&shop.world, &shop.organisation);
    let caps = json!({
        "do": "SET_AUTOMATION", "organisation_id": organisation, "automation": "ON",
        "caps": {"count": 50, "usd_cents": 500_000}
    });
    world.operate(caps).await.expect("caps");
    let rates = json!({
        "do": "LOAD_RATES", "as_of": "2026-02-17", "usd_millionths": {"EUR": 1_170_000}
    });
    world.operate(rates).await.expect("rates");
    let endpoint = json!({"url": "http://127.0.0.1:9/", "events": ["alert.created"]});
    post(shop, "/v1/webhook-endpoints", endpoint).await;
    let member = json!({
        "organisation_id": organisation, "first_name": "A", "last_name": "B",
        "email": "ann@example.com", "role": "ADMIN",
        "is_alert_resolved_email_enabled": true, "is_alert_action_required_email_enabled": true
    });
    post(shop, "/v1/memberships", member).await;
}

/// An alert of the shop, an alert of nobody, and an alert that waits for the operator's word.
async fn push_alerts(shop: &Shop) {
    let mut stray = shop.alert("STRAY");
    stray["merchantDescriptor"] = json!("NOBODYS");
    // A short name waits for the operator's word: its alert is kept, and listed for its
    // organisation.
    let short = json!([{ "descriptor": "ZQ", "match_type": "STARTS_WITH" }]);
    let watches = json!({
        "merchant_ids": [shop.merchant], "type": "ETHOCA_ALERT",
        "ethoca_alert": {"descriptors": short}
    });
    post(shop, "/v2/enrolments", watches).await;
    let mut held = shop.alert("HELD");
    held["merchantDescriptor"] = json!("ZQ SHOP");
    shop.push(&[shop.alert("KEPT"), stray, held]).await;
    shop.world.settle().await;
}

/// A refund, an entry of the negative list, a key that is revoked, and an erasure.
async fn act_by_hand(shop: &Shop) {
    let (world, organisation) = (&shop.world, &shop.organisation);
    let refunds = format!("/v1/transactions/{}/refunds", shop.subscribe().payment);
    let part = json!({"organisation_id": organisation, "amount_in_cents": 100});
    post(shop, &refunds, part).await;
    world.settle().await;
    let listed = json!({
        "organisation_id": organisation, "kind": "EMAIL", "email": "mary@example.com",
        "reason": "MANUAL"
    });
    post(shop, "/v1/negative-list", listed).await;
    let key = post(shop, "/v1/api-keys", json!({"name": "Old", "level": "PARTNER"})).await;
    let key = format!("/v1/api-keys/{}", key["id"].as_str().expect("an id"));
    assert_eq!(world.call("DELETE", &key, &shop.key, None).await.0, 204);
    let erased = json!({"organisation_id": organisation, "customer_email": "nobody@example.com"});
    post(shop, "/v1/erasures", erased).await;
}

/// More alerts of one ARN than its item holds.
async fn crowded(shop: &Shop) {
    for number in 0..51 {
        let mut alert = shop.alert(&format!("CROWD{number:02}"));
        alert["arn"] = json!("74027012345678901234567");
        shop.push(&[alert]).await;
    }
    shop.world.settle().await;
}

/// An alert waits of which nobody could be told; then one address is confirmed, and another comes
/// back.
async fn unheard_of(shop: &Shop) {
    shop.push(&[shop.alert("UNHEARD")]).await;
    shop.world.settle().await;
    shop.world.confirm("ann@example.com").await;
    shop.world
        .store
        .suppress_address(
            "of nobody",
            domain::notify::mail::EmailSuppression::Bounced,
            shop.world.clock.now(),
        )
        .await
        .expect("kept");
}

/// More alerts than one message wakes wait for a new key to Stripe.
async fn waited(shop: &Shop) {
    shop.world.stripe.revoke_key("sk_test_shop");
    let alerts: Vec<Value> = (0..11).map(|place| shop.alert(&format!("WAITS{place:02}"))).collect();
    shop.push(&alerts).await;
    shop.world.advance(SignedDuration::from_secs(2)).await; // ten a second at one account
    let body = json!({ "credentials": { "secret_key": "sk_test_new" } });
    let (status, answer) = shop
        .world
        .call("PATCH", &format!("/v1/integrations/{}", shop.stripe), &shop.key, Some(&body))
        .await;
    assert_eq!(status, 200, "{answer}");
    shop.world.settle().await;
}

async fn post(shop: &Shop, path: &str, body: Value) -> Value {
    let (status, answer) = shop.world.call("POST", path, &shop.key, Some(&body)).await;
    assert!((200..300).contains(&status), "{path} {status}: {answer}");
    answer
}

/// An order, sent under an `Idempotency-Key`, and an import.
async fn bought(shop: &Shop) {
    let order = json!([{
        "type": "COMPLETE", "organisation_id": shop.organisation, "integration_id": shop.orders,
        "reference_id": "o-1",
        "order_datetime": shop.world.clock.now().to_string(), "order_currency": "USD",
        "order_status": "CLOSED_COMPLETE",
        "customer_email": "casey@example.com", "transactions": [{
            "reference_id": "txn-1", "amount_in_cents": 4900, "currency": "USD",
            "payment_method_type": "CARD",
            "authorisation_status": "SETTLED",
            "payment_method_reference_id": shop.subscribe().payment,
            "payment_method_card_last_4": "4242",
            "acquirer_reference_number": "74027012345678901234567"
        }]
    }]);
    let csv =
        "reference,received_at,amount_in_cents,currency\nold-1,2026-01-05T10:00:00Z,4900,USD\n";
    let imports = format!("/v1/alert-imports/?organisation_id={}", shop.organisation);
    for (path, media, body) in [
        ("/v1/orders", "application/json", order.to_string()),
        (&imports, "text/csv", csv.to_owned()),
    ] {
        let request = Request::post(path)
            .header("authorization", format!("Bearer {}", shop.key))
            .header("idempotency-key", "once");
        let request =
            request.header("content-type", media).body(Body::from(body)).expect("a request");
        assert_eq!(shop.world.answer(request).await.status(), 200, "{path}");
    }
}
