//! Lists of what an organisation may have any number of: filtered by all that they show, in one
//! order over all shards.

use domain::sale::order::Order;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use store::facts::Fact;
use store::keys::{Spread, lists_of};
use store::list::{Listing, Page, Reach};
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

#[tokio::test]
async fn alerts_are_filtered_by_all_that_they_show() {
    let (shop, then) = of_three_kinds().await;
    let paid = list(&shop, "/v1/alerts?vendor_alert_id=PAIDAAAAAAAAAAAAAAAAAAAAA").await["items"]
        [0]
    .clone();
    let ordered =
        list(&shop, "/v1/alerts?vendor_alert_id=ORDEREDAAAAAAAAAAAAAAAAAA").await["items"][0]
            .clone();
    let (payment, order_id) = (&paid["integration_transaction_id"], &ordered["match"]["order_id"]);
    assert_eq!(ordered["match"]["order_reference"], "o-77", "{ordered}");
    let all = ["FRAUD", "ORDERED", "PAID"].as_slice();
    for (query, found) in [
        (format!("integration_transaction_id={}", payment.as_str().expect("a payment")), ["PAID"].as_slice()),
        (format!("order_id={}", order_id.as_str().expect("an order")), &["ORDERED"]),
        ("order_reference=o-77".into(), &["ORDERED"]),
        ("order_reference=o-77&order_reference=o-78".into(), &["ORDERED"]),
        ("order_reference=o-7".into(), &[]),
        ("arn=74537604221222132710572".into(), &["ORDERED"]),
        (format!("integration_id={}&integration_id={}", shop.orders, shop.stripe), &["ORDERED", "PAID"]),
        ("type=FRAUD".into(), &["FRAUD"]),
        ("type=FRAUD&type=DISPUTE".into(), all),
        ("network=ETHOCA".into(), all),
        ("status=RESOLVED".into(), &["PAID"]),
        ("status=RESOLVED&status=ACTION_REQUIRED".into(), all),
        ("resolution_reason=REFUNDED&resolution_reason=VOIDED".into(), &["PAID"]),
        ("invalid_reason=DUPLICATE".into(), &[]),
        ("action_required_reason=NOT_FOUND".into(), &["FRAUD"]),
        ("action_required_reason=NOT_FOUND&action_required_reason=NO_PROCESSOR&is_actionable=true".into(), &["FRAUD", "ORDERED"]),
        ("transaction_refund_outcome=NOT_REFUNDED".into(), &["FRAUD", "ORDERED"]),
        (format!("updated_at_gte={}", then + SignedDuration::from_secs(60)), &["FRAUD", "ORDERED"]),
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
async fn a_list_is_in_one_order_however_it_is_read() {
    let shop = shop().await;
    let names: Vec<String> = (10..40).map(|at| format!("o-{at}")).collect();
    for name in &names {
        order(&shop, name, 4900).await;
    }
    let reversed: Vec<String> = names.iter().rev().cloned().collect();
    for (sort, expected) in [("created_at", &names), ("-created_at", &reversed)] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = list(&shop, &format!("/v1/orders?limit=7&sort={sort}{cursor}")).await;
            seen.extend(of(&page, "reference_id"));
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(seen, *expected, "{sort} by cursor");
        let page = list(&shop, &format!("/v1/orders?limit=7&offset=14&sort={sort}")).await;
        assert_eq!(
            (of(&page, "reference_id").as_slice(), &page["count"]),
            (&expected[14..21], &json!(30)),
            "{sort} by offset"
        );
    }
    let of_two =
        list(&shop, "/v1/orders?reference_id=o-11&reference_id=o-12&reference_id=o-99").await;
    assert_eq!(of(&of_two, "reference_id"), ["o-12", "o-11"]);
}

#[tokio::test]
async fn what_few_fit_is_read_on_by_a_cursor() {
    let shop = shop().await;
    for at in 10..40 {
        order(&shop, &format!("o-{at}"), 4900).await;
    }
    let lists = lists_of(&shop.organisation.parse().expect("an id"), Spread::Orders);
    for newest_first in [false, true] {
        let one_of = vec![(
            Fact::OrderReference,
            vec!["o-11".to_owned(), "o-25".to_owned(), "o-38".to_owned()],
        )];
        let page = Page::Offset { offset: 0, limit: 2 };
        let mut listing = Listing {
            lists: lists.clone(),
            one_of,
            newest_first,
            reach: Reach(3),
            page,
            ..Listing::default()
        };
        let (mut seen, mut calls) = (Vec::new(), 0);
        loop {
            let listed = shop.world.store.list::<Order>(&listing).await.expect("the store");
            seen.extend(listed.items.into_iter().map(|one| one.reference_id));
            calls += 1;
            let Some(cursor) = listed.next else { break };
            assert!(listed.more_than_counted, "there may be others");
            listing.page = Page::After { cursor, limit: 2 };
        }
        let expected =
            if newest_first { ["o-38", "o-25", "o-11"] } else { ["o-11", "o-25", "o-38"] };
        assert_eq!(seen, expected, "in {calls} calls");
        assert!(calls > 2, "{calls}: none reads further than it may");
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
async fn a_cursor_goes_on_in_its_own_list_only() {
    let shop = shop().await;
    for at in 10..13 {
        order(&shop, &format!("o-{at}"), 4900).await;
        shop.push(&[shop.alert(&format!("ALERT{at}"))]).await;
    }
    shop.world.settle().await;
    let cursor = async |path: &str| {
        list(&shop, path).await["next_cursor"].as_str().expect("more").to_owned()
    };
    let (orders, alerts) = (cursor("/v1/orders?limit=1").await, cursor("/v1/alerts?limit=1").await);
    assert_eq!(
        of(&list(&shop, &format!("/v1/orders/?limit=2&cursor={orders}")).await, "reference_id"),
        ["o-11", "o-10"]
    );
    let stranger = shop.world.new_partner("Another", "LIVE").await.expect("a partner");
    let of_all = [
        (&shop.key, format!("/v1/orders?limit=1&sort=created_at&cursor={orders}")),
        (&shop.key, format!("/v1/orders?limit=1&type=COMPLETE&cursor={orders}")),
        (&shop.key, format!("/v1/orders?limit=1&created_at_lte=2027-01-01&cursor={orders}")),
        (
            &shop.key,
            format!("/v1/orders?limit=1&organisation_id={}&cursor={orders}", shop.organisation),
        ),
        (&shop.key, format!("/v1/alerts?limit=1&cursor={orders}")),
        (&shop.key, format!("/v1/orders?limit=1&cursor={alerts}")),
        (&stranger, format!("/v1/orders?limit=1&cursor={orders}")),
    ];
    for (key, path) in of_all {
        let (status, refused) = shop.world.call("GET", &path, key, None).await;
        assert_eq!(
            (status, &refused["errors"][0]["code"]),
            (422, &json!("UNKNOWN_CURSOR")),
            "{path}: {refused}"
        );
    }
}

#[tokio::test]
async fn a_cursor_goes_on_however_the_same_filters_are_written() {
    let shop = shop().await;
    for at in 10..13 {
        order(&shop, &format!("o-{at}"), 4900).await;
    }
    let first = "/v1/orders?limit=1&type=COMPLETE&type=PARTIAL";
    let cursor = list(&shop, first).await["next_cursor"].as_str().expect("more").to_owned();
    let again = format!("/v1/orders?cursor={cursor}&type=PARTIAL&type=COMPLETE");
    assert_eq!(of(&list(&shop, &again).await, "reference_id"), ["o-11", "o-10"]);
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
