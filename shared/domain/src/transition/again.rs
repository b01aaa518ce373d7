//! Back to the refund stage, which looks at the processor before it does anything.

use jiff::Timestamp;

use super::WrongState;
use crate::alert::{Actor, Alert, State};

impl Alert {
    /// A refund that is unconfirmed is looked at.
    ///
    /// # Errors
    /// [`WrongState`] unless a refund is unconfirmed.
    pub fn rechecked(self, by: Actor, now: Timestamp) -> Result<Self, WrongState> {
        let unconfirmed = matches!(self.state, State::Refunding { .. }) || self.is_unconfirmed();
        let nudges = self.nudges.saturating_add(1);
        match self.in_hand().filter(|_| unconfirmed) {
            Some((sale, decision)) => Ok(Self { nudges, ..self.moved(State::Decided { sale, decision }, by, now) }),
            None => Err(self.wrong("rechecked")),
        }
    }

    /// Back to the refund stage: a refund that was confirmed is said to have failed, and no network was told of it yet.
    ///
    /// # Errors
    /// [`WrongState`] unless all was done by this refund and nothing is told.
    pub fn doubted(self, refund: &str, by: Actor, now: Timestamp) -> Result<Self, WrongState> {
        let done = match &self.state {
            State::Actioned { done } if done.refund.as_ref().is_some_and(|made| made.id == refund) => done,
            _ => return Err(self.wrong("doubted")),
        };
        match (done.sale.clone(), done.decision.clone()) {
            (sale, Some(decision)) if decision.refunds_at_processor() => Ok(self.moved(State::Decided { sale, decision }, by, now)),
            _ => Err(self.wrong("doubted")),
        }
    }
}
