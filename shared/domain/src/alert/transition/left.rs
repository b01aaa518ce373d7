//! The steps by time alone: a stage defers the alert, a nudge wakes the alert, or an action falls
//! due.

use jiff::Timestamp;

use crate::alert::pipeline::DueAction;
use crate::alert::slot_wait::SlotWait;
use crate::alert::{Alert, AnswerResult, HistoryActor, StageDeferral, StepKind};
use crate::basics::time::add_seconds;

impl Alert {
    /// Applies the due action. Returns `None` if nothing is due yet.
    #[must_use]
    pub fn apply_due(self, now: Timestamp) -> Option<Self> {
        let (at, due) = self.due()?;
        if at > now {
            return None;
        }
        Some(match due {
            DueAction::Announce => self.append_step(StepKind::Announced, HistoryActor::System, now),
            DueAction::Nudge => self.nudge_stage(now),
            DueAction::Search => self.repeat_search(now),
            DueAction::Warn => Self {
                warned: true,
                ..self.append_step(StepKind::Warned, HistoryActor::System, now)
            },
            DueAction::Expire => self.mark_expired(now),
            DueAction::Recheck => self.begin_recheck(HistoryActor::System, now).ok()?,
            DueAction::Lapse => self.record_answer(AnswerResult::TooLate, now).ok()?,
        })
    }

    /// Defers the alert until a time, with longer waits in a row. The alert waits in the table,
    /// because a wait in the queue would use up the receives of the message.
    #[must_use]
    pub fn defer_until(self, to: Timestamp, was_called: bool, now: Timestamp) -> Self {
        let known = StageDeferral::until_time(to, self.put_off.as_ref());
        let calls = known.calls.saturating_add(u32::from(was_called));
        let put_off = StageDeferral { times: known.times.saturating_add(1), calls, ..known };
        Self {
            put_off: Some(put_off),
            ..self.append_step(StepKind::Nudged, HistoryActor::System, now)
        }
    }

    /// Moves the alert to the queue for slow processors. The stage is woken again at the given
    /// time, if the alert was not processed by then.
    #[must_use]
    pub fn move_to_slow_queue(self, to: Timestamp, now: Timestamp) -> Self {
        let put_off = StageDeferral {
            is_parted: true,
            ..StageDeferral::until_time(to, self.put_off.as_ref())
        };
        Self {
            put_off: Some(put_off),
            ..self.append_step(StepKind::Nudged, HistoryActor::System, now)
        }
    }

    /// Defers the alert until a slot of the processor's account. The wait is no failure and does
    /// not lengthen later waits.
    #[must_use]
    pub fn defer_for_slot(self, to: Timestamp, wait: SlotWait, now: Timestamp) -> Self {
        let to = to.max(add_seconds(self.moved_at, 1)); // the last writer's clock may be ahead
        let put_off = StageDeferral {
            slot: Some(wait),
            ..StageDeferral::until_time(to, self.put_off.as_ref())
        };
        Self {
            put_off: Some(put_off),
            ..self.append_step(StepKind::Nudged, HistoryActor::System, now)
        }
    }

    /// Wakes the stage of the alert again. A worker that is processing the alert fails with a
    /// conflict and starts anew.
    #[must_use]
    pub fn nudge_stage(self, now: Timestamp) -> Self {
        let nudges = self.nudges.saturating_add(u32::from(self.deferred_until().is_none()));
        Self {
            nudges,
            moved_at: now,
            ..self.append_step(StepKind::Nudged, HistoryActor::System, now)
        }
    }
}
