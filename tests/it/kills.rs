//! Every store and partner call of the pipeline is struck once: killed before and after, its request lost, its answer
//! lost. Whatever is struck, the end is the same: one refund, one outcome, nothing lost. Enumerated, not sampled.

use std::sync::Arc;

use jiff::SignedDuration;
use tests::gate::{Moment, Verdict};
use tests::world::shop::Shop;
use tests::world::{Faults, Settings, Strike, World};
use tokio::sync::Semaphore;

/// How many worlds run at once.
const AT_ONCE: usize = 4;

#[derive(Debug, PartialEq)]
struct End {
    status: String,
    refund_outcome: String,
    refunds: usize,
    subscription: String,
    outcomes: Vec<String>,
}

/// One alert through a world with one fault; what it came to, and the calls that were made.
async fn run(faults: Faults) -> (End, Vec<String>, Option<String>) {
    let world = World::start(Settings { faults: faults.clone(), ..Settings::default() }).await;
    let shop = Shop::open(&world).await;
    let paid = shop.subscribe();
    let alert = shop.alert("KILLS");
    shop.push(std::slice::from_ref(&alert)).await;
    world.settle().await;
    world.advance(SignedDuration::from_hours(49)).await;
    let seen = shop.alerts().await;
    let [one] = seen.as_slice() else { panic!("one alert became {}", seen.len()) };
    let of = |field: &str| one[field].as_str().unwrap_or_default().to_owned();
    let (_, subscription) = world.stripe.call(reqwest::Method::GET, &format!("/v1/subscriptions/{}", paid.subscription), "");
    let told = world.ethoca.outcomes_of(alert["alertId"].as_str().unwrap_or_default());
    let accepted = told.iter().filter(|one| one.error.is_none());
    let outcomes =
        accepted.map(|one| serde_json::from_str::<serde_json::Value>(one.outcome.get()).expect("JSON")["refundStatus"].to_string());
    let end = End {
        status: of("status"),
        refund_outcome: of("transaction_refund_outcome"),
        refunds: shop.refunds().len(),
        subscription: subscription["status"].as_str().unwrap_or_default().to_owned(),
        outcomes: outcomes.collect(),
    };
    (end, faults.calls(), faults.struck())
}

fn good() -> End {
    End {
        status: "RESOLVED".into(),
        refund_outcome: "REFUNDED".into(),
        refunds: 1,
        subscription: "canceled".into(),
        outcomes: vec!["\"REFUNDED\"".into()],
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_or_loss_at_any_call_changes_nothing_in_the_end() {
    let (end, calls, _) = run(Faults::default()).await;
    assert_eq!(end, good());
    let (places, slots) = (calls.len(), Arc::new(Semaphore::new(AT_ONCE)));
    let mut runs = tokio::task::JoinSet::new();
    for call in 0..places {
        for (moment, verdict) in [
            (Moment::Before, Verdict::Hold),
            (Moment::After, Verdict::Hold),
            (Moment::Before, Verdict::Lose),
            (Moment::After, Verdict::Lose),
        ] {
            let (strike, slots) = (Strike { call, moment, verdict }, slots.clone());
            runs.spawn(async move {
                let _slot = slots.acquire().await.expect("a slot");
                let (end, _, struck) = run(Faults::striking(strike)).await;
                (strike, struck, end)
            });
        }
    }
    let mut wrong = Vec::new();
    while let Some(run) = runs.join_next().await {
        let (strike, struck, end) = run.expect("a run");
        if end != good() || struck.is_none() {
            wrong.push(format!("{strike:?} at {struck:?}: {end:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} faults end wrong:\n{}", wrong.len(), places * 4, wrong.join("\n"));
}
