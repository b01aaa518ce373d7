//! Refunds that fail, or are referenced, after their alert was answered: everybody sees it once,
//! and the answer stays.

mod faults;
mod looks;

use axum::body::Body;
use axum::extract::Request;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::world::shop::{Paid, Shop};
use tests::world::{Faults, Settings, World};

use crate::webhooks::receiver::Receiver;

/// How often Stripe sends an event that is not taken.
const TRIES: u32 = 20;

/// A shop whose alert was refunded and answered.
struct House {
    shop: Shop,
    paid: Paid,
    /// The refund at Stripe.
    refund: String,
}

impl House {
    async fn open() -> Self {
        let world = World::start(Settings::default()).await;
        let shop = Shop::open(&world).await;
        world.stripe.pause_webhooks(true);
        Self::answered(shop).await
    }

    async fn answered(shop: Shop) -> Self {
        let paid = shop.subscribe();
        shop.push(&[shop.alert("ANSWERED")]).await;
        shop.world.settle().await;
        shop.world.advance(SignedDuration::from_hours(72)).await;
        let refund = shop.refunds()[0]["id"].as_str().expect("an id").to_owned();
        Self { shop, paid, refund }
    }

    fn fails(&self) {
        self.shop
            .world
            .stripe
            .settle_refund(&self.refund, Some("expired_or_canceled_card"))
            .expect("it stood");
    }

    /// The refund as Stripe has it.
    fn at_stripe(&self) -> Value {
        self.shop
            .refunds()
            .into_iter()
            .find(|one| one["id"] == self.refund.as_str())
            .expect("a refund")
    }

    /// Stripe's event about the refund as it is.
    async fn tell(&self, kind: &str) {
        tell(&self.shop, kind, &self.at_stripe()).await;
    }

    /// The first alert, as its partner sees it.
    async fn alert(&self) -> Value {
        self.shop.alerts().await.pop().expect("an alert")
    }
}

/// Stripe's event about a refund, signed as Stripe signs, and sent again until it is taken.
pub async fn tell(shop: &Shop, kind: &str, object: &Value) {
    for _ in 0..TRIES {
        let body = json!({ "id": "evt_1", "type": kind, "data": { "object": object } }).to_string();
        let at = shop.world.clock.now().as_second();
        let signature =
            format!("t={at},v1={}", tests::simulate::stripe::signature("whsec_shop", at, &body));
        let request = Request::post(format!("/processor-events/{}", shop.stripe))
            .header("stripe-signature", signature);
        let request = request.body(Body::from(body)).expect("a request");
        shop.world.faults.watch(true);
        let answer = shop.world.faults.survive(shop.world.answer(request)).await;
        shop.world.faults.watch(false);
        if answer.is_some_and(|answer| answer.status() == 200) {
            shop.world.settle().await;
            return;
        }
        shop.world.advance(SignedDuration::from_mins(10)).await;
    }
    panic!("Stripe gave up on {kind}");
}

/// How an alert stands for its partner.
fn stands(alert: &Value) -> Value {
    let (refund, outcome) = (&alert["refund"], &alert["outcome"]);
    json!([
        [alert["status"], alert["resolution_reason"], alert["transaction_refund_outcome"]],
        [refund["status"], refund["is_confirmed"], refund["failure_reason"]],
        [outcome["outcome"], outcome["refund_status"], outcome["answer"]],
    ])
}

fn failed() -> Value {
    json!([
        ["RESOLVED", "REFUND_FAILED", "NOT_REFUNDED"],
        ["FAILED", false, "expired_or_canceled_card"],
        ["RESOLVED", "REFUNDED", "ACCEPTED"]
    ])
}

fn refunded() -> Value {
    json!([
        ["RESOLVED", "REFUNDED", "REFUNDED"],
        ["SUCCEEDED", true, null],
        ["RESOLVED", "REFUNDED", "ACCEPTED"]
    ])
}

#[tokio::test]
async fn events_that_come_again_or_in_another_order_change_nothing_more() {
    let house = House::open().await;
    let (before, made) = (house.alert().await, house.at_stripe());
    house.fails();
    house.tell("refund.failed").await;
    let after = house.alert().await;
    assert_eq!(stands(&after), failed(), "{after}");
    assert_eq!(after["version"].as_u64(), before["version"].as_u64().map(|version| version + 1));
    house.tell("refund.updated").await;
    house.tell("charge.refund.updated").await;
    for late in ["refund.created", "charge.refund.updated"] {
        tell(&house.shop, late, &made).await; // it still says that the refund succeeded
    }
    assert_eq!(house.alert().await, after);
    assert_eq!(house.shop.world.ethoca.outcomes().len(), 1);
    house.shop.world.assert_invariants().await;
}

/// Whoever has the endpoint's secret, which the partner chose, can sign anything.
#[tokio::test]
async fn a_signed_failure_that_stripe_does_not_list_changes_nothing_and_rings_for_nobody() {
    let house = House::open().await;
    let (before, mut lie) = (house.alert().await, house.at_stripe());
    lie["status"] = json!("failed");
    lie["failure_reason"] = json!("lost_or_stolen_card");
    let path = format!("/v1/transactions/{}/refunds", house.shop.subscribe().payment);
    let (_, asked) = house.shop.world.call("POST", &path, &house.shop.key, Some(&json!({}))).await;
    house.shop.world.settle().await;
    let mut by_hand = house.shop.refunds().swap_remove(0);
    by_hand["status"] = json!("failed");
    let ((), alarms) = crate::alarms::rung(async {
        tell(&house.shop, "refund.failed", &lie).await;
        tell(&house.shop, "refund.failed", &by_hand).await;
    })
    .await;
    let path = format!("/v1/refunds/{}", asked["id"].as_str().expect("an id"));
    let (_, refund) = house.shop.world.call("GET", &path, &house.shop.key, None).await;
    assert_eq!(
        (house.alert().await, &refund["status"], alarms),
        (before, &json!("SUCCEEDED"), vec![]),
        "{refund}"
    );
}

#[tokio::test]
async fn the_money_can_go_back_by_hand_and_the_alert_shows_that() {
    let house = House::open().await;
    house.fails();
    house.tell("refund.failed").await;
    let path = format!("/v1/transactions/{}/refunds", house.paid.payment);
    let (_, listed) = house.shop.world.call("GET", &path, &house.shop.key, None).await;
    assert_eq!(
        (&listed["refundable_amount_in_cents"], &listed["known_refunds"][0]["status"]),
        (&json!(4900), &json!("FAILED")),
        "{listed}"
    );
    let (_, asked) = house.shop.world.call("POST", &path, &house.shop.key, Some(&json!({}))).await;
    house.shop.world.settle().await;
    let made = house.shop.refunds().swap_remove(0);
    let alert = house.alert().await;
    assert_eq!((stands(&alert), &alert["refund"]["id"]), (refunded(), &made["id"]), "{alert}");
    house.shop.world.assert_invariants().await;
    house
        .shop
        .world
        .stripe
        .settle_refund(made["id"].as_str().expect("an id"), Some("lost_or_stolen_card"))
        .expect("it stood");
    tell(&house.shop, "refund.failed", &house.shop.refunds().swap_remove(0)).await;
    let (alert, path) =
        (house.alert().await, format!("/v1/refunds/{}", asked["id"].as_str().expect("an id")));
    assert_eq!(
        (&alert["resolution_reason"], &alert["refund"]["failure_reason"]),
        (&json!("REFUND_FAILED"), &json!("lost_or_stolen_card"))
    );
    assert_eq!(
        house.shop.world.call("GET", &path, &house.shop.key, None).await.1["status"],
        "FAILED"
    );
    house.shop.world.assert_invariants().await;
}

#[tokio::test]
async fn the_acquirers_reference_is_kept_on_alerts_and_on_refunds_by_hand() {
    let house = House::open().await;
    let told = house.shop.world.ethoca.outcomes().len();
    house.shop.world.stripe.refer_refund(&house.refund).expect("a refund");
    house.tell("refund.updated").await;
    house.tell("charge.refund.updated").await;
    let (alert, reference) = (
        house.alert().await,
        house.at_stripe()["destination_details"]["card"]["reference"].clone(),
    );
    assert_eq!((stands(&alert), &alert["refund"]["arn"]), (refunded(), &reference), "{alert}");
    let steps: Vec<&Value> =
        alert["history"].as_array().expect("steps").iter().map(|step| &step["did"]).collect();
    assert_eq!(steps.iter().filter(|did| **did == "REFUND_REFERENCED").count(), 1, "{steps:?}");
    assert_eq!(house.shop.world.ethoca.outcomes().len(), told, "no second answer");
    let paid = house.shop.subscribe();
    let path = format!("/v1/transactions/{}/refunds", paid.payment);
    let (_, asked) = house.shop.world.call("POST", &path, &house.shop.key, Some(&json!({}))).await;
    house.shop.world.settle().await;
    let id = house.shop.refunds()[0]["id"].as_str().expect("an id").to_owned();
    let referred = house.shop.world.stripe.refer_refund(&id).expect("a refund");
    tell(&house.shop, "refund.updated", &referred).await;
    let one = format!("/v1/refunds/{}", asked["id"].as_str().expect("an id"));
    let (_, shown) = house.shop.world.call("GET", &one, &house.shop.key, None).await;
    let (_, listed) = house.shop.world.call("GET", &path, &house.shop.key, None).await;
    let reference = &referred["destination_details"]["card"]["reference"];
    assert_eq!(
        (&shown["refund"]["arn"], &shown["status"]),
        (reference, &json!("SUCCEEDED")),
        "{shown}"
    );
    assert_eq!(&listed["known_refunds"][0]["arn"], reference, "{listed}");
    house.shop.world.assert_invariants().await;
}

/// A shop with somebody who hears its events, and a member.
async fn with_listeners(faults: Faults) -> (Shop, Receiver) {
    let world = World::start(Settings {
        webhooks: partners::Destinations::Anywhere,
        faults,
        ..Settings::default()
    })
    .await;
    let shop = Shop::open(&world).await;
    world.stripe.pause_webhooks(true);
    let receiver = Receiver::start().await;
    let endpoint = json!({ "url": receiver.url, "events": ["alert.updated", "refund.failed"] });
    let member = json!({
        "organisation_id": shop.organisation, "first_name": "K", "last_name": "D",
        "email": "kim@acme.example", "role": "ADMIN"
    });
    for (path, body) in [("/v1/webhook-endpoints/", endpoint), ("/v1/memberships/", member)] {
        assert_eq!(world.call("POST", path, &shop.key, Some(&body)).await.0, 200, "{path}");
    }
    world.confirm("kim@acme.example").await;
    (shop, receiver)
}
