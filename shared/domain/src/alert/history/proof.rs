//! What a step rests on: kept with the step, so that it can still be told when later steps have
//! changed the alert.

use serde::{Deserialize, Serialize};

use crate::alert::{
    ActionRequest, AlertState, AnswerResult, CancellationResult, Decision, RefundRecord,
    ReviewReason, StepKind,
};
use crate::basics::id::OrderId;
use crate::matching::{MatchCandidate, MatchEvidence};
use crate::network::outcome::AlertOutcome;

/// The evidence for one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StepEvidence {
    /// The sale it was matched to.
    Match(MatchedSale),
    /// Why a person is needed, and what there is to choose from.
    Need { need: ReviewReason, candidates: Vec<MatchedSale> },
    /// A person's order, before it could be carried out.
    Ask { ask: Box<ActionRequest> },
    /// What was decided, by whom, by which rules.
    Decision { decision: Box<Decision> },
    /// The refund that the processor has.
    Refund { refund: RefundRecord },
    /// What was done, and what the network is to hear.
    Done {
        refund: Option<RefundRecord>,
        cancellation: Option<CancellationResult>,
        outcome: AlertOutcome,
    },
    /// What the network said to it.
    Answer { answer: AnswerResult, outcome: AlertOutcome },
    /// What became of the refund after it was settled on.
    Fate { refund: RefundRecord },
}

/// A sale that an alert is or may be about, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchedSale {
    pub transaction_id: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub order: Option<OrderId>,
    pub score: u32,
    pub evidence: Vec<MatchEvidence>,
}

impl StepEvidence {
    /// What a step into a state, or within it, rests on.
    pub(super) fn for_step(did: StepKind, state: &AlertState) -> Option<Self> {
        match (did, state) {
            (
                StepKind::Asked,
                AlertState::Received { asked: Some(ask) }
                | AlertState::Matched { asked: Some(ask), .. },
            ) => {
                let sale = None; // the sale is in the state; here its order counts
                Some(Self::Ask { ask: Box::new(ActionRequest { sale, ..(**ask).clone() }) })
            }
            (
                StepKind::RefundFailed | StepKind::RefundConfirmed | StepKind::RefundReferenced,
                _,
            ) => {
                let settled = state.settlement()?;
                Some(Self::Fate { refund: settled.refund.clone()? })
            }
            (
                StepKind::Nudged
                | StepKind::Warned
                | StepKind::Noted
                | StepKind::Announced
                | StepKind::Erased
                | StepKind::NobodyNotified
                | StepKind::MembersNotified,
                _,
            ) => None,
            (_, state) => Self::for_state(state),
        }
    }

    /// What a step into a state rests on.
    fn for_state(state: &AlertState) -> Option<Self> {
        match state {
            AlertState::Received { .. } | AlertState::Retracted { .. } => None,
            AlertState::Matched { sale, .. } => {
                Some(Self::Match(MatchedSale::from_candidate(sale)))
            }
            AlertState::ActionRequired { why, sale, candidates, .. } => {
                let all = sale.as_deref().into_iter().chain(candidates);
                Some(Self::Need {
                    need: why.clone(),
                    candidates: all.map(MatchedSale::from_candidate).collect(),
                })
            }
            AlertState::Decided { decision, .. } => {
                Some(Self::Decision { decision: decision.clone() })
            }
            AlertState::Refunding { refund, .. } => Some(Self::Refund { refund: refund.clone() }),
            AlertState::Actioned { done } | AlertState::Expired { done } => {
                let (refund, cancellation) = (done.refund.clone(), done.cancellation.clone());
                Some(Self::Done { refund, cancellation, outcome: done.outcome.clone() })
            }
            AlertState::Resolved { done, answer } => {
                Some(Self::Answer { answer: answer.clone(), outcome: done.outcome.clone() })
            }
        }
    }
}

impl MatchedSale {
    /// A candidate in short.
    #[must_use]
    pub fn from_candidate(candidate: &MatchCandidate) -> Self {
        let MatchCandidate { sale, score, evidence } = candidate;
        Self {
            transaction_id: sale.transaction_id.clone(),
            order: sale.order.clone(),
            score: *score,
            evidence: evidence.clone(),
        }
    }
}
