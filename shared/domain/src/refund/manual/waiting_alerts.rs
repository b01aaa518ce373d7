//! The effect of a manual refund on an alert that waits for a person. The refund settles the alert
//! without another action of the person.

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
    /// Checks whether nothing remains to refund for the alert, now that this refund succeeded. The
    /// sale must list all refunds of the payment.
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
    /// Decides the alert by a person's manual refund. The refund stage looks for that refund and
    /// makes no other. An alert with an unconfirmed refund is rechecked first.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless a person is asked about this very sale.
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
            // The alert's own refund may exist at the processor, too.
            return self.begin_recheck(HistoryActor::System, now);
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
