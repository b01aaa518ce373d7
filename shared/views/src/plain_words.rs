//! An alert in plain words, for people: the same in mails and on the page. Of a card only the brand
//! and the last four digits appear.

mod given_back;
mod left_out;
mod unavailable;

use domain::alert::{Alert, AlertState, CourseOfAction, DecisionMaker, StepKind};
use domain::basics::card::TruncatedCard;
use domain::basics::text::foreign::quote_words;
use domain::basics::time::ReportedTime;
use domain::network::claim::AlertKind;
use domain::rules::ruleset::{AlertAction, TruthValue};
use jiff::Timestamp;

use super::enum_name;

mod ending;
mod evidence;
mod need;
mod refunds;

pub use ending::describe_ending;
pub use evidence::describe_evidence;
pub use need::describe_need;

/// A fact of an alert, as a line of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertFactLine {
    pub name: &'static str,
    pub value: String,
}

/// Lists the bank's claim, line by line.
#[must_use]
pub fn alert_facts(alert: &Alert) -> Vec<AlertFactLine> {
    let claim = &alert.claim;
    let kind = match claim.kind {
        AlertKind::Fraud => "The issuer confirmed fraud",
        AlertKind::Dispute => "The cardholder disputes the payment",
    };
    let lines = [
        ("Disputed", Some(claim.disputed_amount().to_string())),
        ("On the statement", Some(quote_words(&claim.descriptor))),
        ("Card", describe_card(&claim.card)),
        ("Paid", claim.transacted.map(format_day_or_time)),
        ("Kind", Some(kind.to_owned())),
        ("Reason code", claim.reason_code.as_deref().map(quote_words)),
        ("Bank", claim.issuer.as_deref().map(quote_words)),
        (
            "Reported by",
            Some(format!(
                "{} on {}",
                title_case(claim.network.as_str()),
                format_time(claim.alerted_at)
            )),
        ),
        ("Left out", left_out::describe_unused_fields(&claim.left_out)),
    ];
    lines
        .into_iter()
        .filter_map(|(name, value)| Some(AlertFactLine { name, value: value? }))
        .collect()
}

/// Describes a card.
#[must_use]
pub fn describe_card(card: &TruncatedCard) -> Option<String> {
    let brand = card.brand.map(|brand| title_case(&enum_name(&brand)));
    match (brand, &card.last4) {
        (Some(brand), Some(last4)) => Some(format!("{brand} ending in {last4}")),
        (Some(brand), None) => Some(brand),
        (None, Some(last4)) => Some(format!("ending in {last4}")),
        (None, None) => None,
    }
}

/// Formats a time for people, always in UTC.
#[must_use]
pub fn format_time(at: Timestamp) -> String {
    at.strftime("%-d %B %Y, %H:%M UTC").to_string()
}

/// Formats a moment as precisely as stated.
#[must_use]
pub fn format_day_or_time(moment: ReportedTime) -> String {
    moment.at.map_or_else(|| moment.day.strftime("%-d %B %Y").to_string(), format_time)
}

/// Formats the time left.
#[must_use]
pub fn format_remaining(until: Timestamp, now: Timestamp) -> String {
    let minutes = (until.as_second().saturating_sub(now.as_second())).max(0) / 60;
    let count =
        |count: i64, unit: &str| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
    match (minutes / 60, minutes % 60) {
        (0, minutes) => count(minutes, "minute"),
        (hours, 0) => count(hours, "hour"),
        (hours, minutes) => format!("{} {}", count(hours, "hour"), count(minutes, "minute")),
    }
}

/// Describes the action that a rule would have chosen, had rules been free to act.
#[must_use]
pub fn describe_withheld_action(alert: &Alert) -> Option<String> {
    let AlertState::ActionRequired { decision: Some(decision), .. } = alert.state() else {
        return None;
    };
    let (DecisionMaker::Rule(explained), CourseOfAction::Act { action, .. }) =
        (&decision.by, &decision.course)
    else {
        return None;
    };
    let met = explained.rules.iter().filter(|rule| rule.result == TruthValue::Met);
    let because: Vec<String> = met
        .map(|rule| {
            format!("{} against {}", quote_words(&rule.actual), quote_words(&rule.expected))
        })
        .collect();
    let because =
        if because.is_empty() { String::new() } else { format!(" ({})", because.join("; ")) };
    Some(format!("A rule would have chosen: {}{because}.", describe_action(*action)))
}

/// Describes an action.
#[must_use]
pub const fn describe_action(action: AlertAction) -> &'static str {
    match action {
        AlertAction::Refund => "refund",
        AlertAction::Cancel => "cancel the subscription",
        AlertAction::RefundAndCancel => "refund and cancel the subscription",
        AlertAction::AcceptDispute => "accept the dispute",
        AlertAction::NotFound => "say that there is no such payment",
        AlertAction::NotOurDescriptor => "say that the descriptor is not yours",
    }
}

/// Describes the action under way, if any.
#[must_use]
pub fn describe_action_under_way(alert: &Alert) -> Option<String> {
    let action = alert.action_under_way()?;
    let waits = matches!(alert.state(), AlertState::Refunding { .. });
    let waits =
        if waits { " The processor has the refund and has not confirmed it yet." } else { "" };
    Some(format!("Chosen: {}. It is being done.{waits}", describe_action(action)))
}

/// Describes a step of the history.
#[must_use]
pub const fn describe_step(did: StepKind) -> &'static str {
    match did {
        StepKind::Received => "received",
        StepKind::Matched => "payment found",
        StepKind::RequiredAction => "a person is needed",
        StepKind::Asked => "action asked for",
        StepKind::Decided => "decided",
        StepKind::Refunding => "refund on its way",
        StepKind::Actioned => "done",
        StepKind::Expired => "deadline passed",
        StepKind::Resolved => "the network has the answer",
        StepKind::Retracted => "taken back",
        StepKind::Nudged | StepKind::Announced => "worked on",
        StepKind::Warned => "target time passed",
        StepKind::Noted => "note written",
        StepKind::Erased => "personal data erased",
        StepKind::RefundFailed => "refund did not arrive",
        StepKind::RefundConfirmed => "refund confirmed",
        StepKind::RefundReferenced => "acquirer's reference of the refund known",
        StepKind::NobodyNotified => "no member could be written to",
        StepKind::MembersNotified => "members written to",
    }
}

fn title_case(word: &str) -> String {
    let lower = word.to_lowercase();
    lower
        .chars()
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(lower.chars().skip(1))
        .collect()
}
