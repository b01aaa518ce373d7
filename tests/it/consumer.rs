//! A consumer in production, written as one is: it checks each delivery by itself, joins alerts
//! with its processor's disputes in whatever order they come, and links refunds by their metadata.
//! It knows nothing of this project's code.

mod cases;

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::simulate::stripe::{Fault, FaultKind, Opening};

use self::cases::{Consumer, is_genuine, text};
use crate::webhooks::House;
use crate::webhooks::receiver::Received;

async fn house() -> House {
    House::open(&["alert.created", "alert.updated"]).await
}

fn dispute(house: &House) -> Value {
    let charge = text(&house.shop.world.stripe.objects("charge")[0]["id"]);
    house.shop.world.stripe.open_dispute(&charge, &Opening::default()).expect("a charge")
}

#[test]
fn the_published_vector_is_genuine_and_what_differs_from_it_is_not() {
    let body = br#"{"id":"evt_1","type":"alert.created","data":{"object":{"id":"alrt_1"}}}"#;
    let tag = "4d32f7acd41540e6f766c1063059ea109881415f7a3ffccbc812f0b5c46832af\
               e6c6c1a3399c33c4b29d68ff8155f9139fcf8bc7b7a52bceb6aa9db398091e0c";
    let (secret, header, at) =
        ("whsec_test_secret", format!("t=1771322400,v1={tag}"), 1_771_322_400);
    assert!(is_genuine(secret, &header, body, at) && is_genuine(secret, &header, body, at + 300));
    assert!(
        !is_genuine(secret, &header, body, at + 301)
            && !is_genuine(secret, &header, body, at - 301)
    );
    assert!(!is_genuine("whsec_another", &header, body, at));
    assert!(!is_genuine(secret, &header.replace("t=1771322400", "t=1771322401"), body, at));
    assert!(!is_genuine(secret, &header, &body[1..], at));
}

/// Whether a delivery that came at any time is genuine to whom it comes now.
fn is_genuine_now(house: &House, one: &Received) -> bool {
    let now = house.shop.world.clock.now().as_second();
    is_genuine(house.secret(), one.header("x-signature"), &one.bytes, now)
}

#[tokio::test]
async fn each_try_is_signed_anew_under_the_id_of_the_first() {
    let house = house().await;
    let _paid = house.shop.subscribe();
    house.receiver.answers(500);
    house.alert("TRIES").await;
    let (mut looked_at, mut of_key) = (0, BTreeMap::<String, BTreeSet<String>>::new());
    for wait in [0, 60, 300, 1_800, 7_200, 43_200] {
        house.shop.world.advance(SignedDuration::from_secs(wait)).await;
        let came = house.receiver.all();
        for one in &came[looked_at..] {
            assert!(is_genuine_now(&house, one), "{}", one.body());
            of_key
                .entry(one.header("x-idempotency-key").to_owned())
                .or_default()
                .insert(one.header("x-signature").to_owned());
        }
        looked_at = came.len();
    }
    assert_eq!(
        of_key.values().map(BTreeSet::len).collect::<BTreeSet<_>>(),
        BTreeSet::from([6]),
        "six tries, six signatures"
    );
    let stale = &house.receiver.all()[0];
    assert!(!is_genuine_now(&house, stale), "a captured try is worth nothing later");
}

#[tokio::test]
async fn alert_and_dispute_are_one_case_in_either_order() {
    for alert_first in [true, false] {
        let house = house().await;
        let _paid = house.shop.subscribe();
        let mut consumer = Consumer::of(&house);
        let told = if alert_first {
            house.alert("EITHER").await;
            consumer.hears_all(&house.receiver.taken());
            let late = dispute(&house);
            consumer.disputed(&late);
            late
        } else {
            let early = dispute(&house);
            consumer.disputed(&early);
            house.shop.world.advance(SignedDuration::from_hours(1)).await;
            house.alert("EITHER").await;
            consumer.hears_all(&house.receiver.taken());
            early
        };
        house
            .shop
            .world
            .stripe
            .objects("refund")
            .iter()
            .for_each(|refund| consumer.refunded(refund));
        let [case] = &consumer.cases.values().collect::<Vec<_>>()[..] else {
            panic!("not one case: {:?}", consumer.cases)
        };
        assert_eq!((case.dispute.as_deref(), case.alert.is_some()), (told["id"].as_str(), true));
        let end = (case.status.as_str(), case.outcome.as_str(), case.refund.is_some());
        let expected = if alert_first {
            ("RESOLVED", "REFUNDED", true)
        } else {
            ("INVALID", "NOT_REFUNDED", false)
        };
        assert_eq!(end, expected, "alert first: {alert_first}");
    }
}

#[tokio::test]
async fn in_whatever_order_and_however_often_events_come_the_case_ends_the_same() {
    let house = house().await;
    let _paid = house.shop.subscribe();
    // A lost answer spreads the events over some time, so that they differ.
    house.shop.world.stripe.fault(Fault::next("POST", "/v1/refunds", FaultKind::LoseAnswer));
    house.alert("ORDERS").await;
    house.shop.world.advance(SignedDuration::from_hours(1)).await;
    let told = house.receiver.taken();
    let versions: BTreeSet<u64> =
        told.iter().filter_map(|one| one.json()["data"]["object"]["version"].as_u64()).collect();
    assert!(versions.len() > 1, "events of one version prove nothing: {versions:?}");
    let mut straight = Consumer::of(&house);
    assert!(straight.hears(&told[0]));
    straight.hears_all(&told[1..]);
    let mut reversed = Consumer::of(&house);
    let backwards: Vec<Received> = told.iter().rev().cloned().collect();
    reversed.hears_all(&backwards);
    assert_eq!((straight.cases.len(), &straight), (1, &reversed));

    let span = json!({
        "created_at_gte": "2026-01-01T00:00:00Z", "created_at_lte": house.shop.world.clock.now()
    });
    assert_eq!(house.call("POST", "/replay", Some(span)).await.0, 200);
    house.shop.world.settle().await;
    let again = house.receiver.taken();
    assert_eq!(again.len(), 2 * told.len());
    assert!(
        again[told.len()..].iter().all(|one| !straight.hears(one)),
        "a replay is known by its id"
    );
}

#[tokio::test]
async fn an_alert_that_the_network_takes_back_is_an_update_to_invalid() {
    let house = house().await;
    let _paid = house.shop.subscribe();
    let automation = json!({
        "do": "SET_AUTOMATION", "organisation_id": house.shop.organisation, "automation": "OBSERVE"
    });
    house.shop.world.operate(automation).await.expect("it is set");
    house.alert("TAKENBACK").await;
    let mut consumer = Consumer::of(&house);
    let early = house.receiver.taken();
    assert_eq!(early[0].kind(), "alert.created", "the early warning: nothing is refunded yet");
    consumer.hears_all(&early);
    let vendor_alert_id = text(&house.shop.alert("TAKENBACK")["alertId"]);
    let retract =
        json!({ "do": "RETRACT_ALERT", "network": "ETHOCA", "vendor_alert_id": vendor_alert_id });
    house.shop.world.operate(retract).await.expect("it is taken back");
    house.shop.world.settle().await;
    let told = house.receiver.taken();
    assert_eq!(
        told[early.len()..].iter().map(Received::kind).collect::<Vec<_>>(),
        ["alert.updated"]
    );
    assert!(consumer.hears(&told[early.len()]));
    let case = consumer.cases.values().next().expect("a case");
    assert_eq!(
        (case.status.as_str(), case.outcome.as_str(), case.refund.as_ref()),
        ("INVALID", "NOT_REFUNDED", None)
    );
}

#[tokio::test]
async fn a_refund_that_nobody_has_confirmed_is_not_refunded() {
    let house = house().await;
    let _paid = house.shop.subscribe();
    house.shop.world.stripe.pending_refunds(1);
    house.alert("PENDING").await;
    let mut consumer = Consumer::of(&house);
    consumer.hears_all(&house.receiver.taken());
    let outcome =
        |consumer: &Consumer| consumer.cases.values().next().expect("a case").outcome.clone();
    assert_eq!(outcome(&consumer), "NOT_REFUNDED");
    let refund = text(&house.shop.refunds()[0]["id"]);
    consumer.refunded(&house.shop.refunds()[0]);
    house.shop.world.stripe.settle_refund(&refund, None).expect("a pending refund");
    house.shop.world.advance(SignedDuration::from_hours(2)).await;
    consumer.hears_all(&house.receiver.taken());
    assert_eq!(outcome(&consumer), "REFUNDED");
}
