//! Every store and partner call of the pipeline is struck once: killed before and after, its
//! request lost, its answer lost. Whatever is struck, the end is the same: one refund, one outcome,
//! nothing lost. Enumerated, not sampled.

use jiff::SignedDuration;
use tests::world::shop::Shop;
use tests::world::{Faults, Settings, World};

use crate::strikes::{WAYS, all_end_as, at};

#[derive(Debug, PartialEq)]
struct End {
    status: String,
    refund_outcome: String,
    refunds: usize,
    subscription: String,
    outcomes: Vec<String>,
}

/// One alert through a world with one fault: what it came to.
async fn run(faults: Faults) -> End {
    let world = World::start(Settings { faults, ..Settings::default() }).await;
    let shop = Shop::open(&world).await;
    let paid = shop.subscribe();
    let alert = shop.alert("KILLS");
    shop.push(std::slice::from_ref(&alert)).await;
    world.settle().await;
    world.advance(SignedDuration::from_hours(49)).await;
    let seen = shop.alerts().await;
    let [one] = seen.as_slice() else { panic!("one alert became {}", seen.len()) };
    let of = |field: &str| one[field].as_str().unwrap_or_default().to_owned();
    let (_, subscription) = world.stripe.call(
        reqwest::Method::GET,
        &format!("/v1/subscriptions/{}", paid.subscription),
        "",
    );
    let told = world.ethoca.outcomes_of(alert["alertId"].as_str().unwrap_or_default());
    let accepted = told.iter().filter(|one| one.error.is_none());
    let outcomes = accepted.map(|one| {
        let outcome: serde_json::Value = serde_json::from_str(one.outcome.get()).expect("JSON");
        outcome["refundStatus"].to_string()
    });
    End {
        status: of("status"),
        refund_outcome: of("transaction_refund_outcome"),
        refunds: shop.refunds().len(),
        subscription: subscription["status"].as_str().unwrap_or_default().to_owned(),
        outcomes: outcomes.collect(),
    }
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
    let faults = Faults::default();
    assert_eq!(run(faults.clone()).await, good());
    all_end_as(&good(), at(0..faults.calls().len(), &WAYS), run).await;
}
