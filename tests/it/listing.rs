//! Lists of what an organisation may have any number of: filtered by all that they show, in one
//! order over all shards.

mod cursors;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Faults, Settings, World};

async fn shop() -> Shop {
    Shop::open(&World::start(Settings::default()).await).await
}

async fn list(shop: &Shop, path: &str) -> Value {
    let (status, answer) = shop.world.call("GET", path, &shop.key, None).await;
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

fn of(answer: &Value, name: &str) -> Vec<String> {
    let items = answer["items"].as_array().expect("items");
    items
        .iter()
        .map(|one| one[name].as_str().expect("a text").trim_end_matches('A').to_owned())
        .collect()
}

/// An order of its own amount, whose transaction has an ARN.
async fn order(shop: &Shop, reference: &str, cents: u64) {
    let at = shop.world.clock.now().to_string();
    let order = json!([{
        "type": "COMPLETE", "organisation_id": shop.organisation, "integration_id": shop.orders,
        "reference_id": reference,
        "order_datetime": at, "order_currency": "USD", "order_total_amount_in_cents": cents,
        "order_status": "CLOSED_COMPLETE",
        "transactions": [{
            "reference_id": format!("txn-{reference}"), "amount_in_cents": cents, "currency": "USD",
            "payment_method_type": "CARD",
            "authorisation_status": "SETTLED", "authorised_at": at,
            "payment_method_card_last_4": "4242",
            "payment_method_card_bin": "424242",
            "acquirer_reference_number": "74537604221222132710572"
        }]
    }]);
    let (status, kept) = shop.world.call("POST", "/v1/orders", &shop.key, Some(&order)).await;
    assert_eq!((status, &kept["failed"]), (200, &json!(0)), "{kept}");
    shop.world.clock.advance(SignedDuration::from_secs(1));
}

/// A shop with an alert about a payment at Stripe, a minute later one about an order, and one about
/// nothing.
async fn of_three_kinds() -> (Shop, Timestamp) {
    let shop = shop().await;
    let _paid = shop.subscribe();
    shop.push(&[shop.alert("PAID")]).await;
    shop.world.settle().await;
    let then = shop.world.clock.now();
    shop.world.clock.advance(SignedDuration::from_secs(60));
    order(&shop, "o-77", 8800).await;
    let mut ordered = shop.alert("ORDERED");
    ordered["amount"]["value"] = json!(88.00);
    ordered["acquirerReferenceNumber"] = json!("74537604221222132710572");
    let mut fraud = shop.alert("FRAUD");
    (fraud["alertType"], fraud["cardNumber"]) =
        (json!("CONFIRMEDFRAUD"), json!("510510******5100"));
    shop.push(&[ordered, fraud]).await;
    shop.world.settle().await;
    (shop, then)
}

/// The alert that the network calls so.
async fn find_alert(shop: &Shop, id: &str) -> Value {
    list(shop, &format!("/v1/alerts?vendor_alert_id={id:A<25}")).await["items"][0].clone()
}

#[tokio::test]
async fn alerts_are_filtered_by_all_that_they_show() {
    let (shop, then) = of_three_kinds().await;
    let paid = find_alert(&shop, "PAID").await;
    let ordered = find_alert(&shop, "ORDERED").await;
    let (payment, order_id) = (&paid["integration_transaction_id"], &ordered["match"]["order_id"]);
    assert_eq!(ordered["match"]["order_reference"], "o-77", "{ordered}");
    let payment = payment.as_str().expect("a payment");
    let sources = format!("integration_id={}&integration_id={}", shop.orders, shop.stripe);
    let all = ["FRAUD", "ORDERED", "PAID"].as_slice();
    let waiting = ["FRAUD", "ORDERED"].as_slice();
    let either_reason = "action_required_reason=NOT_FOUND&action_required_reason=NO_PROCESSOR";
    let minute_on = then + SignedDuration::from_secs(60);
    for (query, found) in [
        (format!("integration_transaction_id={payment}"), ["PAID"].as_slice()),
        (format!("order_id={}", order_id.as_str().expect("an order")), &["ORDERED"]),
        ("order_reference=o-77".into(), &["ORDERED"]),
        ("order_reference=o-77&order_reference=o-78".into(), &["ORDERED"]),
        ("order_reference=o-7".into(), &[]),
        ("arn=74537604221222132710572".into(), &["ORDERED"]),
        (sources, &["ORDERED", "PAID"]),
        ("type=FRAUD".into(), &["FRAUD"]),
        ("type=FRAUD&type=DISPUTE".into(), all),
        ("network=ETHOCA".into(), all),
        ("status=RESOLVED".into(), &["PAID"]),
        ("status=RESOLVED&status=ACTION_REQUIRED".into(), all),
        ("resolution_reason=REFUNDED&resolution_reason=VOIDED".into(), &["PAID"]),
        ("invalid_reason=DUPLICATE".into(), &[]),
        ("action_required_reason=NOT_FOUND".into(), &["FRAUD"]),
        (format!("{either_reason}&is_actionable=true"), waiting),
        ("transaction_refund_outcome=NOT_REFUNDED".into(), waiting),
        (format!("updated_at_gte={minute_on}"), waiting),
        (format!("updated_at_lte={then}"), &["PAID"]),
    ] {
        let mut seen = of(&list(&shop, &format!("/v1/alerts?{query}")).await, "vendor_alert_id");
        seen.sort();
        assert_eq!(seen, found, "{query}");
    }
}

#[tokio::test]
async fn a_filter_takes_twenty_values_and_no_word_that_it_does_not_know() {
    let shop = shop().await;
    let many =
        |count: usize| (0..count).map(|at| format!("arn={at}")).collect::<Vec<_>>().join("&");
    assert_eq!(list(&shop, &format!("/v1/alerts?{}", many(20))).await["count"], 0);
    for (query, field, code) in [
        (many(21), "arn", "TOO_MANY"),
        ("type=FRAUD&type=fraud".into(), "type", "UNKNOWN_VALUE"),
        ("action_required_reason=".into(), "action_required_reason", "UNKNOWN_VALUE"),
        ("is_actionable=true&is_actionable=false".into(), "is_actionable", "REPEATED"),
        ("limit=1&limit=2".into(), "limit", "REPEATED"),
    ] {
        let (status, refused) =
            shop.world.call("GET", &format!("/v1/alerts?{query}"), &shop.key, None).await;
        let error = &refused["errors"][0];
        assert_eq!(
            (status, &error["field"], &error["code"]),
            (422, &json!(field), &json!(code)),
            "{query}: {refused}"
        );
    }
}

#[tokio::test]
async fn a_name_finds_its_order_without_reading_the_list() {
    let faults = Faults::default();
    let shop =
        Shop::open(&World::start(Settings { faults: faults.clone(), ..Settings::default() }).await)
            .await;
    order(&shop, "o-1", 4900).await;
    order(&shop, "o-2", 4900).await;
    shop.push(&[shop.alert("NAMED")]).await;
    shop.world.settle().await;
    for (query, name) in [
        ("orders?reference_id=o-1", "reference_id"),
        ("alerts?vendor_alert_id=NAMEDAAAAAAAAAAAAAAAAAAAA", "vendor_alert_id"),
    ] {
        faults.watch(true);
        let found =
            list(&shop, &format!("/v1/{query}&organisation_id={}", shop.organisation)).await;
        faults.watch(false);
        assert_eq!(of(&found, name).len(), 1, "{found}");
        let calls = faults.calls();
        assert!(!calls.iter().any(|call| call.contains("list-index")), "{calls:?}");
    }
    for other in [
        "/v1/orders?reference_id=o-1&order_status=OTHER",
        "/v1/orders?reference_id=o-1&created_at_lte=2026-01-01",
    ] {
        assert_eq!(list(&shop, other).await["count"], 0, "{other}");
    }
    let stranger = shop.world.new_partner("Another", "LIVE").await.expect("a partner");
    let (_, theirs) = shop
        .world
        .call("GET", "/v1/alerts?vendor_alert_id=NAMEDAAAAAAAAAAAAAAAAAAAA", &stranger, None)
        .await;
    assert_eq!(theirs["count"], 0, "{theirs}");
}

#[tokio::test]
async fn a_span_may_end_with_the_last_day_there_is() {
    let shop = shop().await;
    order(&shop, "o-1", 4900).await;
    assert_eq!(list(&shop, "/v1/orders?created_at_lte=9999-12-31").await["count"], 1);
    assert_eq!(list(&shop, "/v1/orders?created_at_gte=9999-12-31").await["count"], 0);
}

#[tokio::test]
async fn a_query_that_is_not_encoded_is_refused() {
    let shop = shop().await;
    for query in
        ["reference_id=%zz", "reference_id=5%", "reference_id=%4", "%=1", "reference_id=%C3%28"]
    {
        let (status, refused) =
            shop.world.call("GET", &format!("/v1/orders?{query}"), &shop.key, None).await;
        assert_eq!(
            (status, &refused["code"]),
            (400, &json!("INVALID_REQUEST")),
            "{query}: {refused}"
        );
    }
}
