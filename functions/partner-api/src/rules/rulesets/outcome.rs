//! The actions that a ruleset may take: all except those that only a person may take.

use domain::rules::ruleset::AlertAction;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The action on an alert that matches a ruleset.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum RulesetOutcome {
    /// Refunds the payment.
    Refund,
    /// Cancels the subscription.
    Cancel,
    /// Refunds the payment and cancels the subscription.
    RefundAndCancel,
    /// Refunds nothing: the cardholder may dispute.
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
