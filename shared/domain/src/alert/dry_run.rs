//! The dry run: the decisions of rulesets on past alerts, before and after a change. A dry run has
//! no effects.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::alert::{Alert, DecisionMaker};
use crate::basics::id::{AlertId, EnrolmentId};
use crate::basics::money::{ExchangeRates, Money};
use crate::rules::ruleset::{
    AlertAction, AlertFacts, PreparedRulesets, Ruleset, RulesetExplanation, RulesetVerdict,
};
use crate::sale::order::Order;

/// The most changed decisions that a report lists in full.
pub const MOST_CHANGES: usize = 100;

/// A past alert of another system, imported by the merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedAlert {
    /// The merchant's reference of the alert.
    pub reference: String,
    pub received_at: Timestamp,
    pub facts: AlertFacts,
}

/// A past alert as the input of a dry run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastAlert {
    pub name: PastAlertReference,
    /// The enrolment of the alert. An imported alert has none and is tried with all rulesets.
    pub enrolment: Option<EnrolmentId>,
    pub disputed: Money,
    /// The facts for the rules, or the decision that is made without the rules.
    pub facts: Result<AlertFacts, AutomaticDecision>,
}

/// The reference of a past alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PastAlertReference {
    Alert(AlertId),
    Imported(String),
}

/// The decision on an alert without a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = WouldDecide))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AutomaticDecision {
    Refund,
    Cancel,
    RefundAndCancel,
    AcceptDispute,
    /// No ruleset applies; a person decides.
    NoRuleMet,
    /// A rule lacks a fact; a person decides.
    RuleUnsure,
    /// No sale was matched; the rules are not evaluated.
    NotMatched,
    /// The alert was invalid when received; the rules are not evaluated.
    PreChecked,
}

/// The result of a dry run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DryRunReport {
    pub tried: usize,
    pub decisions: BTreeMap<AutomaticDecision, DecisionTally>,
    pub changed: usize,
    /// The first of the changed decisions.
    pub changes: Vec<DecisionChange>,
}

/// The number of alerts, and the disputed amount in each currency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DecisionTally {
    pub count: usize,
    /// The amounts in minor units, by currency code.
    pub amounts: BTreeMap<&'static str, u64>,
}

/// An alert with a changed decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionChange {
    pub name: PastAlertReference,
    pub disputed: Money,
    pub was: AutomaticDecision,
    pub would_be: AutomaticDecision,
    /// The explanation of the new decision.
    pub explanation: Option<RulesetExplanation>,
}

impl DryRunReport {
    /// Compares the decisions before and after a change of the rulesets, for each past alert.
    #[must_use]
    pub fn compare_rulesets(
        past: &[PastAlert],
        before: &[Ruleset],
        after: &[Ruleset],
        rates: Option<&ExchangeRates>,
    ) -> Self {
        let (before, after) =
            (PreparedRulesets::from_rulesets(before), PreparedRulesets::from_rulesets(after));
        let mut trial = Self::default();
        for one in past {
            let ((was, _), (would_be, explanation)) =
                (one.apply_rulesets(&before, rates), one.apply_rulesets(&after, rates));
            trial.tried += 1;
            trial.decisions.entry(would_be).or_default().add_alert(one.disputed);
            trial.changed += usize::from(was != would_be);
            if was != would_be && trial.changes.len() < MOST_CHANGES {
                trial.changes.push(DecisionChange {
                    name: one.name.clone(),
                    disputed: one.disputed,
                    was,
                    would_be,
                    explanation,
                });
            }
        }
        trial
    }
}

impl PastAlert {
    /// Converts a stored alert, with the order if available.
    #[must_use]
    pub fn from_alert(alert: &Alert, order: Option<&Order>) -> Self {
        let wrong =
            alert.decision().is_some_and(|decision| matches!(decision.by, DecisionMaker::PreCheck));
        let facts = match alert.sale() {
            _ if wrong => Err(AutomaticDecision::PreChecked),
            Some(candidate) => {
                Ok(AlertFacts::from_claim_and_sale(&alert.claim, &candidate.sale, order))
            }
            None => Err(AutomaticDecision::NotMatched),
        };
        let (name, enrolment) =
            (PastAlertReference::Alert(alert.id.clone()), Some(alert.enrolment.clone()));
        Self { name, enrolment, disputed: alert.claim.disputed_amount(), facts }
    }

    /// Decides on the alert by the rulesets, or returns the decision that is made without the
    /// rules.
    fn apply_rulesets(
        &self,
        rulesets: &PreparedRulesets<'_>,
        rates: Option<&ExchangeRates>,
    ) -> (AutomaticDecision, Option<RulesetExplanation>) {
        let facts = match &self.facts {
            Ok(facts) => facts,
            Err(says) => return (*says, None),
        };
        let fits = |one: &Ruleset| {
            self.enrolment.as_ref().is_none_or(|own| one.enrolment_ids.contains(own))
        };
        match rulesets.decide_for_facts(facts, rates, fits) {
            RulesetVerdict::Met { action, explanation } => {
                (AutomaticDecision::from(action), Some(explanation))
            }
            RulesetVerdict::Unsure { explanation } => {
                (AutomaticDecision::RuleUnsure, Some(explanation))
            }
            RulesetVerdict::NoneMet => (AutomaticDecision::NoRuleMet, None),
        }
    }
}

impl From<ImportedAlert> for PastAlert {
    fn from(row: ImportedAlert) -> Self {
        let (name, disputed) = (PastAlertReference::Imported(row.reference), row.facts.disputed);
        Self { name, enrolment: None, disputed, facts: Ok(row.facts) }
    }
}

impl From<AlertAction> for AutomaticDecision {
    fn from(action: AlertAction) -> Self {
        match action {
            AlertAction::Refund => Self::Refund,
            AlertAction::Cancel => Self::Cancel,
            AlertAction::RefundAndCancel => Self::RefundAndCancel,
            AlertAction::AcceptDispute => Self::AcceptDispute,
            // no ruleset has these actions
            AlertAction::NotFound | AlertAction::NotOurDescriptor => Self::NotMatched,
        }
    }
}

impl DecisionTally {
    fn add_alert(&mut self, disputed: Money) {
        self.count += 1;
        let sum = self.amounts.entry(disputed.currency.code()).or_default();
        *sum = sum.saturating_add(disputed.minor);
    }
}
