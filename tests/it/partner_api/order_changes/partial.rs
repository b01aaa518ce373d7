//! PARTIAL orders: what a shop tells of a payment that only the processor knows whole.

use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

/// The answer to an order that tells more of one of Stripe's payments.
async fn partial_order(shop: &Shop, transaction: Value) -> Value {
    let order = json!([{
        "type": "PARTIAL", "organisation_id": shop.organisation, "integration_id": shop.stripe,
        "reference_id": "o-1",
        "order_datetime": shop.world.clock.now().to_string(), "order_currency": "USD",
        "order_status": "CLOSED_COMPLETE",
        "transactions": [transaction]
    }]);
    let (_, kept) = shop.world.call("POST", "/v1/orders", &shop.key, Some(&order)).await;
    assert_eq!(kept["created"], 1, "{kept}");
    kept
}

/// What became of an alert that has a wallet's number, not the card's: only its ARN leads to the
/// payment.
async fn alert_of_wallet(shop: &Shop) -> Value {
    let mut alert = shop.alert("MASKED");
    alert["cardNumber"] = json!("XXXXXXXXXXXX9999");
    alert["acquirerReferenceNumber"] = json!("74027012345678901234567");
    shop.push(&[alert]).await;
    shop.world.settle().await;
    shop.alerts().await.remove(0)
}

#[tokio::test]
async fn a_partial_order_tells_what_the_processor_does_not() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let paid = shop.subscribe();
    let kept = partial_order(
        &shop,
        json!({
            "reference_id": paid.payment, "amount_in_cents": 4900, "currency": "USD",
            "payment_method_type": "CARD",
            "authorisation_status": "SETTLED",
            "acquirer_reference_number": "74027012345678901234567"
        }),
    )
    .await;
    let alert = alert_of_wallet(&shop).await;
    assert_eq!(alert["integration_transaction_id"], paid.payment, "{alert}");
    assert_eq!(alert["match"]["order_id"], kept["results"][0]["id"], "{alert}");
    assert_eq!(alert["match"]["arn"], "74027012345678901234567");
}

/// An alert with the payment's ARN leads to the order, and the processor's amount is refunded.
async fn assert_payment_of_order_is_refunded(shop: &Shop, order: &Value, payment: &str) {
    let alert = alert_of_wallet(shop).await;
    assert_eq!(
        (&alert["integration_transaction_id"], &alert["status"]),
        (&json!(payment), &json!("RESOLVED")),
        "{alert}"
    );
    assert_eq!(
        (&alert["match"]["order_id"], &alert["match"]["amount_in_cents"]),
        (order, &json!(4900)),
        "{alert}"
    );
    assert_eq!(
        shop.refunds().iter().map(|refund| refund["amount"].clone()).collect::<Vec<_>>(),
        [4900],
        "the processor's amount"
    );
}

#[tokio::test]
async fn a_partial_order_need_only_name_the_payment() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let paid = shop.subscribe();
    let named = json!({
        "payment_method_reference_id": paid.payment,
        "acquirer_reference_number": "74027012345678901234567"
    });
    let kept = partial_order(&shop, named).await;
    let told = &kept["results"][0]["transactions"][0];
    assert_eq!(
        (&told["reference_id"], &told["amount_in_cents"]),
        (&json!(paid.payment), &Value::Null),
        "{kept}"
    );
    let order = &kept["results"][0]["id"];
    assert_payment_of_order_is_refunded(&shop, order, &paid.payment).await;
    let id = order.as_str().expect("an id");
    let change = json!({
        "transactions": [
            {"payment_method_reference_id": paid.payment, "descriptor": "ACMEFIT*PLAN"}
        ]
    });
    let (_, changed) =
        world.call("PATCH", &format!("/v1/orders/{id}"), &shop.key, Some(&change)).await;
    let transactions = &changed["transactions"];
    assert_eq!(
        (&transactions[0]["descriptor"], &transactions[1]),
        (&json!("ACMEFIT*PLAN"), &Value::Null),
        "{changed}"
    );
}
