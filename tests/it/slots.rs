//! A burst of alerts at one processor account is worked at the rate that the processor allows, and
//! nobody else waits for it.

mod bursts;

use std::collections::BTreeMap;

use axum::http::Method;
use domain::account::Integration;
use domain::alert::pipeline::PipelineStage;
use domain::basics::time::add_seconds;
use domain::calls::lane::CallLane;
use domain::calls::slot::{FURTHEST_SECONDS, RequestLoad, SlotReservation};
use jiff::SignedDuration;
use runtime::PipelineMessage;
use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Faults, Settings, World, queue_name};

use crate::alarms::no_dead_letters;
use crate::strikes::{WAYS, all_end_as, at, by_turns};

/// How many alerts have a slot in a second that nobody waits for.
fn in_a_second(load: RequestLoad) -> usize {
    1_000_usize.div_ceil(usize::try_from(load.to_millis()).expect("few"))
}

/// A payment of its own amount, and Ethoca's alert about it.
fn paid(shop: &Shop, number: usize) -> Value {
    let cents = 5_000 + number;
    let form = format!(
        "amount={cents}&currency=usd&payment_method=pm_card_visa&confirm=true&off_session=true"
    );
    let (status, made) = shop.world.stripe.call(Method::POST, "/v1/payment_intents", &form);
    assert_eq!(status, 200, "{made}");
    let mut alert = shop.alert(&format!("BURST{number}"));
    alert["amount"]["value"] =
        format!("{}.{:02}", cents / 100, cents % 100).parse().expect("a number");
    alert
}

fn refunded(alerts: &[Value]) -> usize {
    alerts.iter().filter(|alert| alert["transaction_refund_outcome"] == "REFUNDED").count()
}

#[tokio::test]
async fn as_many_slots_are_given_out_as_there_are_within_reach() {
    let world = World::start(Settings::default()).await;
    let (now, load) = (world.clock.now(), RequestLoad::for_refund(true, false));
    let last = add_seconds(now, FURTHEST_SECONDS.into());
    let mut of_a_second: BTreeMap<i64, usize> = BTreeMap::new();
    let reserve = async |account: &str, load: RequestLoad| {
        world.store.reserve_slot(account, load, last, now).await.expect("the store")
    };
    let all = loop {
        let second = match reserve("acct_1", load).await {
            SlotReservation::Now => now.as_second(),
            SlotReservation::Reserved(at) => at.as_second(),
            SlotReservation::TooFar(at) => break at,
        };
        *of_a_second.entry(second).or_default() += 1;
    };
    assert!(
        (now.as_second()..last.as_second()).all(|second| of_a_second.contains_key(&second)),
        "each second is used"
    );
    assert!(of_a_second.values().all(|count| *count <= in_a_second(load)), "{of_a_second:?}");
    assert!(all < last, "whoever found none comes back while slots are used");
    let others =
        [reserve("acct_2", load).await, reserve("acct_1", RequestLoad::for_search(0)).await];
    assert_eq!(others, [SlotReservation::Now; 2], "each account and share has its own");
}

#[tokio::test]
async fn an_alert_whose_message_is_lost_is_asked_for_again() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    world.settle().await;
    let alerts: Vec<Value> = (0..12).map(|number| paid(&shop, number)).collect();
    shop.push(&alerts).await;
    world.settle().await;
    let waiting = world.aws.queues().depth(queue_name(PipelineStage::Matching)).delayed;
    assert_eq!(
        usize::try_from(waiting),
        Ok(12 - in_a_second(RequestLoad::for_search(0))),
        "for the next second"
    );
    world.clock.advance(SignedDuration::from_secs(2));
    for message in world.aws.queues().receive(queue_name(PipelineStage::Matching), 10) {
        world.aws.queues().delete(&message.receipt);
    }
    world.settle().await;
    assert!(refunded(&shop.alerts().await) < 12, "nobody has the others");
    world.advance(SignedDuration::from_mins(6)).await;
    assert_eq!((refunded(&shop.alerts().await), no_dead_letters(&world)), (12, true));
}

#[tokio::test]
async fn a_second_message_waits_for_the_slot_that_the_first_reserved() {
    let shop = Shop::open(&World::start(Settings::default()).await).await;
    let world = &shop.world;
    world.settle().await;
    take_slots(&shop, RequestLoad::for_search(0), 3).await;
    shop.push(&[paid(&shop, 1)]).await;
    world.settle().await;
    let waiting = shop.alerts().await;
    let id = waiting[0]["id"].as_str().expect("an id").parse().expect("an id");
    let message = PipelineMessage::Alert(id).to_json().expect("a body");
    for _ in 0..3 {
        world.aws.queues().send(queue_name(PipelineStage::Matching), &message);
        world.settle().await;
    }
    assert_eq!(shop.alerts().await[0]["version"], waiting[0]["version"], "no other is reserved");
    assert_eq!(
        world.aws.queues().depth(queue_name(PipelineStage::Matching)).delayed,
        1,
        "one message is to come"
    );
    world.advance(SignedDuration::from_secs(4)).await;
    assert_eq!(
        (refunded(&shop.alerts().await), no_dead_letters(world)),
        (1, true),
        "at the first slot"
    );
}

#[tokio::test]
async fn the_call_that_tries_whether_a_processor_answers_again_waits_for_no_slot() {
    let shop = Shop::open(&World::start(Settings::default()).await).await;
    let store = &shop.world.store;
    shop.world.settle().await;
    shop.push(&[paid(&shop, 1)]).await;
    while shop.world.turn_but(PipelineStage::Refund).await {}
    let now = shop.world.clock.now();
    let integration: Integration =
        store.read_record(&shop.stripe).await.expect("the store").expect("an integration");
    let lane = CallLane {
        silences: 2,
        closed_until: Some(add_seconds(now, -1)),
        is_probed: false,
        slow: 0,
    };
    store.replace_record(&integration.begin_probe(lane, now)).await.expect("the store");
    take_slots(&shop, RequestLoad::for_refund(true, false), 3).await;
    shop.world.settle().await;
    assert_eq!(refunded(&shop.alerts().await), 1, "others wait for it");
}

/// Takes the slots of the shop's account for so many seconds.
async fn take_slots(shop: &Shop, load: RequestLoad, seconds: usize) {
    let (store, now) = (&shop.world.store, shop.world.clock.now());
    let integration: Integration =
        store.read_record(&shop.stripe).await.expect("the store").expect("an integration");
    let account = integration.account.expect("Stripe told it");
    for _ in 0..seconds * in_a_second(load) {
        store
            .reserve_slot(&account, load, add_seconds(now, FURTHEST_SECONDS.into()), now)
            .await
            .expect("the store");
    }
}

/// An alert at an account whose slots of this second are taken by others, at either stage, until a
/// time; through one fault.
async fn run(faults: Faults) -> (Value, usize) {
    let shop = Shop::open(&World::start(Settings { faults, ..Settings::default() }).await).await;
    let world = &shop.world;
    world.settle().await;
    let alert = paid(&shop, 1);
    take_slots(&shop, RequestLoad::for_search(0), 1).await;
    take_slots(&shop, RequestLoad::for_refund(true, false), 3).await;
    shop.push(&[alert]).await;
    world.advance(SignedDuration::from_hours(2)).await;
    world.assert_invariants().await;
    let alerts = shop.alerts().await;
    (alerts[0]["transaction_refund_outcome"].clone(), shop.refunds().len())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_or_loss_while_an_alert_waits_for_its_slots_changes_nothing_in_the_end() {
    let (faults, good) = (Faults::default(), (json!("REFUNDED"), 1));
    assert_eq!(run(faults.clone()).await, good);
    let calls = faults.calls();
    let slots: Vec<usize> =
        (0..calls.len()).filter(|call| calls[*call].contains("SLOT#")).collect();
    let [matching, _, _, last] = slots.as_slice() else { panic!("it waits twice: {calls:#?}") };
    let delayed = calls[*matching..].iter().filter(|call| call.starts_with("sqs Send")).count();
    assert!(delayed >= 4, "each stage, and each slot, by a message: {calls:#?}");
    let strikes = at(*matching..last + 12, &WAYS);
    all_end_as(
        &good,
        by_turns(
            strikes,
            &["shared/domain/src/calls/slot", "shared/store/src/slot", "shared/flows/src/slots"],
        ),
        run,
    )
    .await;
}
