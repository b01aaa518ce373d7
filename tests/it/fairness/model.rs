//! What AWS does and no local stack: so many invocations at once, and the rule by which a standard queue with groups is served. One tenant
//! has a thousand messages to an endpoint that hangs, another has one to a processor that answers.

use domain::lane::{Gate, Lane};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::template::load::Template;

/// A call that is answered, one that is not, and a look at the table that puts a message off.
const ANSWERED: i64 = 1_000;
const HANGS: i64 = 5_000;
const PUT_OFF: i64 = 25;

/// When the other tenant's refund is done, in milliseconds since it was sent, while the first tenant's messages are there; and how
/// often the endpoint that hangs was called.
fn served(backlog: usize, is_fair: bool, arrives: i64) -> (i64, usize) {
    let mut slots = vec![0_i64; at_once("Refund")];
    let (mut lane, mut calls, mut left) = (None::<Lane>, 0, backlog);
    loop {
        let slot = (0..slots.len()).min_by_key(|slot| slots[*slot]).expect("a slot");
        let now = slots[slot];
        // The documented rule: whoever has many in flight is served after those who have few. Without it, first come, first served.
        let is_next = now >= arrives && is_fair;
        if is_next || left == 0 {
            return (now.max(arrives) + ANSWERED - arrives, calls);
        }
        left -= 1;
        slots[slot] = match Lane::gate(lane.as_ref(), at(now)) {
            Gate::Open => {
                calls += 1;
                let ended = now + HANGS;
                lane = Lane::after_silence(lane.as_ref(), at(ended)).or(lane);
                ended
            }
            Gate::Probe(probed) => {
                calls += 1;
                lane = Lane::after_silence(Some(&probed), at(now + HANGS)).or(Some(probed));
                now + HANGS
            }
            Gate::Closed { .. } => now + PUT_OFF,
        };
    }
}

fn at(millis: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_millis(millis)
}

/// How many invocations of a stage's function run at once.
fn at_once(stage: &str) -> usize {
    let stages = Template::read().section("Mappings")["Stages"].clone();
    assert_eq!(stages[stage]["BatchSize"], Value::from(1), "a message that hangs holds up no other of its batch");
    usize::try_from(stages[stage]["AtOnce"].as_u64().expect("a number")).expect("a few")
}

#[test]
fn a_thousand_messages_that_hang_cost_another_tenant_one_call() {
    let alone = served(0, true, 0).0;
    assert_eq!(alone, ANSWERED);
    let (fair, calls) = served(1_000, true, 10);
    assert!(fair <= alone + HANGS, "one call the first time: {fair} ms");
    assert!(calls <= at_once("Refund"), "{calls} calls hang, not a thousand");
    let (unfair, _) = served(1_000, false, 10);
    assert!(unfair <= alone + HANGS + 3_000, "and what it takes to put a thousand off, where the queue is not fair: {unfair} ms");
}
