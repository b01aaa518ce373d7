//! The lane of a target, for example a merchant's endpoint: a circuit breaker. A target that does
//! not answer is not called for a while. A slow target is called by few workers only, and delays no
//! other target.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::basics::time::add_seconds;

/// The calls in a row without an answer that close the lane.
pub const SILENCES_TO_CLOSE: u32 = 2;
/// The first closure. Each probe without an answer doubles the closure.
const FIRST_SECONDS: i64 = 30;
/// The longest closure.
const MOST_SECONDS: i64 = 600;
/// The time for which all other calls wait for the probe.
const PROBE_SECONDS: i64 = 30;

/// The duration after which a call counts as slow.
pub const SLOW_CALL: Duration = Duration::from_secs(2);
/// The surplus of slow calls over quick calls that moves the work for a target to the slow queue.
const SLOW_TO_PART: u8 = 2;
/// The highest surplus: as many quick calls end the slow phase.
const MOST_SLOW: u8 = 4;

/// The pace of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallPace {
    Quick,
    Slow,
    /// Not measured.
    Unknown,
}

/// The recent calls to a target: the calls in a row without an answer, and the slow calls. A target
/// that answers quickly has no record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallLane {
    pub silences: u32,
    /// The end of the closure. No call is made before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub closed_until: Option<Timestamp>,
    /// Whether a probe is under way: a call that tests whether the target answers again.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub is_probed: bool,
    /// The surplus of slow calls over quick calls.
    #[serde(default)]
    pub slow: u8,
}

/// The permission to call a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LaneGate {
    Open,
    /// No call before this time.
    Closed {
        until: Timestamp,
    },
    /// The caller may make the probe, and stores this lane first.
    Probe(CallLane),
}

impl CallLane {
    /// Returns the lane after a call without an answer. Returns `None` if the call began before the
    /// closure and adds no news.
    #[must_use]
    pub fn after_silence(known: Option<&Self>, now: Timestamp) -> Option<Self> {
        let is_old = known.is_some_and(|lane| {
            !lane.is_probed && lane.closed_until.is_some_and(|until| until > now)
        });
        let silences = known.map_or(0, |lane| lane.silences).saturating_add(1);
        let seconds = silences
            .checked_sub(SILENCES_TO_CLOSE)
            .map(|more| (FIRST_SECONDS << more.min(8)).min(MOST_SECONDS));
        let (closed_until, slow) = (
            seconds.map(|seconds| add_seconds(now, seconds)),
            count_slow_calls(known, CallPace::Slow),
        );
        (!is_old).then_some(Self { silences, closed_until, is_probed: false, slow })
    }

    /// Returns the lane after an answered call, or `None` if no record is needed.
    #[must_use]
    pub fn after_answer(known: Option<&Self>, pace: CallPace) -> Option<Self> {
        let slow = count_slow_calls(known, pace);
        (slow > 0).then_some(Self { silences: 0, closed_until: None, is_probed: false, slow })
    }

    /// Checks whether the target is slow enough for the slow queue. A closed lane is exempt: only
    /// the worker with the probe calls the target, and must not hand the probe on.
    #[must_use]
    pub fn is_slow(known: Option<&Self>) -> bool {
        known.is_some_and(|lane| lane.slow >= SLOW_TO_PART && lane.closed_until.is_none())
    }

    /// Checks whether the target may be called.
    #[must_use]
    pub fn check_gate(known: Option<&Self>, now: Timestamp) -> LaneGate {
        match known.and_then(|lane| Some((lane, lane.closed_until?))) {
            None => LaneGate::Open,
            Some((_, until)) if until > now => LaneGate::Closed { until },
            Some((lane, _)) => LaneGate::Probe(Self {
                closed_until: Some(add_seconds(now, PROBE_SECONDS)),
                is_probed: true,
                ..lane.clone()
            }),
        }
    }
}

impl CallPace {
    /// Classifies the duration of a call: slow if longer than `slow_after`.
    #[must_use]
    pub fn from_duration(took: Duration, slow_after: Duration) -> Self {
        if took > slow_after { Self::Slow } else { Self::Quick }
    }
}

/// Returns the surplus of slow calls after another call.
fn count_slow_calls(known: Option<&CallLane>, pace: CallPace) -> u8 {
    let slow = known.map_or(0, |lane| lane.slow);
    match pace {
        CallPace::Quick => slow.saturating_sub(1),
        CallPace::Slow => slow.saturating_add(1).min(MOST_SLOW),
        CallPace::Unknown => slow,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_calls_part_a_target_and_as_many_quick_ones_end_it() {
        let paced = |paces: &[CallPace]| {
            paces.iter().fold(None, |lane: Option<CallLane>, pace| {
                CallLane::after_answer(lane.as_ref(), *pace)
            })
        };
        let is_slow = |paces: &[CallPace]| CallLane::is_slow(paced(paces).as_ref());
        assert_eq!(
            (paced(&[CallPace::Quick; 9]), is_slow(&[CallPace::Slow])),
            (None, false),
            "one may be chance"
        );
        assert!(
            is_slow(&[CallPace::Slow, CallPace::Slow])
                && is_slow(&[CallPace::Slow, CallPace::Quick, CallPace::Slow, CallPace::Slow])
        );
        let mut long = vec![CallPace::Slow; 1_000];
        long.extend([CallPace::Quick; 3]);
        assert!(!is_slow(&long), "it is quick again");
        assert_eq!(
            CallLane::after_answer(paced(&long).as_ref(), CallPace::Quick),
            None,
            "and nothing is kept of it"
        );
        assert_eq!(
            [SLOW_CALL, SLOW_CALL + Duration::from_millis(1)]
                .map(|took| CallPace::from_duration(took, SLOW_CALL)),
            [CallPace::Quick, CallPace::Slow]
        );
    }

    #[test]
    fn a_silence_is_slow_too() {
        let silent = CallLane::after_silence(CallLane::after_silence(None, at(0)).as_ref(), at(5))
            .expect("closed");
        let answered = CallLane::after_answer(Some(&silent), CallPace::Unknown);
        assert!(
            CallLane::is_slow(answered.as_ref())
                && CallLane::check_gate(answered.as_ref(), at(6)) == LaneGate::Open
        );
        let LaneGate::Probe(probed) = CallLane::check_gate(Some(&silent), at(60)) else {
            panic!("one may try")
        };
        assert!(!CallLane::is_slow(Some(&silent)) && !CallLane::is_slow(Some(&probed)), "and does");
    }

    fn at(seconds: i64) -> Timestamp {
        add_seconds(Timestamp::UNIX_EPOCH, seconds)
    }

    #[test]
    fn two_calls_without_an_answer_close_it_and_each_probe_for_twice_as_long() {
        let once = CallLane::after_silence(None, at(0)).expect("known");
        assert_eq!(CallLane::check_gate(Some(&once), at(1)), LaneGate::Open, "one may be chance");
        let mut lane = CallLane::after_silence(Some(&once), at(5)).expect("closed");
        let mut now = 5;
        for wait in [30, 60, 120, 240, 480, 600, 600] {
            assert_eq!(
                CallLane::check_gate(Some(&lane), at(now + wait - 1)),
                LaneGate::Closed { until: at(now + wait) }
            );
            now += wait;
            let LaneGate::Probe(probed) = CallLane::check_gate(Some(&lane), at(now)) else {
                panic!("one may try")
            };
            assert_eq!(
                CallLane::check_gate(Some(&probed), at(now + 1)),
                LaneGate::Closed { until: at(now + 30) },
                "the others wait for it"
            );
            now += 5;
            lane = CallLane::after_silence(Some(&probed), at(now)).expect("closed again");
        }
    }

    #[test]
    fn a_call_that_began_before_it_was_closed_tells_nothing_new() {
        let once = CallLane::after_silence(None, at(0));
        let closed = CallLane::after_silence(once.as_ref(), at(5));
        assert_eq!(CallLane::after_silence(closed.as_ref(), at(6)), None);
    }

    #[test]
    fn a_probe_that_nobody_heard_of_again_does_not_keep_it_closed() {
        let lane = CallLane { silences: 2, closed_until: Some(at(30)), is_probed: true, slow: 0 };
        assert!(matches!(CallLane::check_gate(Some(&lane), at(30)), LaneGate::Probe(_)));
    }
}
