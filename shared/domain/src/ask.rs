//! A person's order: where it is taken, where it is only repeated, and where it comes too late.

use jiff::Timestamp;

use crate::alert::{Actor, Alert, Ask, Course, Decision, Did, State};
use crate::money::Money;
use crate::ruleset::Action;
use crate::transition::ordered;

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

impl Alert {
    /// Takes a person's order.
    #[must_use]
    pub fn ask(self, ask: Ask, now: Timestamp) -> Asked {
        if let Some(under_way) = self.action_under_way() {
            // What a person says is not lost in what is being tried.
            let is_said = (ask.declared.is_none() || self.is_declared()) && (ask.cancelled.is_none() || self.is_declared_cancelled());
            let is_same = under_way == ask.action && is_said && ask.amount.is_none_or(|amount| self.gives_back(amount));
            return if is_same { Asked::Repeated } else { Asked::Conflict };
        }
        let by = Actor::Person(ask.by.clone());
        let waits = matches!(self.state(), State::Received { .. } | State::Matched { .. } | State::ActionRequired { .. });
        let says = ask.declared.is_some() || (ask.action == Action::AcceptDispute && ask.nothing_went_back);
        if !waits || (self.is_unconfirmed() && !says) || (ask.action.denies() && self.sale().is_some()) {
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

    /// Whether its money may have gone back, so that a person says what the processor shows: at any time, also where the
    /// network can hear nothing any more.
    #[must_use]
    pub fn is_unconfirmed(&self) -> bool {
        matches!(self.state(), State::ActionRequired { why, .. } if why.money_may_move())
    }

    /// Whether what is under way rests on a person's word.
    fn is_declared(&self) -> bool {
        let of = |decision: &Decision| matches!(&decision.course, Course::Act { declared: Some(_), .. });
        match self.state() {
            State::Received { asked } | State::Matched { asked, .. } => asked.as_ref().is_some_and(|ask| ask.declared.is_some()),
            _ => self.decision().is_some_and(of),
        }
    }

    /// Whether what is under way rests on a person's word that the subscription was ended elsewhere.
    fn is_declared_cancelled(&self) -> bool {
        let of = |decision: &Decision| matches!(&decision.course, Course::Act { cancelled: Some(_), .. });
        match self.state() {
            State::Received { asked } | State::Matched { asked, .. } => asked.as_ref().is_some_and(|ask| ask.cancelled.is_some()),
            _ => self.decision().is_some_and(of),
        }
    }

    /// Whether what is under way gives back so much: what was ordered, else what is disputed or was paid.
    fn gives_back(&self, amount: Money) -> bool {
        let ordered = match self.state() {
            State::Received { asked } | State::Matched { asked, .. } => asked.as_ref().and_then(|ask| ask.amount),
            _ => self.decision().and_then(|decision| match &decision.course {
                Course::Act { amount, .. } => *amount,
                Course::Tell(_) => None,
            }),
        };
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
            State::Received { asked } | State::Matched { asked, .. } => asked.as_ref().map(|ask| ask.action),
            State::Decided { decision, .. } | State::Refunding { decision, .. } => of(decision),
            State::Actioned { done } => done.decision.as_deref().and_then(of),
            _ => None,
        }
    }
}
