//! Why a person is needed.

use serde::{Deserialize, Serialize};

use crate::account::IntegrationOutage;
use crate::basics::id::{AlertId, IntegrationId};
use crate::matching::MatchDoubt;

/// Why a person is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReviewReason {
    /// No sale was found; a late order may still match.
    NotFound,
    /// Several or doubtful candidates.
    Unsure {
        doubt: MatchDoubt,
    },
    NoRuleMet,
    /// A rule lacks a fact or a rate.
    RuleUnsure,
    /// The organisation only observes, or has paused its rules.
    NotAutomatic,
    Unenrolled,
    IntegrationDisabled,
    /// The day's cap of automatic refunds is reached.
    OverCap,
    /// No processor that we can call holds the sale.
    NoProcessor,
    /// The processor will not, with its reason.
    RefundFailed {
        reason: String,
    },
    /// How much to give back needs a person: another currency, or more than was captured.
    AmountUnclear,
    /// A dispute is already open.
    DisputeOpen,
    /// Another alert of the same card and amount gave money back for a sale nobody named.
    Rival {
        alert: AlertId,
    },
    /// A refund is on its way or its result unknown, and the deadline came, or the processor cannot
    /// be asked any more.
    RefundUnconfirmed,
    /// Money of the payment went back already, or is on its way: how much is still owed a person
    /// says. The latest refund is named.
    PartRefunded {
        refund: String,
        refunded_in_cents: u64,
        remaining_in_cents: u64,
    },
    /// No exchange rate of these days says what the refund is worth, so that the day's cap cannot
    /// be counted.
    RateUnknown,
    /// Nothing could be searched: no integration of the enrolment's merchants has sales.
    NoSource,
    /// A processor could not be asked, so that its payments were not searched.
    ProcessorUnavailable {
        #[serde(rename = "integration_id")]
        integration: IntegrationId,
        code: IntegrationOutage,
        message: String,
    },
    /// The processor does not accept our credentials, so that the payment was not looked at and
    /// nothing was done. What was decided stands: it is done once the integration has new ones.
    CredentialsRefused {
        #[serde(rename = "integration_id")]
        integration: IntegrationId,
        message: String,
    },
}

impl ReviewReason {
    /// The words of all needs.
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

    /// The need as the API writes it.
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

    /// Whether money may already be moving, so that nothing final may be told without the
    /// processor's word.
    #[must_use]
    pub const fn can_money_move(&self) -> bool {
        matches!(self, Self::RefundUnconfirmed)
    }

    /// Whether what was decided stands, and is taken up again by itself.
    #[must_use]
    pub const fn keeps_decision(&self) -> bool {
        matches!(self, Self::RefundUnconfirmed | Self::CredentialsRefused { .. })
    }

    /// Whether it tells what the search for the sale came to.
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

    /// Whether the search is repeated by itself, since there may be a processor that answers by
    /// then.
    #[must_use]
    pub const fn waits_for_source(&self) -> bool {
        matches!(self, Self::NoSource | Self::ProcessorUnavailable { .. })
    }

    /// Whether this integration could end it.
    #[must_use]
    pub fn waits_for_integration(&self, one: &IntegrationId) -> bool {
        match self {
            Self::NoSource => true,
            Self::ProcessorUnavailable { integration, .. } => integration == one,
            _ => false,
        }
    }

    /// Whether new credentials of this integration could end it.
    #[must_use]
    pub fn waits_for_credentials_of(&self, one: &IntegrationId) -> bool {
        matches!(self, Self::CredentialsRefused { integration, .. } if integration == one)
    }

    /// Whether the other says the same, but for the words of an error.
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

    /// Whether other rules could have decided.
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
