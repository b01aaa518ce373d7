//! What falls due for a quarantined payload: looks at the evidence, the operator's turn, the
//! warning, the deadline.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{BY_EVIDENCE, MOST_CONCERNED, OwnershipDoubt, QuarantineState, QuarantinedPayload};
use crate::alert::pipeline::NUDGE_SECONDS;
use crate::basics::time::add_seconds;

/// How far the watch over a payload has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum QuarantineWatch {
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
pub enum DueQuarantineStep {
    /// The evidence is looked at again: the write asks for it.
    Look,
    /// No evidence decided in a quarter of the time: it is the operator's.
    HandOver,
    /// The target time: whoever may decide should know.
    Warn,
    /// No action is possible any more.
    Close,
}

impl QuarantinedPayload {
    /// Where the watch over a payload begins: with the evidence where it is contested, and not by
    /// so many that nobody could look.
    #[must_use]
    pub fn first_watch(&self) -> QuarantineWatch {
        let contestants = self.contesting_organisations().len();
        if contestants > 0 && contestants <= MOST_CONCERNED {
            QuarantineWatch::Looking { looks: 1 }
        } else {
            QuarantineWatch::Waiting
        }
    }

    /// Whether its claimants' evidence is to be looked at now.
    #[must_use]
    pub fn is_awaiting_evidence(&self) -> bool {
        let is_open = match &self.fate {
            QuarantineState::Held => true,
            QuarantineState::Releasing { by, .. } => by == BY_EVIDENCE,
            QuarantineState::Released { .. }
            | QuarantineState::Answered { .. }
            | QuarantineState::Discarded { .. } => false,
        };
        is_open
            && self.organisation.is_none()
            && matches!(self.watch, QuarantineWatch::Looking { .. })
    }

    /// Whether a write of it asks for a look at the evidence.
    #[must_use]
    pub fn wakes(&self, before: Option<&Self>) -> bool {
        self.is_awaiting_evidence() && before.is_none_or(|before| before.watch != self.watch)
    }

    /// What falls due next, and when. A TEST organisation's own is nobody's work.
    #[must_use]
    pub fn due(&self) -> Option<(Timestamp, DueQuarantineStep)> {
        let is_open =
            matches!(self.fate, QuarantineState::Held | QuarantineState::Releasing { .. });
        if self.connection.is_simulated() || !is_open {
            return None;
        }
        match self.watch {
            QuarantineWatch::Looking { looks } => {
                let (again, turn) = (
                    add_seconds(
                        self.received_at,
                        NUDGE_SECONDS << (looks.saturating_sub(1) * 2).min(8),
                    ),
                    self.operator_handover_at(),
                );
                Some(if again < turn {
                    (again, DueQuarantineStep::Look)
                } else {
                    (turn, DueQuarantineStep::HandOver)
                })
            }
            QuarantineWatch::Waiting => Some((self.deadlines.target, DueQuarantineStep::Warn)),
            QuarantineWatch::Warned => Some((self.deadlines.action, DueQuarantineStep::Close)),
            QuarantineWatch::Closed => None,
        }
    }

    /// The payload with what fell due by now noted. One whose release broke off is looked at until
    /// it is released.
    #[must_use]
    pub fn apply_due(mut self, now: Timestamp) -> Option<(Self, DueQuarantineStep)> {
        let (_, fell) = self.due().filter(|(at, _)| *at <= now)?;
        self.watch = match (fell, self.watch) {
            (DueQuarantineStep::Look, QuarantineWatch::Looking { looks }) => {
                QuarantineWatch::Looking { looks: looks.saturating_add(1) }
            }
            (DueQuarantineStep::HandOver, QuarantineWatch::Looking { looks })
                if self.is_awaiting_evidence() && self.fate != QuarantineState::Held =>
            {
                QuarantineWatch::Looking { looks: looks.saturating_add(1) }
            }
            (DueQuarantineStep::Look | DueQuarantineStep::HandOver, _) => QuarantineWatch::Waiting,
            (DueQuarantineStep::Warn, _) => QuarantineWatch::Warned,
            (DueQuarantineStep::Close, _) => QuarantineWatch::Closed,
        };
        self.version = self.version.saturating_add(1);
        Some((self, fell))
    }

    /// Left to the operator: its release by evidence cannot go on.
    #[must_use]
    pub fn hand_over_to_operator(self) -> Self {
        Self {
            fate: QuarantineState::Held,
            watch: QuarantineWatch::Waiting,
            version: self.version.saturating_add(1),
            ..self
        }
    }

    /// Whether no enrolment of anybody's fitted an alert that could be read.
    #[must_use]
    pub fn is_unclaimed(&self) -> bool {
        self.is_read
            && self.fate == QuarantineState::Held
            && self.contest.is_none()
            && self.organisation.is_none()
    }

    /// Whether several organisations' enrolments fit it.
    #[must_use]
    pub fn is_contested(&self) -> bool {
        self.contest.as_ref().is_some_and(|contest| contest.doubt == OwnershipDoubt::Contested)
    }

    /// A quarter of the time from its arrival to the last moment for an action, and not after the
    /// target.
    fn operator_handover_at(&self) -> Timestamp {
        let seconds =
            self.deadlines.action.as_second().saturating_sub(self.received_at.as_second()).max(0);
        add_seconds(self.received_at, seconds / 4).min(self.deadlines.target)
    }
}
