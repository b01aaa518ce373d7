//! A trial: what rulesets would have decided of past alerts, against what others say of them.
//! Nothing is done.

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

/// The most changed decisions that are told one by one.
pub const MOST_CHANGES: usize = 100;

/// A past alert that another system had, as its merchant imports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedAlert {
    /// What its merchant calls it.
    pub reference: String,
    pub received_at: Timestamp,
    pub facts: AlertFacts,
}

/// A past alert, as a trial looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastAlert {
    pub name: PastAlertReference,
    /// The enrolment it came for; an imported one is tried with the rulesets of all.
    pub enrolment: Option<EnrolmentId>,
    pub disputed: Money,
    /// Absent where the rules are not asked, with the reason.
    pub facts: Result<AlertFacts, AutomaticDecision>,
}

/// Which past alert it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PastAlertReference {
    Alert(AlertId),
    Imported(String),
}

/// What is decided of an alert without a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = WouldDecide))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AutomaticDecision {
    Refund,
    Cancel,
    RefundAndCancel,
    AcceptDispute,
    /// No ruleset is met: a person decides.
    NoRuleMet,
    /// A rule lacks a fact: a person decides.
    RuleUnsure,
    /// No sale was found, so that no rule is asked.
    NotMatched,
    /// The alert was wrong when it came, so that no rule is asked.
    PreChecked,
}

/// What a trial finds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DryRunReport {
    pub tried: usize,
    pub decisions: BTreeMap<AutomaticDecision, DecisionTally>,
    pub changed: usize,
    /// The first of those that changed.
    pub changes: Vec<DecisionChange>,
}

/// How many alerts, and how much is disputed by them in each currency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DecisionTally {
    pub count: usize,
    /// Minor units by currency code.
    pub amounts: BTreeMap<&'static str, u64>,
}

/// An alert of which something else would be decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionChange {
    pub name: PastAlertReference,
    pub disputed: Money,
    pub was: AutomaticDecision,
    pub would_be: AutomaticDecision,
    /// Why it would be.
    pub explanation: Option<RulesetExplanation>,
}

impl DryRunReport {
    /// Asks the rulesets before a change and those after it about each alert.
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
    /// A stored alert, with its order where that is at hand.
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
            // no ruleset has them
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
