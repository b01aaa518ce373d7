//! A person's order: where it is taken, where it is only repeated, and where it comes too late.

use jiff::Timestamp;

use crate::alert::transition::requested_decision;
use crate::alert::{
    ActionRequest, Alert, AlertState, CourseOfAction, Decision, HistoryActor, StepKind,
};
use crate::basics::money::Money;
use crate::rules::ruleset::AlertAction;

/// What came of a person's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionRequestResult {
    /// It changes the alert so.
    Taken(Box<Alert>),
    /// The same is being done already.
    Repeated,
    /// Another action is being done, or all is over.
    Conflict,
    /// The deadline has passed.
    TooLate,
}

/// What a person, or a rule, said of an action: how much is to be given back, and whether its parts
/// were done elsewhere.
#[derive(Default)]
struct ActionTerms {
    amount: Option<Money>,
    is_declared: bool,
    is_cancelled: bool,
}

impl Alert {
    /// Takes a person's order.
    #[must_use]
    pub fn request_action(self, ask: ActionRequest, now: Timestamp) -> ActionRequestResult {
        if let Some(under_way) = self.action_under_way() {
            let said = self.current_terms();
            // What a person says is not lost in what is being tried.
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

    /// Whether its money may have gone back, so that a person says what the processor shows: at any
    /// time, also where the network can hear nothing any more.
    #[must_use]
    pub fn is_refund_unconfirmed(&self) -> bool {
        matches!(self.state(), AlertState::ActionRequired { why, .. } if why.can_money_move())
    }

    /// What was said of the action that is under way.
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

    /// Whether so much is given back: what was ordered, else what is disputed or was paid.
    fn is_refund_amount(&self, ordered: Option<Money>, amount: Money) -> bool {
        let whole =
            [Some(self.claim.disputed_amount()), self.sale().map(|found| found.sale.amount)];
        ordered.map_or_else(|| whole.contains(&Some(amount)), |ordered| ordered == amount)
    }

    /// The action that a person or a rule has chosen and that is not over.
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
