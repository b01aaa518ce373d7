//! The public status of an alert: a single table.

use crate::alert::{
    Alert, AlertSettlement, AlertState, AnswerResult, CourseOfAction, RefundRecord,
};
use crate::matching::InvalidAlertReason;
use crate::network::outcome::AlertOutcome;

/// The resolution reasons of `RESOLVED` alerts.
pub const RESOLUTIONS: [&str; 12] = [
    "REFUNDED",
    "PARTIALLY_REFUNDED",
    "VOIDED",
    "CANCELLED",
    "DISPUTE_ACCEPTED",
    "NOT_FOUND",
    "REFUND_FAILED",
    "ALREADY_REFUNDED",
    "ALREADY_CHARGED_BACK",
    "EXPIRED",
    "UNANSWERED",
    "ANSWER_REFUSED",
];

/// The reasons of `INVALID` alerts.
pub const INVALIDS: [&str; 5] =
    ["ALREADY_REFUNDED", "ALREADY_CHARGED_BACK", "FAILED_SALE", "DUPLICATE", "RETRACTED"];

/// The status fields of the public alert resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlertStatusView {
    /// `ACTION_REQUIRED`, `RESOLVED` or `INVALID`.
    pub status: &'static str,
    /// Whether a person must act.
    pub is_actionable: bool,
    /// `REFUNDED` or `NOT_REFUNDED`, never null.
    pub refund_outcome: &'static str,
    /// The resolution reason of a resolved alert.
    pub resolution_reason: Option<&'static str>,
    /// The reason of an invalid alert.
    pub invalid_reason: Option<&'static str>,
}

impl Alert {
    /// Returns the public status.
    #[must_use]
    pub fn status_view(&self) -> AlertStatusView {
        let open = AlertStatusView {
            status: "ACTION_REQUIRED",
            is_actionable: false,
            refund_outcome: "NOT_REFUNDED",
            resolution_reason: None,
            invalid_reason: None,
        };
        let refund_outcome = self.settlement().map_or(open.refund_outcome, refund_outcome);
        match self.state() {
            AlertState::ActionRequired { .. } => AlertStatusView { is_actionable: true, ..open },
            AlertState::Resolved { done, answer } => match invalid_reason(done) {
                Some(invalid) => AlertStatusView {
                    status: "INVALID",
                    refund_outcome,
                    invalid_reason: Some(invalid.as_str()),
                    ..open
                },
                None => AlertStatusView {
                    status: "RESOLVED",
                    refund_outcome,
                    resolution_reason: Some(resolution_reason(done, answer)),
                    ..open
                },
            },
            AlertState::Retracted { .. } => AlertStatusView {
                status: "INVALID",
                refund_outcome,
                invalid_reason: Some("RETRACTED"),
                ..open
            },
            AlertState::Received { .. }
            | AlertState::Matched { .. }
            | AlertState::Decided { .. }
            | AlertState::Refunding { .. } => open,
            AlertState::Actioned { .. } | AlertState::Expired { .. } => {
                AlertStatusView { refund_outcome, ..open }
            }
        }
    }
}

impl InvalidAlertReason {
    /// Returns the reason's API name.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::AlreadyRefunded => "ALREADY_REFUNDED",
            Self::AlreadyChargedBack => "ALREADY_CHARGED_BACK",
            Self::FailedSale => "FAILED_SALE",
            Self::Duplicate { .. } => "DUPLICATE",
            Self::Retracted => "RETRACTED",
        }
    }
}

fn invalid_reason(done: &AlertSettlement) -> Option<&InvalidAlertReason> {
    match &done.decision.as_ref()?.course {
        CourseOfAction::Tell(invalid) => Some(invalid),
        CourseOfAction::Act { .. } => None,
    }
}

/// Returns `REFUNDED` only for a refund for this alert that the processor confirmed or a person
/// declared, and that has not failed since.
fn refund_outcome(done: &AlertSettlement) -> &'static str {
    if done.refund.as_ref().is_some_and(|refund| !refund.has_failed()) {
        "REFUNDED"
    } else {
        "NOT_REFUNDED"
    }
}

fn resolution_reason(done: &AlertSettlement, answer: &AnswerResult) -> &'static str {
    match (answer, &done.outcome) {
        (AnswerResult::TooLate, _) => "UNANSWERED",
        (AnswerResult::Refused(_), _) => "ANSWER_REFUSED",
        _ if done.refund.as_ref().is_some_and(RefundRecord::has_failed) => "REFUND_FAILED",
        (
            _,
            AlertOutcome::ExpiredMatched
            | AlertOutcome::ExpiredUnmatched
            | AlertOutcome::ExpiredUnsearched
            | AlertOutcome::ExpiredUndecided,
        ) => "EXPIRED",
        (_, AlertOutcome::RefundedFull) => "REFUNDED",
        (_, AlertOutcome::RefundedPartial) => "PARTIALLY_REFUNDED",
        (_, AlertOutcome::NotSettled) => "VOIDED",
        (_, AlertOutcome::CancelledOnly) => "CANCELLED",
        (_, AlertOutcome::RefundFailed) => "REFUND_FAILED",
        (_, AlertOutcome::NotFound | AlertOutcome::NotOurDescriptor) => "NOT_FOUND",
        (_, AlertOutcome::AlreadyRefunded | AlertOutcome::DuplicateRefunded { .. }) => {
            "ALREADY_REFUNDED"
        }
        (_, AlertOutcome::AlreadyChargedBack | AlertOutcome::ChargedBackPartlyRefunded) => {
            "ALREADY_CHARGED_BACK"
        }
        (_, AlertOutcome::Contested) => "DISPUTE_ACCEPTED",
    }
}
