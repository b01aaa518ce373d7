//! The timed steps of a quarantined payload: examinations of the evidence, hand-over to the
//! operator, warning and deadline.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{BY_EVIDENCE, MOST_CONCERNED, OwnershipDoubt, QuarantineState, QuarantinedPayload};
use crate::alert::pipeline::NUDGE_SECONDS;
use crate::basics::time::add_seconds;

/// The progress of the watch over a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum QuarantineWatch {
    /// The claimants' evidence is examined, with the number of examinations up to now.
    Looking { looks: u32 },
    /// The operator must decide.
    Waiting,
    /// The target time has passed.
    Warned,
    /// The last moment for an action has passed.
    Closed,
}

/// The step that a due payload requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueQuarantineStep {
    /// Examine the evidence again. The write starts the examination.
    Look,
    /// Hand over to the operator: evidence did not decide within a quarter of the time.
    HandOver,
    /// Warn those with the right to decide: the target time has passed.
    Warn,
    /// Close: no action is possible any more.
    Close,
}

impl QuarantinedPayload {
    /// Returns the initial watch. A contested payload starts with the evidence, unless too many
    /// organisations contest the payload.
    #[must_use]
    pub fn first_watch(&self) -> QuarantineWatch {
        let contestants = self.contesting_organisations().len();
        if contestants > 0 && contestants <= MOST_CONCERNED {
            QuarantineWatch::Looking { looks: 1 }
        } else {
            QuarantineWatch::Waiting
        }
    }

    /// Checks whether the claimants' evidence must be examined now.
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

    /// Checks whether a write of the payload starts an examination of the evidence.
    #[must_use]
    pub fn wakes(&self, before: Option<&Self>) -> bool {
        self.is_awaiting_evidence() && before.is_none_or(|before| before.watch != self.watch)
    }

    /// Returns the next step and the due time. Payloads of TEST organisations need no step.
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

    /// Applies the step that is due by now. A payload with an interrupted release is examined until
    /// released.
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

    /// Hands the payload over to the operator: the release by evidence cannot continue.
    #[must_use]
    pub fn hand_over_to_operator(self) -> Self {
        Self {
            fate: QuarantineState::Held,
            watch: QuarantineWatch::Waiting,
            version: self.version.saturating_add(1),
            ..self
        }
    }

    /// Checks whether the payload is a parsed alert that fits no enrolment.
    #[must_use]
    pub fn is_unclaimed(&self) -> bool {
        self.is_read
            && self.fate == QuarantineState::Held
            && self.contest.is_none()
            && self.organisation.is_none()
    }

    /// Checks whether enrolments of several organisations fit the alert.
    #[must_use]
    pub fn is_contested(&self) -> bool {
        self.contest.as_ref().is_some_and(|contest| contest.doubt == OwnershipDoubt::Contested)
    }

    /// Returns the hand-over time: a quarter of the time from arrival to the last moment for an
    /// action, and not after the target.
    fn operator_handover_at(&self) -> Timestamp {
        let seconds =
            self.deadlines.action.as_second().saturating_sub(self.received_at.as_second()).max(0);
        add_seconds(self.received_at, seconds / 4).min(self.deadlines.target)
    }
}
