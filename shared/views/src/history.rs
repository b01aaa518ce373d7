//! An alert's history as it is shown: who or what did each step, when, and what it rests on.

use domain::alert::history::{Matched, Proof, Step};
use domain::alert::{Alert, Did};
use domain::network::claim::Claim;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::alert_parts::{By, Cancelled, Decided, Told, needed};
use super::refund::GivenBack;

/// One step.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HistoryEntry)]
pub struct Entry {
    version: u64,
    at: Timestamp,
    did: Did,
    by: By,
    /// What the step rests on, as it was then.
    evidence: Option<Value>,
}

/// All steps, the first first.
#[must_use]
pub fn entries(alert: &Alert) -> Vec<Entry> {
    alert.history.iter().map(|step| entry(alert, step)).collect()
}

fn entry(alert: &Alert, step: &Step) -> Entry {
    let evidence = match &step.proof {
        Some(proof) => Some(shown(&alert.claim, proof)),
        None if step.version == 1 => Some(arrival(&alert.claim)),
        None => None,
    };
    Entry { version: step.version, at: step.at, did: step.did, by: By::actor(&step.by), evidence }
}

fn arrival(claim: &Claim) -> Value {
    json!({
        "network": claim.network.as_str(), "vendor_alert_id": claim.vendor_alert_id,
        "alerted_at": claim.alerted_at
    })
}

fn shown(claim: &Claim, proof: &Proof) -> Value {
    match proof {
        Proof::Match(sale) => json!({ "match": matched(sale) }),
        Proof::Need { need, candidates } => {
            let (reason, details) = needed(need);
            let candidates: Vec<Value> = candidates.iter().map(matched).collect();
            json!({
                "action_required_reason": reason, "action_required_details": details,
                "candidates": candidates
            })
        }
        Proof::Ask { ask } => {
            let amount = ask.amount.map(|amount| amount.minor);
            json!({
                "action": ask.action, "refund_amount_in_cents": amount,
                "refunded_externally": ask.declared.is_some(),
                "cancelled_externally": ask.cancelled.is_some()
            })
        }
        Proof::Decision { decision } => json!({ "decision": Decided::of(decision) }),
        Proof::Refund { refund } => json!({ "refund": GivenBack::by(refund, false) }),
        Proof::Done { refund, cancellation, outcome } => json!({
            "refund": refund.as_ref().map(|refund| GivenBack::by(refund, true)),
            "cancellation": cancellation.as_ref().map(Cancelled::by),
            "outcome": Told::by(claim, outcome, None),
        }),
        Proof::Fate { refund } => json!({ "refund": GivenBack::by(refund, true) }),
        Proof::Answer { answer, outcome } => {
            json!({ "outcome": Told::by(claim, outcome, Some(answer)) })
        }
    }
}

fn matched(sale: &Matched) -> Value {
    json!({
        "integration_transaction_id": sale.transaction_id, "order_id": sale.order,
        "score": sale.score, "evidence": sale.evidence
    })
}
