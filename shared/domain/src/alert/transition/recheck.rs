//! Back to the refund stage, which looks at the processor before it does anything.

use jiff::Timestamp;

use super::InvalidTransition;
use crate::alert::{
    Alert, AlertSettlement, AlertState, CourseOfAction, HistoryActor, ReviewReason,
};

impl Alert {
    /// A refund that is unconfirmed, or whose processor refused the look before it, is looked at.
    ///
    /// # Errors
    /// [`WrongState`] where nothing of the kind waits.
    pub fn begin_recheck(
        self,
        by: HistoryActor,
        now: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        let waits = matches!(&self.state, AlertState::Refunding { .. })
            || matches!(&self.state, AlertState::ActionRequired { why, .. } if why.keeps_decision());
        let nudges = self.nudges.saturating_add(1);
        match self.pending_decision().filter(|_| waits) {
            Some((sale, decision)) => Ok(Self {
                nudges,
                ..self.move_to_state(AlertState::Decided { sale, decision }, by, now)
            }),
            None => Err(self.invalid_transition("rechecked")),
        }
    }

    /// A refund that was confirmed is reported to have failed, and no network was told of it yet:
    /// back to the refund stage, or to the person that declared the refund.
    ///
    /// # Errors
    /// [`WrongState`] unless the network is still to be told of this refund.
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
                // it was not invalid
                let decision = decision
                    .filter(|decision| matches!(decision.course, CourseOfAction::Act { .. }));
                AlertState::ActionRequired { why, sale, candidates: Vec::new(), decision }
            }
        };
        Ok(self.move_to_state(next, by, now))
    }
}
