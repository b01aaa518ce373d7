//! What is for whoever takes long waits in a queue of its own, which few workers read.

use std::time::Duration;

use domain::alert::pipeline::PipelineStage;
use jiff::SignedDuration;
use partners::Destinations;
use serde_json::{Value, json};
use tests::simulate::merchant::Trick;
use tests::world::shop::Shop;
use tests::world::{Faults, Settings, World, queue_name};

use super::about;
use crate::alarms::no_dead_letters;
use crate::callback::House;
use crate::webhooks::receiver::Receiver;

const SALES: usize = 6;

/// World where a call that takes longer than this is slow, and what it is asked.
async fn world(slow_after: Duration) -> (World, Faults) {
    let faults = Faults::default();
    let settings = Settings {
        webhooks: Destinations::Anywhere,
        faults: faults.clone(),
        slow_after,
        ..Settings::default()
    };
    (World::start(settings).await, faults)
}

/// How many calls sent something to a stage's queue.
fn sent_to(faults: &Faults, stage: PipelineStage) -> usize {
    faults
        .calls()
        .iter()
        .filter(|call| {
            call.starts_with("sqs Send") && call.ends_with(&format!(" {}", queue_name(stage)))
        })
        .count()
}

/// A shop at whose own endpoint sales are refunded, each because of an alert.
async fn refunded(slow_after: Duration) -> (House, Faults) {
    let (world, faults) = world(slow_after).await;
    let house = House::at(Shop::open(&world).await, &world.callback_url).await;
    for sale in 0..SALES {
        house.sell(&format!("txn-{sale:04}")).await;
    }
    world.settle().await;
    for sale in 0..SALES {
        house.shop.push(&[about(&house.shop, sale)]).await;
        world.settle().await;
    }
    (house, faults)
}

#[tokio::test]
async fn refunds_at_a_processor_that_takes_long_wait_by_themselves() {
    let (house, faults) = refunded(Duration::ZERO).await;
    assert_eq!(
        sent_to(&faults, PipelineStage::SlowRefund),
        SALES - 2,
        "all once two calls took long"
    );
    let alerts = house.shop.alerts().await;
    assert!(
        alerts.iter().all(|alert| alert["transaction_refund_outcome"] == "REFUNDED"),
        "{alerts:#?}"
    );
    assert_eq!((house.refunds().len(), no_dead_letters(house.world())), (SALES, true), "each once");
    house.world().assert_invariants().await;
}

#[tokio::test]
async fn one_that_answers_in_time_is_served_with_the_others() {
    let (house, faults) = refunded(Duration::from_mins(1)).await;
    assert_eq!((sent_to(&faults, PipelineStage::SlowRefund), house.refunds().len()), (0, SALES));
}

#[tokio::test]
async fn deliveries_to_a_receiver_that_takes_long_wait_by_themselves() {
    let (world, faults) = world(Duration::ZERO).await;
    let shop = Shop::open(&world).await;
    world.settle().await;
    let receiver = Receiver::start().await;
    let endpoint = json!({ "url": receiver.url, "events": ["alert.created"] });
    assert_eq!(
        world.call("POST", "/v1/webhook-endpoints/", &shop.key, Some(&endpoint)).await.0,
        200
    );
    let alerts: Vec<Value> = (0..SALES).map(|sale| shop.alert(&format!("SLOW{sale}"))).collect();
    for alert in &alerts {
        shop.push(std::slice::from_ref(alert)).await;
        world.settle().await;
    }
    assert_eq!(
        sent_to(&faults, PipelineStage::SlowWebhookDelivery),
        SALES - 2,
        "all once two calls took long"
    );
    assert_eq!((receiver.kinds().len(), no_dead_letters(&world)), (SALES, true), "each once");
}

#[tokio::test]
async fn one_that_is_lost_on_its_way_to_the_slow_is_asked_for_again() {
    let (house, _) = refunded(Duration::ZERO).await;
    let world = house.world();
    house.sell("txn-0099").await;
    world.settle().await;
    let mut late = about(&house.shop, 99);
    late["transactionId"] = json!("txn-0099");
    house.shop.push(&[late]).await;
    let queue = queue_name(PipelineStage::SlowRefund);
    while world.aws.queues().depth(queue).visible == 0 {
        assert!(world.turn_but(PipelineStage::SlowRefund).await, "it is handed on");
    }
    for message in world.aws.queues().receive(queue, 10) {
        world.aws.queues().delete(&message.receipt);
    }
    world.settle().await;
    assert_eq!(house.refunds().len(), SALES, "nobody has it");
    world.advance(SignedDuration::from_mins(125)).await;
    assert_eq!((house.refunds().len(), no_dead_letters(world)), (SALES + 1, true));
}

#[tokio::test]
async fn whoever_tries_whether_a_closed_target_answers_calls_it() {
    let house = House::open().await;
    house.sell("txn-0001").await;
    let world = house.world();
    world.settle().await;
    world.merchant.plays("", &Trick::LoseAnswer, 100_000);
    house.shop.push(&[about(&house.shop, 1)]).await;
    world.advance(SignedDuration::from_mins(30)).await;
    world.merchant.behaves_itself();
    world.advance(SignedDuration::from_mins(25)).await;
    assert_eq!(house.refunds().len(), 1, "the one that waits is the one that tries");
}
