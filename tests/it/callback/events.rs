//! What whoever runs the orders hears: an alert came, the subscription is to end, the order is to stop.

use serde_json::{Value, json};

use super::{House, stands};
use crate::webhooks::receiver::Receiver;

/// Somebody who hears these events.
async fn heard(house: &House, events: &[&str]) -> Receiver {
    let receiver = Receiver::start().await;
    let body = json!({ "url": receiver.url, "events": events });
    let (status, made) = house.world().call("POST", "/v1/webhook-endpoints/", &house.shop.key, Some(&body)).await;
    assert_eq!(status, 200, "{made}");
    receiver
}

#[tokio::test]
async fn an_alert_is_told_of_before_its_sale_is_looked_for() {
    let house = House::open().await;
    let hear = heard(&house, &["alert.recorded", "alert.created"]).await;
    house.alerted().await;
    let mut events = hear.events();
    events.sort_by_key(|event| event["type"].to_string());
    let kinds: Vec<&Value> = events.iter().map(|event| &event["type"]).collect();
    assert_eq!(kinds, ["alert.created", "alert.recorded"]);
    assert_eq!(events[1]["data"]["object"]["vendor_alert_id"], "ALERTEDAAAAAAAAAAAAAAAAAA");
}

#[tokio::test]
async fn an_open_order_is_to_stop_and_the_merchant_confirms_it() {
    let house = House::open().await;
    let hear = heard(&house, &["order.cancel_requested", "subscription.cancel_requested"]).await;
    house.sell_as("txn-1", json!({ "order_status": "OPEN_PENDING" })).await;
    let alert = house.push("OPEN").await;
    let mut events = hear.events();
    events.sort_by_key(|event| event["type"].to_string());
    let [order, subscription] = events.as_slice() else { panic!("{events:#?}") };
    let (order, subscription) = (&order["data"]["object"], &subscription["data"]["object"]);
    assert_eq!(
        (&order["reference_id"], &order["order_number"], &order["alert_id"]),
        (&json!("order-txn-1"), &json!("txn-1"), &alert["id"])
    );
    assert_eq!((&order["order_status"], &order["requested_order_status"]), (&json!("OPEN_PENDING"), &json!("CLOSED_CANCELLED")));
    assert_eq!((&subscription["id"], &subscription["decision"]["action"]), (&alert["id"], &json!("REFUND_AND_CANCEL")));
    let path = format!("/v1/orders/{}", order["id"].as_str().expect("an id"));
    let closed = json!({ "order_status": "CLOSED_CANCELLED", "version": order["version"] });
    let (status, confirmed) = house.world().call("PATCH", &path, &house.shop.key, Some(&closed)).await;
    assert_eq!((status, &confirmed["order_status"]), (200, &json!("CLOSED_CANCELLED")), "{confirmed}");
}

#[tokio::test]
async fn a_closed_order_hears_nothing() {
    let house = House::open().await;
    let hear = heard(&house, &["order.cancel_requested"]).await;
    assert_eq!(stands(&house.alerted().await), ("RESOLVED", "REFUNDED", ""));
    assert_eq!(hear.events(), Vec::<Value>::new());
}
