//! The steps that only time brings: an alert is left by its stage for a while, is nudged, or falls
//! due.

use jiff::Timestamp;

use crate::alert::pipeline::Due;
use crate::alert::slot_wait::SlotWait;
use crate::alert::{Actor, Alert, Answer, Did, PutOff};

impl Alert {
    /// What falls due by now, done.
    #[must_use]
    pub fn fell_due(self, now: Timestamp) -> Option<Self> {
        let (at, due) = self.due()?;
        if at > now {
            return None;
        }
        Some(match due {
            Due::Announce => self.stepped(Did::Announced, Actor::System, now),
            Due::Nudge => self.nudged(now),
            Due::Search => self.searched_again(now),
            Due::Warn => Self { warned: true, ..self.stepped(Did::Warned, Actor::System, now) },
            Due::Expire => self.expired(now),
            Due::Recheck => self.rechecked(Actor::System, now).ok()?,
            Due::Lapse => self.answered(Answer::TooLate, now).ok()?,
        })
    }

    /// Left by its stage until a time, and longer each time in a row: in the table, where waiting
    /// burns no receive of a message.
    #[must_use]
    pub fn left_until(self, to: Timestamp, was_called: bool, now: Timestamp) -> Self {
        let known = PutOff::until_time(to, self.put_off.as_ref());
        let calls = known.calls.saturating_add(u32::from(was_called));
        let put_off = PutOff { times: known.times.saturating_add(1), calls, ..known };
        Self { put_off: Some(put_off), ..self.stepped(Did::Nudged, Actor::System, now) }
    }

    /// Put with those for slow processors; its stage is asked for again at a time, if it was not
    /// worked by then.
    #[must_use]
    pub fn parted(self, to: Timestamp, now: Timestamp) -> Self {
        let put_off = PutOff { is_parted: true, ..PutOff::until_time(to, self.put_off.as_ref()) };
        Self { put_off: Some(put_off), ..self.stepped(Did::Nudged, Actor::System, now) }
    }

    /// Left by its stage until a slot of the processor's account: that is no failure, and makes no
    /// later wait longer.
    #[must_use]
    pub fn left_for_slot(self, to: Timestamp, wait: SlotWait, now: Timestamp) -> Self {
        let put_off = PutOff { slot: Some(wait), ..PutOff::until_time(to, self.put_off.as_ref()) };
        Self { put_off: Some(put_off), ..self.stepped(Did::Nudged, Actor::System, now) }
    }

    /// The stage that it waits for is woken again: a worker that is at it is refused, and begins
    /// anew.
    #[must_use]
    pub fn nudged(self, now: Timestamp) -> Self {
        let nudges = self.nudges.saturating_add(u32::from(self.put_off_to().is_none()));
        Self { nudges, moved_at: now, ..self.stepped(Did::Nudged, Actor::System, now) }
    }
}
