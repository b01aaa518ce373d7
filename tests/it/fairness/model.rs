//! What AWS does and no local stack: so many invocations at once, and the rule by which a standard
//! queue with groups is served, in virtual time (`tests::fair`). `cargo bench-fairness` prints the
//! same figures.

use tests::fair::{Measured, Trouble, Work};

#[test]
fn a_thousand_messages_of_one_tenant_cost_another_one_call_and_then_nothing() {
    let missed: Vec<Measured> =
        Measured::play_all().into_iter().filter(Measured::is_missed).collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn a_target_that_does_not_answer_is_called_by_the_first_workers_only() {
    for (work, at_first) in [(Work::Refund, 10), (Work::Webhook, 200)] {
        for is_fair in [true, false] {
            let played = Measured::play(work, Trouble::Hangs, is_fair);
            assert!(
                played.calls <= at_first + 10,
                "then one at a time, half an hour long: {played:?}"
            );
        }
    }
}
