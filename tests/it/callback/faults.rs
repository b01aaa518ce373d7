//! Answers that are lost, endpoints that fail, workers that are killed: one refund, whatever
//! breaks, even where the endpoint ignores our keys.

use tests::gate::{Moment, Verdict};
use tests::simulate::merchant::Trick;
use tests::world::Faults;

use super::{House, stands};
use crate::strikes::{all_end_as, at};

#[tokio::test]
async fn a_lost_answer_is_no_second_refund() {
    for trick in [
        Trick::LoseAnswer,
        Trick::DoneBut(500),
        Trick::DoneBut(404),
        Trick::DoneBut(200),
        Trick::Page(503),
    ] {
        let house = House::open().await;
        house.world().merchant.behaves(|habits| habits.ignores_keys = true);
        house.world().merchant.plays("refunds", &trick, 1);
        house.alerted().await;
        let alert = house.after(40).await;
        assert_eq!(stands(&alert), ("RESOLVED", "REFUNDED", ""), "{trick:?}: {alert:#}");
        assert_eq!(house.refunds().len(), 1, "{trick:?}");
        house.world().assert_invariants().await;
    }
}

#[tokio::test]
async fn an_endpoint_that_is_down_to_the_deadline_leaves_a_person_to_look() {
    let house = House::open().await;
    house.sell("txn-1").await;
    house.world().merchant.plays("", &Trick::Page(503), 100_000);
    house.push("DOWN").await;
    let alert = house.after(47 * 60).await;
    assert_eq!(alert["transaction_refund_outcome"], "NOT_REFUNDED", "{alert:#}");
    assert!(house.refunds().is_empty() && house.world().ethoca.outcomes().is_empty(), "{alert:#}");
}

/// Its secret, or its payment, is gone while nobody knows what became of the refund: nobody says
/// that none was made.
#[tokio::test]
async fn an_endpoint_that_locks_us_out_after_a_lost_answer_is_looked_at_until_it_tells() {
    for locked_out in [true, false] {
        let house = House::open().await;
        house.world().merchant.plays("refunds", &Trick::LoseAnswer, 1);
        house.alerted().await;
        let merchant = &house.world().merchant;
        merchant.plays("payments", &Trick::Refuse("PAYMENT_UNKNOWN"), u32::from(!locked_out));
        if locked_out {
            merchant.forgets_secrets();
        }
        let alert = house.after(10).await;
        assert_eq!(
            stands(&alert),
            ("ACTION_REQUIRED", "NOT_REFUNDED", "REFUND_UNCONFIRMED"),
            "{alert:#}"
        );
        let path = format!("/v1/alerts/{}", alert["id"].as_str().expect("an id"));
        let accept = serde_json::json!({ "action": "ACCEPT_DISPUTE" });
        assert_eq!(
            house.world().call("PATCH", &path, &house.shop.key, Some(&accept)).await.0,
            409,
            "money may have moved"
        );
        merchant.trusts(house.integration["secret"].as_str().expect("a secret"));
        assert_eq!(stands(&house.after(40).await), ("RESOLVED", "REFUNDED", ""));
        assert_eq!(house.refunds().len(), 1);
        house.world().assert_invariants().await;
    }
}

#[tokio::test]
async fn a_subscription_that_cannot_be_ended_is_shown() {
    let house = House::open().await;
    house.world().merchant.plays("subscription-cancellations", &Trick::Refuse("NOT_OURS"), 1);
    let alert = house.alerted().await;
    assert_eq!(stands(&alert), ("RESOLVED", "REFUNDED", ""));
    assert_eq!(
        (&alert["cancellation"]["status"], &alert["cancellation"]["reason"]),
        (&"FAILED".into(), &"Our gateway says no.".into())
    );
}

/// How an alert ends in a world with one fault, how many refunds there are, whether the
/// subscription ended, and what is wrong.
async fn run(faults: Faults) -> ((String, String), usize, bool, Vec<String>) {
    let house = House::struck_by(faults).await;
    house.world().merchant.behaves(|habits| habits.ignores_keys = true);
    house.alerted().await;
    let alert = house.after(49 * 60).await;
    let (status, outcome, _) = stands(&alert);
    let ended = !house.world().merchant.cancelled().is_empty();
    (
        (status.to_owned(), outcome.to_owned()),
        house.refunds().len(),
        ended,
        house.world().breaches().await,
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_or_loss_at_any_call_of_the_refund_changes_nothing_in_the_end() {
    let (faults, good) =
        (Faults::default(), (("RESOLVED".to_owned(), "REFUNDED".to_owned()), 1, true, Vec::new()));
    assert_eq!(run(faults.clone()).await, good);
    let calls = faults.calls();
    let first =
        calls.iter().position(|call| call.starts_with("merchant ")).expect("the endpoint is asked");
    let last = calls
        .iter()
        .rposition(|call| call.starts_with("merchant "))
        .expect("the endpoint is asked");
    let ways = [
        (Moment::Before, Verdict::Hold),
        (Moment::After, Verdict::Hold),
        (Moment::After, Verdict::Lose),
    ];
    all_end_as(&good, at(first..=(last + 2).min(calls.len() - 1), &ways), run).await;
}
