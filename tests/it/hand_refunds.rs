//! Refunds that a person asks for: once, never more than was paid, and one with the refunds of
//! alerts.

mod alerts;
mod faults;
mod late;
mod unlike;
mod waiting;

use axum::body::Body;
use axum::extract::Request;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::world::shop::{Paid, Shop};
use tests::world::{Settings, World};

/// A shop with a payment of 49.00 USD.
async fn paid() -> (Shop, Paid) {
    let shop = Shop::open(&World::start(Settings::default()).await).await;
    let paid = shop.subscribe();
    (shop, paid)
}

/// Asks for a refund, and lets happen what follows: the status of the answer, and what the refund
/// has come to.
async fn refund(shop: &Shop, payment: &str, body: &Value) -> (u16, Value) {
    let path = format!("/v1/transactions/{payment}/refunds");
    let (status, asked) = shop.world.call("POST", &path, &shop.key, Some(body)).await;
    shop.world.settle().await;
    if status >= 300 { (status, asked) } else { (status, seen(shop, &asked).await) }
}

/// A refund as it is now.
async fn seen(shop: &Shop, refund: &Value) -> Value {
    let path = format!("/v1/refunds/{}", refund["id"].as_str().expect("an id"));
    let (status, refund) = shop.world.call("GET", &path, &shop.key, None).await;
    assert_eq!(status, 200, "{refund}");
    refund
}

/// What the refunds of the payment sum to at Stripe.
fn given_back(shop: &Shop) -> u64 {
    let stands =
        |refund: &&Value| !matches!(refund["status"].as_str(), Some("failed" | "canceled"));
    shop.refunds().iter().filter(stands).filter_map(|refund| refund["amount"].as_u64()).sum()
}

#[tokio::test]
async fn all_of_a_payment_goes_back_once_and_who_asked_is_kept() {
    let (shop, paid) = paid().await;
    let (status, refund) =
        refund(&shop, &paid.payment, &json!({"reason": "Returned", "note": "By telephone."})).await;
    assert_eq!((status, &refund["status"]), (201, &json!("SUCCEEDED")), "{refund}");
    let [made] = shop.refunds().try_into().expect("one refund at Stripe");
    assert_eq!(refund["refund"]["id"], made["id"]);
    assert_eq!(made["amount"], 4900);
    let (own, alert) =
        (&made["metadata"]["forestall_refund_request"], &made["metadata"]["cbs_related_alert_id"]);
    assert_eq!(
        (own, alert),
        (&refund["id"], &Value::Null),
        "no alert's: whoever links by that finds no alert"
    );
    let steps: Vec<_> = refund["history"]
        .as_array()
        .expect("steps")
        .iter()
        .map(|step| (&step["did"], &step["by"]["type"]))
        .collect();
    assert_eq!(
        steps,
        [(&json!("ASKED"), &json!("KEY")), (&json!("SUCCEEDED"), &json!("PROCESSOR"))]
    );
    assert_eq!(refund["requested_by"]["type"], "KEY");
    assert_eq!((&refund["reason"], &refund["note"]), (&json!("Returned"), &json!("By telephone.")));
}

#[tokio::test]
async fn parts_add_up_to_the_whole_and_no_further() {
    let (shop, paid) = paid().await;
    let part = |minor: u64| json!({"amount_in_cents": minor, "organisation_id": shop.organisation});
    let path = format!("/v1/transactions/{}/refunds", paid.payment);
    assert_eq!(refund(&shop, &paid.payment, &part(2000)).await.1["status"], "SUCCEEDED");
    let (_, more) = refund(&shop, &paid.payment, &part(3000)).await;
    assert_eq!(
        (&more["status"], &more["refusal_reason"]),
        (&json!("REFUSED"), &json!("MORE_THAN_REMAINS"))
    );
    let (_, rest) = refund(&shop, &paid.payment, &json!({})).await;
    assert_eq!(
        (&rest["status"], &rest["refund"]["amount_in_cents"]),
        (&json!("SUCCEEDED"), &json!(2900))
    );
    let (_, none) = refund(&shop, &paid.payment, &json!({})).await;
    assert_eq!(
        (&none["status"], &none["refusal_reason"]),
        (&json!("REFUSED"), &json!("NOTHING_REMAINS"))
    );
    let (status, list) = shop.world.call("GET", &path, &shop.key, None).await;
    assert_eq!(
        (status, &list["count"], &list["refundable_amount_in_cents"]),
        (200, &json!(4), &json!(0)),
        "{list}"
    );
    assert_eq!(list["known_refunds"].as_array().map(Vec::len), Some(2));
    assert_eq!(given_back(&shop), 4900);
    shop.world.assert_invariants().await;
}

#[tokio::test]
async fn what_cannot_be_given_back_is_refused_and_nobody_is_asked() {
    let (shop, paid) = paid().await;
    let disputed = tests::simulate::stripe::Opening::of("fraudulent", "chargeback");
    let charge = shop.world.stripe.objects("charge")[0]["id"].as_str().expect("an id").to_owned();
    shop.world.stripe.open_dispute(&charge, &disputed).expect("a dispute");
    let (_, refused) = refund(&shop, &paid.payment, &json!({})).await;
    assert_eq!(
        (&refused["status"], &refused["refusal_reason"]),
        (&json!("REFUSED"), &json!("DISPUTE_OPEN"))
    );
    let (status, problem) = refund(&shop, &paid.payment, &json!({"amount_in_cents": 4901})).await;
    assert_eq!((status, &problem["errors"][0]["code"]), (422, &json!("MORE_THAN_PAID")));
    for (body, code) in
        [(json!({"amount_in_cents": 0}), "OUT_OF_RANGE"), (json!({"reason": " "}), "BLANK")]
    {
        let (status, problem) = refund(&shop, &paid.payment, &body).await;
        assert_eq!((status, &problem["errors"][0]["code"]), (422, &json!(code)));
    }
    assert_eq!(shop.refunds().len(), 0);
    let (status, problem) = refund(&shop, "pi_nobodys", &json!({})).await;
    assert_eq!((status, &problem["code"]), (404, &json!("NOT_FOUND")));
    let (status, problem) = refund(&shop, "4242424242424242", &json!({})).await;
    assert_eq!((status, &problem["code"]), (422, &json!("CARD_NUMBER_REFUSED")));
}

#[tokio::test]
async fn the_answer_waits_for_the_money() {
    let (shop, paid) = paid().await;
    let request = Request::post(format!("/v1/transactions/{}/refunds", paid.payment))
        .header("content-type", "application/json");
    let request = request
        .header("authorization", format!("Bearer {}", shop.key))
        .body(Body::from("{}"))
        .expect("a request");
    let world = shop.world.clone();
    let answer = tokio::spawn(async move { world.answer(request).await });
    while !answer.is_finished() {
        shop.world.settle().await;
        tokio::task::yield_now().await;
    }
    let body = axum::body::to_bytes(answer.await.expect("an answer").into_body(), usize::MAX)
        .await
        .expect("a body");
    let refund: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(refund["status"], "SUCCEEDED", "{refund}");
}

#[tokio::test]
async fn a_pending_refund_is_over_once_stripe_says_so() {
    let (shop, paid) = paid().await;
    shop.world.stripe.pause_webhooks(true);
    shop.world.stripe.pending_refunds(1);
    let (_, pending) = refund(&shop, &paid.payment, &json!({})).await;
    assert_eq!(pending["status"], "PENDING", "{pending}");
    let id = pending["refund"]["id"].as_str().expect("an id");
    shop.world.stripe.settle_refund(id, None).expect("settled");
    shop.world.advance(SignedDuration::from_mins(20)).await;
    assert_eq!(seen(&shop, &pending).await["status"], "SUCCEEDED", "the sweep looks again");
    shop.world.stripe.settle_refund(id, Some("lost_or_stolen_card")).expect("failed");
    assert_eq!(event(&shop, "refund.failed").await, 200);
    let failed = seen(&shop, &pending).await;
    assert_eq!((&failed["status"], given_back(&shop)), (&json!("FAILED"), 0), "{failed}");
    let (_, again) = refund(&shop, &paid.payment, &json!({})).await;
    assert_eq!(again["status"], "SUCCEEDED", "a person may ask again: {again}");
    assert_eq!(given_back(&shop), 4900);
}

#[tokio::test]
async fn stripes_own_word_wakes_a_look() {
    let (shop, paid) = paid().await;
    shop.world.stripe.pause_webhooks(true);
    shop.world.stripe.pending_refunds(1);
    let (_, pending) = refund(&shop, &paid.payment, &json!({})).await;
    shop.world
        .stripe
        .settle_refund(pending["refund"]["id"].as_str().expect("an id"), None)
        .expect("settled");
    assert_eq!(event(&shop, "refund.updated").await, 200);
    shop.world.settle().await;
    let over = seen(&shop, &pending).await;
    assert_eq!((&over["status"], shop.refunds().len()), (&json!("SUCCEEDED"), 1), "{over}");
}

/// Stripe's event about its latest refund, signed as Stripe signs.
async fn event(shop: &Shop, kind: &str) -> u16 {
    let object = shop.world.stripe.refunds().swap_remove(0);
    let body = json!({"id": "evt_1", "type": kind, "data": {"object": object}}).to_string();
    let at = shop.world.clock.now().as_second();
    let signature =
        format!("t={at},v1={}", tests::simulate::stripe::signature("whsec_shop", at, &body));
    let request = Request::post(format!("/processor-events/{}", shop.stripe))
        .header("stripe-signature", signature);
    shop.world.answer(request.body(Body::from(body)).expect("a request")).await.status().as_u16()
}
