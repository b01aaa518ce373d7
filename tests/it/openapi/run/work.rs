//! Orders come, alerts come, and both are worked.

use serde_json::{Value, json};
use tests::world::shop::Shop;

use super::text;
use crate::openapi::recorder::Recorder;

/// An order of 49.00 USD by the card ending in 4242, paid now.
pub fn order(shop: &Shop, integration: &str, reference: &str) -> Value {
    let now = shop.world.clock.now().to_string();
    json!({
        "type": "COMPLETE", "organisation_id": shop.organisation, "integration_id": integration,
        "reference_id": format!("order-{reference}"),
        "order_datetime": now, "order_number": "1001", "order_currency": "USD",
        "order_subtotal_amount_in_cents": 4900,
        "order_total_amount_in_cents": 4900, "order_status": "OPEN_PENDING",
        "customer_email": "casey@example.com",
        "items": [{ "name": "Monthly plan", "sku": "PLAN-1", "quantity": 1 }],
        "transactions": [{
            "reference_id": reference, "amount_in_cents": 4900, "currency": "USD",
            "payment_method_type": "CARD",
            "authorisation_status": "SETTLED", "authorised_at": now,
            "payment_method_card_brand": "VISA",
            "payment_method_card_last_4": "4242", "payment_method_card_bin": "424242"
        }]
    })
}

pub async fn orders(call: &mut Recorder, shop: &Shop) {
    let mut sold = order(shop, &shop.orders, "txn-1");
    // the alerts below are of another card
    sold["transactions"][0]["payment_method_card_last_4"] = json!("1881");
    let mut other = sold.clone();
    other["order_total_amount_in_cents"] = json!(5900); // under the same reference: refused
    let batch = json!([sold, other]);
    let id =
        text(&call.ask("POST", "/v1/orders", Some(batch)).await["results"][0]["id"]).to_owned();
    call.ask("GET", "/v1/orders?order_status=OPEN_PENDING&limit=2", None).await;
    call.ask("GET", &format!("/v1/orders/{id}"), None).await;
    call.ask(
        "PATCH",
        &format!("/v1/orders/{id}"),
        Some(json!({ "order_status": "CLOSED_COMPLETE" })),
    )
    .await;
}

pub async fn alerts(call: &mut Recorder, shop: &Shop) {
    let mut unmatched = shop.alert("UNMATCHED");
    unmatched["cardNumber"] = json!("555555******4444");
    shop.push(&[unmatched]).await;
    shop.world.settle().await;
    let waits = text(&shop.alerts().await[0]["id"]).to_owned();
    let action = json!({ "action": "ACCEPT_DISPUTE", "note": "The customer was told." });
    call.ask("PATCH", &format!("/v1/alerts/{waits}"), Some(action)).await;
    shop.world.settle().await;
    drop(shop.subscribe());
    shop.push(&[shop.alert("MATCHED")]).await;
    shop.world.settle().await;
    let done = call.ask("GET", "/v1/alerts?status=RESOLVED&limit=1", None).await;
    let id = text(&done["items"][0]["id"]).to_owned();
    call.ask("GET", &format!("/v1/alerts/{id}"), None).await;
    call.ask("GET", &format!("/v1/alerts/{id}/history"), None).await;
}

pub async fn trials(call: &mut Recorder, shop: &Shop) {
    let rows = "reference,received_at,amount_in_cents,currency,type,reason_code\n\
                old-1,2026-01-05T10:00:00Z,4900,USD,FRAUD,10.4\n";
    call.ask_csv(&format!("/v1/alert-imports?organisation_id={}", shop.organisation), rows).await;
    let fraud = json!([{ "type": "ALERT_TYPE", "parameters": { "types": ["FRAUD"] } }]);
    let tried = json!({
        "organisation_id": shop.organisation, "enrolment_ids": [shop.enrolment],
        "outcome": "REFUND", "rules": fraud
    });
    call.ask("POST", "/v1/rulesets/dry-run", Some(tried)).await;
    let (_, stored) = shop.world.call("GET", "/v1/rulesets", &shop.key, None).await;
    let path = format!(
        "/v1/rulesets/{}/dry-run?alert_received_at_gte=2026-01-01T00:00:00Z",
        text(&stored["items"][0]["id"])
    );
    call.ask("POST", &path, None).await;
}

pub async fn refunds_by_hand(call: &mut Recorder, shop: &Shop) {
    let paid = shop.subscribe();
    let path = format!("/v1/transactions/{}/refunds", paid.payment);
    let asked = call
        .ask(
            "POST",
            &path,
            Some(json!({ "amount_in_cents": 1500, "note": "One week was missed." })),
        )
        .await;
    shop.world.settle().await;
    call.ask("GET", &path, None).await;
    call.ask("GET", &format!("/v1/refunds/{}", text(&asked["id"])), None).await;
}

/// A refund of which nothing is known: a person says what became of it.
pub async fn lost_refund(call: &mut Recorder, shop: &Shop) {
    let path = format!("/v1/transactions/{}/refunds", shop.subscribe().payment);
    let lost = call.ask("POST", &path, Some(json!({}))).await;
    let lost = text(&lost["id"]);
    let kept = shop
        .world
        .store
        .read_manual_refund(&lost.parse().expect("an id"))
        .await
        .expect("read")
        .expect("kept");
    let unconfirmed =
        kept.into_unconfirmed("The processor did not answer.".into(), shop.world.clock.now());
    shop.world.store.commit_manual_refund(&unconfirmed).await.expect("written");
    let found = json!({ "status": "SUCCEEDED", "refund_reference": "re_3SUNCONFIRMED" });
    call.ask("PATCH", &format!("/v1/refunds/{lost}"), Some(found)).await;
}
