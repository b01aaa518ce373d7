//! Alerts that enrolments of several organisations fit. The payment tells whose they are; what
//! anybody can write down wins nothing.

mod nobodys;
mod squatter;

use axum::http::Method;
use jiff::SignedDuration;
use partners::Destinations;
use serde_json::{Value, json};
use tests::simulate::stripe::{Fault, FaultKind};
use tests::world::shop::Shop;
use tests::world::{Faults, Settings, World};

use self::squatter::Squatter;
use crate::alarms::rung;
use crate::strikes::{WAYS, all_end_as, at, by_turns};

const ARN: &str = "74027012345678901234567";

async fn enable(world: &World, enrolment: &str) {
    world
        .operate(json!({"do": "SET_ENROLMENT", "enrolment_id": enrolment, "status": "ENABLED"}))
        .await
        .expect("enabled");
}

/// The one payload that the operator has.
pub async fn quarantined(world: &World) -> Value {
    let list = world.operate(json!({"do": "LIST_QUARANTINE"})).await.expect("the list");
    let items = list["items"].as_array().expect("items");
    assert_eq!(items.len(), 1, "{list}");
    items[0].clone()
}

/// What the network was told of an alert, in its words.
pub fn told(world: &World, id: &str) -> Vec<Value> {
    let outcomes = world.ethoca.outcomes_of(&format!("{id:A<25}"));
    outcomes.iter().map(|one| serde_json::from_str(one.outcome.get()).expect("JSON")).collect()
}

/// How the only alert of a shop ended.
async fn end_of(shop: &Shop) -> String {
    let alerts = shop.alerts().await;
    let [alert] = alerts.as_slice() else {
        panic!("one alert became {}: {alerts:?}", alerts.len())
    };
    format!(
        "{} {}",
        alert["status"].as_str().unwrap_or_default(),
        alert["transaction_refund_outcome"].as_str().unwrap_or_default()
    )
}

#[tokio::test]
async fn whoever_enrols_more_of_a_descriptor_takes_no_alert() {
    for (match_type, pattern) in [
        ("CONTAINS", "FITPLAN"),
        ("EQUALS", "ACMEFIT*PLAN"),
        ("STARTS_WITH", "ACMEF"),
        ("STARTS_WITH", "ACMEFIT*P"),
    ] {
        let world = World::start(Settings::default()).await;
        let shop = Shop::open(&world).await;
        let squatter = Squatter::enrol(&world, match_type, pattern).await;
        squatter.tells(std::iter::once(4242), json!({})).await;
        let _ = shop.subscribe();
        shop.push(&[shop.alert("MINE")]).await;
        world.settle().await;
        assert_eq!(end_of(&shop).await, "RESOLVED REFUNDED", "{match_type} {pattern}");
        assert_eq!(
            (squatter.sees().await, shop.refunds().len()),
            ((0, 0), 1),
            "{match_type} {pattern}"
        );
        assert_eq!(told(&world, "MINE").len(), 1);
    }
}

/// Orders for all cards there are would be 10,000; looked up is the alert's own.
#[tokio::test]
async fn an_order_for_each_card_of_a_popular_price_wins_nothing() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let squatter = Squatter::enrol(&world, "CONTAINS", "FITPLAN").await;
    squatter.tells((42..10_000).step_by(100), json!({})).await;
    shop.push(&[shop.alert("UNPAID")]).await; // of which not even the shop has a payment
    world.advance(SignedDuration::from_hours(13)).await;
    assert_eq!(squatter.sees().await, (0, 0), "not when the operator has it, either");
    let _ = shop.subscribe();
    shop.push(&[shop.alert("PAID")]).await;
    world.settle().await;
    assert_eq!(
        (squatter.sees().await, shop.refunds().len(), told(&world, "PAID").len()),
        ((0, 0), 1, 1)
    );
}

#[tokio::test]
async fn what_only_the_acquirer_tells_decides_where_it_was_told_before() {
    for is_before in [true, false] {
        let world = World::start(Settings::default()).await;
        let shop = Shop::open(&world).await;
        let other = Squatter::enrol(&world, "STARTS_WITH", "ACMEFIT").await;
        let arn = json!({"acquirer_reference_number": ARN});
        if is_before {
            other.tells(std::iter::once(4242), arn.clone()).await;
            world.advance(SignedDuration::from_mins(1)).await;
        }
        let mut alert = shop.alert("NAMED");
        alert["arn"] = json!(ARN);
        shop.push(&[alert]).await;
        world.settle().await;
        if !is_before {
            other.tells(std::iter::once(4242), arn).await;
        }
        world.advance(SignedDuration::from_hours(5)).await;
        assert_eq!(other.sees().await, (u64::from(is_before), 0), "told before: {is_before}");
        assert!(shop.alerts().await.is_empty());
        if is_before {
            let (_, list) = world.call("GET", "/v1/alerts", &other.key, None).await;
            assert_eq!(list["items"][0]["enrolment_id"], json!(other.enrolment), "{list}");
        }
    }
}

#[tokio::test]
async fn no_contestants_own_endpoint_hears_of_the_alert_nor_decides() {
    let world =
        World::start(Settings { webhooks: Destinations::Anywhere, ..Settings::default() }).await;
    let shop = Shop::open(&world).await;
    let squatter = Squatter::enrol(&world, "CONTAINS", "FITPLAN").await;
    let endpoint = json!({
        "organisation_id": squatter.organisation, "name": "Own", "type": "CUSTOM_CALLBACK",
        "merchant_ids": [squatter.merchant],
        "callback_url": world.callback_url
    });
    let (status, made) =
        world.call("POST", "/v1/integrations/", &squatter.key, Some(&endpoint)).await;
    assert_eq!(status, 200, "{made}");
    world.settle().await;
    let asked = world.merchant.asked().len();
    shop.push(&[shop.alert("SECRET")]).await;
    world.advance(SignedDuration::from_hours(20)).await;
    assert_eq!((world.merchant.asked().len(), squatter.sees().await), (asked, (0, 0)));
}

#[tokio::test]
async fn what_no_payment_tells_rings_in_a_quarter_of_the_time_and_the_operator_decides() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let squatter = Squatter::enrol(&world, "CONTAINS", "FITPLAN").await;
    let ((), at_once) = rung(async {
        shop.push(&[shop.alert("CASH")]).await;
        world.advance(SignedDuration::from_hours(11)).await;
    })
    .await;
    assert_eq!(at_once, Vec::<String>::new(), "evidence may still come");
    let ((), later) = rung(world.advance(SignedDuration::from_hours(1))).await;
    let why = "enrolments of several organisations fit its descriptor";
    assert_eq!(later, [format!("Quarantined: no payment tells whose it is, and {why}")]);
    let (((), at_target), held) =
        (rung(world.advance(SignedDuration::from_hours(13))).await, quarantined(&world).await);
    assert_eq!(at_target, [format!("Quarantined payload waits past its target time: {why}")]);
    assert_eq!(
        (&held["reason"], &held["fate"]["is"], squatter.sees().await),
        (&json!(why), &json!("HELD"), (0, 0))
    );
    let order = json!({
        "do": "RELEASE_QUARANTINED", "id": held["id"], "enrolment_id": shop.enrolment, "by": "ann"
    });
    world.operate(order).await.expect("released");
    world.settle().await;
    assert_eq!((shop.alerts().await.len(), squatter.sees().await), (1, (0, 0)));
    let ((), rang) = rung(world.advance(SignedDuration::from_hours(30))).await;
    assert!(!rang.iter().any(|one| one.starts_with("Quarantined")), "{rang:?}");
}

#[tokio::test]
async fn a_contest_that_nobody_decided_is_not_answered_by_itself() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    Squatter::enrol(&world, "CONTAINS", "FITPLAN").await;
    shop.push(&[shop.alert("TIED")]).await;
    world.advance(SignedDuration::from_hours(30)).await;
    let ((), rang) = rung(world.advance(SignedDuration::from_hours(20))).await;
    assert_eq!(
        rang.iter()
            .filter(|one| one.starts_with("Quarantined payload was not decided by its deadline"))
            .count(),
        1,
        "{rang:?}"
    );
    assert!(told(&world, "TIED").is_empty() && shop.alerts().await.is_empty());
}

#[tokio::test]
async fn a_processor_that_does_not_answer_is_asked_again() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    Squatter::enrol(&world, "CONTAINS", "FITPLAN").await;
    let _ = shop.subscribe();
    world.stripe.fault(Fault {
        times: 1_000,
        ..Fault::next(Method::GET.as_str(), "/v1/", FaultKind::Status503)
    });
    shop.push(&[shop.alert("LATER")]).await;
    world.settle().await;
    assert!(shop.alerts().await.is_empty(), "nobody knows yet");
    world.stripe.recover();
    world.advance(SignedDuration::from_mins(16)).await;
    assert_eq!(end_of(&shop).await, "RESOLVED REFUNDED");
}

#[tokio::test]
async fn two_organisations_that_both_have_the_payment_are_the_operators_to_tell_apart() {
    let world = World::start(Settings::default()).await;
    let shops = [Shop::open(&world).await, Shop::open(&world).await]; // one account at Stripe
    enable(&world, &shops[1].enrolment).await;
    let _ = shops[0].subscribe();
    shops[0].push(&[shops[0].alert("BOTH")]).await;
    world.advance(SignedDuration::from_hours(10)).await;
    assert!(
        shops[0].alerts().await.is_empty()
            && shops[1].alerts().await.is_empty()
            && shops[0].refunds().is_empty()
    );
    assert_eq!(quarantined(&world).await["fate"]["is"], "HELD");
}

/// A contested alert through a world with one fault: how it ended for both.
async fn struck(faults: Faults) -> (String, usize, usize, (u64, u64)) {
    let world = World::start(Settings { faults: faults.clone(), ..Settings::default() }).await;
    let shop = Shop::open(&world).await;
    let squatter = Squatter::enrol(&world, "CONTAINS", "FITPLAN").await;
    let _ = shop.subscribe();
    shop.push(&[shop.alert("STRUCK")]).await;
    world.settle().await;
    world.advance(SignedDuration::from_hours(49)).await;
    (end_of(&shop).await, shop.refunds().len(), told(&world, "STRUCK").len(), squatter.sees().await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_or_loss_while_it_is_told_whose_it_is_changes_nothing() {
    let good = ("RESOLVED REFUNDED".to_owned(), 1, 1, (0, 0));
    let faults = Faults::default();
    assert_eq!(struck(faults.clone()).await, good);
    let calls = faults.calls();
    let first =
        calls.iter().position(|call| call.contains("quar_")).expect("the payload is looked at");
    let last = calls.iter().rposition(|call| call.contains("quar_")).expect("and released");
    let about = [
        "functions/matching",
        "shared/domain/src/network/quarantine",
        "shared/flows/src/quarantine",
        "shared/store/src/quarantine",
    ];
    all_end_as(&good, by_turns(at(first..=last, &WAYS), &about), struck).await;
}
