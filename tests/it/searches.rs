//! Searching at a processor that has more payments than are looked at, or none that it shows.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

async fn open() -> (World, Shop) {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    (world, shop)
}

fn pay(world: &World, cents: u64, card: &str) -> Value {
    let form = format!("amount={cents}&currency=usd&payment_method={card}&confirm=true");
    let (status, paid) = world.stripe.call(Method::POST, "/v1/payment_intents", &form);
    assert_eq!(status, 200);
    paid["id"].clone()
}

/// The alert once all is done that is done by itself.
async fn answered(shop: &Shop, alert: &Value) -> Value {
    shop.push(std::slice::from_ref(alert)).await;
    shop.world.settle().await;
    shop.alerts().await.remove(0)
}

fn doubt(alert: &Value) -> (&Value, &Value) {
    (&alert["action_required_reason"], &alert["action_required_details"]["doubt"])
}

#[tokio::test]
async fn a_search_that_was_cut_off_does_not_say_that_nothing_is_there() {
    let (world, shop) = open().await;
    for payment in 0..=1000 {
        pay(&world, 100 + payment, "pm_card_mastercard");
    }
    let alert = answered(&shop, &shop.alert("CUT")).await;
    assert_eq!(doubt(&alert), (&json!("UNSURE"), &json!("SEARCH_CUT")));
    assert_eq!(alert["candidates"], json!([]));
}

#[tokio::test]
async fn a_search_that_was_cut_off_makes_no_match_that_rests_on_it() {
    let (world, shop) = open().await;
    world.stripe.search(0, false);
    for payment in 0..=1000 {
        pay(&world, 100 + payment, "pm_card_mastercard");
    }
    let paid = pay(&world, 4900, "pm_card_visa");
    let alert = answered(&shop, &shop.alert("CUT")).await;
    assert_eq!(doubt(&alert), (&json!("UNSURE"), &json!("SEARCH_CUT")));
    assert_eq!(alert["candidates"][0]["integration_transaction_id"], paid);
    assert!(shop.refunds().is_empty());
    let mut named = shop.alert("NAMED");
    named["transactionId"] = paid;
    shop.push(&[named]).await;
    world.settle().await;
    assert_eq!(shop.refunds().len(), 1);
}

#[tokio::test]
async fn a_price_that_many_pay_is_matched_by_more_than_four_digits() {
    let (world, shop) = open().await;
    for _ in 0..25 {
        pay(&world, 4900, "pm_card_mastercard");
    }
    pay(&world, 4900, "pm_card_visa");
    world.advance(SignedDuration::from_hours(3)).await;
    let mut alert = shop.alert("COMMON");
    alert["cardNumber"] = json!("************4242");
    let answer = answered(&shop, &alert).await;
    assert_eq!(doubt(&answer), (&json!("UNSURE"), &json!("COMMON_AMOUNT")));
    assert!(shop.refunds().is_empty());
    let charge = world.stripe.objects("charge").remove(0);
    alert["alertId"] = json!(format!("{:A<25}", "CODED"));
    alert["authCode"] = charge["payment_method_details"]["card"]["authorization_code"].clone();
    shop.push(&[alert]).await;
    world.settle().await;
    assert_eq!(shop.refunds().len(), 1);
}

/// The index shows a payment after a minute, in bad hours after one; the list shows it at once.
#[tokio::test]
async fn a_twin_that_the_index_does_not_show_yet_is_seen() {
    let (world, shop) = open().await;
    world.stripe.search(1800, true);
    pay(&world, 4900, "pm_card_visa");
    world.advance(SignedDuration::from_mins(40)).await;
    pay(&world, 4900, "pm_card_visa");
    let alert = answered(&shop, &shop.alert("LAG")).await;
    assert_eq!(doubt(&alert), (&json!("UNSURE"), &json!("TIE")));
    assert!(shop.refunds().is_empty());
}

/// An order of 49.00 USD by a card of its own.
fn order(shop: &Shop, number: usize, auth: Option<&str>) -> Value {
    let now = shop.world.clock.now().to_string();
    json!({
        "type": "COMPLETE", "organisation_id": shop.organisation, "integration_id": shop.orders,
        "reference_id": format!("AF-{number}"),
        "order_datetime": now, "order_number": format!("AF-{number}"), "order_currency": "USD",
        "order_subtotal_amount_in_cents": 4900,
        "order_total_amount_in_cents": 4900, "order_status": "CLOSED_COMPLETE",
        "customer_email": "casey@example.com",
        "transactions": [{
            "reference_id": format!("txn-{number}"), "amount_in_cents": 4900, "currency": "USD",
            "payment_method_type": "CARD",
            "authorisation_status": "SETTLED", "authorised_at": now,
            "payment_method_card_last_4": format!("{:04}", 4242 + number),
            "authorisation_code": auth
        }]
    })
}

#[tokio::test]
async fn orders_of_a_price_that_many_pay_are_matched_by_more_than_four_digits() {
    let (world, shop) = open().await;
    let orders: Vec<Value> =
        (0..30).map(|number| order(&shop, number, (number == 0).then_some("T1234Z"))).collect();
    assert_eq!(
        world.call("POST", "/v1/orders/", &shop.key, Some(&json!(orders))).await.1["created"],
        30
    );
    let mut alert = shop.alert("COMMON");
    let answer = answered(&shop, &alert).await;
    assert_eq!(doubt(&answer), (&json!("UNSURE"), &json!("COMMON_AMOUNT")));
    assert_eq!(answer["candidates"][0]["integration_transaction_id"], "txn-0");
    alert["alertId"] = json!(format!("{:A<25}", "CODED"));
    alert["authCode"] = json!("T1234Z");
    shop.push(&[alert]).await;
    world.settle().await;
    let matched = shop
        .alerts()
        .await
        .into_iter()
        .find(|one| one["auth_code"] == "T1234Z")
        .expect("the alert");
    assert_eq!(matched["match"]["integration_transaction_id"], "txn-0");
}
