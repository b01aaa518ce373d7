//! Money that went back meanwhile without the alert: the alert goes on as what is true.

use jiff::Timestamp;

use super::told;
use crate::alert::{Actor, Alert, Cancellation, Course, Decider, Decision, Need, State};
use crate::basics::id::AlertId;
use crate::matching::{Candidate, Invalid, pre_check};
use crate::refund::given_back;
use crate::rules::ruleset::Action;
use crate::sale::{RefundState, Sale};

impl Alert {
    /// Whether the network is to hear, of a payment that a processor has, that no money went back.
    #[must_use]
    pub fn tells_no_refund(&self) -> bool {
        let is_at_processor = self.sale().is_some_and(|found| found.sale.payment.is_some());
        is_at_processor
            && self.to_tell().is_some_and(|done| done.refund.is_none() && !done.outcome.refunded())
    }

    /// The alert as the refunds of its sale have it now, whoever made them; nothing where they
    /// change nothing. A refund made since the alert came sends it to the refund stage, which
    /// looks for that refund and makes none; one made before is only told.
    #[must_use]
    pub fn given_back_meanwhile(
        self,
        sale: Sale,
        refunded_for: Option<&AlertId>,
        now: Timestamp,
    ) -> Option<Self> {
        let found =
            self.sale().filter(|found| found.sale.id == sale.id && sale.payment.is_some())?.clone();
        let need = match self.state() {
            State::Matched { asked: None, .. } => None,
            State::ActionRequired { why, .. } => Some(why.clone()),
            _ if self.tells_no_refund() => None,
            _ => return None,
        };
        let decision = self.by_refunds_of(&sale, refunded_for, need.clone(), now)?;
        if need.is_some_and(|need| need.money_may_move()) {
            // its own refund may be there, too
            return self.rechecked(Actor::Processor, now).ok();
        }
        let sale = Some(Box::new(Candidate { sale, ..found }));
        Some(self.moved(State::Decided { sale, decision }, Actor::Processor, now))
    }

    fn by_refunds_of(
        &self,
        sale: &Sale,
        refunded_for: Option<&AlertId>,
        need: Option<Need>,
        now: Timestamp,
    ) -> Option<Box<Decision>> {
        let made = given_back(&self.claim, self.received_at, sale)
            .filter(|refund| refund.state == RefundState::Succeeded);
        if let Some(made) = made {
            let ended = self.settled().and_then(|done| done.cancellation.as_ref());
            // ending it again tells the same
            let action = if ended.is_some() { Action::RefundAndCancel } else { Action::Refund };
            let cancelled = match ended {
                Some(Cancellation::Declared(word)) => Some(word.clone()),
                _ => None,
            };
            let course = Course::Act { action, amount: None, declared: None, cancelled };
            return Some(Box::new(Decision {
                by: Decider::Processor { refund: made.id },
                course,
                at: now,
                need,
                rests_on: None,
            }));
        }
        let invalid = pre_check(&self.claim, self.received_at, sale, refunded_for);
        invalid
            .filter(|one| matches!(one, Invalid::AlreadyRefunded | Invalid::Duplicate { .. }))
            .map(|invalid| told(invalid, now))
    }

    /// The alert with its sale as the processor has it by now.
    #[must_use]
    pub fn with_sale(mut self, seen: &Sale) -> Self {
        if let State::Decided { sale: Some(found), .. } = &mut self.state
            && found.sale.id == seen.id
        {
            found.sale = seen.clone();
        }
        self
    }
}
