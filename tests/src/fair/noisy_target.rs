//! Whom the noisy tenant's messages are for: what its calls show is known once they have ended, and
//! its lane decides on the next.

use std::time::Duration;

use domain::calls::lane::{CallLane, CallPace, LaneGate, SLOW_CALL};
use domain::notify::webhook::RETRIES;
use jiff::{SignedDuration, Timestamp};

use super::TROUBLE_MS;
use super::mapped_queue::Message;
use super::stage_work::{Trouble, Work};

/// A look at the table that puts a message off, or with those that take long.
pub(super) const PUT_OFF_MS: i64 = 25;
/// The first wait of an alert, as the template's `CLAIM_SECONDS`, and of a delivery. It doubles
/// each time in a row, up to the last.
const ALERT_SECONDS: i64 = 120;
const DELIVERY_SECONDS: i64 = 60;
const MOST_SECONDS: i64 = 20 * 60;

pub(super) struct NoisyTarget {
    work: Work,
    trouble: Trouble,
    lane: Option<CallLane>,
    calling: Vec<Call>,
    pub calls: u32,
}

/// A call that has not ended.
struct Call {
    began: i64,
    ends: i64,
    is_answered: bool,
}

/// What becomes of a message.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fate {
    Done,
    /// Its message is done, and another comes after this time.
    PutOff {
        until: i64,
        was_called: bool,
    },
    /// It goes to the queue for targets that take long.
    Parted,
    /// It comes back after its visibility timeout.
    Failed,
}

impl NoisyTarget {
    pub fn new(work: Work, trouble: Trouble) -> Self {
        Self { work, trouble, lane: None, calling: Vec::new(), calls: 0 }
    }

    /// How long a message takes whose invocation began at one time and which is worked from
    /// another, and what becomes of it.
    pub fn work_message(&mut self, message: &Message, began: i64) -> (i64, Fate) {
        if !self.work.has_lane() {
            let is_failed =
                is_troubled(began) && matches!(self.trouble, Trouble::Hangs | Trouble::IsThrottled);
            return (self.call(began), if is_failed { Fate::Failed } else { Fate::Done });
        }
        self.note_ended(began);
        match CallLane::check_gate(self.lane.as_ref(), time_of(began)) {
            LaneGate::Closed { until } => {
                let until = until.as_millisecond().max(began + self.own_wait_ms(message));
                return (PUT_OFF_MS, Fate::PutOff { until, was_called: false });
            }
            LaneGate::Probe(lane) => self.lane = Some(lane),
            LaneGate::Open => {}
        }
        if CallLane::is_slow(self.lane.as_ref()) && !message.is_parted {
            return (PUT_OFF_MS, Fate::Parted);
        }
        let takes = self.call(began);
        let until = match self.trouble {
            Trouble::Hangs | Trouble::IsThrottled if is_troubled(began) => {
                self.next_try(message, began)
            }
            _ => None,
        };
        (takes, until.map_or(Fate::Done, |until| Fate::PutOff { until, was_called: true }))
    }

    /// Begins a call; how long it takes.
    fn call(&mut self, began: i64) -> i64 {
        let is_troubled = is_troubled(began);
        self.calls += u32::from(is_troubled);
        let takes =
            if is_troubled { self.work.call_ms(self.trouble) } else { self.work.quick_ms() };
        if self.work.has_lane() {
            let is_answered = !(is_troubled && self.trouble == Trouble::Hangs);
            self.calling.push(Call { began, ends: began + takes, is_answered });
        }
        takes
    }

    /// Takes what the calls show that have ended.
    fn note_ended(&mut self, now: i64) {
        let (mut ended, calling) = std::mem::take(&mut self.calling)
            .into_iter()
            .partition::<Vec<_>, _>(|call| call.ends <= now);
        self.calling = calling;
        ended.sort_by_key(|call| call.ends);
        for call in ended {
            let took = Duration::from_millis((call.ends - call.began).unsigned_abs());
            self.lane = if call.is_answered {
                CallLane::after_answer(self.lane.as_ref(), CallPace::from_duration(took, SLOW_CALL))
            } else {
                CallLane::after_silence(self.lane.as_ref(), time_of(call.began))
                    .or(self.lane.take())
            };
        }
    }

    fn own_wait_ms(&self, message: &Message) -> i64 {
        let first = if self.work == Work::Refund { ALERT_SECONDS } else { DELIVERY_SECONDS };
        1_000 * (first << message.times.min(6)).min(MOST_SECONDS)
    }

    /// When a message whose call did not succeed is tried again; a delivery is given up in the end.
    fn next_try(&self, message: &Message, began: i64) -> Option<i64> {
        match self.work {
            Work::Webhook => {
                RETRIES.get(message.tries as usize).map(|seconds| began + 1_000 * seconds)
            }
            Work::Refund | Work::Mail | Work::Order => Some(began + self.own_wait_ms(message)),
        }
    }
}

const fn is_troubled(now: i64) -> bool {
    now < TROUBLE_MS
}

fn time_of(millis: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_millis(millis)
}
