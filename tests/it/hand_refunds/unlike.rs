//! Payments that no processor holds, TEST mode, and references that several have.

use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

use super::{refund, seen};

fn order(shop: &Shop, integration: &str, reference: &str, payment: Option<&str>) -> Value {
    json!([{
        "type": "COMPLETE", "organisation_id": shop.organisation, "integration_id": integration,
        "reference_id": reference,
        "order_datetime": "2026-02-17T09:59:00Z", "order_currency": "USD",
        "order_total_amount_in_cents": 4900,
        "order_status": "CLOSED_COMPLETE",
        "transactions": [{
            "reference_id": format!("txn-{reference}"), "amount_in_cents": 4900, "currency": "USD",
            "payment_method_type": "CARD",
            "authorisation_status": "SETTLED", "authorised_at": "2026-02-17T09:59:05Z",
            "payment_method_card_last_4": "4242",
            "payment_method_reference_id": payment
        }]
    }])
}

#[tokio::test]
async fn a_payment_that_no_processor_holds_is_refused_by_name() {
    let shop = Shop::open(&World::start(Settings::default()).await).await;
    let sold = order(&shop, &shop.orders, "AF-1", None);
    assert_eq!(
        shop.world.call("POST", "/v1/orders/", &shop.key, Some(&sold)).await.1["created"],
        1
    );
    let (status, problem) = refund(&shop, "txn-AF-1", &json!({})).await;
    assert_eq!((status, &problem["code"]), (422, &json!("NO_PROCESSOR")));
    assert!(
        problem["detail"].as_str().is_some_and(|detail| detail.contains("txn-AF-1")),
        "{problem}"
    );
    let (status, list) =
        shop.world.call("GET", "/v1/transactions/txn-AF-1/refunds/", &shop.key, None).await;
    assert_eq!(
        (status, &list["count"], &list["refundable_amount_in_cents"]),
        (200, &json!(0), &json!(4900))
    );
}

#[tokio::test]
async fn an_integration_that_is_switched_off_moves_no_money() {
    let shop = Shop::open(&World::start(Settings::default()).await).await;
    let paid = shop.subscribe();
    let (status, asked) = shop
        .world
        .call(
            "POST",
            &format!("/v1/transactions/{}/refunds", paid.payment),
            &shop.key,
            Some(&json!({})),
        )
        .await;
    assert_eq!(status, 201);
    let path = format!("/v1/integrations/{}", shop.stripe);
    assert_eq!(
        shop.world.call("PATCH", &path, &shop.key, Some(&json!({"status": "DISABLED"}))).await.0,
        200
    );
    shop.world.settle().await;
    let refused = seen(&shop, &asked).await;
    assert_eq!(
        (&refused["refusal_reason"], shop.refunds().len()),
        (&json!("NO_PROCESSOR"), 0),
        "{refused}"
    );
}

#[tokio::test]
async fn an_integration_that_is_switched_off_still_tells_of_a_refund_that_was_begun() {
    let shop = Shop::open(&World::start(Settings::default()).await).await;
    let paid = shop.subscribe();
    shop.world.stripe.pause_webhooks(true);
    shop.world.stripe.pending_refunds(1);
    let (_, pending) = refund(&shop, &paid.payment, &json!({"amount_in_cents": 2000})).await;
    let path = format!("/v1/integrations/{}", shop.stripe);
    assert_eq!(
        shop.world.call("PATCH", &path, &shop.key, Some(&json!({"status": "DISABLED"}))).await.0,
        200
    );
    shop.world.advance(jiff::SignedDuration::from_mins(20)).await;
    assert_eq!(seen(&shop, &pending).await["status"], "PENDING", "money is on its way");
    shop.world
        .stripe
        .settle_refund(pending["refund"]["id"].as_str().expect("an id"), None)
        .expect("settled");
    shop.world.advance(jiff::SignedDuration::from_hours(1)).await;
    assert_eq!(
        (&seen(&shop, &pending).await["status"], shop.refunds().len()),
        (&json!("SUCCEEDED"), 1)
    );
}

/// A reference is one's own in each organisation: a key that sees two says whose.
#[tokio::test]
async fn of_two_payments_of_one_name_the_organisation_is_named() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let (_, other) =
        world.call("POST", "/v1/organisations/", &shop.key, Some(&json!({"name": "Other"}))).await;
    let make =
        async |path: &str, body: Value| world.call("POST", path, &shop.key, Some(&body)).await.1;
    let merchant = make(
        "/v1/merchants/",
        json!({"organisation_id": other["id"], "name": "Other", "type": "GENERIC"}),
    )
    .await;
    let orders = json!({
        "organisation_id": other["id"], "name": "O", "type": "CUSTOM_ORDERS", "status": "ENABLED",
        "merchant_ids": [merchant["id"]]
    });
    let orders = make("/v1/integrations/", orders).await;
    let mut theirs = order(&shop, orders["id"].as_str().expect("an id"), "AF-1", None);
    theirs[0]["organisation_id"] = other["id"].clone();
    assert_eq!(make("/v1/orders/", theirs).await["created"], 1);
    assert_eq!(make("/v1/orders/", order(&shop, &shop.orders, "AF-1", None)).await["created"], 1);
    let (status, problem) = refund(&shop, "txn-AF-1", &json!({})).await;
    assert_eq!((status, &problem["errors"][0]["code"]), (422, &json!("AMBIGUOUS")), "{problem}");
    for (organisation, code) in
        [(json!(shop.organisation), "NO_PROCESSOR"), (json!("org_nobody"), "NOT_FOUND")]
    {
        assert_eq!(
            refund(&shop, "txn-AF-1", &json!({"organisation_id": organisation})).await.1["code"],
            code
        );
    }
}

/// In TEST mode nobody is called, and what was given back is remembered all the same.
#[tokio::test]
async fn in_test_mode_money_goes_back_once_too_and_nobody_is_called() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let key = world.new_partner("Trial", "TEST").await.expect("a partner");
    let make = async |path: &str, body: Value| world.call("POST", path, &key, Some(&body)).await.1;
    let organisation = make("/v1/organisations/", json!({"name": "Trial"})).await["id"].clone();
    let merchant = make(
        "/v1/merchants/",
        json!({"organisation_id": organisation, "name": "T", "type": "GENERIC"}),
    )
    .await;
    let orders = json!({
        "organisation_id": organisation, "name": "O", "type": "CUSTOM_ORDERS", "status": "ENABLED",
        "merchant_ids": [merchant["id"]]
    });
    let orders =
        make("/v1/integrations/", orders).await["id"].as_str().expect("an integration").to_owned();
    let stripe = json!({
        "organisation_id": organisation, "name": "S", "type": "STRIPE", "status": "ENABLED",
        "merchant_ids": [merchant["id"]], "credentials": {"secret_key": "sk_test_trial"}
    });
    assert!(make("/v1/integrations/", stripe).await["id"].is_string());
    let trial = Shop {
        key: key.clone(),
        organisation: organisation.as_str().expect("an id").into(),
        ..shop
    };
    let calls = world.stripe.requests().len();
    let kept = make("/v1/orders/", order(&trial, &orders, "T-1", Some("pi_trial"))).await;
    assert_eq!(kept["created"], 1, "{kept}");
    let (status, part) = refund(&trial, "pi_trial", &json!({"amount_in_cents": 4000})).await;
    assert_eq!((status, &part["status"]), (201, &json!("SUCCEEDED")), "{part}");
    let (_, more) = refund(&trial, "pi_trial", &json!({"amount_in_cents": 901})).await;
    assert_eq!(more["refusal_reason"], "MORE_THAN_REMAINS", "{more}");
    let (_, rest) = refund(&trial, "pi_trial", &json!({})).await;
    assert_eq!(rest["refund"]["amount_in_cents"], 900, "{rest}");
    assert_eq!(world.stripe.requests().len(), calls);
}
