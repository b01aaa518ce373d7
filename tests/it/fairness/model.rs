//! What AWS does and no local stack: so many invocations at once, and the rule by which a standard queue with groups is served. One tenant
//! has a thousand messages to an endpoint that hangs, or that takes long, another has one to a processor that answers.

use domain::lane::{Gate, Lane, Pace};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::template::load::Template;

/// A call that is answered, one that is not, one that is answered late, and a look at the table that puts a message elsewhere.
const ANSWERED: i64 = 1_000;
const HANGS: i64 = 5_000;
const LATE: i64 = 4_000;
const PUT_OFF: i64 = 25;

/// How the first tenant's endpoint is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Endpoint {
    Hangs,
    TakesLong,
}

/// The first tenant's lane: what its calls say is known once they have ended.
struct Target {
    endpoint: Endpoint,
    lane: Option<Lane>,
    /// When each call ends that has not.
    calling: Vec<i64>,
    calls: usize,
}

impl Target {
    /// When a worker that takes one of its messages now is free again.
    fn worked(&mut self, now: i64) -> i64 {
        let (over, calling) = self.calling.iter().partition::<Vec<i64>, _>(|ends| **ends <= now);
        self.calling = calling;
        for ended in over {
            self.lane = match self.endpoint {
                Endpoint::Hangs => Lane::after_silence(self.lane.as_ref(), at(ended)).or(self.lane.take()),
                Endpoint::TakesLong => Lane::after_answer(self.lane.as_ref(), Pace::Slow),
            };
        }
        match Lane::gate(self.lane.as_ref(), at(now)) {
            Gate::Closed { .. } => return now + PUT_OFF,
            Gate::Open if Lane::is_slow(self.lane.as_ref()) => return now + PUT_OFF, // to the queue of those that take long
            Gate::Open => {}
            Gate::Probe(lane) => self.lane = Some(lane),
        }
        let ends = now + if self.endpoint == Endpoint::Hangs { HANGS } else { LATE };
        self.calling.push(ends);
        self.calls += 1;
        ends
    }
}

/// When the other tenant's refund is done, in milliseconds since it was sent, while the first tenant's messages are there; and how
/// often the first tenant's endpoint was called.
fn served(backlog: usize, endpoint: Endpoint, is_fair: bool, arrives: i64) -> (i64, usize) {
    let mut slots = vec![0_i64; at_once("Refund")];
    let mut target = Target { endpoint, lane: None, calling: Vec::new(), calls: 0 };
    let mut left = backlog;
    loop {
        let slot = (0..slots.len()).min_by_key(|slot| slots[*slot]).expect("a slot");
        let now = slots[slot];
        // The documented rule: whoever has many in flight is served after those who have few. Without it, first come, first served.
        let is_next = now >= arrives && is_fair;
        if is_next || left == 0 {
            return (now.max(arrives) + ANSWERED - arrives, target.calls);
        }
        left -= 1;
        slots[slot] = target.worked(now);
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
fn a_thousand_messages_that_hang_or_take_long_cost_another_tenant_one_call() {
    for (endpoint, takes) in [(Endpoint::Hangs, HANGS), (Endpoint::TakesLong, LATE)] {
        let alone = served(0, endpoint, true, 0).0;
        assert_eq!(alone, ANSWERED);
        let (fair, calls) = served(1_000, endpoint, true, 10);
        assert!(fair <= alone + takes, "one call the first time: {fair} ms");
        assert!(calls <= at_once("Refund"), "{calls} calls, not a thousand");
        let (unfair, calls) = served(1_000, endpoint, false, 10);
        assert!(unfair <= alone + takes + 3_000, "and what it takes to put a thousand off, where the queue is not fair: {unfair} ms");
        assert!(calls <= at_once("Refund") + 1, "{calls} calls, not a thousand");
    }
}
