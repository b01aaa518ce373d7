//! What a dry run found, as it is shown.

use std::collections::BTreeMap;

use domain::alert::dry_run::{Change, Name, Says, Tally, Trial};
use domain::basics::id::{AlertId, RuleId, RulesetId};
use domain::basics::money::Money;
use domain::rules::ruleset::{RuleResult, Truth};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DryRun)]
pub(crate) struct Found {
    /// How many past alerts were looked at, those that were imported among them.
    alerts: usize,
    imported: usize,
    decisions: Vec<Decided>,
    changed_count: usize,
    changed: Vec<Changed>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DryRunDecision)]
struct Decided {
    decision: Says,
    count: usize,
    amounts: Vec<Amount>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DryRunAmount)]
struct Amount {
    currency: &'static str,
    amount_in_cents: u64,
}

/// An alert of which something else would be decided, and why.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DryRunChange)]
struct Changed {
    alert_id: Option<AlertId>,
    imported_reference: Option<String>,
    amount: Amount,
    was: Says,
    would_be: Says,
    ruleset_id: Option<RulesetId>,
    rules: Vec<Checked>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DryRunRule)]
struct Checked {
    rule_id: RuleId,
    result: Truth,
    actual: String,
    expected: String,
}

impl Found {
    /// The findings of a trial; `imported` of its alerts were imported.
    pub(super) fn of(trial: Trial, imported: usize) -> Self {
        Self {
            alerts: trial.tried,
            imported,
            decisions: trial.decisions.into_iter().map(Decided::of).collect(),
            changed_count: trial.changed,
            changed: trial.changes.into_iter().map(Changed::of).collect(),
        }
    }
}

impl Decided {
    fn of((decision, tally): (Says, Tally)) -> Self {
        let Tally { count, amounts } = tally;
        let amount = |(currency, amount_in_cents)| Amount { currency, amount_in_cents };
        Self { decision, count, amounts: BTreeMap::into_iter(amounts).map(amount).collect() }
    }
}

impl Changed {
    fn of(change: Change) -> Self {
        let (alert_id, imported_reference) = match change.name {
            Name::Alert(id) => (Some(id), None),
            Name::Imported(reference) => (None, Some(reference)),
        };
        let ruleset_id = change.explanation.as_ref().map(|one| one.ruleset.clone());
        let rules = change
            .explanation
            .map(|one| one.rules.into_iter().map(Checked::of).collect())
            .unwrap_or_default();
        let Money { minor, currency } = change.disputed;
        let amount = Amount { currency: currency.code(), amount_in_cents: minor };
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

impl Checked {
    fn of(from: RuleResult) -> Self {
        let RuleResult { rule: rule_id, result, actual, expected } = from;
        Self { rule_id, result, actual, expected }
    }
}
