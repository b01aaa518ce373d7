//! The result of a dry run as a response.

use std::collections::BTreeMap;

use domain::alert::dry_run::{
    AutomaticDecision, DecisionChange, DecisionTally, DryRunReport, PastAlertReference,
};
use domain::basics::id::{AlertId, RuleId, RulesetId};
use domain::basics::money::Money;
use domain::rules::ruleset::{RuleExplanation, TruthValue};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DryRun)]
pub(crate) struct DryRunResponse {
    /// The number of past alerts evaluated, including imported alerts.
    alerts: usize,
    imported: usize,
    decisions: Vec<DryRunDecision>,
    changed_count: usize,
    changed: Vec<DryRunChange>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DryRunDecision)]
struct DryRunDecision {
    decision: AutomaticDecision,
    count: usize,
    amounts: Vec<DryRunAmount>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DryRunAmount)]
struct DryRunAmount {
    currency: &'static str,
    amount_in_cents: u64,
}

/// An alert with a different decision, and the reasons.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DryRunChange)]
struct DryRunChange {
    alert_id: Option<AlertId>,
    imported_reference: Option<String>,
    amount: DryRunAmount,
    was: AutomaticDecision,
    would_be: AutomaticDecision,
    ruleset_id: Option<RulesetId>,
    rules: Vec<DryRunRuleCheck>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DryRunRule)]
struct DryRunRuleCheck {
    rule_id: RuleId,
    result: TruthValue,
    actual: String,
    expected: String,
}

impl DryRunResponse {
    /// Builds the response; `imported` counts the imported alerts of the trial.
    pub(super) fn from_trial(trial: DryRunReport, imported: usize) -> Self {
        Self {
            alerts: trial.tried,
            imported,
            decisions: trial.decisions.into_iter().map(DryRunDecision::from_tally).collect(),
            changed_count: trial.changed,
            changed: trial.changes.into_iter().map(DryRunChange::from_change).collect(),
        }
    }
}

impl DryRunDecision {
    fn from_tally((decision, tally): (AutomaticDecision, DecisionTally)) -> Self {
        let DecisionTally { count, amounts } = tally;
        let amount = |(currency, amount_in_cents)| DryRunAmount { currency, amount_in_cents };
        Self { decision, count, amounts: BTreeMap::into_iter(amounts).map(amount).collect() }
    }
}

impl DryRunChange {
    fn from_change(change: DecisionChange) -> Self {
        let (alert_id, imported_reference) = match change.name {
            PastAlertReference::Alert(id) => (Some(id), None),
            PastAlertReference::Imported(reference) => (None, Some(reference)),
        };
        let ruleset_id = change.explanation.as_ref().map(|one| one.ruleset.clone());
        let rules = change
            .explanation
            .map(|one| one.rules.into_iter().map(DryRunRuleCheck::from_rule_result).collect())
            .unwrap_or_default();
        let Money { minor, currency } = change.disputed;
        let amount = DryRunAmount { currency: currency.code(), amount_in_cents: minor };
        Self {
            alert_id,
            imported_reference,
            amount,
            was: change.was,
            would_be: change.would_be,
            ruleset_id,
            rules,
        }
    }
}

impl DryRunRuleCheck {
    fn from_rule_result(from: RuleExplanation) -> Self {
        let RuleExplanation { rule: rule_id, result, actual, expected } = from;
        Self { rule_id, result, actual, expected }
    }
}
