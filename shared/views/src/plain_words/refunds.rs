//! The refund of an alert, in plain words.

use domain::alert::{Alert, AnswerResult, RefundRecord, ReturnMethod};
use domain::basics::text::foreign::quote_words;

use super::format_time;

/// Describes a refund that failed after the alert was settled, and the next step.
pub(super) fn describe_failed_refund(alert: &Alert) -> Option<String> {
    let done = alert.settlement()?;
    let refund = done.refund.as_ref()?;
    let failure = refund.failure.as_ref()?;
    let reason = quote_words(failure.reason.trim_end_matches('.'));
    let what = format!(
        "The refund {} of {} did not arrive: {}.",
        quote_words(&refund.id),
        refund.amount,
        reason
    );
    let was_told =
        alert.answer_result() == Some(&AnswerResult::Accepted) && done.outcome.is_refunded();
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

/// Describes a valid refund, with the proof.
pub(super) fn describe_refund(refund: &RefundRecord) -> String {
    let how = match refund.way {
        ReturnMethod::Refunded => "Refund",
        ReturnMethod::Voided => "Void",
        ReturnMethod::Declared => "Refunded elsewhere, reference",
    };
    let proof = refund.arn.as_deref().map(describe_reference).unwrap_or_default();
    format!(
        "{how} {} of {} on {}.{proof}",
        quote_words(&refund.id),
        refund.amount,
        format_time(refund.at)
    )
}

fn describe_reference(arn: &str) -> String {
    format!(" The acquirer's reference of the refund is {arn}: it proves the credit to a bank.")
}
