//! The actions that a ruleset may take: all but those that only a person can answer for.

use domain::rules::ruleset::AlertAction;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is done with an alert that meets a ruleset.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum RulesetOutcome {
    /// The payment is given back.
    Refund,
    /// The subscription is ended.
    Cancel,
    /// Both.
    RefundAndCancel,
    /// Nothing is given back: the cardholder may dispute.
    AcceptDispute,
}

impl From<RulesetOutcome> for AlertAction {
    fn from(outcome: RulesetOutcome) -> Self {
        match outcome {
            RulesetOutcome::Refund => Self::Refund,
            RulesetOutcome::Cancel => Self::Cancel,
            RulesetOutcome::RefundAndCancel => Self::RefundAndCancel,
            RulesetOutcome::AcceptDispute => Self::AcceptDispute,
        }
    }
}
