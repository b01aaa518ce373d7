//! Rulesets: the actions that a merchant wants without a person's decision, and the explanations.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::enrolment::FieldError;
use crate::basics::id::{EnrolmentId, OrganisationId, RuleId, RulesetId};
use crate::basics::money::ExchangeRates;
use prepared_facts::PreparedFacts;

pub use amount::{AmountCondition, CurrencyCondition};
pub use cards::{BinRange, CardBrandCondition, IssuerBinCondition};
pub use compare::{ComparisonOperator, ConditionExplanation, TextPattern};
pub use condition::{RuleCondition, RuleDimension};
pub use facts::AlertFacts;
pub use flags::FlagCondition;
pub use parties::{CustomerCondition, MerchantCondition, ProductCondition};
pub use prepared_rules::PreparedRulesets;
pub use purchase::{NeededPurchaseDetails, PurchaseDetails};
pub use reasons::{AlertTypeCondition, ReasonCategoryCondition, ReasonCodeCondition};
pub use references::{ReferenceCondition, TransactionAgeCondition};
pub use rule::Rule;
pub use wording::{DescriptorCondition, IssuerCondition};

/// The action on an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Action))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AlertAction {
    /// The payment is refunded.
    Refund,
    /// The subscription is cancelled.
    Cancel,
    /// The payment is refunded and the subscription is cancelled.
    RefundAndCancel,
    /// No refund is made: the cardholder may dispute.
    AcceptDispute,
    /// No such payment was made here. Only a person can choose this action.
    NotFound,
    /// The descriptor is not the merchant's. Only a person can choose this action.
    NotOurDescriptor,
}

impl AlertAction {
    /// Checks whether the action refunds the payment.
    #[must_use]
    pub const fn includes_refund(self) -> bool {
        matches!(self, Self::Refund | Self::RefundAndCancel)
    }

    /// Checks whether the action cancels the subscription.
    #[must_use]
    pub const fn includes_cancellation(self) -> bool {
        matches!(self, Self::Cancel | Self::RefundAndCancel)
    }

    /// Checks whether the action denies that the alert is about a payment of the merchant. Only a
    /// person can deny a payment, never a rule.
    #[must_use]
    pub const fn denies_payment(self) -> bool {
        matches!(self, Self::NotFound | Self::NotOurDescriptor)
    }
}

/// A ruleset: conditions, and the action if the conditions are met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruleset {
    pub id: RulesetId,
    pub organisation: OrganisationId,
    pub enrolment_ids: Vec<EnrolmentId>,
    pub outcome: AlertAction,
    pub join_operator: JoinOperator,
    pub is_enabled: bool,
    /// The priority. Rulesets are evaluated by ascending priority; rulesets without a priority
    /// last, oldest first.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub priority: Option<u32>,
    /// Whether a refund by this ruleset adds the alert's customer to the negative list.
    #[serde(default)]
    pub adds_to_negative_list: bool,
    pub rules: Vec<Rule>,
    pub version: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// The operator that joins the rules of a ruleset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = JoinOperator))]
#[serde(rename_all = "UPPERCASE")]
pub enum JoinOperator {
    And,
    Or,
}

/// The result of a condition; *unknown* where a fact or a rate is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RuleResult))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TruthValue {
    Met,
    NotMet,
    Unknown,
}

/// The explanation of a ruleset's result, stored with the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesetExplanation {
    pub ruleset: RulesetId,
    pub ruleset_version: u64,
    pub result: TruthValue,
    pub rules: Vec<RuleExplanation>,
}

/// The result of a rule, with the compared values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleExplanation {
    pub rule: RuleId,
    pub result: TruthValue,
    /// The alert's value in the comparison (`49.00 USD`).
    pub actual: String,
    /// The value that the rule requires (`GREATER_THAN 50.00 USD`).
    pub expected: String,
}

/// The verdict of the rulesets on an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RulesetVerdict {
    /// The first ruleset that is met.
    Met { action: AlertAction, explanation: RulesetExplanation },
    /// A ruleset before any met ruleset is unknown: a person must decide.
    Unsure { explanation: RulesetExplanation },
    /// No ruleset is met.
    NoneMet,
}

/// Evaluates the rulesets by ascending priority, then by age; the first ruleset that is met
/// decides. An unknown ruleset stops the evaluation: if met, the ruleset would precede the later
/// rulesets, which therefore must not act.
///
/// The decision is made without explanations; only the deciding ruleset is explained. For many
/// alerts, [`PreparedRulesets`] gives the same verdict.
#[must_use]
pub fn decide_by_rulesets<'a>(
    rulesets: impl IntoIterator<Item = &'a Ruleset>,
    facts: &AlertFacts,
    rates: Option<&ExchangeRates>,
) -> RulesetVerdict {
    let facts = PreparedFacts::from_facts(facts, rates);
    let mut first: Option<&Ruleset> = None;
    for ruleset in rulesets.into_iter().filter(|ruleset| ruleset.is_enabled) {
        let goes_first =
            first.is_none_or(|first| ruleset.evaluation_order() < first.evaluation_order());
        if goes_first && ruleset.evaluate_against(&facts) != TruthValue::NotMet {
            first = Some(ruleset);
        }
    }
    first.map_or(RulesetVerdict::NoneMet, |ruleset| ruleset.to_verdict(&facts))
}

impl Ruleset {
    /// Checks whether a rule compares amounts, which requires exchange rates.
    #[must_use]
    pub fn compares_amounts(&self) -> bool {
        self.rules.iter().any(|rule| matches!(rule.condition, RuleCondition::Amount(_)))
    }

    /// Evaluates the ruleset and explains each rule. A ruleset without rules is never met.
    #[must_use]
    pub fn check_facts(
        &self,
        facts: &AlertFacts,
        rates: Option<&ExchangeRates>,
    ) -> RulesetExplanation {
        self.explain_result(&PreparedFacts::from_facts(facts, rates))
    }

    /// Evaluates the ruleset without an explanation. Names are compared first: a name rarely fits,
    /// which mostly settles the result.
    fn evaluate_against(&self, facts: &PreparedFacts<'_>) -> TruthValue {
        let conditions = self.rules.iter().map(|rule| &rule.condition);
        let names = conditions.clone().filter(|condition| condition.compares_names());
        let others = conditions.filter(|condition| !condition.compares_names());
        self.join_operator
            .join_truths(names.chain(others).map(|condition| condition.evaluate_against(facts)))
    }

    fn explain_result(&self, facts: &PreparedFacts<'_>) -> RulesetExplanation {
        let rules: Vec<RuleExplanation> =
            self.rules.iter().map(|rule| rule.explain_result(facts)).collect();
        let result = self.join_operator.join_truths(rules.iter().map(|rule| rule.result));
        RulesetExplanation {
            ruleset: self.id.clone(),
            ruleset_version: self.version,
            result,
            rules,
        }
    }

    /// Returns the verdict with this ruleset as the deciding ruleset.
    fn to_verdict(&self, facts: &PreparedFacts<'_>) -> RulesetVerdict {
        let explanation = self.explain_result(facts);
        if explanation.result == TruthValue::Met {
            RulesetVerdict::Met { action: self.outcome, explanation }
        } else {
            RulesetVerdict::Unsure { explanation }
        }
    }

    /// Returns the sort key of the evaluation.
    fn evaluation_order(&self) -> impl Ord + '_ {
        (self.priority.is_none(), self.priority, self.created_at, &self.id)
    }

    /// Returns the errors by API field.
    #[must_use]
    pub fn find_errors(&self) -> Vec<FieldError> {
        let mut faults = Vec::new();
        if self.enrolment_ids.is_empty() {
            faults.push(FieldError::new(
                "enrolment_ids",
                "EMPTY",
                "At least one enrolment is needed.",
            ));
        }
        for (at, rule) in self.rules.iter().enumerate() {
            let dimension = rule.condition.dimension();
            if self.rules.iter().take(at).any(|other| other.condition.dimension() == dimension) {
                faults.push(FieldError::new(
                    format!("rules[{at}].type"),
                    "DUPLICATE_RULE_TYPE",
                    "A ruleset has at most one rule of each type.",
                ));
            }
            faults.extend(rule.condition.find_errors(&format!("rules[{at}].parameters")));
        }
        faults
    }
}

impl JoinOperator {
    /// Joins results by Kleene's three-valued AND and OR. An empty list is not met. A decisive
    /// result ends the evaluation.
    fn join_truths(self, rules: impl IntoIterator<Item = TruthValue>) -> TruthValue {
        let (decisive, otherwise) = match self {
            Self::And => (TruthValue::NotMet, TruthValue::Met),
            Self::Or => (TruthValue::Met, TruthValue::NotMet),
        };
        let mut joined = None;
        for rule in rules {
            match rule {
                rule if rule == decisive => return decisive,
                TruthValue::Unknown => joined = Some(TruthValue::Unknown),
                _ => joined = joined.or(Some(otherwise)),
            }
        }
        joined.unwrap_or(TruthValue::NotMet)
    }
}

mod amount;
mod cards;
mod compare;
mod condition;
mod facts;
mod flags;
mod parties;
mod prepared_facts;
mod prepared_rules;
mod purchase;
mod reasons;
mod references;
mod rule;
mod wording;

#[cfg(test)]
mod tests;
