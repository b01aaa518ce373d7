//! What clients see of a state: one table.

use crate::alert::{Alert, Answer, Course, Refund, Settled, State};
use crate::matching::Invalid;
use crate::network::outcome::Outcome;

/// How alerts end that are `RESOLVED`.
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

/// Why alerts are `INVALID`.
pub const INVALIDS: [&str; 5] =
    ["ALREADY_REFUNDED", "ALREADY_CHARGED_BACK", "FAILED_SALE", "DUPLICATE", "RETRACTED"];

/// The words of the documented alert resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// `ACTION_REQUIRED`, `RESOLVED` or `INVALID`.
    pub status: &'static str,
    /// Whether a person is really needed.
    pub is_actionable: bool,
    /// `REFUNDED` or `NOT_REFUNDED`, never null.
    pub refund_outcome: &'static str,
    /// Why it is resolved, once it is.
    pub resolution_reason: Option<&'static str>,
    /// Why it is invalid, where it is.
    pub invalid_reason: Option<&'static str>,
}

impl Alert {
    /// What clients see.
    #[must_use]
    pub fn view(&self) -> View {
        let open = View {
            status: "ACTION_REQUIRED",
            is_actionable: false,
            refund_outcome: "NOT_REFUNDED",
            resolution_reason: None,
            invalid_reason: None,
        };
        let refund_outcome = self.settled().map_or(open.refund_outcome, refund_outcome);
        match self.state() {
            State::ActionRequired { .. } => View { is_actionable: true, ..open },
            State::Resolved { done, answer } => match invalid(done) {
                Some(invalid) => View {
                    status: "INVALID",
                    refund_outcome,
                    invalid_reason: Some(invalid.as_str()),
                    ..open
                },
                None => View {
                    status: "RESOLVED",
                    refund_outcome,
                    resolution_reason: Some(resolution(done, answer)),
                    ..open
                },
            },
            State::Retracted { .. } => View {
                status: "INVALID",
                refund_outcome,
                invalid_reason: Some("RETRACTED"),
                ..open
            },
            State::Received { .. }
            | State::Matched { .. }
            | State::Decided { .. }
            | State::Refunding { .. } => open,
            State::Actioned { .. } | State::Expired { .. } => View { refund_outcome, ..open },
        }
    }
}

impl Invalid {
    /// The reason as the API writes it.
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

fn invalid(done: &Settled) -> Option<&Invalid> {
    match &done.decision.as_ref()?.course {
        Course::Tell(invalid) => Some(invalid),
        Course::Act { .. } => None,
    }
}

/// REFUNDED only for money given back for this alert, confirmed by the processor or declared by a
/// person, and not reported as failed since.
fn refund_outcome(done: &Settled) -> &'static str {
    if done.refund.as_ref().is_some_and(|refund| !refund.has_failed()) {
        "REFUNDED"
    } else {
        "NOT_REFUNDED"
    }
}

fn resolution(done: &Settled, answer: &Answer) -> &'static str {
    match (answer, &done.outcome) {
        (Answer::TooLate, _) => "UNANSWERED",
        (Answer::Refused(_), _) => "ANSWER_REFUSED",
        _ if done.refund.as_ref().is_some_and(Refund::has_failed) => "REFUND_FAILED",
        (
            _,
            Outcome::ExpiredMatched
            | Outcome::ExpiredUnmatched
            | Outcome::ExpiredUnsearched
            | Outcome::ExpiredUndecided,
        ) => "EXPIRED",
        (_, Outcome::RefundedFull) => "REFUNDED",
        (_, Outcome::RefundedPartial) => "PARTIALLY_REFUNDED",
        (_, Outcome::NotSettled) => "VOIDED",
        (_, Outcome::CancelledOnly) => "CANCELLED",
        (_, Outcome::RefundFailed) => "REFUND_FAILED",
        (_, Outcome::NotFound | Outcome::NotOurDescriptor) => "NOT_FOUND",
        (_, Outcome::AlreadyRefunded | Outcome::DuplicateRefunded { .. }) => "ALREADY_REFUNDED",
        (_, Outcome::AlreadyChargedBack | Outcome::ChargedBackPartlyRefunded) => {
            "ALREADY_CHARGED_BACK"
        }
        (_, Outcome::Contested) => "DISPUTE_ACCEPTED",
    }
}
