//! What whoever runs the orders hears: an alert came, the subscription is to end, the order is to
//! stop.

use serde_json::{Value, json};

use super::{House, stands};
use crate::webhooks::receiver::Receiver;

/// Somebody who hears these events.
async fn heard(house: &House, events: &[&str]) -> Receiver {
    let receiver = Receiver::start().await;
    let body = json!({ "url": receiver.url, "events": events });
    let (status, made) =
        house.world().call("POST", "/v1/webhook-endpoints/", &house.shop.key, Some(&body)).await;
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
    assert_eq!(
        (&order["order_status"], &order["requested_order_status"]),
        (&json!("OPEN_PENDING"), &json!("CLOSED_CANCELLED"))
    );
    assert_eq!(
        (&subscription["id"], &subscription["decision"]["action"]),
        (&alert["id"], &json!("REFUND_AND_CANCEL"))
    );
    let path = format!("/v1/orders/{}", order["id"].as_str().expect("an id"));
    let closed = json!({ "order_status": "CLOSED_CANCELLED", "version": order["version"] });
    let (status, confirmed) =
        house.world().call("PATCH", &path, &house.shop.key, Some(&closed)).await;
    assert_eq!(
        (status, &confirmed["order_status"]),
        (200, &json!("CLOSED_CANCELLED")),
        "{confirmed}"
    );
}

#[tokio::test]
async fn a_closed_order_hears_nothing() {
    let house = House::open().await;
    let hear = heard(&house, &["order.cancel_requested"]).await;
    assert_eq!(stands(&house.alerted().await), ("RESOLVED", "REFUNDED", ""));
    assert_eq!(hear.events(), Vec::<Value>::new());
}

#[tokio::test]
async fn a_refund_that_failed_after_the_answer_and_then_went_through_is_seen_both_times() {
    let house = House::open().await;
    let before = house.alerted().await;
    assert_eq!(stands(&before), ("RESOLVED", "REFUNDED", ""));
    house.world().merchant.settles_refund(Some("the card is closed"));
    let word = async |status: &str| {
        let body =
            json!({ "cause_id": before["id"], "status": status, "reason": "the card is closed" });
        let (taken, answer) = house.call("POST", "/refunds/refund-1", Some(body)).await;
        assert_eq!(taken, 200, "{answer}");
        house.alert().await
    };
    let failed = word("FAILED").await;
    assert_eq!(
        (&failed["refund"]["status"], &failed["resolution_reason"]),
        (&json!("FAILED"), &json!("REFUND_FAILED")),
        "{failed}"
    );
    assert_eq!(word("SUCCEEDED").await, failed, "its own list says otherwise");
    house.world().merchant.settles_refund(None);
    let again = word("SUCCEEDED").await;
    assert_eq!(
        (&again["refund"]["status"], &again["refund"]["is_confirmed"]),
        (&json!("SUCCEEDED"), &json!(true)),
        "{again}"
    );
    assert_eq!(
        (stands(&again), &again["outcome"]),
        (("RESOLVED", "REFUNDED", ""), &before["outcome"])
    );
    house.world().assert_invariants().await;
}

#[tokio::test]
async fn an_acquirers_reference_is_taken_in_its_form_and_from_the_endpoints_list_only() {
    let house = House::open().await;
    let alert = house.alerted().await;
    let told = async |arn: &str| {
        let body = json!({
            "cause_id": alert["id"], "status": "SUCCEEDED", "acquirer_reference_number": arn
        });
        house.call("POST", "/refunds/refund-1", Some(body)).await.0
    };
    let listed = "74027016072012345678901";
    assert_eq!(
        (told("7402701607201234567890").await, told("74027016072012345678902").await),
        (422, 200)
    );
    assert_eq!(house.alert().await["refund"]["arn"], Value::Null, "it is told, and not listed");
    house.world().merchant.refers_refund(listed);
    assert_eq!(told("74027016072012345678902").await, 200);
    assert_eq!(house.alert().await["refund"]["arn"], listed);
}
