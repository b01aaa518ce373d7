//! What falls due for a quarantined payload: looks at the evidence, the operator's turn, the
//! warning, the deadline.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{BY_EVIDENCE, Doubt, Fate, MOST_CONCERNED, Quarantined};
use crate::alert::pipeline::NUDGE_SECONDS;
use crate::basics::time::after;

/// How far the watch over a payload has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Watch {
    /// The claimants' evidence is looked at, so many times by now.
    Looking { looks: u32 },
    /// The operator has it.
    Waiting,
    /// The target time has passed.
    Warned,
    /// The last moment for an action has passed.
    Closed,
}

/// What a payload that fell due calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fell {
    /// The evidence is looked at again: the write asks for it.
    Look,
    /// No evidence decided in a quarter of the time: it is the operator's.
    HandOver,
    /// The target time: whoever may decide should know.
    Warn,
    /// No action is possible any more.
    Close,
}

impl Quarantined {
    /// Where the watch over a payload begins: with the evidence where it is contested, and not by
    /// so many that nobody could look.
    #[must_use]
    pub fn first_watch(&self) -> Watch {
        let contestants = self.contestants().len();
        if contestants > 0 && contestants <= MOST_CONCERNED {
            Watch::Looking { looks: 1 }
        } else {
            Watch::Waiting
        }
    }

    /// Whether its claimants' evidence is to be looked at now.
    #[must_use]
    pub fn is_looked_at(&self) -> bool {
        let is_open = match &self.fate {
            Fate::Held => true,
            Fate::Releasing { by, .. } => by == BY_EVIDENCE,
            Fate::Released { .. } | Fate::Answered { .. } | Fate::Discarded { .. } => false,
        };
        is_open && self.organisation.is_none() && matches!(self.watch, Watch::Looking { .. })
    }

    /// Whether a write of it asks for a look at the evidence.
    #[must_use]
    pub fn wakes(&self, before: Option<&Self>) -> bool {
        self.is_looked_at() && before.is_none_or(|before| before.watch != self.watch)
    }

    /// What falls due next, and when. A TEST organisation's own is nobody's work.
    #[must_use]
    pub fn due(&self) -> Option<(Timestamp, Fell)> {
        let is_open = matches!(self.fate, Fate::Held | Fate::Releasing { .. });
        if self.connection.is_simulated() || !is_open {
            return None;
        }
        match self.watch {
            Watch::Looking { looks } => {
                let (again, turn) = (
                    after(self.received_at, NUDGE_SECONDS << (looks.saturating_sub(1) * 2).min(8)),
                    self.operators_turn(),
                );
                Some(if again < turn { (again, Fell::Look) } else { (turn, Fell::HandOver) })
            }
            Watch::Waiting => Some((self.deadlines.target, Fell::Warn)),
            Watch::Warned => Some((self.deadlines.action, Fell::Close)),
            Watch::Closed => None,
        }
    }

    /// The payload with what fell due by now noted. One whose release broke off is looked at until
    /// it is released.
    #[must_use]
    pub fn fell_due(mut self, now: Timestamp) -> Option<(Self, Fell)> {
        let (_, fell) = self.due().filter(|(at, _)| *at <= now)?;
        self.watch = match (fell, self.watch) {
            (Fell::Look, Watch::Looking { looks }) => {
                Watch::Looking { looks: looks.saturating_add(1) }
            }
            (Fell::HandOver, Watch::Looking { looks })
                if self.is_looked_at() && self.fate != Fate::Held =>
            {
                Watch::Looking { looks: looks.saturating_add(1) }
            }
            (Fell::Look | Fell::HandOver, _) => Watch::Waiting,
            (Fell::Warn, _) => Watch::Warned,
            (Fell::Close, _) => Watch::Closed,
        };
        self.version = self.version.saturating_add(1);
        Some((self, fell))
    }

    /// Left to the operator: its release by evidence cannot go on.
    #[must_use]
    pub fn handed_over(self) -> Self {
        Self {
            fate: Fate::Held,
            watch: Watch::Waiting,
            version: self.version.saturating_add(1),
            ..self
        }
    }

    /// Whether no enrolment of anybody's fitted an alert that could be read.
    #[must_use]
    pub fn is_nobodys(&self) -> bool {
        self.is_read
            && self.fate == Fate::Held
            && self.contest.is_none()
            && self.organisation.is_none()
    }

    /// Whether several organisations' enrolments fit it.
    #[must_use]
    pub fn is_contested(&self) -> bool {
        self.contest.as_ref().is_some_and(|contest| contest.doubt == Doubt::Contested)
    }

    /// A quarter of the time from its arrival to the last moment for an action, and not after the
    /// target.
    fn operators_turn(&self) -> Timestamp {
        let seconds =
            self.deadlines.action.as_second().saturating_sub(self.received_at.as_second()).max(0);
        after(self.received_at, seconds / 4).min(self.deadlines.target)
    }
}
