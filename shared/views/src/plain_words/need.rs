//! The reason that a person is needed for an alert, in plain words.

use domain::alert::{Alert, ReviewReason};
use domain::basics::text::foreign::quote_words;
use domain::matching::MatchDoubt;

use super::{given_back, unavailable};

/// The text for a processor that rejects our key for a refund.
const KEY_REFUSED: &str = "Your processor does not accept the key that we have, so nothing was \
    done. Give a new key; then it goes on by itself.";
/// The text for a payment that only the merchant can refund.
const NO_PROCESSOR: &str = "The payment is at no processor that we can call: refund or cancel it \
    there, then say so here.";
/// The text for an amount that cannot be decided.
const AMOUNT_UNCLEAR: &str =
    "The amount to refund is not clear: another currency, or more than was paid.";
/// The text for a rival alert with a refund.
const RIVAL: &str = "Another alert of this card and amount gave money back, for a payment that \
    may be this one.";
/// The text for an organisation without a source of payments.
const NO_SOURCE: &str = "No integration of yours has payments to search, so nobody looked for it.";
/// The text for a pending refund without confirmation.
const REFUND_UNCONFIRMED: &str = "A refund is on its way and not confirmed: look at your \
    processor before you do anything.";
/// The text for a currency without an exchange rate.
const RATE_UNKNOWN: &str = "No exchange rate of these days is known for its currency, so your \
    daily limit cannot be counted.";

/// Describes the reason that a person is needed.
#[must_use]
pub fn describe_need(alert: &Alert) -> Option<String> {
    Some(match alert.review_reason()? {
        ReviewReason::NotFound => "No payment was found that it is about.".into(),
        ReviewReason::Unsure { doubt } => describe_doubt(*doubt).into(),
        ReviewReason::NoRuleMet => "None of your rules decides it.".into(),
        ReviewReason::RuleUnsure => "A rule lacks a fact, so your rules cannot decide it.".into(),
        ReviewReason::NotAutomatic => "Your rules only observe, or are paused.".into(),
        ReviewReason::Unenrolled => "The enrolment is not active any more.".into(),
        ReviewReason::IntegrationDisabled => {
            "The integration that has the payment is switched off.".into()
        }
        ReviewReason::OverCap => "Your rules have refunded as much today as they may.".into(),
        ReviewReason::NoProcessor => NO_PROCESSOR.into(),
        ReviewReason::RefundFailed { reason } => {
            format!(
                "The processor did not refund it: {}.",
                quote_words(reason.trim_end_matches('.'))
            )
        }
        ReviewReason::AmountUnclear => AMOUNT_UNCLEAR.into(),
        ReviewReason::DisputeOpen => "A dispute of this payment is open already.".into(),
        ReviewReason::Rival { .. } => RIVAL.into(),
        ReviewReason::ProcessorUnavailable { code, .. } => {
            unavailable::describe_outage(*code).into()
        }
        ReviewReason::CredentialsRefused { .. } => KEY_REFUSED.into(),
        ReviewReason::NoSource => NO_SOURCE.into(),
        ReviewReason::RefundUnconfirmed => REFUND_UNCONFIRMED.into(),
        ReviewReason::PartRefunded { refund, .. } => {
            given_back::describe_partial_refund(alert, refund)
        }
        ReviewReason::RateUnknown => RATE_UNKNOWN.into(),
    })
}

const fn describe_doubt(doubt: MatchDoubt) -> &'static str {
    match doubt {
        MatchDoubt::Tie => "Two payments fit it equally well.",
        MatchDoubt::Contradiction => "The evidence for the payment contradicts itself.",
        MatchDoubt::WeakEvidence => "The evidence for the payment is weak.",
        MatchDoubt::SearchCut => {
            "Your processor has more payments of those days than could be looked at."
        }
        MatchDoubt::Unconfirmed => "No processor confirmed the payment.",
        MatchDoubt::NotAutomatic => "Payments of this integration are chosen by a person.",
        MatchDoubt::CommonAmount => {
            "So many payments have this amount that the card's digits may agree by chance."
        }
        MatchDoubt::Twins => {
            "The bank says that the customer was charged twice, and the payments do not tell \
             which is meant."
        }
        MatchDoubt::Denied => {
            "It was said that no such payment was made, and one was found that fits."
        }
    }
}
