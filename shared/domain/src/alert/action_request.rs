//! A person's order: where it is taken, where it is only repeated, and where it comes too late.

use jiff::Timestamp;

use crate::alert::transition::ordered;
use crate::alert::{Actor, Alert, Ask, Course, Decision, Did, State};
use crate::basics::money::Money;
use crate::rules::ruleset::Action;

/// What came of a person's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
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
struct Said {
    amount: Option<Money>,
    is_declared: bool,
    is_cancelled: bool,
}

impl Alert {
    /// Takes a person's order.
    #[must_use]
    pub fn ask(self, ask: Ask, now: Timestamp) -> Asked {
        if let Some(under_way) = self.action_under_way() {
            let said = self.said();
            // What a person says is not lost in what is being tried.
            let is_said = (ask.declared.is_none() || said.is_declared)
                && (ask.cancelled.is_none() || said.is_cancelled);
            let is_same = under_way == ask.action
                && is_said
                && ask.amount.is_none_or(|amount| self.gives_back(said.amount, amount));
            return if is_same { Asked::Repeated } else { Asked::Conflict };
        }
        let by = Actor::Person(ask.by.clone());
        let waits = matches!(
            self.state(),
            State::Received { .. } | State::Matched { .. } | State::ActionRequired { .. }
        );
        let says = ask.declared.is_some()
            || (ask.action == Action::AcceptDispute && ask.nothing_went_back);
        if !waits
            || (self.is_unconfirmed() && !says)
            || (ask.action.denies() && self.sale().is_some())
        {
            return Asked::Conflict;
        }
        if now >= self.deadlines.action && !self.is_unconfirmed() {
            return Asked::TooLate;
        }
        Asked::Taken(Box::new(self.asked(ask, by, now)))
    }

    fn asked(mut self, ask: Ask, by: Actor, now: Timestamp) -> Self {
        let kept = Some(Box::new(ask.clone()));
        match self.state() {
            State::Received { .. } => {
                self.state = State::Received { asked: kept };
                self.stepped(Did::Asked, by, now)
            }
            State::Matched { sale, .. } => {
                let sale = ask.sale.unwrap_or_else(|| sale.clone());
                self.state = State::Matched { sale, asked: kept };
                self.stepped(Did::Asked, by, now)
            }
            _ => {
                let sale = ask.sale.clone().or_else(|| self.sale().cloned().map(Box::new));
                let need = match self.state() {
                    State::ActionRequired { why, .. } => Some(why.clone()),
                    _ => None,
                };
                self.moved(State::Decided { sale, decision: ordered(ask, need) }, by, now)
            }
        }
    }

    /// Whether its money may have gone back, so that a person says what the processor shows: at any
    /// time, also where the network can hear nothing any more.
    #[must_use]
    pub fn is_unconfirmed(&self) -> bool {
        matches!(self.state(), State::ActionRequired { why, .. } if why.money_may_move())
    }

    /// What was said of the action that is under way.
    fn said(&self) -> Said {
        match (self.state(), self.decision().map(|decision| &decision.course)) {
            (State::Received { asked: Some(ask) } | State::Matched { asked: Some(ask), .. }, _) => {
                Said {
                    amount: ask.amount,
                    is_declared: ask.declared.is_some(),
                    is_cancelled: ask.cancelled.is_some(),
                }
            }
            (_, Some(Course::Act { amount, declared, cancelled, .. })) => Said {
                amount: *amount,
                is_declared: declared.is_some(),
                is_cancelled: cancelled.is_some(),
            },
            _ => Said::default(),
        }
    }

    /// Whether so much is given back: what was ordered, else what is disputed or was paid.
    fn gives_back(&self, ordered: Option<Money>, amount: Money) -> bool {
        let whole = [Some(self.claim.disputed()), self.sale().map(|found| found.sale.amount)];
        ordered.map_or_else(|| whole.contains(&Some(amount)), |ordered| ordered == amount)
    }

    /// The action that a person or a rule has chosen and that is not over.
    #[must_use]
    pub fn action_under_way(&self) -> Option<Action> {
        let of = |decision: &Decision| match &decision.course {
            Course::Act { action, .. } => Some(*action),
            Course::Tell(_) => None,
        };
        match self.state() {
            State::Received { asked } | State::Matched { asked, .. } => {
                asked.as_ref().map(|ask| ask.action)
            }
            State::Decided { decision, .. } | State::Refunding { decision, .. } => of(decision),
            State::Actioned { done } => done.decision.as_deref().and_then(of),
            _ => None,
        }
    }
}
