//! Conditional writes under the real SDK: a stale one is refused, and a repeated one whose answer
//! was lost meets itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use domain::alert::{Alert, HistoryActor};
use domain::refund::RefundLedger;
use store::StoreError;
use tests::gate::{Moment, Verdict};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

async fn received() -> (World, Alert) {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    shop.push(&[shop.alert("WRITES")]).await;
    let id = shop.alerts().await[0]["id"].as_str().expect("an id").parse().expect("an alert's id");
    let alert = world.store.read_alert(&id).await.expect("the store answers").expect("the alert");
    (world, alert)
}

#[tokio::test]
async fn a_stale_write_of_an_alert_is_refused() {
    let (world, alert) = received().await;
    let now = world.clock.now();
    let (mine, yours) = (
        alert.clone().replace_note("mine".into(), HistoryActor::System, now),
        alert.replace_note("yours".into(), HistoryActor::System, now),
    );
    world.store.commit(&mine).await.expect("the first");
    assert!(matches!(world.store.commit(&yours).await, Err(StoreError::Conflict(_))));
    let kept =
        world.store.read_alert(&mine.id).await.expect("the store answers").expect("the alert");
    assert_eq!(kept.note.as_deref(), Some("mine"));
}

#[tokio::test]
async fn only_one_of_two_workers_wins_a_ledger() {
    let (world, alert) = received().await;
    let now = world.clock.now();
    let sale = domain::sale::SaleId::at_processor(&alert.organisation, "acct_1", "pi_1");
    let claimed = RefundLedger::new(sale.clone())
        .take_lease(&alert.id, true, now, now)
        .expect("nobody has it");
    world.store.commit_ledger(&claimed).await.expect("the first");
    assert!(matches!(world.store.commit_ledger(&claimed).await, Err(StoreError::Conflict(_))));
    let next = world
        .store
        .read_ledger(&sale)
        .await
        .expect("the store answers")
        .record_result(domain::refund::AttemptResult::NotAsked);
    world.store.commit_ledger(&next).await.expect("over the version that was read");
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_meets_itself() {
    let (world, alert) = received().await;
    let lost = Arc::new(AtomicBool::new(false));
    let once = lost.clone();
    world.aws.set_gate(Some(Arc::new(move |call, moment| {
        let strikes = call.starts_with("dynamodb PutItem")
            && moment == Moment::After
            && !once.swap(true, Ordering::SeqCst);
        if strikes { Verdict::Lose } else { Verdict::Pass }
    })));
    let noted = alert.replace_note("once".into(), HistoryActor::System, world.clock.now());
    world.store.commit(&noted).await.expect("it was written, and knows itself");
    assert!(lost.load(Ordering::SeqCst));
    let kept =
        world.store.read_alert(&noted.id).await.expect("the store answers").expect("the alert");
    assert_eq!(kept.version, noted.version);
}

#[tokio::test]
async fn a_queue_that_does_not_answer_is_asked_again_at_once() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let _paid = shop.subscribe();
    let failures = Arc::new(AtomicU32::new(6)); // more than the SDK tries by itself
    let left = failures.clone();
    world.aws.set_gate(Some(Arc::new(move |call, moment| {
        let sends = call.starts_with("sqs SendMessageBatch") && moment == Moment::Before;
        let fails = sends
            && left
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1))
                .is_ok();
        if fails { Verdict::Lose } else { Verdict::Pass }
    })));
    shop.push(&[shop.alert("RELAY")]).await;
    world.settle().await;
    assert_eq!(failures.load(Ordering::SeqCst), 0);
    assert_eq!(shop.alerts().await[0]["status"], "RESOLVED", "no nudge was needed");
}
