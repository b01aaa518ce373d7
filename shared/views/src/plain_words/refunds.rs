//! What became of a refund, in plain words.

use domain::alert::{Alert, Answer, Refund, Way};
use domain::basics::text::foreign::quoted;

use super::time;

/// That a refund did not arrive after the alert was settled, and what to do now.
pub(super) fn failed_refund(alert: &Alert) -> Option<String> {
    let done = alert.settled()?;
    let refund = done.refund.as_ref()?;
    let failure = refund.failure.as_ref()?;
    let reason = quoted(failure.reason.trim_end_matches('.'));
    let what = format!(
        "The refund {} of {} did not arrive: {}.",
        quoted(&refund.id),
        refund.amount,
        reason
    );
    let was_told = alert.answer() == Some(&Answer::Accepted) && done.outcome.refunded();
    let answer = was_told.then_some(
        "The bank was told that the money went back, and that answer cannot be changed.",
    );
    let now = "Give the money back another way, such as a new refund or a bank transfer to the \
        customer, and keep the proof of it: without the money the customer may dispute the \
        payment again.";
    Some(
        [Some(what.as_str()), answer, Some(now)]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" "),
    )
}

/// A refund that stands, with what proves it.
pub(super) fn given_back(refund: &Refund) -> String {
    let how = match refund.way {
        Way::Refunded => "Refund",
        Way::Voided => "Void",
        Way::Declared => "Refunded elsewhere, reference",
    };
    let proof = refund.arn.as_deref().map(reference).unwrap_or_default();
    format!("{how} {} of {} on {}.{proof}", quoted(&refund.id), refund.amount, time(refund.at))
}

fn reference(arn: &str) -> String {
    format!(" The acquirer's reference of the refund is {arn}: it proves the credit to a bank.")
}
