//! Money that went back meanwhile without the alert: the alert goes on as what is true.

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
    /// Whether the network is to hear, of a payment that a processor has, that no money went back.
    #[must_use]
    pub fn reports_no_refund(&self) -> bool {
        let is_at_processor = self.sale().is_some_and(|found| found.sale.payment.is_some());
        is_at_processor
            && self
                .unreported_settlement()
                .is_some_and(|done| done.refund.is_none() && !done.outcome.is_refunded())
    }

    /// The alert as the refunds of its sale have it now, whoever made them; nothing where they
    /// change nothing. A refund made since the alert came sends it to the refund stage, which
    /// looks for that refund and makes none; one made before is only told.
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
            // its own refund may be there, too
            return self.begin_recheck(HistoryActor::Processor, now).ok();
        }
        let sale = Some(Box::new(MatchCandidate { sale, ..found }));
        Some(self.move_to_state(
            AlertState::Decided { sale, decision },
            HistoryActor::Processor,
            now,
        ))
    }

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
            // ending it again tells the same
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

    /// The alert with its sale as the processor has it by now.
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
