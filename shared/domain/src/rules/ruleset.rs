//! Rulesets: what a merchant wants done with an alert without being asked, and why it was decided
//! so.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::enrolment::Fault;
use crate::basics::id::{EnrolmentId, OrganisationId, RuleId, RulesetId};
use crate::basics::money::Rates;
use prepared_facts::PreparedFacts;

pub use amount::{Amount, Currencies};
pub use cards::{BinRange, Bins, Brands};
pub use compare::{Compared, Operator, Pattern};
pub use condition::{Condition, Dimension};
pub use facts::Facts;
pub use flags::Flag;
pub use parties::{Customers, Merchants, Products};
pub use prepared_rules::PreparedRulesets;
pub use purchase::{Purchase, Wanted};
pub use reasons::{Categories, Codes, Kinds};
pub use references::{Age, References};
pub use rule::Rule;
pub use wording::{Descriptors, Issuers};

/// What can be done with an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Action {
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

impl Action {
    /// Whether money goes back.
    #[must_use]
    pub const fn refunds(self) -> bool {
        matches!(self, Self::Refund | Self::RefundAndCancel)
    }

    /// Whether the subscription ends.
    #[must_use]
    pub const fn cancels(self) -> bool {
        matches!(self, Self::Cancel | Self::RefundAndCancel)
    }

    /// Whether it says that the alert is about no payment of the merchant's. Only a person can say
    /// that, never a rule.
    #[must_use]
    pub const fn denies(self) -> bool {
        matches!(self, Self::NotFound | Self::NotOurDescriptor)
    }
}

/// A ruleset: conditions, and the action taken where they are met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruleset {
    pub id: RulesetId,
    pub organisation: OrganisationId,
    pub enrolment_ids: Vec<EnrolmentId>,
    pub outcome: Action,
    pub join_operator: Join,
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
pub enum Join {
    And,
    Or,
}

/// Whether a condition holds; *unknown* where a fact or a rate is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RuleResult))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Truth {
    Met,
    NotMet,
    Unknown,
}

/// Why a ruleset was met or not, kept with the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    pub ruleset: RulesetId,
    pub ruleset_version: u64,
    pub result: Truth,
    pub rules: Vec<RuleResult>,
}

/// One rule's result with the values compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleResult {
    pub rule: RuleId,
    pub result: Truth,
    /// What the alert had, as the rule saw it (`49.00 USD`).
    pub actual: String,
    /// What the rule asked for (`GREATER_THAN 50.00 USD`).
    pub expected: String,
}

/// What the rulesets say of an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The first ruleset that is met.
    Met { action: Action, explanation: Explanation },
    /// A ruleset before any that is met could not be decided: a person must.
    Unsure { explanation: Explanation },
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
pub fn decide<'a>(
    rulesets: impl IntoIterator<Item = &'a Ruleset>,
    facts: &Facts,
    rates: Option<&Rates>,
) -> Verdict {
    let facts = PreparedFacts::of(facts, rates);
    let mut first: Option<&Ruleset> = None;
    for ruleset in rulesets.into_iter().filter(|ruleset| ruleset.is_enabled) {
        let goes_first = first.is_none_or(|first| ruleset.rank() < first.rank());
        if goes_first && ruleset.result(&facts) != Truth::NotMet {
            first = Some(ruleset);
        }
    }
    first.map_or(Verdict::NoneMet, |ruleset| ruleset.verdict(&facts))
}

impl Ruleset {
    /// Whether a rule of it compares amounts, which takes exchange rates.
    #[must_use]
    pub fn compares_amounts(&self) -> bool {
        self.rules.iter().any(|rule| matches!(rule.condition, Condition::Amount(_)))
    }

    /// Whether it is met, rule by rule. Without rules it is met by nothing.
    #[must_use]
    pub fn check(&self, facts: &Facts, rates: Option<&Rates>) -> Explanation {
        self.explain(&PreparedFacts::of(facts, rates))
    }

    /// Whether it is met, without words. Names are compared first: they rarely fit, which mostly
    /// settles it.
    fn result(&self, facts: &PreparedFacts<'_>) -> Truth {
        let conditions = self.rules.iter().map(|rule| &rule.condition);
        let names = conditions.clone().filter(|condition| condition.compares_names());
        let others = conditions.filter(|condition| !condition.compares_names());
        self.join_operator.of(names.chain(others).map(|condition| condition.result(facts)))
    }

    fn explain(&self, facts: &PreparedFacts<'_>) -> Explanation {
        let rules: Vec<RuleResult> = self.rules.iter().map(|rule| rule.explain(facts)).collect();
        let result = self.join_operator.of(rules.iter().map(|rule| rule.result));
        Explanation { ruleset: self.id.clone(), ruleset_version: self.version, result, rules }
    }

    /// What it says, as the one that decides.
    fn verdict(&self, facts: &PreparedFacts<'_>) -> Verdict {
        let explanation = self.explain(facts);
        if explanation.result == Truth::Met {
            Verdict::Met { action: self.outcome, explanation }
        } else {
            Verdict::Unsure { explanation }
        }
    }

    /// Where it stands in the order in which rulesets are asked.
    fn rank(&self) -> impl Ord + '_ {
        (self.priority.is_none(), self.priority, self.created_at, &self.id)
    }

    /// What is wrong with it, by the fields of the API.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.enrolment_ids.is_empty() {
            faults.push(Fault::new("enrolment_ids", "EMPTY", "At least one enrolment is needed."));
        }
        for (at, rule) in self.rules.iter().enumerate() {
            let dimension = rule.condition.dimension();
            if self.rules.iter().take(at).any(|other| other.condition.dimension() == dimension) {
                faults.push(Fault::new(
                    format!("rules[{at}].type"),
                    "DUPLICATE_RULE_TYPE",
                    "A ruleset has at most one rule of each type.",
                ));
            }
            faults.extend(rule.condition.faults(&format!("rules[{at}].parameters")));
        }
        faults
    }
}

impl Join {
    /// Kleene's three-valued AND and OR; nothing joined is not met. What follows a decisive one is
    /// not looked at.
    fn of(self, rules: impl IntoIterator<Item = Truth>) -> Truth {
        let (decisive, otherwise) = match self {
            Self::And => (Truth::NotMet, Truth::Met),
            Self::Or => (Truth::Met, Truth::NotMet),
        };
        let mut joined = None;
        for rule in rules {
            match rule {
                rule if rule == decisive => return decisive,
                Truth::Unknown => joined = Some(Truth::Unknown),
                _ => joined = joined.or(Some(otherwise)),
            }
        }
        joined.unwrap_or(Truth::NotMet)
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
