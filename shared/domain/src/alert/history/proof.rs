//! What a step rests on: kept with the step, so that it can still be told when later steps have
//! changed the alert.

use serde::{Deserialize, Serialize};

use crate::alert::{Answer, Ask, Cancellation, Decision, Did, Need, Refund, State};
use crate::basics::id::OrderId;
use crate::matching::{Candidate, Evidence};
use crate::network::outcome::Outcome;

/// The evidence for one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Proof {
    /// The sale it was matched to.
    Match(Matched),
    /// Why a person is needed, and what there is to choose from.
    Need { need: Need, candidates: Vec<Matched> },
    /// A person's order, before it could be carried out.
    Ask { ask: Box<Ask> },
    /// What was decided, by whom, by which rules.
    Decision { decision: Box<Decision> },
    /// The refund that the processor has.
    Refund { refund: Refund },
    /// What was done, and what the network is to hear.
    Done { refund: Option<Refund>, cancellation: Option<Cancellation>, outcome: Outcome },
    /// What the network said to it.
    Answer { answer: Answer, outcome: Outcome },
    /// What became of the refund after it was settled on.
    Fate { refund: Refund },
}

/// A sale that an alert is or may be about, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matched {
    pub transaction_id: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub order: Option<OrderId>,
    pub score: u32,
    pub evidence: Vec<Evidence>,
}

impl Proof {
    /// What a step into a state, or within it, rests on.
    pub(super) fn of(did: Did, state: &State) -> Option<Self> {
        match (did, state) {
            (
                Did::Asked,
                State::Received { asked: Some(ask) } | State::Matched { asked: Some(ask), .. },
            ) => {
                let sale = None; // the sale is in the state; here its order counts
                Some(Self::Ask { ask: Box::new(Ask { sale, ..(**ask).clone() }) })
            }
            (Did::RefundFailed | Did::RefundConfirmed | Did::RefundReferenced, _) => {
                let settled = state.settled()?;
                Some(Self::Fate { refund: settled.refund.clone()? })
            }
            (
                Did::Nudged
                | Did::Warned
                | Did::Noted
                | Did::Announced
                | Did::Erased
                | Did::NobodyNotified
                | Did::MembersNotified,
                _,
            ) => None,
            (_, state) => Self::of_state(state),
        }
    }

    /// What a step into a state rests on.
    fn of_state(state: &State) -> Option<Self> {
        match state {
            State::Received { .. } | State::Retracted { .. } => None,
            State::Matched { sale, .. } => Some(Self::Match(Matched::of(sale))),
            State::ActionRequired { why, sale, candidates, .. } => {
                let all = sale.as_deref().into_iter().chain(candidates);
                Some(Self::Need { need: why.clone(), candidates: all.map(Matched::of).collect() })
            }
            State::Decided { decision, .. } => Some(Self::Decision { decision: decision.clone() }),
            State::Refunding { refund, .. } => Some(Self::Refund { refund: refund.clone() }),
            State::Actioned { done } | State::Expired { done } => {
                let (refund, cancellation) = (done.refund.clone(), done.cancellation.clone());
                Some(Self::Done { refund, cancellation, outcome: done.outcome.clone() })
            }
            State::Resolved { done, answer } => {
                Some(Self::Answer { answer: answer.clone(), outcome: done.outcome.clone() })
            }
        }
    }
}

impl Matched {
    /// A candidate in short.
    #[must_use]
    pub fn of(candidate: &Candidate) -> Self {
        let Candidate { sale, score, evidence } = candidate;
        Self {
            transaction_id: sale.transaction_id.clone(),
            order: sale.order.clone(),
            score: *score,
            evidence: evidence.clone(),
        }
    }
}
