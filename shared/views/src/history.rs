//! The view of an alert's history: the actor, the time and the evidence of each step.

use domain::alert::history::{HistoryStep, MatchedSale, StepEvidence};
use domain::alert::{Alert, StepKind};
use domain::network::claim::Claim;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::alert_parts::{
    ActorView, CancellationView, DecisionView, NetworkOutcomeView, need_parts,
};
use super::refund::RefundView;

/// A step of the history.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HistoryEntry)]
pub struct HistoryEntry {
    version: u64,
    at: Timestamp,
    did: StepKind,
    by: ActorView,
    /// The evidence for the step, as of that time.
    evidence: Option<Value>,
}

/// Lists all steps, the oldest first.
#[must_use]
pub fn history_entries(alert: &Alert) -> Vec<HistoryEntry> {
    alert.history.iter().map(|step| to_entry(alert, step)).collect()
}

fn to_entry(alert: &Alert, step: &HistoryStep) -> HistoryEntry {
    let evidence = match &step.proof {
        Some(proof) => Some(proof_evidence(&alert.claim, proof)),
        None if step.version == 1 => Some(arrival_evidence(&alert.claim)),
        None => None,
    };
    HistoryEntry {
        version: step.version,
        at: step.at,
        did: step.did,
        by: ActorView::from_actor(&step.by),
        evidence,
    }
}

fn arrival_evidence(claim: &Claim) -> Value {
    json!({
        "network": claim.network.as_str(), "vendor_alert_id": claim.vendor_alert_id,
        "alerted_at": claim.alerted_at
    })
}

fn proof_evidence(claim: &Claim, proof: &StepEvidence) -> Value {
    match proof {
        StepEvidence::Match(sale) => json!({ "match": match_evidence(sale) }),
        StepEvidence::Need { need, candidates } => {
            let (reason, details) = need_parts(need);
            let candidates: Vec<Value> = candidates.iter().map(match_evidence).collect();
            json!({
                "action_required_reason": reason, "action_required_details": details,
                "candidates": candidates
            })
        }
        StepEvidence::Ask { ask } => {
            let amount = ask.amount.map(|amount| amount.minor);
            json!({
                "action": ask.action, "refund_amount_in_cents": amount,
                "refunded_externally": ask.declared.is_some(),
                "cancelled_externally": ask.cancelled.is_some()
            })
        }
        StepEvidence::Decision { decision } => {
            json!({ "decision": DecisionView::from_decision(decision) })
        }
        StepEvidence::Refund { refund } => {
            json!({ "refund": RefundView::from_refund(refund, false) })
        }
        StepEvidence::Done { refund, cancellation, outcome } => json!({
            "refund": refund.as_ref().map(|refund| RefundView::from_refund(refund, true)),
            "cancellation": cancellation.as_ref().map(CancellationView::from_cancellation),
            "outcome": NetworkOutcomeView::from_outcome(claim, outcome, None),
        }),
        StepEvidence::Fate { refund } => json!({ "refund": RefundView::from_refund(refund, true) }),
        StepEvidence::Answer { answer, outcome } => {
            json!({ "outcome": NetworkOutcomeView::from_outcome(claim, outcome, Some(answer)) })
        }
    }
}

fn match_evidence(sale: &MatchedSale) -> Value {
    json!({
        "integration_transaction_id": sale.transaction_id, "order_id": sale.order,
        "score": sale.score, "evidence": sale.evidence
    })
}
