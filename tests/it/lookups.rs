//! An order that is there is found, wherever its request broke off; one that was refused leads to
//! no other payment.

use axum::body::Body;
use axum::http::Request;
use domain::sale::ProcessorPayment;
use serde_json::{Value, json};
use tests::gate::{Moment, Verdict};
use tests::world::shop::Shop;
use tests::world::{Faults, Settings, Strike, World};

async fn shop_struck_by(faults: Faults) -> Shop {
    let world = World::start(Settings { faults, ..Settings::default() }).await;
    Shop::open(&world).await
}

async fn keep(shop: &Shop, orders: &[Value]) {
    shop.keep(orders).await;
    shop.world.settle().await;
}

/// An alert about the card that ends so, with its payment's auth code.
async fn alerted(shop: &Shop, id: &str, last4: &str) -> Value {
    let mut alert = shop.alert(id);
    alert["cardNumber"] = json!(format!("424242******{last4}"));
    alert["authCode"] = json!(format!("77{last4}"));
    shop.push(&[alert]).await;
    shop.world.settle().await;
    shop.alerts().await.remove(0)
}

/// Whether the order is there, and whether an alert about it finds it.
async fn end_of_an_order_struck_at(
    call: usize,
    verdict: Verdict,
    moment: Moment,
) -> (bool, bool, bool) {
    let faults = Faults::default();
    let shop = shop_struck_by(faults.clone()).await;
    shop.world.settle().await;
    let first = faults.calls().len();
    faults.strike(Strike { call: first + call, moment, verdict });
    let body = Body::from(json!([shop.order("o-1", "9876")]).to_string());
    let request = Request::post("/v1/orders")
        .header("authorization", format!("Bearer {}", shop.key))
        .header("content-type", "application/json");
    faults.watch(true);
    let _answer = faults.survive(shop.world.answer(request.body(body).expect("a request"))).await;
    shop.world.settle().await;
    let is_struck = faults.struck().is_some();
    let alert = alerted(&shop, "LATER", "9876").await;
    let (_, listed) = shop.world.call("GET", "/v1/orders", &shop.key, None).await;
    let is_found = alert["match"].is_object()
        || alert["candidates"].as_array().is_some_and(|all| !all.is_empty());
    (listed["count"] == 1, is_found, is_struck)
}

#[tokio::test]
async fn an_order_that_is_there_is_found_wherever_its_request_broke_off() {
    for verdict in [Verdict::Hold, Verdict::Lose] {
        for moment in [Moment::Before, Moment::After] {
            let mut call = 0;
            loop {
                let (is_there, is_found, is_struck) =
                    end_of_an_order_struck_at(call, verdict, moment).await;
                assert_eq!(is_there, is_found, "call {call}, {moment} {verdict:?}");
                if !is_struck {
                    break;
                }
                call += 1;
            }
            assert!(call > 3, "its calls were struck");
        }
    }
}

/// Two payments of the customer at the processor, and an order that names one, with an ARN.
async fn order_of_one_of_two() -> (Shop, Value, [String; 2]) {
    let shop = shop_struck_by(Faults::default()).await;
    let payments = [shop.subscribe().payment, shop.subscribe().payment];
    let mut first = shop.order("o-1", "4242");
    first["transactions"][0]["payment_method_reference_id"] = json!(payments[0]);
    first["transactions"][0]["acquirer_reference_number"] = json!("74027012345678901234567");
    keep(&shop, &[first.clone()]).await;
    (shop, first, payments)
}

/// The payment to which an alert that names the ARN leads, by the order alone.
async fn led_to(shop: &Shop) -> String {
    let mut alert = shop.alert("NAMED");
    alert["arn"] = json!("74027012345678901234567");
    shop.push(&[alert]).await;
    shop.world.settle().await;
    let alert = shop.alerts().await.remove(0);
    alert["integration_transaction_id"]
        .as_str()
        .unwrap_or_else(|| panic!("matched: {alert}"))
        .to_owned()
}

#[tokio::test]
async fn an_order_that_was_refused_leads_to_no_other_payment() {
    let (shop, first, payments) = order_of_one_of_two().await;
    let mut other = first;
    other["transactions"][0]["payment_method_reference_id"] = json!(payments[1]);
    let (status, answer) =
        shop.world.call("POST", "/v1/orders", &shop.key, Some(&json!([other]))).await;
    assert_eq!(
        (status, &answer["errors"][0]["code"]),
        (200, &json!("DUPLICATE_REFERENCE")),
        "{answer}"
    );
    assert_eq!(led_to(&shop).await, payments[0]);
}

#[tokio::test]
async fn a_change_that_came_too_late_leads_to_no_other_payment() {
    let (shop, _, payments) = order_of_one_of_two().await;
    let (_, listed) = shop.world.call("GET", "/v1/orders", &shop.key, None).await;
    let id = listed["items"][0]["id"].as_str().expect("an id").parse().expect("an id");
    let order = shop.world.store.read_order(&id).await.expect("the table").expect("the order");
    let mut late = order.clone();
    late.transactions[0].payment_method_reference_id = Some(payments[1].clone());
    let there =
        |order: &domain::sale::order::Order| order.to_sales(|name| Some(at_stripe(&shop, name)));
    let (before, after) = (there(&order), there(&late));
    // not the next version
    let written = shop.world.store.change_order((&order, &before), (&late, &after), None).await;
    assert!(matches!(written, Err(store::StoreError::Conflict(_))), "{written:?}");
    assert_eq!(led_to(&shop).await, payments[0]);
}

fn at_stripe(shop: &Shop, name: &str) -> ProcessorPayment {
    ProcessorPayment::new_minimal(shop.stripe.parse().expect("an id"), None, name.to_owned(), None)
}
