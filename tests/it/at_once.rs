//! Two workers on one payment: while one waits for a call, the other works from its beginning to
//! its end. At each call that changes or asks anything, and once more with refunds that stay
//! pending and the first killed after it. Enumerated, not sampled.

use std::thread;

use domain::alert::Alert;
use domain::alert::pipeline::PipelineStage;
use jiff::SignedDuration;
use partners::Destinations;
use runtime::PipelineMessage;
use serde_json::{Value, json};
use tests::gate::{Moment, Verdict};
use tests::world::shop::Shop;
use tests::world::{Faults, Settings, Strike, World};
use tokio::runtime::Handle;
use tokio::task::{JoinSet, block_in_place};

use crate::callback::House;

/// A part, so that the processor itself would make another.
const PART: u64 = 2000;
const DESCRIPTORS: [&str; 2] = ["ACMEFIT", "BETAGYM"];
/// What the second organisation puts in the place of `http://` and of `/callback`.
const SPELLINGS: [(&str, &str); 4] = [
    ("HTTP://", "/callback"),
    ("http://", "/x/../callback/"),
    ("http://", "/callback?shop=7"),
    ("http://", "/./callback"),
];
/// What a worker needs that is not optimised.
const STACK: usize = 16 << 20;

/// Who is at the payment at once.
#[derive(Debug, Clone, Copy)]
enum Pair {
    /// Two alerts of one organisation.
    Alerts,
    /// Alerts of two organisations that have connected one account.
    Organisations,
    /// Alerts of two organisations that write the address of one endpoint differently: the second
    /// in this spelling.
    Endpoint(usize),
    /// An alert, and a person.
    AlertAndPerson,
    PersonAndAlert,
}

/// A world where both wait for the refund stage.
async fn waiting(pair: Pair) -> (World, [PipelineMessage; 2]) {
    let (faults, webhooks) = (Faults::default(), Destinations::Anywhere);
    let world = World::start(Settings { faults, webhooks, ..Settings::default() }).await;
    let shop = Shop::open_as(&world, DESCRIPTORS[0]).await;
    let descriptors = match pair {
        Pair::Alerts => vec![DESCRIPTORS[0]; 2],
        Pair::Organisations | Pair::Endpoint(_) => DESCRIPTORS.to_vec(),
        Pair::AlertAndPerson | Pair::PersonAndAlert => vec![DESCRIPTORS[0]],
    };
    let payment = match pair {
        Pair::Endpoint(spelling) => sold_at_endpoint(&shop, spelling).await,
        _ => shop.subscribe().payment,
    };
    if matches!(pair, Pair::Organisations) {
        Shop::open_as(&world, DESCRIPTORS[1]).await;
    }
    let alerts: Vec<Value> = descriptors
        .iter()
        .zip(["FIRST", "SECOND"])
        .map(|(descriptor, id)| alert(&shop, id, descriptor))
        .collect();
    world.settle().await; // two alerts are matched in one turn where nothing else waits
    shop.push(&alerts).await;
    let mut messages = wait_before_refunds(&world, alerts.len()).await;
    if alerts.len() == 1 {
        let path = format!("/v1/transactions/{payment}/refunds");
        let (_, asked) =
            world.call("POST", &path, &shop.key, Some(&json!({ "amount_in_cents": PART }))).await;
        messages.push(PipelineMessage::Refund(
            asked["id"].as_str().expect("an id").parse().expect("an id"),
        ));
    }
    if matches!(pair, Pair::PersonAndAlert) {
        messages.reverse();
    }
    (world, messages.try_into().expect("two"))
}

/// Works until so many alerts are due for the refund stage; their messages.
async fn wait_before_refunds(world: &World, count: usize) -> Vec<PipelineMessage> {
    let mut messages = Vec::new();
    while messages.len() < count {
        assert!(world.turn().await, "the alerts do not meet before the refund stage");
        let due = alerts_of(world)
            .await
            .into_iter()
            .filter(|alert| alert.next_stage() == Some(PipelineStage::Refund));
        messages = due.map(|alert| PipelineMessage::Alert(alert.id)).collect();
    }
    messages
}

/// A payment at the merchant's endpoint, of which two organisations have an order each.
async fn sold_at_endpoint(shop: &Shop, spelling: usize) -> String {
    let other = Shop::open_as(&shop.world, DESCRIPTORS[1]).await;
    let (url, (scheme, path)) = (shop.world.callback_url.clone(), SPELLINGS[spelling]);
    let spelt = url.replace("http://", scheme).replace("/callback", path);
    for (shop, url) in [(shop.clone(), url), (other, spelt)] {
        House::at(shop, &url).await.sell("txn-1").await;
    }
    "txn-1".to_owned()
}

fn alert(shop: &Shop, id: &str, descriptor: &str) -> Value {
    let mut alert = shop.alert(id);
    alert["merchantDescriptor"] = json!(format!("{descriptor}*PLAN"));
    alert["chargebackAmount"] = json!(20.00);
    alert["chargebackCurrency"] = json!("USD");
    alert["chargebackReasonCode"] = json!("13.1");
    alert
}

async fn alerts_of(world: &World) -> Vec<Alert> {
    let ids = ["FIRST", "SECOND"]
        .map(|id| domain::basics::id::AlertId::derived(&["ETHOCA", &format!("{id:A<25}")]));
    let mut found = Vec::new();
    for id in ids {
        found.extend(world.store.read_alert(&id).await.expect("the table"));
    }
    found
}

/// The calls by which the first worker, left alone, changes something or asks the processor: from
/// its claim on.
async fn calls(pair: Pair) -> Vec<usize> {
    let (world, [first, _]) = waiting(pair).await;
    world.faults.watch(true);
    world.refund(first).await;
    let matters = |call: &String| {
        call.contains("PutItem") || call.starts_with("stripe ") || call.starts_with("merchant ")
    };
    let calls = world.faults.calls();
    assert!(calls.iter().any(|call| call.contains("PutItem LEDGER#")), "{calls:?}");
    (0..calls.len()).filter(|at| matters(&calls[*at])).collect()
}

/// What is wrong in the end.
async fn run(pair: Pair, call: usize, is_killed: bool) -> Vec<String> {
    let (world, [first, second]) = waiting(pair).await;
    world.stripe.pending_refunds(if is_killed { 2 } else { 0 });
    world.merchant.behaves(|habits| habits.keeps_pending = is_killed);
    world.faults.meanwhile(call, {
        let (world, here) = (world.clone(), Handle::current());
        move || {
            let other = thread::Builder::new()
                .stack_size(STACK)
                .spawn(move || here.block_on(world.refund(second)));
            block_in_place(|| other.expect("a thread").join()).expect("the second worker ends");
        }
    });
    if is_killed {
        world.faults.strike(Strike { call, moment: Moment::After, verdict: Verdict::Hold });
    }
    world.faults.watch(true);
    world.refund(first).await;
    world.faults.watch(false);
    world.advance(SignedDuration::from_hours(1)).await;
    world.merchant.settles_refund(None);
    for refund in
        world.stripe.objects("refund").iter().filter(|refund| refund["status"] == "pending")
    {
        world.stripe.settle_refund(refund["id"].as_str().expect("an id"), None).expect("settled");
    }
    world.advance(SignedDuration::from_hours(49)).await;
    wrong(&world, pair).await
}

async fn wrong(world: &World, pair: Pair) -> Vec<String> {
    let mut wrong = world.breaches().await;
    let by_rule = world
        .stripe
        .objects("refund")
        .iter()
        .filter(|one| one["metadata"]["cbs_related_alert_id"].is_string())
        .count();
    let by_rule = by_rule + world.merchant.refunds().len();
    let most =
        if matches!(pair, Pair::AlertAndPerson | Pair::PersonAndAlert) { 0..=1 } else { 1..=1 };
    if !most.contains(&by_rule) {
        wrong.push(format!("{by_rule} refunds were made for alerts"));
    }
    let open = alerts_of(world).await.into_iter().filter(|alert| alert.due().is_some());
    wrong.extend(open.map(|alert| format!("{} is {:?}", alert.id, alert.state().step_kind())));
    wrong
}

async fn at_each_call(pair: Pair) {
    let mut runs = JoinSet::new();
    for is_killed in [false, true] {
        let calls = calls(pair).await;
        runs.spawn(async move {
            let mut all = Vec::new();
            for call in calls {
                let wrong = run(pair, call, is_killed).await;
                all.extend(
                    wrong.into_iter().map(|what| format!("{call}, killed {is_killed}: {what}")),
                );
            }
            all
        });
    }
    let wrong = runs.join_all().await.concat();
    assert!(wrong.is_empty(), "{pair:?}:\n{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_alerts_of_one_payment_are_one_refund() {
    at_each_call(Pair::Alerts).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_organisations_with_one_account_make_one_refund() {
    at_each_call(Pair::Organisations).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_organisations_with_one_endpoint_make_one_refund_however_they_write_its_address() {
    for spelling in 0..SPELLINGS.len() {
        at_each_call(Pair::Endpoint(spelling)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_alert_and_a_person_never_give_back_more_than_both_may() {
    at_each_call(Pair::AlertAndPerson).await;
    at_each_call(Pair::PersonAndAlert).await;
}
