//! Back to the refund stage, which looks at the processor before it does anything.

use jiff::Timestamp;

use super::WrongState;
use crate::alert::{Actor, Alert, Course, Need, Settled, State};

impl Alert {
    /// A refund that is unconfirmed, or whose processor refused the look before it, is looked at.
    ///
    /// # Errors
    /// [`WrongState`] where nothing of the kind waits.
    pub fn rechecked(self, by: Actor, now: Timestamp) -> Result<Self, WrongState> {
        let waits = matches!(&self.state, State::Refunding { .. })
            || matches!(&self.state, State::ActionRequired { why, .. } if why.keeps_decision());
        let nudges = self.nudges.saturating_add(1);
        match self.in_hand().filter(|_| waits) {
            Some((sale, decision)) => {
                Ok(Self { nudges, ..self.moved(State::Decided { sale, decision }, by, now) })
            }
            None => Err(self.wrong("rechecked")),
        }
    }

    /// A refund that was confirmed is reported to have failed, and no network was told of it yet:
    /// back to the refund stage, or to the person that declared the refund.
    ///
    /// # Errors
    /// [`WrongState`] unless the network is still to be told of this refund.
    pub fn doubted(
        self,
        refund: &str,
        reason: &str,
        by: Actor,
        now: Timestamp,
    ) -> Result<Self, WrongState> {
        let to_tell =
            self.to_tell().filter(|done| done.outcome.refunded() && self.rests_on_refund(refund));
        let Some(Settled { sale, decision, .. }) = to_tell else {
            return Err(self.wrong("doubted"));
        };
        let next = match decision {
            Some(decision) if decision.refunds_at_processor() => State::Decided { sale, decision },
            decision => {
                let why = Need::RefundFailed { reason: reason.to_owned() };
                // it was not invalid
                let decision =
                    decision.filter(|decision| matches!(decision.course, Course::Act { .. }));
                State::ActionRequired { why, sale, candidates: Vec::new(), decision }
            }
        };
        Ok(self.moved(next, by, now))
    }
}
