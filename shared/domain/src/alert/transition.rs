//! The transitions of an alert. Each transition takes the alert and returns the next version, or an
//! error if the state does not permit the transition.

mod arrival;
mod fate;
mod given_back;
mod left;
mod notified;
mod recheck;
mod searched;

use jiff::Timestamp;

use crate::alert::{
    ActionRequest, Alert, AlertSettlement, AlertState, AnswerResult, CancellationResult,
    CourseOfAction, Decision, DecisionMaker, HistoryActor, RefundRecord, ReviewReason, StepKind,
};
use crate::basics::id::AlertId;
use crate::matching::{InvalidAlertReason, MatchCandidate};

pub use arrival::IncomingAlert;

/// The state of the alert does not permit this step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("alert `{alert}` at version {version} cannot be {step}")]
pub struct InvalidTransition {
    pub alert: AlertId,
    pub version: u64,
    pub step: &'static str,
}

/// The result of the evaluation, by rulesets and the organisation's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EvaluationResult {
    /// A rule decides.
    Act(Decision),
    /// A person decides. The rule's decision is included for information.
    Person(ReviewReason, Option<Decision>),
}

impl Alert {
    /// Applies the evaluation of the rules. A person's action request overrides the evaluation.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless the sale is matched and no action is decided.
    pub fn apply_evaluation(
        self,
        evaluation: EvaluationResult,
        now: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        let AlertState::Matched { sale, asked } = &self.state else {
            return Err(self.invalid_transition("evaluated"));
        };
        let sale = Some(sale.clone());
        let next = match (asked.clone(), evaluation) {
            (Some(ask), _) => {
                AlertState::Decided { sale, decision: requested_decision(*ask, None) }
            }
            (None, EvaluationResult::Act(decision)) => {
                AlertState::Decided { sale, decision: Box::new(decision) }
            }
            (None, EvaluationResult::Person(why, decision)) => AlertState::ActionRequired {
                why,
                sale,
                candidates: Vec::new(),
                decision: decision.map(Box::new),
            },
        };
        Ok(self.move_to_state(next, HistoryActor::System, now))
    }

    /// Records a pending refund at the processor.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless a refund at a processor was decided.
    pub fn record_pending_refund(
        self,
        refund: RefundRecord,
        now: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        let AlertState::Decided { sale: Some(sale), decision } = &self.state else {
            return Err(self.invalid_transition("refunding"));
        };
        let (sale, decision, nudges) = (sale.clone(), decision.clone(), self.nudges);
        // Each re-check of a pending refund lengthens the wait for the next.
        Ok(Self {
            nudges,
            ..self.move_to_state(
                AlertState::Refunding { sale, decision, refund },
                HistoryActor::System,
                now,
            )
        })
    }

    /// Completes the decided action.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless an action was decided.
    pub fn complete_action(
        self,
        refund: Option<RefundRecord>,
        cancellation: Option<CancellationResult>,
        by: HistoryActor,
        now: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        let Some((sale, decision)) = self.pending_decision() else {
            return Err(self.invalid_transition("actioned"));
        };
        let done =
            AlertSettlement::from_decision(&self.claim, sale, decision, refund, cancellation);
        Ok(self.move_to_state(AlertState::Actioned { done: Box::new(done) }, by, now))
    }

    /// Replaces the decision, because the sale needs no refund after all.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless an action was decided.
    pub fn mark_invalid(
        self,
        invalid: InvalidAlertReason,
        now: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        let Some((sale, _)) = self.pending_decision() else {
            return Err(self.invalid_transition("found invalid"));
        };
        Ok(self.move_to_state(
            AlertState::Decided { sale, decision: invalid_sale_decision(invalid, now) },
            HistoryActor::System,
            now,
        ))
    }

    /// Hands the decided action to a person, because the action cannot continue automatically.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless an action was decided.
    pub fn require_action(
        self,
        why: ReviewReason,
        now: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        let Some((sale, decision)) = self.pending_decision() else {
            return Err(self.invalid_transition("handed to a person"));
        };
        let next = AlertState::ActionRequired {
            why,
            sale,
            candidates: Vec::new(),
            decision: Some(decision),
        };
        Ok(self.move_to_state(next, HistoryActor::System, now))
    }

    /// Expires the alert: the deadline passed first. No action follows, and the vendor is informed.
    #[must_use]
    pub fn mark_expired(self, now: Timestamp) -> Self {
        let sale = self.sale().cloned().map(Box::new);
        let outcome = self.expired_outcome();
        let decision = self.decision().cloned().map(Box::new);
        let done = AlertSettlement { sale, decision, refund: None, cancellation: None, outcome };
        self.move_to_state(AlertState::Expired { done: Box::new(done) }, HistoryActor::System, now)
    }

    /// Records the result of the answer to the vendor.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless an answer is due.
    pub fn record_answer(
        self,
        answer: AnswerResult,
        now: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        let Some(done) = self.unreported_settlement() else {
            return Err(self.invalid_transition("answered"));
        };
        Ok(self.move_to_state(
            AlertState::Resolved { done: Box::new(done), answer },
            HistoryActor::Vendor,
            now,
        ))
    }

    /// Records that the vendor retracted the alert.
    ///
    /// # Errors
    /// [`InvalidTransition`] while money may be moving, or if the alert was retracted before.
    pub fn mark_retracted(self, now: Timestamp) -> Result<Self, InvalidTransition> {
        let moving = match &self.state {
            AlertState::Decided { decision, .. } => decision.needs_processor(),
            AlertState::ActionRequired { why, .. } => why.can_money_move(),
            AlertState::Refunding { .. } | AlertState::Retracted { .. } => true,
            _ => false,
        };
        if moving {
            return Err(self.invalid_transition("retracted"));
        }
        let (done, answer) =
            (self.settlement().cloned().map(Box::new), self.answer_result().cloned());
        let sale = self.sale().filter(|_| done.is_none()).cloned().map(Box::new);
        Ok(self.move_to_state(
            AlertState::Retracted { done, answer, sale },
            HistoryActor::Vendor,
            now,
        ))
    }

    /// Restarts the evaluation, because the rules have changed.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless the reason for the review comes from the rules and the deadline
    /// has not passed.
    pub fn restart_evaluation(
        self,
        by: HistoryActor,
        now: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        match &self.state {
            AlertState::ActionRequired { why, sale: Some(sale), .. }
                if why.is_from_rules() && now < self.deadlines.action =>
            {
                let next = AlertState::Matched { sale: sale.clone(), asked: None };
                Ok(self.move_to_state(next, by, now))
            }
            _ => Err(self.invalid_transition("evaluated again")),
        }
    }

    /// Replaces the customer-facing note.
    #[must_use]
    pub fn replace_note(self, note: String, by: HistoryActor, now: Timestamp) -> Self {
        Self { note: Some(note), ..self.append_step(StepKind::Noted, by, now) }
    }

    /// Returns the decision that is not yet carried out, with the sale.
    fn pending_decision(&self) -> Option<(Option<Box<MatchCandidate>>, Box<Decision>)> {
        match &self.state {
            AlertState::Decided { sale, decision } => Some((sale.clone(), decision.clone())),
            AlertState::Refunding { sale, decision, .. } => {
                Some((Some(sale.clone()), decision.clone()))
            }
            AlertState::ActionRequired { why, sale, decision: Some(decision), .. }
                if why.keeps_decision() =>
            {
                Some((sale.clone(), decision.clone()))
            }
            _ => None,
        }
    }

    /// Returns the settlement that the vendor has not received yet, if any.
    #[must_use]
    pub fn unreported_settlement(&self) -> Option<AlertSettlement> {
        match &self.state {
            AlertState::Decided { sale, decision } if !decision.needs_processor() => {
                Some(AlertSettlement::from_decision(
                    &self.claim,
                    sale.clone(),
                    decision.clone(),
                    None,
                    None,
                ))
            }
            AlertState::Actioned { done } | AlertState::Expired { done } => Some((**done).clone()),
            _ => None,
        }
    }

    pub(crate) fn invalid_transition(&self, step: &'static str) -> InvalidTransition {
        InvalidTransition { alert: self.id.clone(), version: self.version, step }
    }
}

/// Builds the pre-check's decision on an invalid alert.
fn invalid_sale_decision(invalid: InvalidAlertReason, now: Timestamp) -> Box<Decision> {
    Box::new(Decision {
        by: DecisionMaker::PreCheck,
        course: CourseOfAction::Tell(invalid),
        at: now,
        need: None,
        rests_on: None,
    })
}

/// Converts a person's action request to a decision. `need` is the reason for the review.
pub(crate) fn requested_decision(ask: ActionRequest, need: Option<ReviewReason>) -> Box<Decision> {
    let course = CourseOfAction::Act {
        action: ask.action,
        amount: ask.amount,
        declared: ask.declared,
        cancelled: ask.cancelled,
    };
    Box::new(Decision {
        by: DecisionMaker::Person(ask.by),
        course,
        at: ask.at,
        need,
        rests_on: None,
    })
}
