//! The steps of the search for the sale: the result, and a new search.

use jiff::Timestamp;

use super::{InvalidTransition, invalid_sale_decision, requested_decision};
use crate::alert::{ActionRequest, Alert, AlertState, HistoryActor, ReviewReason};
use crate::matching::{InvalidAlertReason, MatchCandidate, MatchDoubt, MatchResult};

/// The reason for a review if the search matched a payment that a person had denied.
const DENIED: ReviewReason = ReviewReason::Unsure { doubt: MatchDoubt::Denied };

impl Alert {
    /// Applies the result of the search: a single sale, doubtful candidates or nothing. `invalid`
    /// is the reason that the alert was invalid when received.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless the alert needs a search.
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

    /// Records a failed or incomplete search. `why` is the reason, and `candidates` are the sales
    /// that matched regardless.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless the alert needs a search.
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

    /// Returns the action request from before the present search.
    fn earlier_request(&self) -> Option<Box<ActionRequest>> {
        match &self.state {
            AlertState::Received { asked } => asked.clone(),
            _ => None,
        }
    }

    /// Restarts the search, because a late order may be the sale.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless the alert waits for a person as the result of a search.
    pub fn restart_search(self, now: Timestamp) -> Result<Self, InvalidTransition> {
        match &self.state {
            AlertState::ActionRequired { why, .. } if why.is_search_result() => Ok(
                self.move_to_state(AlertState::Received { asked: None }, HistoryActor::System, now)
            ),
            _ => Err(self.invalid_transition("reconsidered")),
        }
    }
}

/// Builds the state without a sale. An action request that needs no sale continues; any other alert
/// waits for a person.
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
