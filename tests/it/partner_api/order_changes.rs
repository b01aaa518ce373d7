//! PATCH of orders: what is learnt later counts, is found where matching looks, and takes nothing
//! back by accident.

mod partial;

use domain::account::{ApiKeyScope, OperatingMode};
use domain::sale::order::Order;
use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

use super::{Answer, Desk, order};

async fn patch(desk: &Desk, id: &str, body: Value) -> Answer {
    desk.call("PATCH", &format!("/v1/orders/{id}"), &desk.key, Some(&body)).await
}

async fn kept(desk: &Desk, order: Value) -> String {
    let kept = desk.post("/v1/orders", &json!([order])).await;
    kept.body["results"][0]["id"].as_str().unwrap_or_else(|| panic!("{}", kept.body)).to_owned()
}

async fn stored(desk: &Desk, id: &str) -> Order {
    let id = id.parse().expect("an id");
    desk.api.store.read_order(&id).await.expect("the store").expect("the order")
}

/// The sales of a card that matching finds near the day of the order's first payment.
async fn count_sales_of_card(desk: &Desk, order: &Order, last4: &str) -> usize {
    let day = order.transactions[0].authorised_at.day;
    let sales = desk.api.store.sales_of_card(&order.organisation, last4, day, 3).await;
    sales.expect("rows").len()
}

/// Changes the order `o-1`, which has a payment `txn-o-1`, in one call: what the API answers.
async fn add_payment_and_change_first(desk: &Desk, id: &str) -> Value {
    let new = json!({
        "reference_id": "txn-2", "amount_in_cents": 100, "currency": "usd",
        "payment_method_type": "CARD", "authorisation_status": "SETTLED"
    });
    let first = json!({
        "reference_id": "txn-o-1", "acquirer_reference_number": "74027012345678901234567",
        "payment_method_card_last_4": "1111"
    });
    let change = json!({"order_status": "CLOSED_CANCELLED", "transactions": [new, first]});
    let changed = patch(desk, id, change).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(
        (&changed.body["order_status"], &changed.body["version"]),
        (&json!("CLOSED_CANCELLED"), &json!(2))
    );
    let transactions = &changed.body["transactions"];
    assert_eq!(
        json!([transactions[0]["reference_id"], transactions[1]["reference_id"]]),
        json!(["txn-o-1", "txn-2"])
    );
    assert_eq!(
        (&transactions[0]["amount_in_cents"], &transactions[0]["payment_method_card_last_4"]),
        (&json!(4900), &json!("1111"))
    );
    changed.body
}

#[tokio::test]
async fn what_is_given_changes_and_a_payment_by_its_reference() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let mut told = order(&shop, "o-1");
    told["transactions"][0]["authorised_at"] = json!("2026-02-16T23:30:00-05:00");
    let id = kept(&desk, told).await;
    let changed = add_payment_and_change_first(&desk, &id).await;
    let transactions = &changed["transactions"];
    let stored = stored(&desk, &id).await;
    assert_eq!(
        stored.transactions[0].authorised_at.day.to_string(),
        "2026-02-16",
        "its teller's day stays"
    );
    assert_eq!(desk.get(&format!("/v1/orders/{id}")).await.body, changed);
    assert_eq!(desk.get("/v1/orders?order_status=CLOSED_CANCELLED").await.body["count"], 1);

    let sales = async |last4: &str| count_sales_of_card(&desk, &stored, last4).await;
    assert_eq!(
        (sales("4242").await, sales("1111").await),
        (0, 1),
        "matching finds it where it is now, and nowhere else"
    );
    let again = patch(&desk, &id, json!({"transactions": [{"reference_id": "txn-o-1"}]})).await;
    assert_eq!((&again.body["transactions"], sales("1111").await), (transactions, 1));
}

/// A key that may make orders may not change orders.
async fn assert_change_needs_its_own_ability(desk: &Desk, id: &str) {
    let writer = desk
        .new_key("Payments Inc", OperatingMode::Live, ApiKeyScope::Partner, &["orders:write"])
        .await;
    let path = format!("/v1/orders/{id}");
    let change = json!({"order_status": "OTHER"});
    let refused = desk.call("PATCH", &path, &writer, Some(&change)).await;
    assert_eq!(refused.refusal().1, "MISSING_ABILITY");
}

#[tokio::test]
async fn a_change_that_makes_no_sense_changes_nothing() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let id = kept(&desk, order(&shop, "o-1")).await;
    for (body, field) in [
        (json!({"reference_id": "o-2"}), "reference_id"),
        (json!({"type": "PARTIAL"}), "type"),
        (json!({"order_status": "LOST"}), "order_status"),
        (json!({"transactions": {}}), "transactions"),
        (
            json!({"transactions": [{"reference_id": "txn-o-1", "currency": "XXL"}]}),
            "transactions[0].currency",
        ),
        (
            json!({"transactions": [{"reference_id": "txn-o-1", "amount_in_cents": null}]}),
            "transactions[0].amount_in_cents",
        ),
        (json!({"transactions": [{"amount_in_cents": 5}]}), "transactions[0].reference_id"),
    ] {
        let refused = patch(&desk, &id, body).await;
        assert_eq!(refused.refusal(), (422, "VALIDATION_FAILED", vec![field]), "{}", refused.body);
    }
    let bare = patch(&desk, &id, json!({"transactions": [{"reference_id": "txn-new"}]})).await;
    let left_out = ["amount_in_cents", "currency", "payment_method_type", "authorisation_status"]
        .map(|name| format!("transactions[0].{name}"));
    assert_eq!(
        bare.refusal().2,
        left_out,
        "a COMPLETE order tells all of a payment: {}",
        bare.body
    );
    let card = patch(&desk, &id, json!({"customer_email": "4242424242424242"})).await;
    assert_eq!(card.refusal().1, "CARD_NUMBER_REFUSED");
    assert_eq!(desk.get(&format!("/v1/orders/{id}")).await.body["version"], 1);
    assert_change_needs_its_own_ability(&desk, &id).await;
}

/// A shop in World whose alert about an order's sale found nothing when it came.
async fn waiting(told: impl Fn(&mut Value)) -> (World, Shop, String, String) {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let mut order = json!({
        "type": "COMPLETE", "organisation_id": shop.organisation, "integration_id": shop.orders,
        "reference_id": "o-1",
        "order_datetime": world.clock.now().to_string(), "order_currency": "USD",
        "order_status": "OPEN_PENDING",
        "transactions": [{
            "reference_id": "txn-1", "amount_in_cents": 4900, "currency": "USD",
            "payment_method_type": "CARD",
            "authorisation_status": "SETTLED", "payment_method_card_last_4": "9999",
            "payment_method_card_brand": "VISA"
        }]
    });
    told(&mut order);
    let (_, kept) = world.call("POST", "/v1/orders", &shop.key, Some(&json!([order]))).await;
    let id = kept["results"][0]["id"].as_str().unwrap_or_else(|| panic!("{kept}")).to_owned();
    world.settle().await;
    world.clock.advance(jiff::SignedDuration::from_mins(1));
    shop.push(&[shop.alert("LATE")]).await;
    world.settle().await;
    let alert = shop.alerts().await.remove(0);
    let alert = alert["id"].as_str().expect("an id").to_owned();
    (world, shop, id, alert)
}

#[tokio::test]
async fn what_is_learnt_late_matches_the_alert_that_waits() {
    let (world, shop, order, alert) = waiting(|_| ()).await;
    let path = format!("/v1/alerts/{alert}");
    let (_, before) = world.call("GET", &path, &shop.key, None).await;
    assert!(before["match"].is_null(), "{before}");
    let change = json!({
        "transactions": [
            {
                "reference_id": "txn-1", "payment_method_card_last_4": "4242",
                "payment_method_card_bin": "424242"
            }
        ]
    });
    let (status, changed) =
        world.call("PATCH", &format!("/v1/orders/{order}"), &shop.key, Some(&change)).await;
    assert_eq!(status, 200, "{changed}");
    world.settle().await;
    let (_, after) = world.call("GET", &path, &shop.key, None).await;
    assert_eq!(
        (&after["match"]["order_id"], &after["match"]["integration_transaction_id"]),
        (&json!(order), &json!("txn-1")),
        "{after}"
    );
}

#[tokio::test]
async fn a_refund_told_before_keeps_its_time_when_the_order_changes_later() {
    let (world, shop, order, alert) =
        waiting(|order| order["transactions"][0]["authorisation_status"] = json!("REFUNDED")).await;
    let change = json!({
        "order_number": "AF-1",
        "transactions": [
            {
                "reference_id": "txn-1", "payment_method_card_last_4": "4242",
                "payment_method_card_bin": "424242"
            }
        ]
    });
    let (status, changed) =
        world.call("PATCH", &format!("/v1/orders/{order}"), &shop.key, Some(&change)).await;
    assert_eq!(status, 200, "{changed}");
    world.settle().await;
    let (_, after) = world.call("GET", &format!("/v1/alerts/{alert}"), &shop.key, None).await;
    assert_eq!(
        (&after["status"], &after["invalid_reason"]),
        (&json!("INVALID"), &json!("ALREADY_REFUNDED")),
        "{after}"
    );
}
