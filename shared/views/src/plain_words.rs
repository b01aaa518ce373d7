//! An alert in plain words, for people: the same in mails and on the page. Of a card only brand and
//! last four digits.

mod given_back;
mod left_out;
mod unavailable;

use domain::alert::{
    Alert, Answer, Cancellation, Course, Decider, Decision, Did, Need, Settled, State,
};
use domain::basics::card::Card;
use domain::basics::text::foreign::quoted;
use domain::basics::time::Moment;
use domain::matching::{Doubt, Invalid};
use domain::network::claim::Kind;
use domain::network::outcome::Outcome;
use domain::rules::ruleset::{Action, Truth};
use jiff::Timestamp;

use super::word;

mod evidence;
mod refunds;

pub use evidence::evidence;

use refunds::{failed_refund, given_back};

/// One line of what is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub name: &'static str,
    pub value: String,
}

/// What the bank says, line by line.
#[must_use]
pub fn facts(alert: &Alert) -> Vec<Fact> {
    let claim = &alert.claim;
    let kind = match claim.kind {
        Kind::Fraud => "The issuer confirmed fraud",
        Kind::Dispute => "The cardholder disputes the payment",
    };
    let lines = [
        ("Disputed", Some(claim.disputed().to_string())),
        ("On the statement", Some(quoted(&claim.descriptor))),
        ("Card", card(&claim.card)),
        ("Paid", claim.transacted.map(day_or_time)),
        ("Kind", Some(kind.to_owned())),
        ("Reason code", claim.reason_code.as_deref().map(quoted)),
        ("Bank", claim.issuer.as_deref().map(quoted)),
        (
            "Reported by",
            Some(format!("{} on {}", title(claim.network.as_str()), time(claim.alerted_at))),
        ),
        ("Left out", left_out::words(&claim.left_out)),
    ];
    lines.into_iter().filter_map(|(name, value)| Some(Fact { name, value: value? })).collect()
}

/// A card as people name it.
#[must_use]
pub fn card(card: &Card) -> Option<String> {
    let brand = card.brand.map(|brand| title(&word(&brand)));
    match (brand, &card.last4) {
        (Some(brand), Some(last4)) => Some(format!("{brand} ending in {last4}")),
        (Some(brand), None) => Some(brand),
        (None, Some(last4)) => Some(format!("ending in {last4}")),
        (None, None) => None,
    }
}

/// A time as people write it, always in UTC.
#[must_use]
pub fn time(at: Timestamp) -> String {
    at.strftime("%-d %B %Y, %H:%M UTC").to_string()
}

/// A moment as exactly as it is known.
#[must_use]
pub fn day_or_time(moment: Moment) -> String {
    moment.at.map_or_else(|| moment.day.strftime("%-d %B %Y").to_string(), time)
}

/// How long there still is.
#[must_use]
pub fn remaining(until: Timestamp, now: Timestamp) -> String {
    let minutes = (until.as_second().saturating_sub(now.as_second())).max(0) / 60;
    let count =
        |count: i64, unit: &str| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
    match (minutes / 60, minutes % 60) {
        (0, minutes) => count(minutes, "minute"),
        (hours, 0) => count(hours, "hour"),
        (hours, minutes) => format!("{} {}", count(hours, "hour"), count(minutes, "minute")),
    }
}

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
        Need::CredentialsRefused { .. } => {
            "Your processor does not accept the key that we have, so nothing was done. Give a new \
             key; then it goes on by itself."
                .into()
        }
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

/// What a rule would have done, had rules been free to act.
#[must_use]
pub fn would_have(alert: &Alert) -> Option<String> {
    let State::ActionRequired { decision: Some(decision), .. } = alert.state() else { return None };
    let (Decider::Rule(explained), Course::Act { action, .. }) = (&decision.by, &decision.course)
    else {
        return None;
    };
    let met = explained.rules.iter().filter(|rule| rule.result == Truth::Met);
    let because: Vec<String> = met
        .map(|rule| format!("{} against {}", quoted(&rule.actual), quoted(&rule.expected)))
        .collect();
    let because =
        if because.is_empty() { String::new() } else { format!(" ({})", because.join("; ")) };
    Some(format!("A rule would have chosen: {}{because}.", action_words(*action)))
}

/// An action as people say it.
#[must_use]
pub const fn action_words(action: Action) -> &'static str {
    match action {
        Action::Refund => "refund",
        Action::Cancel => "cancel the subscription",
        Action::RefundAndCancel => "refund and cancel the subscription",
        Action::AcceptDispute => "accept the dispute",
        Action::NotFound => "say that there is no such payment",
        Action::NotOurDescriptor => "say that the descriptor is not yours",
    }
}

/// What is being done, while it is.
#[must_use]
pub fn under_way(alert: &Alert) -> Option<String> {
    let action = alert.action_under_way()?;
    let waits = matches!(alert.state(), State::Refunding { .. });
    let waits =
        if waits { " The processor has the refund and has not confirmed it yet." } else { "" };
    Some(format!("Chosen: {}. It is being done.{waits}", action_words(action)))
}

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

/// A step of the history as people say it.
#[must_use]
pub const fn did(did: Did) -> &'static str {
    match did {
        Did::Received => "received",
        Did::Matched => "payment found",
        Did::RequiredAction => "a person is needed",
        Did::Asked => "action asked for",
        Did::Decided => "decided",
        Did::Refunding => "refund on its way",
        Did::Actioned => "done",
        Did::Expired => "deadline passed",
        Did::Resolved => "the network has the answer",
        Did::Retracted => "taken back",
        Did::Nudged | Did::Announced => "worked on",
        Did::Warned => "target time passed",
        Did::Noted => "note written",
        Did::Erased => "personal data erased",
        Did::RefundFailed => "refund did not arrive",
        Did::RefundConfirmed => "refund confirmed",
        Did::RefundReferenced => "acquirer's reference of the refund known",
        Did::NobodyNotified => "no member could be written to",
        Did::MembersNotified => "members written to",
    }
}

fn title(word: &str) -> String {
    let lower = word.to_lowercase();
    lower
        .chars()
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(lower.chars().skip(1))
        .collect()
}
