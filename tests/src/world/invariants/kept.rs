//! What is kept: alerts that replay, and no card number.

use domain::alert::history::StepEvidence;
use domain::alert::{Alert, HistoryStep, StepKind};
use domain::basics::card::has_card_number;
use serde_json::Value;

use super::Seen;
use crate::world::{STAGES, canary, logs, queue_name};

pub(super) fn resolved_stays(seen: &Seen) -> Vec<String> {
    let is_fate = |did| {
        matches!(
            did,
            StepKind::RefundFailed | StepKind::RefundConfirmed | StepKind::RefundReferenced
        )
    };
    let changed = |alert: &&Alert| {
        let after = alert.history.iter().skip_while(|step| step.did != StepKind::Resolved).skip(1);
        after.into_iter().any(|step| {
            !matches!(step.did, StepKind::Retracted | StepKind::Noted | StepKind::Erased)
                && !is_fate(step.did)
        })
    };
    let went_on = seen.alerts.iter().filter(|alert| changed(alert) || answers_otherwise(alert));
    went_on
        .map(|alert| format!("{} went on after it was resolved: {}", alert.id, told(alert)))
        .collect()
}

/// Whether what the network was told, and what it said to that, is another than when the alert was
/// resolved.
fn answers_otherwise(alert: &Alert) -> bool {
    alert.history.iter().filter_map(|step| step.proof.as_deref()).any(|proof| match proof {
        StepEvidence::Answer { answer, outcome } => {
            Some(answer) != alert.answer_result()
                || Some(outcome) != alert.settlement().map(|done| &done.outcome)
        }
        _ => false,
    })
}

pub(super) fn history_replays(seen: &Seen) -> Vec<String> {
    seen.alerts
        .iter()
        .filter(|alert| !replays(alert))
        .map(|alert| {
            format!("{} is {:?} after {}", alert.id, alert.state().step_kind(), told(alert))
        })
        .collect()
}

/// Each step is one that the state before it allows, each version is one write, and the last state
/// is the alert's.
fn replays(alert: &Alert) -> bool {
    let steps = &alert.history;
    let begins =
        steps.first().is_some_and(|first| first.did == StepKind::Received && first.version == 1);
    let ends = steps
        .last()
        .is_some_and(|last| last.version == alert.version && last.at == alert.updated_at);
    let ordered = steps
        .windows(2)
        .all(|pair| pair[0].at <= pair[1].at && is_next_version(&pair[0], &pair[1]));
    let state =
        steps.iter().skip(1).try_fold(StepKind::Received, |state, step| next(state, step.did));
    begins && ends && ordered && state == Some(alert.state().step_kind())
}

/// Nudges in a row are kept as one step.
fn is_next_version(before: &HistoryStep, after: &HistoryStep) -> bool {
    after.version == before.version + 1
        || (after.did == StepKind::Nudged && after.version > before.version)
}

/// The state after a step, if the state before allows it.
fn next(state: StepKind, step: StepKind) -> Option<StepKind> {
    use StepKind::{
        Actioned, Announced, Asked, Decided, Erased, Expired, Matched, MembersNotified,
        NobodyNotified, Noted, Nudged, Received, RefundConfirmed, RefundFailed, RefundReferenced,
        Refunding, RequiredAction, Resolved, Retracted, Warned,
    };
    let from: &[StepKind] = match step {
        Nudged | Warned | Noted | Announced | Erased => return Some(state),
        RefundFailed | RefundConfirmed | RefundReferenced => {
            return matches!(state, Actioned | Expired | Resolved | Retracted).then_some(state);
        }
        NobodyNotified | MembersNotified => return (state == RequiredAction).then_some(state),
        Asked => return matches!(state, Received | Matched).then_some(state),
        Received => &[RequiredAction],
        Matched => &[Received, RequiredAction],
        RequiredAction => &[Received, Matched, RequiredAction, Decided, Refunding, Actioned],
        Decided => &[Received, Matched, RequiredAction, Decided, Refunding, Actioned, Expired],
        Expired => &[Received, Matched, RequiredAction, Decided, Refunding],
        Refunding => &[Decided],
        Actioned => &[Decided, Refunding, RequiredAction],
        Resolved => &[Decided, Actioned, Expired],
        Retracted => &[Received, Matched, RequiredAction, Decided, Actioned, Expired, Resolved],
    };
    from.contains(&state).then_some(step)
}

pub(super) fn no_card_number(seen: &Seen) -> Vec<String> {
    let queues = STAGES.into_iter().flat_map(|stage| {
        [queue_name(stage).to_owned(), format!("{}-dead-letters", queue_name(stage))]
    });
    let messages = queues
        .flat_map(|queue| seen.world.aws.queues().messages(&queue))
        .map(|message| ("a message", canary::read(&message.body)));
    let items = seen
        .items
        .iter()
        .filter_map(|item| serde_dynamo::from_item::<_, Value>(item.clone()).ok())
        .map(|item| ("an item", item));
    let mails = seen
        .world
        .aws
        .mailbox()
        .all()
        .into_iter()
        .filter_map(|mail| serde_json::to_value(mail).ok())
        .map(|mail| ("a mail", mail));
    let logs = logs::leaks().into_iter().map(|line| ("the log", line));
    let is_held =
        |value: &Value| canary::texts(value).iter().any(|text| has_card_number(&readable(text)));
    let held = items
        .chain(messages)
        .chain(mails)
        .filter(|(_, value)| is_held(value))
        .map(|(place, value)| (place, value.to_string()));
    held.chain(logs)
        .map(|(place, text)| {
            format!("{place} holds one: {}", domain::basics::card::truncate_card_numbers(&text))
        })
        .collect()
}

/// The text without its hashes and random ids: of so many of their digits some pass for a card
/// number by chance.
fn readable(text: &str) -> String {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let is_random =
        |word: &&str| word.len() >= 24 && word.bytes().any(|byte| byte.is_ascii_alphabetic());
    let mut readable = text.to_owned();
    for word in text.split(|letter| !is_part(letter)).filter(is_random) {
        readable = readable.replace(word, "-");
    }
    readable
}

fn told(alert: &Alert) -> String {
    alert
        .history
        .iter()
        .map(|step| format!("{} {:?}", step.version, step.did))
        .collect::<Vec<_>>()
        .join(", ")
}
