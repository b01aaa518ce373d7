//! Outcomes: the answers to a network, in the network's codes. This is the only mapping table of
//! the project.

use serde::{Deserialize, Serialize};

use crate::network::claim::AlertKind;

/// The outcome of an alert, before translation to a network's codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AlertOutcome {
    RefundedFull,
    RefundedPartial,
    AlreadyRefunded,
    /// Voided before settlement, or never settled.
    NotSettled,
    /// The subscription was cancelled, no refund was made.
    CancelledOnly,
    NotFound,
    /// A duplicate of a sale that was refunded for another alert.
    DuplicateRefunded {
        of: String,
    },
    AlreadyChargedBack,
    RefundFailed,
    /// The merchant contests the claim: no refund, and representment if a chargeback follows.
    Contested,
    /// A complete search had no result, and no action was taken.
    ExpiredUnmatched,
    ExpiredMatched,
    /// Charged back before the alert came, after a partial refund.
    ChargedBackPartlyRefunded,
    /// A person declared that the descriptor is not the merchant's.
    NotOurDescriptor,
    /// The search was impossible or incomplete, and no action was taken.
    ExpiredUnsearched,
    /// The search had candidates, and none was chosen.
    ExpiredUndecided,
}

/// An outcome in the codes of Ethoca's `POST /outcomes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EthocaOutcomeCodes {
    pub outcome: &'static str,
    pub refund_status: &'static str,
    /// The comment, which Ethoca requires with OTHER.
    pub comment: Option<String>,
}

impl EthocaOutcomeCodes {
    /// Checks whether Ethoca requires the stopped amount, too.
    #[must_use]
    pub fn needs_amount_stopped(&self) -> bool {
        self.outcome == "PARTIALLY_STOPPED"
    }
}

impl AlertOutcome {
    /// Translates the outcome to Ethoca's codes: a row for each outcome, with a code for fraud and
    /// a code for disputes. A missing sale is never `UNRESOLVED_DISPUTE`, which would forfeit the
    /// credit.
    #[must_use]
    pub fn to_ethoca_codes(&self, kind: AlertKind) -> EthocaOutcomeCodes {
        let (fraud, dispute, refund_status) = match self {
            Self::RefundedFull => ("STOPPED", "RESOLVED", "REFUNDED"),
            Self::RefundedPartial => ("PARTIALLY_STOPPED", "RESOLVED", "REFUNDED"),
            Self::AlreadyRefunded | Self::DuplicateRefunded { .. } => {
                ("PREVIOUSLY_CANCELLED", "RESOLVED_PREVIOUSLY_REFUNDED", "REFUNDED")
            }
            Self::NotSettled => ("PREVIOUSLY_CANCELLED", "RESOLVED", "NOT_SETTLED"),
            Self::CancelledOnly => ("ACCOUNT_SUSPENDED", "UNRESOLVED_DISPUTE", "NOT_REFUNDED"),
            Self::NotFound | Self::NotOurDescriptor | Self::ExpiredUnmatched => {
                ("NOT_FOUND", "NOT_FOUND", "NOT_REFUNDED")
            }
            Self::AlreadyChargedBack | Self::RefundFailed => ("OTHER", "OTHER", "NOT_REFUNDED"),
            Self::ExpiredMatched => ("MISSED", "UNRESOLVED_DISPUTE", "NOT_REFUNDED"),
            Self::ChargedBackPartlyRefunded => ("OTHER", "OTHER", "REFUNDED"),
            Self::Contested | Self::ExpiredUnsearched | Self::ExpiredUndecided => {
                ("OTHER", "UNRESOLVED_DISPUTE", "NOT_REFUNDED")
            }
        };
        let outcome = match kind {
            AlertKind::Fraud => fraud,
            AlertKind::Dispute => dispute,
        };
        EthocaOutcomeCodes { outcome, refund_status, comment: self.ethoca_comment() }
    }

    /// Checks whether the network receives the status refunded.
    #[must_use]
    pub const fn is_refunded(&self) -> bool {
        matches!(
            self,
            Self::RefundedFull
                | Self::RefundedPartial
                | Self::AlreadyRefunded
                | Self::DuplicateRefunded { .. }
                | Self::ChargedBackPartlyRefunded
        )
    }

    /// Checks whether the deadline passed before any action.
    #[must_use]
    pub const fn is_expired(&self) -> bool {
        matches!(
            self,
            Self::ExpiredUnmatched
                | Self::ExpiredMatched
                | Self::ExpiredUnsearched
                | Self::ExpiredUndecided
        )
    }

    /// Returns the comment, where the code alone is not clear.
    fn ethoca_comment(&self) -> Option<String> {
        Some(match self {
            Self::DuplicateRefunded { of } => format!(
                "Duplicate: the sale was refunded for alert \
                {of}."
            ),
            Self::AlreadyChargedBack => "A chargeback was filed before the alert came.".to_owned(),
            Self::RefundFailed => "The refund could not be made.".to_owned(),
            Self::CancelledOnly => "The subscription was cancelled; no refund was made.".to_owned(),
            Self::Contested => {
                "No refund was made; the merchant leaves the claim to a dispute.".to_owned()
            }
            Self::ChargedBackPartlyRefunded => "A chargeback was filed before the alert came, \
                after a part had been refunded."
                .to_owned(),
            Self::NotOurDescriptor => "The descriptor is not the merchant's.".to_owned(),
            Self::ExpiredUnsearched => "The payment could not be searched for in time; no refund \
                was made."
                .to_owned(),
            Self::ExpiredUndecided => {
                "Payments that may be the one were found, and none was confirmed in time; no \
                 refund was made."
                    .to_owned()
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ethoca's own list: which words it takes for which kind of alert.
    const FRAUD_WORDS: [&str; 7] = [
        "STOPPED",
        "PARTIALLY_STOPPED",
        "PREVIOUSLY_CANCELLED",
        "MISSED",
        "NOT_FOUND",
        "ACCOUNT_SUSPENDED",
        "OTHER",
    ];
    const DISPUTE_WORDS: [&str; 5] =
        ["RESOLVED", "RESOLVED_PREVIOUSLY_REFUNDED", "UNRESOLVED_DISPUTE", "NOT_FOUND", "OTHER"];

    fn table() -> Vec<(AlertOutcome, [&'static str; 3])> {
        let of = "alrt_1".to_owned();
        vec![
            (AlertOutcome::RefundedFull, ["STOPPED", "RESOLVED", "REFUNDED"]),
            (AlertOutcome::RefundedPartial, ["PARTIALLY_STOPPED", "RESOLVED", "REFUNDED"]),
            (
                AlertOutcome::AlreadyRefunded,
                ["PREVIOUSLY_CANCELLED", "RESOLVED_PREVIOUSLY_REFUNDED", "REFUNDED"],
            ),
            (AlertOutcome::NotSettled, ["PREVIOUSLY_CANCELLED", "RESOLVED", "NOT_SETTLED"]),
            (
                AlertOutcome::CancelledOnly,
                ["ACCOUNT_SUSPENDED", "UNRESOLVED_DISPUTE", "NOT_REFUNDED"],
            ),
            (AlertOutcome::NotFound, ["NOT_FOUND", "NOT_FOUND", "NOT_REFUNDED"]),
            (
                AlertOutcome::DuplicateRefunded { of },
                ["PREVIOUSLY_CANCELLED", "RESOLVED_PREVIOUSLY_REFUNDED", "REFUNDED"],
            ),
            (AlertOutcome::AlreadyChargedBack, ["OTHER", "OTHER", "NOT_REFUNDED"]),
            (AlertOutcome::RefundFailed, ["OTHER", "OTHER", "NOT_REFUNDED"]),
            (AlertOutcome::Contested, ["OTHER", "UNRESOLVED_DISPUTE", "NOT_REFUNDED"]),
            (AlertOutcome::ExpiredUnmatched, ["NOT_FOUND", "NOT_FOUND", "NOT_REFUNDED"]),
            (AlertOutcome::ExpiredMatched, ["MISSED", "UNRESOLVED_DISPUTE", "NOT_REFUNDED"]),
            (AlertOutcome::ChargedBackPartlyRefunded, ["OTHER", "OTHER", "REFUNDED"]),
            (AlertOutcome::NotOurDescriptor, ["NOT_FOUND", "NOT_FOUND", "NOT_REFUNDED"]),
            (AlertOutcome::ExpiredUnsearched, ["OTHER", "UNRESOLVED_DISPUTE", "NOT_REFUNDED"]),
            (AlertOutcome::ExpiredUndecided, ["OTHER", "UNRESOLVED_DISPUTE", "NOT_REFUNDED"]),
        ]
    }

    #[test]
    fn each_outcome_has_its_word_for_each_kind() {
        for (outcome, [fraud, dispute, status]) in table() {
            let (for_fraud, for_dispute) = (
                outcome.to_ethoca_codes(AlertKind::Fraud),
                outcome.to_ethoca_codes(AlertKind::Dispute),
            );
            assert_eq!(
                (for_fraud.outcome, for_fraud.refund_status),
                (fraud, status),
                "{outcome:?}"
            );
            assert_eq!(
                (for_dispute.outcome, for_dispute.refund_status),
                (dispute, status),
                "{outcome:?}"
            );
        }
    }

    #[test]
    fn only_words_that_ethoca_takes_are_used() {
        for (outcome, _) in table() {
            for (kind, legal) in
                [(AlertKind::Fraud, &FRAUD_WORDS[..]), (AlertKind::Dispute, &DISPUTE_WORDS[..])]
            {
                let words = outcome.to_ethoca_codes(kind);
                assert!(legal.contains(&words.outcome), "{outcome:?} {kind:?}");
                assert_eq!(
                    words.refund_status == "REFUNDED",
                    outcome.is_refunded(),
                    "{outcome:?} {kind:?}"
                );
                assert!(
                    words.outcome != "OTHER" || words.comment.is_some(),
                    "{outcome:?} {kind:?}"
                );
                assert_eq!(
                    words.needs_amount_stopped(),
                    outcome == AlertOutcome::RefundedPartial && kind == AlertKind::Fraud
                );
            }
        }
    }
}
