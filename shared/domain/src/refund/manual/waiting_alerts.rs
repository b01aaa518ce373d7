//! What a refund by hand means to an alert that waits for a person: it ends as what is true, and a
//! person need not say so.

use jiff::Timestamp;

use super::{ManualRefund, ManualRefundState};
use crate::alert::transition::InvalidTransition;
use crate::alert::{
    Alert, AlertState, CourseOfAction, Decision, DecisionMaker, HistoryActor, ReturnMethod,
};
use crate::refund::find_covering_refund;
use crate::rules::ruleset::AlertAction;
use crate::sale::Sale;

impl ManualRefund {
    /// Whether the alert has nothing left to give back, now that this refund is made. The sale
    /// tells of all that went back.
    #[must_use]
    pub fn settles_alert(&self, alert: &Alert, sale: &Sale) -> bool {
        match &self.state {
            ManualRefundState::Succeeded { refund } if refund.way == ReturnMethod::Voided => true,
            ManualRefundState::Succeeded { .. } => {
                find_covering_refund(&alert.claim, alert.received_at, sale).is_some()
            }
            _ => false,
        }
    }
}

impl Alert {
    /// A person gave its money back by hand: the refund stage looks for that, and makes no other.
    ///
    /// # Errors
    /// [`WrongState`] unless a person is asked about this very sale.
    pub fn decide_by_manual_refund(
        self,
        by: &ManualRefund,
        now: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        let (need, sale) = match self.state() {
            AlertState::ActionRequired { why, sale: Some(found), .. }
                if found.sale.id == by.sale.id =>
            {
                (why.clone(), found.clone())
            }
            _ => return Err(self.invalid_transition("given back")),
        };
        if need.can_money_move() {
            return self.begin_recheck(HistoryActor::System, now); // its own refund may be there, too
        }
        let course = CourseOfAction::Act {
            action: AlertAction::Refund,
            amount: None,
            declared: None,
            cancelled: None,
        };
        let decider = DecisionMaker::Person(by.wish.by.clone());
        let decision = Decision {
            by: decider,
            course,
            at: now,
            need: Some(need),
            rests_on: Some(by.id.clone()),
        };
        Ok(self.move_to_state(
            AlertState::Decided { sale: Some(sale), decision: Box::new(decision) },
            HistoryActor::System,
            now,
        ))
    }
}
