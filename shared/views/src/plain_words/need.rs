//! Why a person is needed for an alert, in plain words.

use domain::alert::{Alert, Need};
use domain::basics::text::foreign::quoted;
use domain::matching::Doubt;

use super::{given_back, unavailable};

/// What is said where a processor refuses our key for a refund.
const KEY_REFUSED: &str = "Your processor does not accept the key that we have, so nothing was \
    done. Give a new key; then it goes on by itself.";

/// Why a person is needed.
#[must_use]
pub fn why(alert: &Alert) -> Option<String> {
    Some(match alert.need()? {
        Need::NotFound => "No payment was found that it is about.".into(),
        Need::Unsure { doubt } => doubted(*doubt).into(),
        Need::NoRuleMet => "None of your rules decides it.".into(),
        Need::RuleUnsure => "A rule lacks a fact, so your rules cannot decide it.".into(),
        Need::NotAutomatic => "Your rules only observe, or are paused.".into(),
        Need::Unenrolled => "The enrolment is not active any more.".into(),
        Need::IntegrationDisabled => "The integration that has the payment is switched off.".into(),
        Need::OverCap => "Your rules have refunded as much today as they may.".into(),
        Need::NoProcessor => "The payment is at no processor that we can call: refund or cancel \
            it there, then say so here."
            .into(),
        Need::RefundFailed { reason } => {
            format!("The processor did not refund it: {}.", quoted(reason.trim_end_matches('.')))
        }
        Need::AmountUnclear => "The amount to refund is not clear: another currency, or more than \
            was paid."
            .into(),
        Need::DisputeOpen => "A dispute of this payment is open already.".into(),
        Need::Rival { .. } => "Another alert of this card and amount gave money back, for a \
            payment that may be this one."
            .into(),
        Need::ProcessorUnavailable { code, .. } => unavailable::unavailable(*code).into(),
        Need::CredentialsRefused { .. } => KEY_REFUSED.into(),
        Need::NoSource => "No integration of yours has payments to search, so nobody looked for \
            it."
        .into(),
        Need::RefundUnconfirmed => "A refund is on its way and not confirmed: look at your \
            processor before you do anything."
            .into(),
        Need::PartRefunded { refund, .. } => given_back::part_refunded(alert, refund),
        Need::RateUnknown => "No exchange rate of these days is known for its currency, so your \
            daily limit cannot be counted."
            .into(),
    })
}

const fn doubted(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Tie => "Two payments fit it equally well.",
        Doubt::Contradiction => "The evidence for the payment contradicts itself.",
        Doubt::WeakEvidence => "The evidence for the payment is weak.",
        Doubt::SearchCut => {
            "Your processor has more payments of those days than could be looked at."
        }
        Doubt::Unconfirmed => "No processor confirmed the payment.",
        Doubt::NotAutomatic => "Payments of this integration are chosen by a person.",
        Doubt::CommonAmount => {
            "So many payments have this amount that the card's digits may agree by chance."
        }
        Doubt::Twins => {
            "The bank says that the customer was charged twice, and the payments do not tell \
             which is meant."
        }
        Doubt::Denied => "It was said that no such payment was made, and one was found that fits.",
    }
}
