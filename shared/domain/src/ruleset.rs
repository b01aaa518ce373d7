//! Rulesets: what a merchant wants done with an alert without being asked, and why it was decided so.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::enrolment::MatchType;
use crate::id::{EnrolmentId, OrganisationId, RuleId, RulesetId};
use crate::money::{Money, Rates};

/// What can be done with an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Action {
    Refund,
    Cancel,
    RefundAndCancel,
    AcceptDispute,
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
    pub rules: Vec<Rule>,
    pub version: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// How a ruleset's rules join.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Join {
    And,
    Or,
}

/// One condition with its own id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    pub id: RuleId,
    #[serde(flatten)]
    pub condition: Condition,
}

/// A condition, as the API writes it: `type` and `parameters`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "parameters", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Condition {
    /// The disputed amount, in US dollars.
    Amount { operator: Operator, currency_code: String, amount_in_cents: u64 },
    /// The statement descriptor; any of the listed ones.
    Descriptor { descriptors: Vec<DescriptorValue> },
}

/// A descriptor to compare with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DescriptorValue {
    pub value: String,
    pub match_type: MatchType,
}

/// How amounts are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Operator {
    GreaterThan,
    GreaterThanOrEqual,
    LessThan,
    LessThanOrEqual,
    Equal,
    NotEqual,
}

/// Whether a condition holds; *unknown* where a fact or a rate is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Truth {
    Met,
    NotMet,
    Unknown,
}

/// The facts that rules may look at.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    pub disputed: Money,
    pub descriptor: &'a str,
    pub rates: Option<&'a Rates>,
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
    /// What the alert had, as the rule saw it ("49.00 USD").
    pub actual: String,
    /// What the rule asked for ("GREATER_THAN 50.00 USD").
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
