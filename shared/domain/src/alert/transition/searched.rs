//! The steps of the search for the sale: what it came to, and that it begins again.

use jiff::Timestamp;

use super::{InvalidTransition, invalid_sale_decision, requested_decision};
use crate::alert::{ActionRequest, Alert, AlertState, HistoryActor, ReviewReason};
use crate::matching::{InvalidAlertReason, MatchCandidate, MatchDoubt, MatchResult};

/// What a person denied before the search, the search found.
const DENIED: ReviewReason = ReviewReason::Unsure { doubt: MatchDoubt::Denied };

impl Alert {
    /// The search is over: one sale, doubtful ones or none; `invalid` where the alert was wrong
    /// when it came.
    ///
    /// # Errors
    /// [`WrongState`] unless it was just received.
    pub fn apply_match(
        self,
        found: MatchResult,
        invalid: Option<InvalidAlertReason>,
        now: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        if !self.needs_search() {
            return Err(self.invalid_transition("matched"));
        }
        let asked = self.earlier_request();
        if let Some(sale) = asked.as_ref().and_then(|ask| ask.sale.clone()) {
            return Ok(self.move_to_state(
                AlertState::Matched { sale, asked },
                HistoryActor::System,
                now,
            ));
        }
        let denied = asked.as_ref().is_some_and(|ask| ask.action.denies_payment());
        let next = match (found, invalid) {
            (MatchResult::One(sale), _) if denied => state_without_sale(None, DENIED, vec![*sale]),
            (MatchResult::Unsure { candidates, .. }, _) if denied && !candidates.is_empty() => {
                state_without_sale(None, DENIED, candidates)
            }
            (MatchResult::One(sale), Some(invalid)) => AlertState::Decided {
                sale: Some(sale),
                decision: invalid_sale_decision(invalid, now),
            },
            (MatchResult::One(sale), None) => AlertState::Matched { sale, asked },
            (MatchResult::Unsure { why, candidates }, _) => {
                state_without_sale(asked, ReviewReason::Unsure { doubt: why }, candidates)
            }
            (MatchResult::Nothing, _) => {
                state_without_sale(asked, ReviewReason::NotFound, Vec::new())
            }
        };
        Ok(self.move_to_state(next, HistoryActor::System, now))
    }

    /// The search could not be made, or not wholly: `why` says so, and `candidates` are what was
    /// found all the same.
    ///
    /// # Errors
    /// [`WrongState`] unless its sale is being searched for.
    pub fn record_incomplete_search(
        self,
        why: ReviewReason,
        candidates: Vec<MatchCandidate>,
        now: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        if !self.needs_search() {
            return Err(self.invalid_transition("left unsearched"));
        }
        let asked = self.earlier_request();
        let next = match asked.as_ref().and_then(|ask| ask.sale.clone()) {
            Some(sale) => AlertState::Matched { sale, asked },
            None => state_without_sale(asked, why, candidates),
        };
        Ok(self.move_to_state(next, HistoryActor::System, now))
    }

    /// The action request that came before the search that is under way.
    fn earlier_request(&self) -> Option<Box<ActionRequest>> {
        match &self.state {
            AlertState::Received { asked } => asked.clone(),
            _ => None,
        }
    }

    /// A late order may be the sale: the search begins again.
    ///
    /// # Errors
    /// [`WrongState`] unless a person is asked for want of a sale.
    pub fn restart_search(self, now: Timestamp) -> Result<Self, InvalidTransition> {
        match &self.state {
            AlertState::ActionRequired { why, .. } if why.is_search_result() => Ok(
                self.move_to_state(AlertState::Received { asked: None }, HistoryActor::System, now)
            ),
            _ => Err(self.invalid_transition("reconsidered")),
        }
    }
}

/// Without a sale: a person's order that needs none goes on, everything else waits for a person.
fn state_without_sale(
    asked: Option<Box<ActionRequest>>,
    why: ReviewReason,
    candidates: Vec<MatchCandidate>,
) -> AlertState {
    match asked.map(|ask| requested_decision(*ask, Some(why.clone()))) {
        Some(decision) if !decision.needs_sale() => AlertState::Decided { sale: None, decision },
        decision => AlertState::ActionRequired { why, sale: None, candidates, decision },
    }
}
