//! Refunds by hand whose processor tells nothing for days: nobody waits without end, and nothing is
//! made so late.

use jiff::SignedDuration;
use partners::Destinations;
use serde_json::{Value, json};
use tests::simulate::stripe::{Fault, FaultKind};
use tests::world::shop::{Paid, Shop};
use tests::world::{Settings, World};

use super::{event, given_back, paid, refund, seen};

const PART: u64 = 2000;

/// A part is asked for, what comes of the call is not known, and Stripe is out of reach for good.
async fn unknown(call: FaultKind) -> (Shop, Paid, Value) {
    let world =
        World::start(Settings { webhooks: Destinations::Anywhere, ..Settings::default() }).await;
    let shop = Shop::open(&world).await;
    subscribe(&shop).await;
    let paid = shop.subscribe();
    shop.world.stripe.pause_webhooks(true);
    shop.world.stripe.fault(Fault::next("POST", "/v1/refunds", call));
    let path = format!("/v1/transactions/{}/refunds", paid.payment);
    let (_, asked) =
        shop.world.call("POST", &path, &shop.key, Some(&json!({ "amount_in_cents": PART }))).await;
    while !shop
        .world
        .stripe
        .requests()
        .iter()
        .any(|request| request.method == "POST" && request.path == "/v1/refunds")
    {
        assert!(shop.world.turn().await, "it is asked of Stripe");
    }
    shop.world
        .stripe
        .fault(Fault { times: 100_000, ..Fault::next("GET", "/v1/", FaultKind::Status503) });
    shop.world.advance(SignedDuration::from_hours(53)).await;
    (shop, paid, asked)
}

async fn subscribe(shop: &Shop) {
    let hook = json!({ "url": "http://127.0.0.1:9/nobody", "events": ["refund.updated"] });
    let (status, hook) =
        shop.world.call("POST", "/v1/webhook-endpoints/", &shop.key, Some(&hook)).await;
    assert_eq!(status, 200, "{hook}");
}

/// The events that subscribers are told, the first first.
async fn told(shop: &Shop) -> Vec<String> {
    let (_, hooks) = shop.world.call("GET", "/v1/webhook-endpoints/", &shop.key, None).await;
    let path = format!(
        "/v1/webhook-endpoints/{}/deliveries",
        hooks["items"][0]["id"].as_str().expect("an id")
    );
    let (_, list) = shop.world.call("GET", &path, &shop.key, None).await;
    let kinds = list["items"].as_array().expect("deliveries").iter().rev();
    kinds.map(|delivery| delivery["type"].as_str().expect("a type").to_owned()).collect()
}

async fn declare(shop: &Shop, refund: &Value, word: Value) -> (u16, Value) {
    let path = format!("/v1/refunds/{}", refund["id"].as_str().expect("an id"));
    let answer = shop.world.call("PATCH", &path, &shop.key, Some(&word)).await;
    shop.world.settle().await;
    answer
}

#[tokio::test]
async fn what_nobody_tells_is_unconfirmed_and_the_processors_late_word_counts() {
    let (shop, _, asked) = unknown(FaultKind::LoseAnswer).await;
    let unconfirmed = seen(&shop, &asked).await;
    assert_eq!(unconfirmed["status"], "UNCONFIRMED", "{unconfirmed}");
    assert!(
        unconfirmed["failure_reason"].as_str().is_some_and(|reason| reason.contains("503")),
        "{unconfirmed}"
    );
    assert_eq!(told(&shop).await, ["refund.updated"]);
    shop.world.advance(SignedDuration::from_hours(48)).await;
    assert_eq!(told(&shop).await, ["refund.updated"], "it is told once");
    shop.world.stripe.recover();
    shop.world.advance(SignedDuration::from_hours(25)).await;
    let over = seen(&shop, &asked).await;
    assert_eq!(
        (&over["status"], shop.refunds().len(), given_back(&shop)),
        (&json!("SUCCEEDED"), 1, PART),
        "{over}"
    );
    assert_eq!(told(&shop).await.len(), 2);
}

#[tokio::test]
async fn what_was_not_made_in_time_is_not_made_at_all() {
    let (shop, _, asked) = unknown(FaultKind::LoseRequest).await;
    assert_eq!(seen(&shop, &asked).await["status"], "UNCONFIRMED");
    shop.world.stripe.recover();
    shop.world.advance(SignedDuration::from_hours(25)).await;
    let over = seen(&shop, &asked).await;
    assert_eq!(
        (&over["status"], &over["refusal_reason"], given_back(&shop)),
        (&json!("REFUSED"), &json!("TOO_LATE"), 0),
        "{over}"
    );
}

#[tokio::test]
async fn what_was_never_asked_of_the_processor_is_refused() {
    let (shop, paid) = paid().await;
    let path = format!("/v1/transactions/{}/refunds", paid.payment);
    let (_, asked) = shop.world.call("POST", &path, &shop.key, Some(&json!({}))).await;
    shop.world
        .stripe
        .fault(Fault { times: 100_000, ..Fault::next("GET", "/v1/", FaultKind::Status503) });
    shop.world.advance(SignedDuration::from_hours(53)).await;
    let over = seen(&shop, &asked).await;
    assert_eq!(
        (&over["status"], &over["refusal_reason"]),
        (&json!("REFUSED"), &json!("TOO_LATE")),
        "{over}"
    );
    shop.world.stripe.recover();
    shop.world.advance(SignedDuration::from_hours(100)).await;
    assert_eq!((seen(&shop, &asked).await, given_back(&shop)), (over, 0));
}

/// Nobody can look, so nobody gives more back: neither an alert's rule nor another person. Once the
/// part is known, the alert, which disputes all, gives back the rest.
#[tokio::test]
async fn while_it_is_unconfirmed_nothing_moves_beside_it() {
    let (shop, paid, _) = unknown(FaultKind::LoseAnswer).await;
    shop.push(&[shop.alert("BESIDE")]).await;
    shop.world.settle().await;
    assert_eq!((given_back(&shop), shop.refunds().len()), (PART, 1));
    shop.world.stripe.recover();
    shop.world.advance(SignedDuration::from_hours(1)).await;
    let alert = shop.alerts().await.swap_remove(0);
    assert_eq!(
        (&alert["resolution_reason"], given_back(&shop)),
        (&json!("PARTIALLY_REFUNDED"), 4900),
        "{alert}"
    );
    assert_eq!(alert["refund"]["amount_in_cents"], 4900 - PART);
    let (_, rest) = refund(&shop, &paid.payment, &json!({})).await;
    assert_eq!(
        (&rest["status"], &rest["refusal_reason"]),
        (&json!("REFUSED"), &json!("NOTHING_REMAINS")),
        "{rest}"
    );
}

#[tokio::test]
async fn a_person_says_what_the_processor_shows_and_two_do_not_contradict_each_other() {
    let (shop, paid, asked) = unknown(FaultKind::LoseAnswer).await;
    let wrong =
        declare(&shop, &asked, json!({"status": "FAILED", "refund_reference": "re_x"})).await;
    assert_eq!((wrong.0, &wrong.1["errors"][0]["code"]), (422, &json!("NOT_TAKEN")));
    let word = json!({"status": "SUCCEEDED", "refund_reference": "dashboard-1"});
    let (status, said) = declare(&shop, &asked, word.clone()).await;
    assert_eq!(
        (status, &said["status"], &said["refund"]["way"]),
        (200, &json!("SUCCEEDED"), &json!("DECLARED")),
        "{said}"
    );
    assert_eq!(
        (&said["refund"]["id"], &said["refund"]["amount_in_cents"]),
        (&json!("dashboard-1"), &json!(PART))
    );
    assert_eq!(
        said["history"].as_array().expect("steps").last().expect("a step")["by"]["type"],
        "KEY"
    );
    assert_eq!(declare(&shop, &asked, word).await.0, 200);
    let (status, problem) = declare(&shop, &asked, json!({"status": "FAILED"})).await;
    assert_eq!((status, &problem["code"]), (409, &json!("CONFLICT")));
    shop.world.stripe.recover();
    let path = format!("/v1/transactions/{}/refunds", paid.payment);
    let (_, list) = shop.world.call("GET", &path, &shop.key, None).await;
    assert_eq!(
        list["refundable_amount_in_cents"],
        4900 - PART,
        "what was declared and what Stripe lists are one: {list}"
    );
}

#[tokio::test]
async fn a_persons_word_that_stripe_contradicts_gives_way() {
    let (shop, _, asked) = unknown(FaultKind::LoseAnswer).await;
    let (status, said) = declare(&shop, &asked, json!({"status": "FAILED"})).await;
    assert_eq!((status, &said["status"]), (200, &json!("FAILED")), "{said}");
    shop.world.stripe.recover();
    assert_eq!(event(&shop, "refund.updated").await, 200);
    shop.world.settle().await;
    let over = seen(&shop, &asked).await;
    assert_eq!((&over["status"], shop.refunds().len()), (&json!("SUCCEEDED"), 1), "{over}");
}

/// Who says that the money went back, and names no other refund, can only have meant ours.
#[tokio::test]
async fn a_refund_that_was_said_to_have_succeeded_fails_by_stripes_word() {
    for (word, stands) in
        [(json!({}), "FAILED"), (json!({"refund_reference": "dashboard-1"}), "SUCCEEDED")]
    {
        let (shop, _, asked) = unknown(FaultKind::LoseAnswer).await;
        let mut said = word;
        said["status"] = json!("SUCCEEDED");
        assert_eq!(declare(&shop, &asked, said).await.0, 200);
        shop.world.stripe.recover();
        let made = shop.refunds().swap_remove(0);
        shop.world
            .stripe
            .settle_refund(made["id"].as_str().expect("an id"), Some("lost_or_stolen_card"))
            .expect("failed");
        assert_eq!(event(&shop, "refund.failed").await, 200);
        let over = seen(&shop, &asked).await;
        assert_eq!((&over["status"], given_back(&shop)), (&json!(stands), 0), "{over}");
    }
}

/// Weeks on its way, then its integration is gone: a person is told, and the amount stays taken
/// until somebody clears it up.
#[tokio::test]
async fn one_that_is_pending_without_end_is_unconfirmed_in_the_end() {
    let (shop, paid) = paid().await;
    shop.world.stripe.pause_webhooks(true);
    shop.world.stripe.pending_refunds(1);
    let (_, pending) = refund(&shop, &paid.payment, &json!({ "amount_in_cents": PART })).await;
    shop.world.clock.advance(SignedDuration::from_hours(24 * 31));
    shop.world.advance(SignedDuration::from_hours(6)).await;
    assert_eq!(seen(&shop, &pending).await["status"], "PENDING", "its processor says so");
    shop.world
        .stripe
        .fault(Fault { times: 100_000, ..Fault::next("GET", "/v1/", FaultKind::Status503) });
    shop.world.advance(SignedDuration::from_hours(6)).await;
    let unconfirmed = seen(&shop, &pending).await;
    assert_eq!(
        (&unconfirmed["status"], &unconfirmed["refund"]["id"]),
        (&json!("UNCONFIRMED"), &pending["refund"]["id"]),
        "{unconfirmed}"
    );
    shop.world.stripe.recover();
    let (_, more) =
        refund(&shop, &paid.payment, &json!({ "amount_in_cents": 4900 - PART + 1 })).await;
    assert_eq!(more["refusal_reason"], "MORE_THAN_REMAINS", "{more}");
}
