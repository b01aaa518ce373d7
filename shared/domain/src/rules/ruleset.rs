//! Rulesets: what a merchant wants done with an alert without being asked, and why it was decided
//! so.

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

/// What can be done with an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Action))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AlertAction {
    /// The payment is given back.
    Refund,
    /// The subscription is ended.
    Cancel,
    /// Both.
    RefundAndCancel,
    /// Nothing is given back: the cardholder may dispute.
    AcceptDispute,
    /// A person's only: no such payment was made here.
    NotFound,
    /// A person's only: the descriptor is not the merchant's.
    NotOurDescriptor,
}

impl AlertAction {
    /// Whether money goes back.
    #[must_use]
    pub const fn includes_refund(self) -> bool {
        matches!(self, Self::Refund | Self::RefundAndCancel)
    }

    /// Whether the subscription ends.
    #[must_use]
    pub const fn includes_cancellation(self) -> bool {
        matches!(self, Self::Cancel | Self::RefundAndCancel)
    }

    /// Whether it says that the alert is about no payment of the merchant's. Only a person can say
    /// that, never a rule.
    #[must_use]
    pub const fn denies_payment(self) -> bool {
        matches!(self, Self::NotFound | Self::NotOurDescriptor)
    }
}

/// A ruleset: conditions, and the action taken where they are met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruleset {
    pub id: RulesetId,
    pub organisation: OrganisationId,
    pub enrolment_ids: Vec<EnrolmentId>,
    pub outcome: AlertAction,
    pub join_operator: JoinOperator,
    pub is_enabled: bool,
    /// Smaller goes first; a ruleset without one goes after all that have one, the oldest first.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub priority: Option<u32>,
    /// Whether the customer of an alert that it refunds is put on the negative list.
    #[serde(default)]
    pub adds_to_negative_list: bool,
    pub rules: Vec<Rule>,
    pub version: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// How a ruleset's rules join.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = JoinOperator))]
#[serde(rename_all = "UPPERCASE")]
pub enum JoinOperator {
    And,
    Or,
}

/// Whether a condition holds; *unknown* where a fact or a rate is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RuleResult))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TruthValue {
    Met,
    NotMet,
    Unknown,
}

/// Why a ruleset was met or not, kept with the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesetExplanation {
    pub ruleset: RulesetId,
    pub ruleset_version: u64,
    pub result: TruthValue,
    pub rules: Vec<RuleExplanation>,
}

/// One rule's result with the values compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleExplanation {
    pub rule: RuleId,
    pub result: TruthValue,
    /// What the alert had, as the rule saw it (`49.00 USD`).
    pub actual: String,
    /// What the rule asked for (`GREATER_THAN 50.00 USD`).
    pub expected: String,
}

/// What the rulesets say of an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RulesetVerdict {
    /// The first ruleset that is met.
    Met { action: AlertAction, explanation: RulesetExplanation },
    /// A ruleset before any that is met could not be decided: a person must.
    Unsure { explanation: RulesetExplanation },
    /// None is met.
    NoneMet,
}

/// Asks the rulesets, those with a priority first, then the oldest; the first that is met decides.
/// One that cannot be decided stops the search, whatever follows: had it been met it would have
/// gone first, so a later one must not act.
///
/// The decision is made without words; they are written for the one ruleset that made it. For many
/// alerts [`PreparedRulesets`] says the same.
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
    /// Whether a rule of it compares amounts, which takes exchange rates.
    #[must_use]
    pub fn compares_amounts(&self) -> bool {
        self.rules.iter().any(|rule| matches!(rule.condition, RuleCondition::Amount(_)))
    }

    /// Whether it is met, rule by rule. Without rules it is met by nothing.
    #[must_use]
    pub fn check_facts(
        &self,
        facts: &AlertFacts,
        rates: Option<&ExchangeRates>,
    ) -> RulesetExplanation {
        self.explain_result(&PreparedFacts::from_facts(facts, rates))
    }

    /// Whether it is met, without words. Names are compared first: they rarely fit, which mostly
    /// settles it.
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

    /// What it says, as the one that decides.
    fn to_verdict(&self, facts: &PreparedFacts<'_>) -> RulesetVerdict {
        let explanation = self.explain_result(facts);
        if explanation.result == TruthValue::Met {
            RulesetVerdict::Met { action: self.outcome, explanation }
        } else {
            RulesetVerdict::Unsure { explanation }
        }
    }

    /// Where it stands in the order in which rulesets are asked.
    fn evaluation_order(&self) -> impl Ord + '_ {
        (self.priority.is_none(), self.priority, self.created_at, &self.id)
    }

    /// What is wrong with it, by the fields of the API.
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
    /// Kleene's three-valued AND and OR; nothing joined is not met. What follows a decisive one is
    /// not looked at.
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
