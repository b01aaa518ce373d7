//! An alert in plain words, for people: the same in mails and on the page. Of a card only brand and
//! last four digits.

mod given_back;
mod left_out;
mod unavailable;

use domain::alert::{Alert, Course, Decider, Did, State};
use domain::basics::card::Card;
use domain::basics::text::foreign::quoted;
use domain::basics::time::Moment;
use domain::network::claim::Kind;
use domain::rules::ruleset::{Action, Truth};
use jiff::Timestamp;

use super::word;

mod ending;
mod evidence;
mod need;
mod refunds;

pub use ending::ending;
pub use evidence::evidence;
pub use need::why;

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
