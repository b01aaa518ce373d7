//! The way back to the refund stage, which re-reads the payment before any action.

use jiff::Timestamp;

use super::InvalidTransition;
use crate::alert::{
    Alert, AlertSettlement, AlertState, CourseOfAction, HistoryActor, ReviewReason,
};

impl Alert {
    /// Returns the alert to the refund stage, for an unconfirmed refund or after the processor
    /// rejected our credentials.
    ///
    /// # Errors
    /// [`InvalidTransition`] if the alert waits for no such re-check.
    pub fn begin_recheck(
        self,
        by: HistoryActor,
        now: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        let waits = matches!(&self.state, AlertState::Refunding { .. })
            || self.review_reason().is_some_and(ReviewReason::keeps_decision);
        let nudges = self.nudges.saturating_add(1);
        match self.pending_decision().filter(|_| waits) {
            Some((sale, decision)) => Ok(Self {
                nudges,
                ..self.move_to_state(AlertState::Decided { sale, decision }, by, now)
            }),
            None => Err(self.invalid_transition("rechecked")),
        }
    }

    /// Reopens an alert after a confirmed refund failed, while the network has no answer yet. The
    /// alert returns to the refund stage, or to the person that declared the refund.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless the answer to the network is still due and reports this refund.
    pub fn reopen_failed_refund(
        self,
        refund: &str,
        reason: &str,
        by: HistoryActor,
        now: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        let to_tell = self
            .unreported_settlement()
            .filter(|done| done.outcome.is_refunded() && self.rests_on_refund(refund));
        let Some(AlertSettlement { sale, decision, .. }) = to_tell else {
            return Err(self.invalid_transition("doubted"));
        };
        let next = match decision {
            Some(decision) if decision.refunds_at_processor() => {
                AlertState::Decided { sale, decision }
            }
            decision => {
                let why = ReviewReason::RefundFailed { reason: reason.to_owned() };
                // the alert was not invalid after all
                let decision = decision
                    .filter(|decision| matches!(decision.course, CourseOfAction::Act { .. }));
                AlertState::ActionRequired { why, sale, candidates: Vec::new(), decision }
            }
        };
        Ok(self.move_to_state(next, by, now))
    }
}
