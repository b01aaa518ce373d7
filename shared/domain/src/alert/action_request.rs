//! A person's action request: accepted, repeated, in conflict, or too late.

use jiff::Timestamp;

use crate::alert::transition::requested_decision;
use crate::alert::{
    ActionRequest, Alert, AlertState, CourseOfAction, Decision, HistoryActor, StepKind,
};
use crate::basics::money::Money;
use crate::rules::ruleset::AlertAction;

/// The result of an action request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionRequestResult {
    /// The request is accepted; the alert has the request applied.
    Taken(Box<Alert>),
    /// The same action is already in progress.
    Repeated,
    /// Another action is in progress, or the alert is closed.
    Conflict,
    /// The deadline has passed.
    TooLate,
}

/// The terms of an action in progress: the amount, and the parts that a person declared as done in
/// another way.
#[derive(Default)]
struct ActionTerms {
    amount: Option<Money>,
    is_declared: bool,
    is_cancelled: bool,
}

impl Alert {
    /// Applies a person's action request.
    #[must_use]
    pub fn request_action(self, ask: ActionRequest, now: Timestamp) -> ActionRequestResult {
        if let Some(under_way) = self.action_under_way() {
            let said = self.current_terms();
            // A person's declaration must not be lost in an action that is still being attempted.
            let is_said = (ask.declared.is_none() || said.is_declared)
                && (ask.cancelled.is_none() || said.is_cancelled);
            let is_same = under_way == ask.action
                && is_said
                && ask.amount.is_none_or(|amount| self.is_refund_amount(said.amount, amount));
            return if is_same {
                ActionRequestResult::Repeated
            } else {
                ActionRequestResult::Conflict
            };
        }
        let by = HistoryActor::Person(ask.by.clone());
        let waits = matches!(
            self.state(),
            AlertState::Received { .. }
                | AlertState::Matched { .. }
                | AlertState::ActionRequired { .. }
        );
        let says = ask.declared.is_some()
            || (ask.action == AlertAction::AcceptDispute && ask.nothing_went_back);
        if !waits
            || (self.is_refund_unconfirmed() && !says)
            || (ask.action.denies_payment() && self.sale().is_some())
        {
            return ActionRequestResult::Conflict;
        }
        if now >= self.deadlines.action && !self.is_refund_unconfirmed() {
            return ActionRequestResult::TooLate;
        }
        ActionRequestResult::Taken(Box::new(self.apply_request(ask, by, now)))
    }

    /// Attaches the request to an alert before the decision, or decides at once.
    fn apply_request(mut self, ask: ActionRequest, by: HistoryActor, now: Timestamp) -> Self {
        let kept = Some(Box::new(ask.clone()));
        match self.state() {
            AlertState::Received { .. } => {
                self.state = AlertState::Received { asked: kept };
                self.append_step(StepKind::Asked, by, now)
            }
            AlertState::Matched { sale, .. } => {
                let sale = ask.sale.unwrap_or_else(|| sale.clone());
                self.state = AlertState::Matched { sale, asked: kept };
                self.append_step(StepKind::Asked, by, now)
            }
            _ => {
                let sale = ask.sale.clone().or_else(|| self.sale().cloned().map(Box::new));
                let need = match self.state() {
                    AlertState::ActionRequired { why, .. } => Some(why.clone()),
                    _ => None,
                };
                self.move_to_state(
                    AlertState::Decided { sale, decision: requested_decision(ask, need) },
                    by,
                    now,
                )
            }
        }
    }

    /// Checks whether the alert waits for a person because a refund is unconfirmed. A person may
    /// declare the result at any time, even after the network's limit.
    #[must_use]
    pub fn is_refund_unconfirmed(&self) -> bool {
        matches!(self.state(), AlertState::ActionRequired { why, .. } if why.can_money_move())
    }

    /// Returns the terms of the action in progress.
    fn current_terms(&self) -> ActionTerms {
        match (self.state(), self.decision().map(|decision| &decision.course)) {
            (
                AlertState::Received { asked: Some(ask) }
                | AlertState::Matched { asked: Some(ask), .. },
                _,
            ) => ActionTerms {
                amount: ask.amount,
                is_declared: ask.declared.is_some(),
                is_cancelled: ask.cancelled.is_some(),
            },
            (_, Some(CourseOfAction::Act { amount, declared, cancelled, .. })) => ActionTerms {
                amount: *amount,
                is_declared: declared.is_some(),
                is_cancelled: cancelled.is_some(),
            },
            _ => ActionTerms::default(),
        }
    }

    /// Checks whether the refund has this amount: the requested amount, else the disputed amount or
    /// the sale's amount.
    fn is_refund_amount(&self, ordered: Option<Money>, amount: Money) -> bool {
        let whole =
            [Some(self.claim.disputed_amount()), self.sale().map(|found| found.sale.amount)];
        ordered.map_or_else(|| whole.contains(&Some(amount)), |ordered| ordered == amount)
    }

    /// Returns the action that a person or a rule chose, while the action is in progress.
    #[must_use]
    pub fn action_under_way(&self) -> Option<AlertAction> {
        let of = |decision: &Decision| match &decision.course {
            CourseOfAction::Act { action, .. } => Some(*action),
            CourseOfAction::Tell(_) => None,
        };
        match self.state() {
            AlertState::Received { asked } | AlertState::Matched { asked, .. } => {
                asked.as_ref().map(|ask| ask.action)
            }
            AlertState::Decided { decision, .. } | AlertState::Refunding { decision, .. } => {
                of(decision)
            }
            AlertState::Actioned { done } => done.decision.as_deref().and_then(of),
            _ => None,
        }
    }
}
