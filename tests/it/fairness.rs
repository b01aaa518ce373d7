//! One tenant's endpoint hangs, and nobody else notices: it is left alone, what waits for it waits
//! in the table, and burns nothing.

mod model;
mod slow;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::alert::pipeline::PipelineStage;
use jiff::SignedDuration;
use partners::Destinations;
use serde_json::{Value, json};
use tests::gate::Verdict;
use tests::simulate::merchant::Trick;
use tests::world::shop::Shop;
use tests::world::{Faults, STAGES, Settings, World, queue_name};

use crate::alarms::no_dead_letters;
use crate::callback::House;
use crate::strikes::{WAYS, all_end_as, at};
use crate::webhooks::receiver::Receiver;

const SALES: usize = 12;

/// So many sales at a merchant's own endpoint, and an alert of each, while the endpoint does not
/// answer.
async fn hanging(house: &House, sales: usize) {
    for sale in 0..sales {
        house.sell(&format!("txn-{sale:04}")).await;
    }
    let world = house.world();
    world.settle().await;
    world.merchant.plays("", &Trick::LoseAnswer, 100_000);
    let alerts: Vec<Value> = (0..sales).map(|sale| about(&house.shop, sale)).collect();
    house.shop.push(&alerts).await;
    world.settle().await;
}

fn about(shop: &Shop, sale: usize) -> Value {
    let mut alert = shop.alert(&format!("HANGS{sale}"));
    alert["transactionId"] = json!(format!("txn-{sale:04}"));
    alert
}

fn waiting(world: &World) -> u32 {
    let depth = |stage: &PipelineStage| world.aws.queues().depth(queue_name(*stage));
    STAGES.iter().map(|stage| depth(stage).visible + depth(stage).in_flight).sum()
}

#[tokio::test]
async fn an_endpoint_that_hangs_is_asked_twice_and_then_left_alone() {
    let house = House::open().await;
    hanging(&house, SALES).await;
    let world = house.world();
    let asked = world.merchant.asked().len();
    assert!(asked <= 2, "asked {asked} times for {SALES} alerts");
    assert_eq!((waiting(world), no_dead_letters(world)), (0, true), "all wait in the table");
    let alerts = house.shop.alerts().await;
    assert!(
        alerts.iter().all(|alert| alert["is_actionable"] == false),
        "each is decided, and is done once it answers"
    );

    world.advance(SignedDuration::from_hours(3)).await;
    let more = world.merchant.asked().len() - asked;
    assert!(more <= 3 * 60 / 10 + 8, "one try at a time, at most every ten minutes: {more}");
    assert!(house.refunds().is_empty() && waiting(world) == 0 && no_dead_letters(world));

    world.merchant.behaves_itself();
    world.advance(SignedDuration::from_hours(2)).await;
    let refunded = house
        .shop
        .alerts()
        .await
        .iter()
        .filter(|alert| alert["transaction_refund_outcome"] == "REFUNDED")
        .count();
    assert_eq!((refunded, house.refunds().len()), (SALES, SALES), "each once");
    world.assert_invariants().await;
}

#[tokio::test]
async fn a_deadline_beats_the_wait() {
    let house = House::open().await;
    hanging(&house, 2).await;
    let world = house.world();
    world.advance(SignedDuration::from_hours(47)).await;
    let alerts = house.shop.alerts().await;
    let unseen = alerts.iter().filter(|alert| {
        alert["action_required_reason"] != "REFUND_UNCONFIRMED" && alert["status"] != "RESOLVED"
    });
    assert_eq!(unseen.count(), 0, "a person, never silence: {alerts:#?}");
    assert!(no_dead_letters(world));
}

#[tokio::test]
async fn one_that_answers_again_shortly_before_the_deadline_is_asked_in_time() {
    let house = House::open().await;
    hanging(&house, 2).await;
    let world = house.world();
    world.advance(SignedDuration::from_mins(46 * 60 - 10)).await;
    world.merchant.behaves_itself();
    world.advance(SignedDuration::from_mins(30)).await;
    let refunded = house
        .shop
        .alerts()
        .await
        .iter()
        .filter(|alert| alert["transaction_refund_outcome"] == "REFUNDED")
        .count();
    assert_eq!(
        (refunded, house.refunds().len()),
        (2, 2),
        "each is tried once more while a refund can start"
    );
}

#[tokio::test]
async fn a_receiver_that_hangs_is_left_alone_and_another_hears_at_once() {
    let world =
        World::start(Settings { webhooks: Destinations::Anywhere, ..Settings::default() }).await;
    let (shop, other) = (Shop::open(&world).await, Shop::open_as(&world, "OTHERSHOP").await);
    world.settle().await;
    let silent = Arc::new(AtomicBool::new(true));
    let gate = silent.clone();
    let hangs = Receiver::behind(Arc::new(move |_, _| {
        if gate.load(Ordering::Relaxed) { Verdict::Lose } else { Verdict::Pass }
    }))
    .await;
    let hears = Receiver::start().await;
    for (shop, url) in [(&shop, &hangs.url), (&other, &hears.url)] {
        let endpoint = json!({ "url": url, "events": ["alert.created"] });
        assert_eq!(
            world.call("POST", "/v1/webhook-endpoints/", &shop.key, Some(&endpoint)).await.0,
            200
        );
    }
    let alerts: Vec<Value> = (0..SALES).map(|sale| shop.alert(&format!("MANY{sale}"))).collect();
    shop.push(&alerts).await;
    let mut one = other.alert("ONE");
    one["merchantDescriptor"] = json!("OTHERSHOP*PLAN");
    other.push(&[one]).await;
    // both shops are at one account of Stripe, where it is the thirteenth
    world.advance(SignedDuration::from_secs(2)).await;
    assert_eq!((hears.kinds(), waiting(&world)), (vec!["alert.created".to_owned()], 0));
    world.advance(SignedDuration::from_mins(50)).await;
    silent.store(false, Ordering::Relaxed);
    world.advance(SignedDuration::from_hours(20)).await;
    assert_eq!(hangs.kinds().len(), SALES, "each once it answers again");
    assert!(no_dead_letters(&world));
}

#[tokio::test]
async fn a_processor_that_throttles_burns_no_message() {
    let busy = axum::Router::new().fallback(|| async {
        (axum::http::StatusCode::TOO_MANY_REQUESTS, [("retry-after", "90")], "{}")
    });
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let url = format!("http://{}", socket.local_addr().expect("an address"));
    let server = tokio::spawn(async move { axum::serve(socket, busy).await });
    let shop =
        Shop::open(&World::start(Settings { stripe_url: Some(url), ..Settings::default() }).await)
            .await;
    shop.world.settle().await;
    let alerts: Vec<Value> = (0..SALES).map(|sale| shop.alert(&format!("BUSY{sale}"))).collect();
    shop.push(&alerts).await;
    shop.world.settle().await;
    assert_eq!(
        (waiting(&shop.world), no_dead_letters(&shop.world)),
        (0, true),
        "all wait in the table"
    );
    shop.world.advance(SignedDuration::from_mins(12)).await;
    let alerts = shop.alerts().await;
    let seen = alerts.iter().filter(|alert| {
        alert["is_actionable"] == true && alert["action_required_reason"] == "PROCESSOR_UNAVAILABLE"
    });
    assert_eq!(seen.count(), SALES, "after three tries a person sees them: {alerts:#?}");
    assert_eq!((waiting(&shop.world), no_dead_letters(&shop.world)), (0, true));
    server.abort();
}

#[tokio::test]
async fn each_message_is_its_tenants() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    world.settle().await;
    shop.push(&[shop.alert("WHOSE")]).await;
    world.relay_only().await;
    let messages = world.aws.queues().receive(queue_name(PipelineStage::Matching), 10);
    let [message] = messages.as_slice() else { panic!("{}", messages.len()) };
    assert_eq!(world.aws.queues().group_of(&message.id), Some(shop.organisation.clone()));
}

/// Two partners: one's endpoint hangs at first, two organisations of the other have one account;
/// all through one fault.
async fn run(faults: Faults) -> (usize, usize, usize) {
    let house = House::struck_by(faults).await;
    let world = house.world().clone();
    let (one, two) =
        (Shop::open_as(&world, "OTHERSHOP").await, Shop::open_as(&world, "THIRDSHOP").await);
    house.sell("txn-0001").await;
    world.settle().await;
    world.merchant.plays("", &Trick::LoseAnswer, 3);
    let _ = one.subscribe();
    let alerts = [("OTHERSHOP", "FIRST"), ("THIRDSHOP", "SECOND")].map(|(descriptor, id)| {
        let mut alert = one.alert(id);
        alert["merchantDescriptor"] = json!(format!("{descriptor}*PLAN"));
        alert
    });
    house.shop.push(&[about(&house.shop, 1)]).await;
    one.push(&alerts).await;
    world.advance(SignedDuration::from_hours(49)).await;
    world.assert_invariants().await;
    let refunded = async |shop: &Shop| {
        let alerts = shop.alerts().await;
        alerts.iter().filter(|alert| alert["transaction_refund_outcome"] == "REFUNDED").count()
    };
    (
        refunded(&house.shop).await,
        house.refunds().len(),
        refunded(&one).await.max(refunded(&two).await) * one.refunds().len(),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_or_loss_among_neighbours_changes_nothing_in_the_end() {
    let faults = Faults::default();
    let good = (1, 1, 1);
    assert_eq!(run(faults.clone()).await, good);
    let calls = faults.calls();
    let first = calls.iter().position(|call| call.contains("alrt_")).expect("an alert");
    let money = (first..calls.len()).filter(|call| {
        calls[*call].contains("LEDGER")
            || calls[*call].contains("HOLD")
            || !calls[*call].starts_with("dynamodb")
    });
    all_end_as(&good, at(money, &WAYS), run).await;
}
