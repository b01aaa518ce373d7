//! Bursts of alerts at one account of Stripe, held to what Stripe allows the account.

use std::collections::BTreeMap;

use domain::alert::pipeline::PipelineStage;
use domain::calls::slot::RequestLoad;
use domain::rules::ruleset::NeededPurchaseDetails;
use jiff::SignedDuration;
use partners::Destinations;
use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

use super::{in_a_second, paid, refunded, take_slots};
use crate::alarms::no_dead_letters;
use crate::callback::House;

/// What Stripe allows an account in a second, of one path and in all; of searches less.
const MOST_OF_A_PATH: usize = 25;
const MOST_SEARCHES: usize = 20;
const MOST_IN_ALL: usize = 100;

/// How many pages of charges were read.
fn pages_read(world: &World) -> usize {
    let path = |path: &str| path.split('?').next() == Some("/v1/charges");
    world
        .stripe
        .requests()
        .iter()
        .filter(|request| request.method == "GET" && path(&request.path))
        .count()
}

/// The most requests of a second at Stripe since a time: of one path, of searches, in all. Ids in
/// paths count as one path.
fn busiest_second(world: &World, since: i64) -> (usize, usize, usize) {
    let mut paths: BTreeMap<(i64, String), usize> = BTreeMap::new();
    let mut seconds: BTreeMap<i64, usize> = BTreeMap::new();
    for request in world.stripe.requests().into_iter().filter(|request| request.at >= since) {
        let named = |part: &&str| !part.contains('_') || part.starts_with("payment_");
        let path: Vec<&str> = request.path.split('/').filter(named).collect();
        *paths
            .entry((request.at, format!("{} {}", request.method, path.join("/"))))
            .or_default() += 1;
        *seconds.entry(request.at).or_default() += 1;
    }
    let most = |is_search: bool| {
        paths
            .iter()
            .filter(|((_, path), _)| path.contains("search") == is_search)
            .map(|(_, count)| *count)
            .max()
    };
    (most(false).unwrap_or(0), most(true).unwrap_or(0), seconds.into_values().max().unwrap_or(0))
}

#[tokio::test]
async fn a_burst_at_one_account_stays_below_its_rate_and_holds_up_nobody() {
    const BURST: usize = 45;
    let world =
        World::start(Settings { webhooks: Destinations::Anywhere, ..Settings::default() }).await;
    let shop = Shop::open(&world).await;
    let house = House::at(Shop::open_as(&world, "OTHERSHOP").await, &world.callback_url).await;
    house.sell("txn-0001").await;
    world.settle().await;
    let alerts: Vec<Value> = (0..BURST).map(|number| paid(&shop, number)).collect();
    world.clock.advance(SignedDuration::from_secs(5));
    let began = world.clock.now();
    shop.push(&alerts).await;
    let mut other = house.shop.alert("OTHER");
    (other["transactionId"], other["merchantDescriptor"]) =
        (json!("txn-0001"), json!("OTHERSHOP*PLAN"));
    house.shop.push(&[other]).await;
    world.settle().await;
    assert_eq!(refunded(&house.shop.alerts().await), 1, "at once: another account");
    let first = in_a_second(RequestLoad::for_search(0))
        .min(in_a_second(RequestLoad::for_refund(true, false)));
    assert_eq!(refunded(&shop.alerts().await), first, "those of the first second");

    let millis =
        RequestLoad::for_refund(true, false).to_millis() * i64::try_from(BURST).expect("few");
    world.advance(SignedDuration::from_secs(millis / 900 + 2)).await;
    let alerts = shop.alerts().await;
    assert_eq!(
        (refunded(&alerts), shop.refunds().len()),
        (BURST, BURST),
        "nine tenths of the rate are used: {alerts:#?}"
    );
    let (of_a_path, searches, in_all) = busiest_second(&world, began.as_second());
    assert!(
        of_a_path <= MOST_OF_A_PATH && searches <= MOST_SEARCHES && in_all <= MOST_IN_ALL,
        "{of_a_path} {searches} {in_all}"
    );
    assert!(no_dead_letters(&world));
    world.assert_invariants().await;
}

#[tokio::test]
async fn a_burst_whose_sales_only_the_list_shows_stays_below_the_rate_of_one_path() {
    const BURST: usize = 12;
    let shop = Shop::open(&World::start(Settings::default()).await).await;
    let world = &shop.world;
    for number in 0..950 {
        drop(paid(&shop, number));
    }
    world.settle().await;
    world.clock.advance(SignedDuration::from_secs(5));
    let began = world.clock.now();
    let unknown = |number: usize| {
        let mut alert = shop.alert(&format!("LISTED{number}"));
        alert["amount"]["value"] = json!(7.5); // nobody paid that
        alert
    };
    shop.push(&(0..BURST).map(unknown).collect::<Vec<_>>()).await;
    world.advance(SignedDuration::from_secs(10)).await;
    let alerts = shop.alerts().await;
    assert!(
        alerts.iter().all(|alert| alert["action_required_reason"] == "UNSURE"),
        "many of the card, none of the amount: {alerts:#?}"
    );
    assert!(pages_read(world) >= BURST * 10, "all of the list: {}", pages_read(world));
    let (of_a_path, searches, in_all) = busiest_second(world, began.as_second());
    assert!(
        of_a_path <= MOST_OF_A_PATH && searches <= MOST_SEARCHES && in_all <= MOST_IN_ALL,
        "{of_a_path} {searches} {in_all}"
    );
}

#[tokio::test]
async fn what_rules_ask_of_the_processor_waits_for_its_slot_too() {
    let shop = Shop::open(&World::start(Settings::default()).await).await;
    let world = &shop.world;
    let (_, rulesets) = world.call("GET", "/v1/rulesets/", &shop.key, None).await;
    let path = format!("/v1/rulesets/{}", rulesets["items"][0]["id"].as_str().expect("an id"));
    let rule = json!({ "type": "CUSTOMER", "parameters": { "domains": ["example.com"] } });
    assert_eq!(
        world.call("PATCH", &path, &shop.key, Some(&json!({ "rules": [rule] }))).await.0,
        200
    );
    let alert = paid(&shop, 1);
    world.settle().await;
    shop.push(&[alert]).await;
    while world.turn_but(PipelineStage::RulesetEvaluation).await {}
    let customer = NeededPurchaseDetails { customer: true, ..NeededPurchaseDetails::default() };
    take_slots(&shop, RequestLoad::for_rule_facts(customer), 3).await;
    world.settle().await;
    let reason = async || shop.alerts().await[0]["action_required_reason"].clone();
    assert_eq!(reason().await, Value::Null, "its rule waits");
    world.advance(SignedDuration::from_secs(4)).await;
    assert_eq!(reason().await, "RULE_UNSURE", "nobody left an address");
}
