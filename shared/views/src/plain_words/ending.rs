//! The end of an alert, in plain words.

use domain::alert::{
    Alert, AlertSettlement, AnswerResult, CancellationResult, CourseOfAction, Decision,
};
use domain::basics::text::foreign::quote_words;
use domain::matching::InvalidAlertReason;
use domain::network::outcome::AlertOutcome;
use domain::rules::ruleset::AlertAction;

use super::refunds::{describe_failed_refund, describe_refund};

/// Describes the end of an alert, if closed.
#[must_use]
pub fn describe_ending(alert: &Alert) -> Option<String> {
    let view = alert.status_view();
    if view.status == "ACTION_REQUIRED" {
        return None;
    }
    let done = alert.settlement();
    if let Some(failed) = describe_failed_refund(alert) {
        return Some(failed);
    }
    let told = match (view.status, alert.decision()) {
        ("INVALID", decision) => describe_invalidity(decision).to_owned(),
        _ => done.map_or_else(String::new, |done| {
            describe_resolution(done, alert.answer_result() == Some(&AnswerResult::TooLate))
        }),
    };
    let refund = done.and_then(|done| done.refund.as_ref()).map(describe_refund);
    let cancelled = done.and_then(describe_cancellation);
    Some([Some(told), refund, cancelled].into_iter().flatten().collect::<Vec<_>>().join(" "))
}

fn describe_resolution(done: &AlertSettlement, is_late: bool) -> String {
    let action = done.decision.as_ref().and_then(|decision| decision.chosen_action());
    let (what, tells) = match &done.outcome {
        AlertOutcome::ExpiredMatched
        | AlertOutcome::ExpiredUnmatched
        | AlertOutcome::ExpiredUnsearched
        | AlertOutcome::ExpiredUndecided => ("The deadline passed, and nothing was done", false),
        AlertOutcome::RefundedFull => ("The payment was refunded", true),
        AlertOutcome::RefundedPartial => ("A part of the payment was refunded", true),
        AlertOutcome::NotSettled => ("The payment was voided before it settled", false),
        AlertOutcome::CancelledOnly => {
            ("The subscription was cancelled; no money went back", false)
        }
        AlertOutcome::RefundFailed => ("The refund failed", true),
        AlertOutcome::NotFound if action == Some(AlertAction::NotFound) => {
            ("It was said that there is no such payment", true)
        }
        AlertOutcome::NotFound => ("No payment was found", true),
        AlertOutcome::NotOurDescriptor => ("It was said that the descriptor is not yours", true),
        AlertOutcome::AlreadyRefunded | AlertOutcome::DuplicateRefunded { .. } => {
            ("The payment had been refunded already", false)
        }
        AlertOutcome::AlreadyChargedBack | AlertOutcome::ChargedBackPartlyRefunded => {
            ("The payment had been charged back already", false)
        }
        AlertOutcome::Contested if action == Some(AlertAction::Cancel) => {
            ("No money went back, a chargeback may follow", false)
        }
        AlertOutcome::Contested => {
            ("The dispute was accepted: no money went back, a chargeback may follow", false)
        }
    };
    let bank = match (tells, is_late) {
        (true, false) => ", and the bank was told.",
        (true, true) => "; it was too late to tell the bank.",
        (false, _) => ".",
    };
    format!("{what}{bank}")
}

fn describe_invalidity(decision: Option<&Decision>) -> &'static str {
    match decision.map(|decision| &decision.course) {
        Some(CourseOfAction::Tell(InvalidAlertReason::AlreadyRefunded)) => {
            "There is nothing to do: the payment had been refunded before the alert came."
        }
        Some(CourseOfAction::Tell(InvalidAlertReason::AlreadyChargedBack)) => {
            "There is nothing to do: the payment had been charged back already."
        }
        Some(CourseOfAction::Tell(InvalidAlertReason::FailedSale)) => {
            "There is nothing to do: the payment never succeeded."
        }
        Some(CourseOfAction::Tell(InvalidAlertReason::Duplicate { .. })) => {
            "There is nothing to do: another alert about this payment was worked."
        }
        Some(CourseOfAction::Tell(InvalidAlertReason::Retracted) | CourseOfAction::Act { .. })
        | None => "The bank took the alert back.",
    }
}

fn describe_cancellation(done: &AlertSettlement) -> Option<String> {
    let only_cancels = done.decision.as_ref().and_then(|decision| decision.chosen_action())
        == Some(AlertAction::Cancel);
    match done.cancellation.as_ref()? {
        CancellationResult::Cancelled { .. } => Some("The subscription is cancelled.".into()),
        CancellationResult::Failed { reason, .. } => {
            Some(format!("The subscription could NOT be cancelled: {}.", quote_words(reason)))
        }
        CancellationResult::NothingToCancel => {
            only_cancels.then(|| "There was no subscription to cancel.".into())
        }
        CancellationResult::Declared(_) => {
            Some("It was said that the subscription was cancelled.".into())
        }
    }
}
