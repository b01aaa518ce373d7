//! The reasons for a review by a person.

use serde::{Deserialize, Serialize};

use crate::account::IntegrationOutage;
use crate::basics::id::{AlertId, IntegrationId};
use crate::matching::MatchDoubt;

/// The reason for a review by a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReviewReason {
    /// No sale matched; a late order may still match.
    NotFound,
    /// Several or doubtful candidates.
    Unsure {
        doubt: MatchDoubt,
    },
    NoRuleMet,
    /// A rule lacks a fact or an exchange rate.
    RuleUnsure,
    /// The organisation only observes, or has paused automation.
    NotAutomatic,
    Unenrolled,
    IntegrationDisabled,
    /// The daily cap of automatic refunds is reached.
    OverCap,
    /// No callable processor has the payment.
    NoProcessor,
    /// The processor refused the refund, or the refund failed.
    RefundFailed {
        reason: String,
    },
    /// A person must set the amount: another currency, or more than was captured.
    AmountUnclear,
    /// A dispute is already open.
    DisputeOpen,
    /// Another alert of the same card and amount gave money back for an unnamed sale.
    Rival {
        alert: AlertId,
    },
    /// A refund is pending or the result is unknown, and the deadline came or the processor cannot
    /// be asked any more.
    RefundUnconfirmed,
    /// A part of the payment was refunded already, or that refund is pending. A person sets the
    /// remaining amount. `refund` is the latest refund.
    PartRefunded {
        refund: String,
        refunded_in_cents: u64,
        remaining_in_cents: u64,
    },
    /// No recent exchange rate converts the refund, and the daily cap cannot be counted.
    RateUnknown,
    /// No source to search: no integration of the enrolment's merchants has sales.
    NoSource,
    /// A processor was unavailable, which left the processor's payments unsearched.
    ProcessorUnavailable {
        #[serde(rename = "integration_id")]
        integration: IntegrationId,
        code: IntegrationOutage,
        message: String,
    },
    /// The processor rejects our credentials: the payment was not read and nothing was done. The
    /// decision stands, and is carried out once the integration has new credentials.
    CredentialsRefused {
        #[serde(rename = "integration_id")]
        integration: IntegrationId,
        message: String,
    },
}

impl ReviewReason {
    /// The API names of all reasons.
    pub const WORDS: [&str; 19] = [
        "NOT_FOUND",
        "UNSURE",
        "NO_RULE_MET",
        "RULE_UNSURE",
        "NOT_AUTOMATIC",
        "UNENROLLED",
        "INTEGRATION_DISABLED",
        "OVER_CAP",
        "NO_PROCESSOR",
        "REFUND_FAILED",
        "AMOUNT_UNCLEAR",
        "DISPUTE_OPEN",
        "RIVAL",
        "REFUND_UNCONFIRMED",
        "PART_REFUNDED",
        "RATE_UNKNOWN",
        "NO_SOURCE",
        "PROCESSOR_UNAVAILABLE",
        "CREDENTIALS_REFUSED",
    ];

    /// Returns the reason's API name.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::NotFound => "NOT_FOUND",
            Self::Unsure { .. } => "UNSURE",
            Self::NoRuleMet => "NO_RULE_MET",
            Self::RuleUnsure => "RULE_UNSURE",
            Self::NotAutomatic => "NOT_AUTOMATIC",
            Self::Unenrolled => "UNENROLLED",
            Self::IntegrationDisabled => "INTEGRATION_DISABLED",
            Self::OverCap => "OVER_CAP",
            Self::NoProcessor => "NO_PROCESSOR",
            Self::RefundFailed { .. } => "REFUND_FAILED",
            Self::AmountUnclear => "AMOUNT_UNCLEAR",
            Self::DisputeOpen => "DISPUTE_OPEN",
            Self::Rival { .. } => "RIVAL",
            Self::RefundUnconfirmed => "REFUND_UNCONFIRMED",
            Self::PartRefunded { .. } => "PART_REFUNDED",
            Self::RateUnknown => "RATE_UNKNOWN",
            Self::NoSource => "NO_SOURCE",
            Self::ProcessorUnavailable { .. } => "PROCESSOR_UNAVAILABLE",
            Self::CredentialsRefused { .. } => "CREDENTIALS_REFUSED",
        }
    }

    /// Checks whether money may already be moving. A final answer then needs the processor's
    /// report.
    #[must_use]
    pub const fn can_money_move(&self) -> bool {
        matches!(self, Self::RefundUnconfirmed)
    }

    /// Checks whether the decision stands and is resumed automatically.
    #[must_use]
    pub const fn keeps_decision(&self) -> bool {
        matches!(self, Self::RefundUnconfirmed | Self::CredentialsRefused { .. })
    }

    /// Checks whether the reason is the result of the search for the sale.
    #[must_use]
    pub const fn is_search_result(&self) -> bool {
        matches!(
            self,
            Self::NotFound
                | Self::Unsure { .. }
                | Self::NoSource
                | Self::ProcessorUnavailable { .. }
        )
    }

    /// Checks whether the search is repeated automatically, because a processor may answer later.
    #[must_use]
    pub const fn waits_for_source(&self) -> bool {
        matches!(self, Self::NoSource | Self::ProcessorUnavailable { .. })
    }

    /// Checks whether this integration could end the wait.
    #[must_use]
    pub fn waits_for_integration(&self, one: &IntegrationId) -> bool {
        match self {
            Self::NoSource => true,
            Self::ProcessorUnavailable { integration, .. } => integration == one,
            _ => false,
        }
    }

    /// Checks whether new credentials of this integration could end the wait.
    #[must_use]
    pub fn waits_for_credentials_of(&self, one: &IntegrationId) -> bool {
        matches!(self, Self::CredentialsRefused { integration, .. } if integration == one)
    }

    /// Checks whether two reasons are equal, apart from the text of an error.
    #[must_use]
    pub fn is_alike(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::ProcessorUnavailable { integration, code, .. },
                Self::ProcessorUnavailable {
                    integration: other_integration, code: other_code, ..
                },
            ) => (integration, code) == (other_integration, other_code),
            _ => self == other,
        }
    }

    /// Checks whether other rules could have decided.
    #[must_use]
    pub const fn is_from_rules(&self) -> bool {
        matches!(self, Self::NoRuleMet | Self::RuleUnsure | Self::NotAutomatic)
    }
}

#[cfg(test)]
mod tests {
    use super::ReviewReason;

    #[test]
    fn each_need_has_one_word() {
        let told = serde_json::from_str::<ReviewReason>(r#"{"why":"?"}"#)
            .expect_err("no need")
            .to_string();
        let written: Vec<&str> = told.split('`').skip(3).step_by(2).collect();
        assert_eq!(written, ReviewReason::WORDS, "{told}");
        for need in [
            ReviewReason::NotFound,
            ReviewReason::NoSource,
            ReviewReason::RefundFailed { reason: "no".into() },
            ReviewReason::OverCap,
        ] {
            assert_eq!(serde_json::to_value(&need).expect("it is written")["why"], need.as_str());
        }
    }
}
