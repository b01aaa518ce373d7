//! Every write, message and call between Stripe's event and the end is struck once. Whatever is
//! struck, the alert changes once.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde_json::Value;
use tests::world::Faults;

use super::{House, failed, stands, with_listeners};
use crate::strikes::{WAYS, all_end_as, at};

#[derive(Debug, PartialEq)]
struct End {
    stands: Value,
    /// How many steps of the history are the failure.
    failures: usize,
    /// The events since, each once however often it came.
    events: Vec<String>,
    mails: BTreeSet<String>,
    outcomes: usize,
    refundable: Value,
}

/// A refund that fails, in a world with one fault that counts from Stripe's event on; and the calls
/// that were made since.
async fn late(faults: Faults) -> (End, Vec<String>) {
    let strike = faults.take_strike();
    let (shop, receiver) = with_listeners(faults.clone()).await;
    let house = House::answered(shop).await;
    let (begun, heard) = (faults.calls().len(), receiver.all().len());
    if let Some(strike) = strike {
        faults.strike(tests::world::Strike { call: begun + strike.call, ..strike });
    }
    house.fails();
    house.tell("refund.updated").await;
    house.tell("refund.failed").await;
    house.shop.world.advance(SignedDuration::from_hours(3)).await;
    house.shop.world.assert_invariants().await;
    let alert = house.alert().await;
    let steps = alert["history"].as_array().expect("steps");
    let events: BTreeSet<(String, String)> = receiver
        .all()
        .iter()
        .skip(heard)
        .map(|one| (one.header("x-idempotency-key").to_owned(), one.kind()))
        .collect();
    let mut events: Vec<String> = events.into_iter().map(|(_, kind)| kind).collect();
    events.sort();
    let path = format!("/v1/transactions/{}/refunds", house.paid.payment);
    let (_, transaction) = house.shop.world.call("GET", &path, &house.shop.key, None).await;
    let end = End {
        stands: stands(&alert),
        failures: steps.iter().filter(|step| step["did"] == "REFUND_FAILED").count(),
        events,
        mails: house.shop.world.aws.mailbox().all().into_iter().map(|mail| mail.subject).collect(),
        outcomes: house.shop.world.ethoca.outcomes().len(),
        refundable: transaction["refundable_amount_in_cents"].clone(),
    };
    (end, faults.calls().split_off(begun))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_struck_the_failure_is_seen_once_by_everybody() {
    let (good, calls) = late(Faults::default()).await;
    assert_eq!((&good.stands, good.failures, good.outcomes), (&failed(), 1, 1));
    assert_eq!(good.events, ["alert.updated", "refund.failed"]);
    let subject = "Refund failed: 49.00 USD, “ACMEFIT*PLAN”";
    assert!(good.mails.contains(subject), "{:?}", good.mails);
    assert_eq!(good.refundable, 4900);
    let reads = ["dynamodb Query", "dynamodb GetItem", "dynamodb BatchGetItem", "kms "];
    let changes = |name: &str| !reads.iter().any(|read| name.starts_with(read));
    let struck = calls.iter().enumerate().filter(|(_, name)| changes(name)).map(|(place, _)| place);
    all_end_as(&good, at(struck, &WAYS), async |faults| late(faults).await.0).await;
}
