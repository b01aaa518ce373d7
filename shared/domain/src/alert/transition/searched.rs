//! The steps of the search for the sale: what it came to, and that it begins again.

use jiff::Timestamp;

use super::{WrongState, ordered, told};
use crate::alert::{Actor, Alert, Ask, Need, State};
use crate::matching::{Candidate, Doubt, Found, Invalid};

/// What a person denied before the search, the search found.
const DENIED: Need = Need::Unsure { doubt: Doubt::Denied };

impl Alert {
    /// The search is over: one sale, doubtful ones or none; `invalid` where the alert was wrong
    /// when it came.
    ///
    /// # Errors
    /// [`WrongState`] unless it was just received.
    pub fn matched(
        self,
        found: Found,
        invalid: Option<Invalid>,
        now: Timestamp,
    ) -> Result<Self, WrongState> {
        if !self.is_searched_for() {
            return Err(self.wrong("matched"));
        }
        let asked = self.asked_before();
        if let Some(sale) = asked.as_ref().and_then(|ask| ask.sale.clone()) {
            return Ok(self.moved(State::Matched { sale, asked }, Actor::System, now));
        }
        let denied = asked.as_ref().is_some_and(|ask| ask.action.denies());
        let next = match (found, invalid) {
            (Found::One(sale), _) if denied => without_sale(None, DENIED, vec![*sale]),
            (Found::Unsure { candidates, .. }, _) if denied && !candidates.is_empty() => {
                without_sale(None, DENIED, candidates)
            }
            (Found::One(sale), Some(invalid)) => {
                State::Decided { sale: Some(sale), decision: told(invalid, now) }
            }
            (Found::One(sale), None) => State::Matched { sale, asked },
            (Found::Unsure { why, candidates }, _) => {
                without_sale(asked, Need::Unsure { doubt: why }, candidates)
            }
            (Found::Nothing, _) => without_sale(asked, Need::NotFound, Vec::new()),
        };
        Ok(self.moved(next, Actor::System, now))
    }

    /// The search could not be made, or not wholly: `why` says so, and `candidates` are what was
    /// found all the same.
    ///
    /// # Errors
    /// [`WrongState`] unless its sale is being searched for.
    pub fn unsearched(
        self,
        why: Need,
        candidates: Vec<Candidate>,
        now: Timestamp,
    ) -> Result<Self, WrongState> {
        if !self.is_searched_for() {
            return Err(self.wrong("left unsearched"));
        }
        let asked = self.asked_before();
        let next = match asked.as_ref().and_then(|ask| ask.sale.clone()) {
            Some(sale) => State::Matched { sale, asked },
            None => without_sale(asked, why, candidates),
        };
        Ok(self.moved(next, Actor::System, now))
    }

    /// The action request that came before the search that is under way.
    fn asked_before(&self) -> Option<Box<Ask>> {
        match &self.state {
            State::Received { asked } => asked.clone(),
            _ => None,
        }
    }

    /// A late order may be the sale: the search begins again.
    ///
    /// # Errors
    /// [`WrongState`] unless a person is asked for want of a sale.
    pub fn reconsidered(self, now: Timestamp) -> Result<Self, WrongState> {
        match &self.state {
            State::ActionRequired { why, .. } if why.is_of_search() => {
                Ok(self.moved(State::Received { asked: None }, Actor::System, now))
            }
            _ => Err(self.wrong("reconsidered")),
        }
    }
}

/// Without a sale: a person's order that needs none goes on, everything else waits for a person.
fn without_sale(asked: Option<Box<Ask>>, why: Need, candidates: Vec<Candidate>) -> State {
    match asked.map(|ask| ordered(*ask, Some(why.clone()))) {
        Some(decision) if !decision.needs_sale() => State::Decided { sale: None, decision },
        decision => State::ActionRequired { why, sale: None, candidates, decision },
    }
}
