//! The steps an alert can take. Each takes the alert and gives the next one, or says that it is not
//! in the state for it.

mod arrival;
mod fate;
mod given_back;
mod left;
mod notified;
mod recheck;
mod searched;

use jiff::Timestamp;

use crate::alert::{
    Actor, Alert, Answer, Ask, Cancellation, Course, Decider, Decision, Did, Need, Refund, Settled,
    State,
};
use crate::basics::id::AlertId;
use crate::matching::{Candidate, Invalid};

pub use arrival::Arrival;

/// The alert is not in a state for this step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("alert `{alert}` at version {version} cannot be {step}")]
pub struct WrongState {
    pub alert: AlertId,
    pub version: u64,
    pub step: &'static str,
}

/// What rulesets, and the organisation's settings, make of a matched alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evaluation {
    /// A rule acts.
    Act(Decision),
    /// A person decides; what a rule would have done is shown.
    Person(Need, Option<Decision>),
}

impl Alert {
    /// The rules have been asked, or were skipped for a person's order.
    ///
    /// # Errors
    /// [`WrongState`] unless the sale is known and nothing is decided.
    pub fn evaluated(self, evaluation: Evaluation, now: Timestamp) -> Result<Self, WrongState> {
        let State::Matched { sale, asked } = &self.state else {
            return Err(self.wrong("evaluated"));
        };
        let sale = Some(sale.clone());
        let next = match (asked.clone(), evaluation) {
            (Some(ask), _) => State::Decided { sale, decision: ordered(*ask, None) },
            (None, Evaluation::Act(decision)) => {
                State::Decided { sale, decision: Box::new(decision) }
            }
            (None, Evaluation::Person(why, decision)) => State::ActionRequired {
                why,
                sale,
                candidates: Vec::new(),
                decision: decision.map(Box::new),
            },
        };
        Ok(self.moved(next, Actor::System, now))
    }

    /// The processor has the refund and has not confirmed it.
    ///
    /// # Errors
    /// [`WrongState`] unless a refund at a processor was decided.
    pub fn refunding(self, refund: Refund, now: Timestamp) -> Result<Self, WrongState> {
        let State::Decided { sale: Some(sale), decision } = &self.state else {
            return Err(self.wrong("refunding"));
        };
        let (sale, decision, nudges) = (sale.clone(), decision.clone(), self.nudges);
        // Each look that finds it still pending lengthens the wait for the next one.
        Ok(Self {
            nudges,
            ..self.moved(State::Refunding { sale, decision, refund }, Actor::System, now)
        })
    }

    /// All that was decided is done.
    ///
    /// # Errors
    /// [`WrongState`] unless something was decided.
    pub fn actioned(
        self,
        refund: Option<Refund>,
        cancellation: Option<Cancellation>,
        by: Actor,
        now: Timestamp,
    ) -> Result<Self, WrongState> {
        let Some((sale, decision)) = self.in_hand() else { return Err(self.wrong("actioned")) };
        let done = Settled::of(&self.claim, sale, decision, refund, cancellation);
        Ok(self.moved(State::Actioned { done: Box::new(done) }, by, now))
    }

    /// The sale turned out to need no refund after all.
    ///
    /// # Errors
    /// [`WrongState`] unless something was decided.
    pub fn found_invalid(self, invalid: Invalid, now: Timestamp) -> Result<Self, WrongState> {
        let Some((sale, _)) = self.in_hand() else { return Err(self.wrong("found invalid")) };
        Ok(self.moved(State::Decided { sale, decision: told(invalid, now) }, Actor::System, now))
    }

    /// The decided action cannot go on without a person.
    ///
    /// # Errors
    /// [`WrongState`] unless something was decided.
    pub fn needs_person(self, why: Need, now: Timestamp) -> Result<Self, WrongState> {
        let Some((sale, decision)) = self.in_hand() else {
            return Err(self.wrong("handed to a person"));
        };
        let next =
            State::ActionRequired { why, sale, candidates: Vec::new(), decision: Some(decision) };
        Ok(self.moved(next, Actor::System, now))
    }

    /// The deadline came before all was done: nothing more will be, and the vendor is told so.
    #[must_use]
    pub fn expired(self, now: Timestamp) -> Self {
        let sale = self.sale().cloned().map(Box::new);
        let outcome = self.expired_outcome();
        let decision = self.decision().cloned().map(Box::new);
        let done = Settled { sale, decision, refund: None, cancellation: None, outcome };
        self.moved(State::Expired { done: Box::new(done) }, Actor::System, now)
    }

    /// The vendor was told, or can be told nothing any more.
    ///
    /// # Errors
    /// [`WrongState`] unless there was something to tell.
    pub fn answered(self, answer: Answer, now: Timestamp) -> Result<Self, WrongState> {
        let Some(done) = self.to_tell() else { return Err(self.wrong("answered")) };
        Ok(self.moved(State::Resolved { done: Box::new(done), answer }, Actor::Vendor, now))
    }

    /// The vendor took the alert back.
    ///
    /// # Errors
    /// [`WrongState`] while money may be moving, or when it was taken back before.
    pub fn retracted(self, now: Timestamp) -> Result<Self, WrongState> {
        let moving = match &self.state {
            State::Decided { decision, .. } => decision.moves_anything(),
            State::ActionRequired { why, .. } => why.money_may_move(),
            State::Refunding { .. } | State::Retracted { .. } => true,
            _ => false,
        };
        if moving {
            return Err(self.wrong("retracted"));
        }
        let (done, answer) = (self.settled().cloned().map(Box::new), self.answer().cloned());
        let sale = self.sale().filter(|_| done.is_none()).cloned().map(Box::new);
        Ok(self.moved(State::Retracted { done, answer, sale }, Actor::Vendor, now))
    }

    /// The rules have changed: they are asked again.
    ///
    /// # Errors
    /// [`WrongState`] unless a person is asked because no rule decided or might, and there still is
    /// time.
    pub fn reevaluated(self, by: Actor, now: Timestamp) -> Result<Self, WrongState> {
        match &self.state {
            State::ActionRequired { why, sale: Some(sale), .. }
                if why.is_the_rules() && now < self.deadlines.action =>
            {
                let next = State::Matched { sale: sale.clone(), asked: None };
                Ok(self.moved(next, by, now))
            }
            _ => Err(self.wrong("evaluated again")),
        }
    }

    /// The customer-facing note, replaced.
    #[must_use]
    pub fn noted(self, note: String, by: Actor, now: Timestamp) -> Self {
        Self { note: Some(note), ..self.stepped(Did::Noted, by, now) }
    }

    /// What was decided and is not yet done.
    fn in_hand(&self) -> Option<(Option<Box<Candidate>>, Box<Decision>)> {
        match &self.state {
            State::Decided { sale, decision } => Some((sale.clone(), decision.clone())),
            State::Refunding { sale, decision, .. } => Some((Some(sale.clone()), decision.clone())),
            State::ActionRequired { why, sale, decision: Some(decision), .. }
                if why.keeps_decision() =>
            {
                Some((sale.clone(), decision.clone()))
            }
            _ => None,
        }
    }

    /// What the vendor is to be told, once there is something.
    #[must_use]
    pub fn to_tell(&self) -> Option<Settled> {
        match &self.state {
            State::Decided { sale, decision } if !decision.moves_anything() => {
                Some(Settled::of(&self.claim, sale.clone(), decision.clone(), None, None))
            }
            State::Actioned { done } | State::Expired { done } => Some((**done).clone()),
            _ => None,
        }
    }

    pub(crate) fn wrong(&self, step: &'static str) -> WrongState {
        WrongState { alert: self.id.clone(), version: self.version, step }
    }
}

fn told(invalid: Invalid, now: Timestamp) -> Box<Decision> {
    Box::new(Decision {
        by: Decider::PreCheck,
        course: Course::Tell(invalid),
        at: now,
        need: None,
        rests_on: None,
    })
}

/// A person's order as a decision; `need` is why one was asked.
pub(crate) fn ordered(ask: Ask, need: Option<Need>) -> Box<Decision> {
    let course = Course::Act {
        action: ask.action,
        amount: ask.amount,
        declared: ask.declared,
        cancelled: ask.cancelled,
    };
    Box::new(Decision { by: Decider::Person(ask.by), course, at: ask.at, need, rests_on: None })
}
