//! An order and the alert about it, one after the other and at once, with a kill at every call that
//! changes anything: in the end the alert is matched, or before a person with the order among the
//! candidates. Enumerated, not sampled; a kill at a read leaves what a kill before the next write
//! leaves.

use std::thread;

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::gate::{Moment, Verdict};
use tests::world::shop::Shop;
use tests::world::{Faults, Settings, Strike, World};
use tokio::runtime::Handle;
use tokio::task::{JoinSet, block_in_place};

use crate::strikes::{WAYS, all_end_as, at, by_turns};

/// What a thread needs that plays a part of its own.
const STACK: usize = 16 << 20;
const CARD: &str = "9876";
const ARN: &str = "74027012345678901234567";

/// What comes first; with [`Self::Both`] all of it is there before anybody works.
#[derive(Debug, Clone, Copy)]
enum First {
    Order,
    Alert,
    Both,
}

async fn shop_with(faults: Faults) -> Shop {
    let world = World::start(Settings { faults, ..Settings::default() }).await;
    let shop = Shop::open(&world).await;
    while world.turn().await {} // what the set-up woke
    shop
}

/// The order comes, again where its request broke off.
async fn order_comes(shop: &Shop) {
    let mut order = shop.order("o-1", CARD);
    order["transactions"][0]["acquirer_reference_number"] = json!(ARN);
    let body = json!([order]);
    let mut is_there = false;
    while !is_there {
        let answer = shop
            .world
            .faults
            .survive(shop.world.call("POST", "/v1/orders", &shop.key, Some(&body)))
            .await;
        is_there =
            answer.is_some_and(|(status, answer)| status == 200 && answer["errors"] == json!([]));
    }
}

/// The alert comes, again where its request broke off.
async fn alert_comes(shop: &Shop) {
    let mut alert = shop.alert("RACES");
    alert["cardNumber"] = json!(format!("424242******{CARD}"));
    alert["arn"] = json!(ARN);
    while shop
        .world
        .faults
        .survive(shop.push(std::slice::from_ref(&alert)))
        .await
        .is_none_or(|(status, _)| status != 200)
    {}
}

async fn work(shop: &Shop) {
    while shop.world.turn().await {}
}

async fn play(shop: &Shop, first: First) {
    shop.world.faults.watch(true);
    match first {
        First::Order => {
            order_comes(shop).await;
            work(shop).await;
            alert_comes(shop).await;
        }
        First::Alert => {
            alert_comes(shop).await;
            work(shop).await;
            order_comes(shop).await;
        }
        First::Both => {
            order_comes(shop).await;
            alert_comes(shop).await;
        }
    }
    work(shop).await;
    shop.world.faults.watch(false);
}

/// How many orders and alerts there are, and whether the alert knows the order, soon after.
async fn end(shop: &Shop) -> (u64, usize, bool) {
    shop.world.advance(SignedDuration::from_mins(20)).await;
    let (_, listed) = shop.world.call("GET", "/v1/orders", &shop.key, None).await;
    let alerts = shop.alerts().await;
    (listed["count"].as_u64().unwrap_or_default(), alerts.len(), alerts.iter().all(knows_order))
}

fn knows_order(alert: &Value) -> bool {
    let is_it = |found: &Value| found["integration_transaction_id"] == "txn-o-1";
    is_it(&alert["match"])
        || is_it(alert)
        || alert["candidates"].as_array().is_some_and(|all| all.iter().any(is_it))
}

/// Whether a call changes anything.
fn changes(call: &str) -> bool {
    ["PutItem", "UpdateItem", "BatchWriteItem", "SendMessageBatch"]
        .iter()
        .any(|write| call.contains(write))
}

/// What is struck.
const ABOUT: [&str; 4] = [
    "functions/matching",
    "functions/order-matching",
    "shared/store/src/order",
    "shared/store/src/alert_rows",
];
const GOOD: (u64, usize, bool) = (1, 1, true);

async fn killed_anywhere(first: First) {
    let run = move |faults: Faults| async move {
        let shop = shop_with(faults).await;
        play(&shop, first).await;
        end(&shop).await
    };
    let shop = shop_with(Faults::default()).await;
    play(&shop, first).await;
    let calls = shop.world.faults.calls();
    assert_eq!(end(&shop).await, GOOD);
    let strikes = at((0..calls.len()).filter(|call| changes(&calls[*call])), &WAYS[..2]);
    all_end_as(&GOOD, by_turns(strikes, &ABOUT), run).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_and_then_its_alert_meet_whatever_is_killed() {
    killed_anywhere(First::Order).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_alert_and_then_its_order_meet_whatever_is_killed() {
    killed_anywhere(First::Alert).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_and_its_alert_that_come_together_meet_whatever_is_killed() {
    killed_anywhere(First::Both).await;
}

/// One of the two, from its arrival until nothing is left to do.
async fn comes(shop: &Shop, what: First) {
    match what {
        First::Order => order_comes(shop).await,
        First::Alert | First::Both => alert_comes(shop).await,
    }
    work(shop).await;
}

/// One comes, and before this call of it goes on the other comes and is done; then the call is
/// made, or its maker killed after it.
async fn overtaken(slow: First, call: usize, is_killed: bool) -> Option<String> {
    let shop = shop_with(Faults::default()).await;
    let (there, here, faults) = (shop.clone(), Handle::current(), shop.world.faults.clone());
    shop.world.faults.meanwhile(call, move || {
        let other = if matches!(slow, First::Order) { First::Alert } else { First::Order };
        let comes = async move { comes(&there, other).await };
        let thread = thread::Builder::new().stack_size(STACK).spawn(move || here.block_on(comes));
        block_in_place(|| thread.expect("a thread").join()).expect("the other comes");
        if is_killed {
            faults.strike(Strike { call, moment: Moment::After, verdict: Verdict::Hold });
        }
    });
    shop.world.faults.watch(true);
    comes(&shop, slow).await;
    shop.world.faults.watch(false);
    let end = end(&shop).await;
    (end != GOOD).then(|| format!("{slow:?} overtaken at call {call}, killed {is_killed}: {end:?}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_and_an_alert_that_overtake_each_other_at_any_call_meet() {
    let mut runs = JoinSet::new();
    for slow in [First::Order, First::Alert] {
        let shop = shop_with(Faults::default()).await;
        shop.world.faults.watch(true);
        comes(&shop, slow).await;
        let calls = shop.world.faults.calls();
        for is_killed in [false, true] {
            let from = calls.iter().position(|call| changes(call)).expect("a write");
            let calls = (from..calls.len())
                .filter(|call| !is_killed || changes(&calls[*call]))
                .collect::<Vec<_>>();
            let calls = by_turns(calls, &ABOUT);
            runs.spawn(async move {
                let mut wrong = Vec::new();
                for call in calls {
                    wrong.extend(overtaken(slow, call, is_killed).await);
                }
                wrong
            });
        }
    }
    let wrong = runs.join_all().await.concat();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
