//! The looks of orders for alerts that wait for them: of any number of one price, a hundred in a
//! batch, each failing alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::alert::pipeline::PipelineStage;
use domain::basics::id::OrderId;
use flows::StageFailure;
use jiff::SignedDuration;
use partners::PartnerError;
use runtime::{MessageJob, PipelineMessage};
use serde_json::{Value, json};
use store::keys;
use tests::gate::{Moment, Verdict};
use tests::world::bulk::Spread;
use tests::world::costs::{Costs, ORDERS};
use tests::world::shop::Shop;
use tests::world::{STAGES, Settings, TABLE, World, queue_name};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::restarts::Folder;

const ARN: &str = "74027012345678901234567";

async fn open() -> Shop {
    Shop::open(&World::start(Settings::default()).await).await
}

fn by_card(shop: &Shop, id: &str, last4: &str) -> Value {
    let mut alert = shop.alert(id);
    alert["cardNumber"] = json!(format!("424242******{last4}"));
    alert
}

/// The messages that are anywhere in the pipeline, with those that gave up.
fn messages(world: &World) -> u32 {
    let queues = STAGES
        .map(queue_name)
        .into_iter()
        .flat_map(|stage| [stage.to_owned(), format!("{stage}-dead-letters")]);
    queues
        .map(|queue| world.aws.queues().depth(&queue))
        .map(|depth| depth.visible + depth.in_flight)
        .sum()
}

async fn costs_among(orders: usize) -> Costs {
    let shop = open().await;
    shop.load_orders(Spread { orders, cards: 9_000, days: 5 }).await;
    shop.costs().await
}

#[tokio::test]
async fn orders_and_alerts_of_one_price_cost_the_same_at_any_number() {
    let (few, many) = (costs_among(300).await, costs_among(3_000).await);
    assert_eq!((few.kept, few.looked), (many.kept, many.looked));
    let halves = |units: u64| 2 * units * 100;
    assert!(
        many.kept.writes == 2 * ORDERS
            && many.kept.write_halves <= halves(6)
            && many.kept.index_halves <= halves(1),
        "{}",
        many.kept
    );
    assert_eq!(
        many.looked.reads,
        2 * ORDERS + 3,
        "two each; the batch's orders, and what the organisation has set up: {}",
        many.looked
    );
    assert_eq!(many.looked.writes, 0);
    let most = [2, 2, 4, 3, 22, 21]; // the last two for a person's eyes
    for (((what, few), (_, many)), most) in few.alerts.iter().zip(&many.alerts).zip(most) {
        assert_eq!((few.reads, few.writes), (many.reads, many.writes), "{what}");
        assert!(many.reads <= most && many.read_halves <= 2 * 60, "{what}: {many}");
    }
}

#[tokio::test]
async fn three_thousand_orders_of_one_price_go_in_evenly_and_an_alert_is_before_a_person_at_once() {
    // In a file the table's stream has an index; without one each write looks through all writes
    // before it.
    let folder =
        Folder(std::env::temp_dir().join(format!("forestall-pace-{}", std::process::id())));
    let shop = Shop::open(
        &World::start(Settings { data: Some(folder.0.clone()), ..Settings::default() }).await,
    )
    .await;
    let orders: Vec<Value> = (0..3_000)
        .map(|number| shop.order(&format!("o-{number}"), &format!("{number:04}")))
        .collect();
    let mut paces = Vec::new();
    for batch in orders.chunks(ORDERS) {
        paces.push(shop.cost_of_orders(batch).await);
    }
    assert!(paces.iter().all(|pace| *pace == paces[0]), "{paces:?}");
    let began = shop.world.clock.now();
    let mut masked = shop.alert("MASKED");
    masked["cardNumber"] = json!("424242**********");
    shop.push(&[masked]).await;
    shop.world.settle().await;
    let alert = shop.alerts().await.remove(0);
    assert_eq!(
        (&alert["is_actionable"], messages(&shop.world)),
        (&json!(true), 0),
        "no message failed: {alert}"
    );
    assert!(alert["candidates"].as_array().is_some_and(|all| !all.is_empty()), "{alert}");
    assert_eq!(shop.world.clock.now(), began, "nothing waited for time to pass");
}

#[tokio::test]
async fn alerts_do_not_wait_behind_orders() {
    let shop = open().await;
    shop.world.settle().await;
    let orders: Vec<Value> =
        (0..300).map(|number| shop.order(&format!("o-{number}"), "1111")).collect();
    for batch in orders.chunks(ORDERS) {
        shop.keep(batch).await;
    }
    shop.world.relay_only().await;
    shop.push(&[by_card(&shop, "SOON", "9999")]).await;
    shop.world.relay_only().await;
    shop.world.turn().await;
    assert_eq!(
        shop.alerts().await[0]["is_actionable"],
        true,
        "it is searched for in the first turn"
    );
    assert!(
        shop.world.aws.queues().depth(queue_name(PipelineStage::OrderMatching)).visible > 0,
        "orders still wait"
    );
}

#[tokio::test]
async fn an_order_that_cannot_be_read_fails_alone() {
    let shop = open().await;
    shop.push(&[by_card(&shop, "WAITS", "9876")]).await;
    shop.world.settle().await;
    shop.keep(&[shop.order("good", "9876"), shop.order("bad", "1111")]).await;
    let (_, listed) = shop.world.call("GET", "/v1/orders?reference_id=bad", &shop.key, None).await;
    let id: OrderId = listed["items"][0]["id"].as_str().expect("an id").parse().expect("an id");
    let key = keys::order_key(&id);
    let request = shop
        .world
        .aws
        .dynamodb()
        .update_item()
        .table_name(TABLE)
        .key(keys::PK, AttributeValue::S(key.pk));
    let request =
        request.key(keys::SK, AttributeValue::S(key.sk)).update_expression("REMOVE order_currency");
    request.send().await.expect("spoilt");
    shop.world.settle().await;
    let alert = shop.alerts().await.remove(0);
    assert!(
        alert["match"].is_object() || alert["candidates"] != json!([]),
        "the good one was looked at: {alert}"
    );
    assert_eq!(
        shop.world.aws.queues().depth(queue_name(PipelineStage::OrderMatching)).in_flight,
        1,
        "the bad one comes back"
    );
}

#[tokio::test]
async fn looks_that_the_table_does_not_answer_end_before_the_function_does() {
    let shop = open().await;
    shop.world.aws.set_gate(Some(Arc::new(|_, moment| {
        if moment == Moment::Before { Verdict::Hold } else { Verdict::Pass }
    })));
    let job = |seed| MessageJob {
        message: PipelineMessage::Order(OrderId::from_seed(seed)),
        now: shop.world.clock.now(),
        deliveries: 1,
    };
    let ends = Instant::now() + Duration::from_secs(5); // what is kept to hand messages back
    let done = partners::with_deadline(
        ends,
        order_matching::handle(&shop.world.store, (0..100).map(job).collect()),
    )
    .await;
    assert_eq!(done.len(), 100);
    assert!(
        done.iter().all(|one| matches!(one, Err(StageFailure::Partner(PartnerError::NoTime)))),
        "{done:?}"
    );
}

#[tokio::test]
async fn a_look_that_hangs_holds_up_no_other() {
    let shop = open().await;
    let orders: Vec<Value> =
        (0..30).map(|number| shop.order(&format!("o-{number:02}"), "1111")).collect();
    shop.keep(&orders).await;
    shop.world.relay_only().await;
    let messages = shop.world.aws.queues().receive(queue_name(PipelineStage::OrderMatching), 100);
    let now = shop.world.clock.now();
    let jobs = messages.iter().map(|message| MessageJob {
        message: serde_json::from_str(&message.body).expect("a message"),
        now,
        deliveries: 1,
    });
    let (all, looked) = (Arc::new(Notify::new()), AtomicUsize::new(0));
    let told = all.clone();
    shop.world.aws.set_gate(Some(Arc::new(move |call, moment| {
        let looks = moment == Moment::Before && call.starts_with("dynamodb BatchGetItem SALE#");
        if looks && looked.fetch_add(1, Ordering::Relaxed) == 0 {
            return Verdict::Hold;
        }
        if looked.load(Ordering::Relaxed) == 30 {
            told.notify_one();
        }
        Verdict::Pass
    })));
    tokio::select! {
        done = order_matching::handle(&shop.world.store, jobs.collect()) => {
            panic!("the first never ends: {done:?}")
        }
        looked = tokio::time::timeout(Duration::from_mins(1), all.notified()) => {
            looked.expect("all others look");
        }
    }
}

#[tokio::test]
async fn of_many_alerts_of_one_arn_fifty_wait_for_an_order_and_rivals_see_all() {
    let shop = open().await;
    for alerts in (0..60).collect::<Vec<_>>().chunks(20) {
        let alerts = alerts.iter().map(|number| {
            let mut alert = by_card(&shop, &format!("SAME{number}"), "0000");
            (alert["cardNumber"], alert["arn"]) = (Value::Null, json!(ARN));
            alert
        });
        shop.push(&alerts.collect::<Vec<_>>()).await;
        shop.world.advance(SignedDuration::from_secs(4)).await; // some six a second at one account
    }
    let (_, waiting) =
        shop.world.call("GET", "/v1/alerts/?limit=100&is_actionable=true", &shop.key, None).await;
    assert_eq!(waiting["count"], 60, "each is before a person");
    let id = waiting["items"][0]["id"].as_str().expect("an id").parse().expect("an id");
    let alert = shop.world.store.read_alert(&id).await.expect("the table").expect("the alert");
    let rivals = shop
        .world
        .store
        .alerts_like_claim(&alert.organisation, &alert.claim)
        .await
        .expect("the table");
    assert_eq!(rivals.len(), 60);
    let mut order = shop.order("late", "9876");
    order["transactions"][0]["acquirer_reference_number"] = json!(ARN);
    shop.keep(&[order]).await;
    shop.world.advance(SignedDuration::from_secs(12)).await;
    let alerts = shop.world.call("GET", "/v1/alerts/?limit=100", &shop.key, None).await.1;
    let knows = |alert: &&Value| alert["match"].is_object() || alert["candidates"] != json!([]);
    assert_eq!(alerts["items"].as_array().expect("alerts").iter().filter(knows).count(), 50);
}
