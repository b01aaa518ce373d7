//! How an alert ended, in plain words.

use domain::alert::{Alert, Answer, Cancellation, Course, Decision, Settled};
use domain::basics::text::foreign::quoted;
use domain::matching::Invalid;
use domain::network::outcome::Outcome;
use domain::rules::ruleset::Action;

use super::refunds::{failed_refund, given_back};

/// How it ended, once it did.
#[must_use]
pub fn ending(alert: &Alert) -> Option<String> {
    let view = alert.view();
    if view.status == "ACTION_REQUIRED" {
        return None;
    }
    let done = alert.settled();
    if let Some(failed) = failed_refund(alert) {
        return Some(failed);
    }
    let told = match (view.status, alert.decision()) {
        ("INVALID", decision) => invalid(decision).to_owned(),
        _ => done.map_or_else(String::new, |done| {
            resolved(done, alert.answer() == Some(&Answer::TooLate))
        }),
    };
    let refund = done.and_then(|done| done.refund.as_ref()).map(given_back);
    let cancelled = done.and_then(cancelled);
    Some([Some(told), refund, cancelled].into_iter().flatten().collect::<Vec<_>>().join(" "))
}

fn resolved(done: &Settled, is_late: bool) -> String {
    let action = done.decision.as_ref().and_then(|decision| decision.action());
    let (what, tells) = match &done.outcome {
        Outcome::ExpiredMatched
        | Outcome::ExpiredUnmatched
        | Outcome::ExpiredUnsearched
        | Outcome::ExpiredUndecided => ("The deadline passed, and nothing was done", false),
        Outcome::RefundedFull => ("The payment was refunded", true),
        Outcome::RefundedPartial => ("A part of the payment was refunded", true),
        Outcome::NotSettled => ("The payment was voided before it settled", false),
        Outcome::CancelledOnly => ("The subscription was cancelled; no money went back", false),
        Outcome::RefundFailed => ("The refund failed", true),
        Outcome::NotFound if action == Some(Action::NotFound) => {
            ("It was said that there is no such payment", true)
        }
        Outcome::NotFound => ("No payment was found", true),
        Outcome::NotOurDescriptor => ("It was said that the descriptor is not yours", true),
        Outcome::AlreadyRefunded | Outcome::DuplicateRefunded { .. } => {
            ("The payment had been refunded already", false)
        }
        Outcome::AlreadyChargedBack | Outcome::ChargedBackPartlyRefunded => {
            ("The payment had been charged back already", false)
        }
        Outcome::Contested if action == Some(Action::Cancel) => {
            ("No money went back, a chargeback may follow", false)
        }
        Outcome::Contested => {
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

fn invalid(decision: Option<&Decision>) -> &'static str {
    match decision.map(|decision| &decision.course) {
        Some(Course::Tell(Invalid::AlreadyRefunded)) => {
            "There is nothing to do: the payment had been refunded before the alert came."
        }
        Some(Course::Tell(Invalid::AlreadyChargedBack)) => {
            "There is nothing to do: the payment had been charged back already."
        }
        Some(Course::Tell(Invalid::FailedSale)) => {
            "There is nothing to do: the payment never succeeded."
        }
        Some(Course::Tell(Invalid::Duplicate { .. })) => {
            "There is nothing to do: another alert about this payment was worked."
        }
        Some(Course::Tell(Invalid::Retracted) | Course::Act { .. }) | None => {
            "The bank took the alert back."
        }
    }
}

fn cancelled(done: &Settled) -> Option<String> {
    let only_cancels =
        done.decision.as_ref().and_then(|decision| decision.action()) == Some(Action::Cancel);
    match done.cancellation.as_ref()? {
        Cancellation::Cancelled { .. } => Some("The subscription is cancelled.".into()),
        Cancellation::Failed { reason, .. } => {
            Some(format!("The subscription could NOT be cancelled: {}.", quoted(reason)))
        }
        Cancellation::NothingToCancel => {
            only_cancels.then(|| "There was no subscription to cancel.".into())
        }
        Cancellation::Declared(_) => {
            Some("It was said that the subscription was cancelled.".into())
        }
    }
}
