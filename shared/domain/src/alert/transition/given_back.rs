//! Refunds made outside the alert. The alert adopts the actual state of the payment.

use jiff::Timestamp;

use super::invalid_sale_decision;
use crate::alert::{
    Alert, AlertState, CancellationResult, CourseOfAction, Decision, DecisionMaker, HistoryActor,
    ReviewReason,
};
use crate::basics::id::AlertId;
use crate::matching::{InvalidAlertReason, MatchCandidate, pre_check_alert};
use crate::refund::find_covering_refund;
use crate::rules::ruleset::AlertAction;
use crate::sale::{RefundState, Sale};

impl Alert {
    /// Checks whether the network is about to receive the answer that no money went back, for a
    /// payment at a processor.
    #[must_use]
    pub fn reports_no_refund(&self) -> bool {
        let is_at_processor = self.sale().is_some_and(|found| found.sale.payment.is_some());
        is_at_processor
            && self
                .unreported_settlement()
                .is_some_and(|done| done.refund.is_none() && !done.outcome.is_refunded())
    }

    /// Applies the present refunds of the sale, made by any party. Returns `None` if the refunds
    /// change nothing.
    ///
    /// After a refund since the arrival of the alert, the refund stage only looks up that refund
    /// and makes none. An earlier refund is only reported.
    #[must_use]
    pub fn apply_external_refunds(
        self,
        sale: Sale,
        refunded_for: Option<&AlertId>,
        now: Timestamp,
    ) -> Option<Self> {
        let found =
            self.sale().filter(|found| found.sale.id == sale.id && sale.payment.is_some())?.clone();
        let need = match self.state() {
            AlertState::Matched { asked: None, .. } => None,
            AlertState::ActionRequired { why, .. } => Some(why.clone()),
            _ if self.reports_no_refund() => None,
            _ => return None,
        };
        let decision = self.decide_by_refunds(&sale, refunded_for, need.clone(), now)?;
        if need.is_some_and(|need| need.can_money_move()) {
            // the alert's own refund may be listed, too
            return self.begin_recheck(HistoryActor::Processor, now).ok();
        }
        let sale = Some(Box::new(MatchCandidate { sale, ..found }));
        Some(self.move_to_state(
            AlertState::Decided { sale, decision },
            HistoryActor::Processor,
            now,
        ))
    }

    /// Decides by a succeeded refund that covers the claim, else by the pre-check of the alert.
    fn decide_by_refunds(
        &self,
        sale: &Sale,
        refunded_for: Option<&AlertId>,
        need: Option<ReviewReason>,
        now: Timestamp,
    ) -> Option<Box<Decision>> {
        let made = find_covering_refund(&self.claim, self.received_at, sale)
            .filter(|refund| refund.state == RefundState::Succeeded);
        if let Some(made) = made {
            let done = self.unreported_settlement();
            let ended = done.as_ref().and_then(|done| done.cancellation.as_ref());
            // a repeated cancellation has the same result
            let action =
                if ended.is_some() { AlertAction::RefundAndCancel } else { AlertAction::Refund };
            let cancelled = match ended {
                Some(CancellationResult::Declared(word)) => Some(word.clone()),
                _ => None,
            };
            let course = CourseOfAction::Act { action, amount: None, declared: None, cancelled };
            return Some(Box::new(Decision {
                by: DecisionMaker::Processor { refund: made.id },
                course,
                at: now,
                need,
                rests_on: None,
            }));
        }
        let invalid = pre_check_alert(&self.claim, self.received_at, sale, refunded_for);
        invalid
            .filter(|one| {
                matches!(
                    one,
                    InvalidAlertReason::AlreadyRefunded | InvalidAlertReason::Duplicate { .. }
                )
            })
            .map(|invalid| invalid_sale_decision(invalid, now))
    }

    /// Returns the alert with the sale as re-read from the processor.
    #[must_use]
    pub fn with_sale(mut self, seen: &Sale) -> Self {
        if let AlertState::Decided { sale: Some(found), .. } = &mut self.state
            && found.sale.id == seen.id
        {
            found.sale = seen.clone();
        }
        self
    }
}
