//! The evidence for a step. The evidence is stored with the step, because later steps change the
//! alert.

use serde::{Deserialize, Serialize};

use crate::alert::{
    ActionRequest, AlertState, AnswerResult, CancellationResult, Decision, RefundRecord,
    ReviewReason, StepKind,
};
use crate::basics::id::OrderId;
use crate::matching::{MatchCandidate, MatchEvidence};
use crate::network::outcome::AlertOutcome;

/// The evidence for a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StepEvidence {
    /// The matched sale.
    Match(MatchedSale),
    /// The reason for a review, and the candidates.
    Need { need: ReviewReason, candidates: Vec<MatchedSale> },
    /// A person's action request, before the action could be carried out.
    Ask { ask: Box<ActionRequest> },
    /// The decision, with the person or the rules that decided.
    Decision { decision: Box<Decision> },
    /// The refund at the processor.
    Refund { refund: RefundRecord },
    /// The results, and the outcome for the network.
    Done {
        refund: Option<RefundRecord>,
        cancellation: Option<CancellationResult>,
        outcome: AlertOutcome,
    },
    /// The network's response to the answer.
    Answer { answer: AnswerResult, outcome: AlertOutcome },
    /// The later state of the refund on which the alert was settled.
    Fate { refund: RefundRecord },
}

/// A matched sale or candidate, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchedSale {
    pub transaction_id: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub order: Option<OrderId>,
    pub score: u32,
    pub evidence: Vec<MatchEvidence>,
}

impl StepEvidence {
    /// Returns the evidence for a step into a state or within a state.
    pub(super) fn for_step(did: StepKind, state: &AlertState) -> Option<Self> {
        match (did, state) {
            (
                StepKind::Asked,
                AlertState::Received { asked: Some(ask) }
                | AlertState::Matched { asked: Some(ask), .. },
            ) => {
                let sale = None; // the state has the sale; the evidence is the request
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

    /// Returns the evidence for a step into a state.
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
    /// Summarises a candidate.
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
