//! A queue's attributes: settings as text, and how many messages it holds.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::wire::{Refusal, Request};
use crate::aws::queues::{QueueSettings, Queues};
use crate::aws::transport::{ACCOUNT, REGION};

/// Makes a queue; making the same one again is no error.
pub(super) fn create(queues: &Queues, request: &Request) -> Result<Value, Refusal> {
    let name = &request.queue_name;
    let wanted = changed(queues, QueueSettings::default(), &request.attributes)?;
    if queues.settings(name).is_some_and(|existing| existing != wanted) {
        let text =
            "A queue already exists with the same name and a different value for an attribute";
        return Err(Refusal::named("QueueNameExists", "QueueAlreadyExists", text));
    }
    queues.declare(name, &wanted);
    Ok(json!({ "QueueUrl": url(name) }))
}

/// Settings after some attributes were set.
pub(super) fn changed(
    queues: &Queues,
    mut settings: QueueSettings,
    wanted: &BTreeMap<String, String>,
) -> Result<QueueSettings, Refusal> {
    for (name, value) in wanted {
        let seconds = || {
            value
                .parse()
                .map(|seconds: i64| seconds * 1000)
                .map_err(|_| Refusal::invalid(name.clone()))
        };
        match name.as_str() {
            "VisibilityTimeout" => settings.visibility_ms = seconds()?,
            "DelaySeconds" => settings.delay_ms = seconds()?,
            "MessageRetentionPeriod" => settings.retention_ms = seconds()?,
            "RedrivePolicy" => settings.redrive = redrive(queues, value)?,
            _ => {}
        }
    }
    Ok(settings)
}

fn redrive(queues: &Queues, policy: &str) -> Result<Option<(String, u32)>, Refusal> {
    if policy.is_empty() {
        return Ok(None);
    }
    let wrong =
        || Refusal::invalid(format!("Value {policy} for parameter RedrivePolicy is invalid."));
    let policy: Value = serde_json::from_str(policy).map_err(|_| wrong())?;
    let target = policy["deadLetterTargetArn"]
        .as_str()
        .and_then(|arn| arn.rsplit(':').next())
        .ok_or_else(wrong)?;
    let times = &policy["maxReceiveCount"];
    let times = times.as_str().map_or_else(|| times.as_u64(), |times| times.parse().ok());
    let times = times.and_then(|times| u32::try_from(times).ok()).ok_or_else(wrong)?;
    queues
        .settings(target)
        .ok_or_else(|| Refusal::invalid("Dead letter target does not exist."))?;
    Ok(Some((target.to_owned(), times)))
}

/// The attributes that were asked for.
pub(super) fn attributes(
    queues: &Queues,
    name: &str,
    settings: &QueueSettings,
    request: &Request,
) -> Map<String, Value> {
    let depth = queues.depth(name);
    let redrive = settings.redrive.as_ref().map(|(target, times)| {
        json!({ "deadLetterTargetArn": arn(target), "maxReceiveCount": times }).to_string()
    });
    let all = [
        ("QueueArn", Some(arn(name))),
        ("ApproximateNumberOfMessages", Some(depth.visible.to_string())),
        ("ApproximateNumberOfMessagesNotVisible", Some(depth.in_flight.to_string())),
        ("ApproximateNumberOfMessagesDelayed", Some(depth.delayed.to_string())),
        ("VisibilityTimeout", Some((settings.visibility_ms / 1000).to_string())),
        ("DelaySeconds", Some((settings.delay_ms / 1000).to_string())),
        ("MessageRetentionPeriod", Some((settings.retention_ms / 1000).to_string())),
        ("RedrivePolicy", redrive),
    ];
    asked(all, &request.attribute_names)
}

/// Those of all attributes that were asked for and have a value.
pub(super) fn asked<const N: usize>(
    all: [(&str, Option<String>); N],
    names: &BTreeSet<String>,
) -> Map<String, Value> {
    let wanted = all.into_iter().filter(|(name, _)| is_asked(name, names));
    wanted.filter_map(|(name, value)| Some((name.to_owned(), json!(value?)))).collect()
}

/// Whether an attribute was asked for.
pub(super) fn is_asked(name: &str, names: &BTreeSet<String>) -> bool {
    names.contains(name) || names.contains("All")
}

/// A queue's URL.
pub(super) fn url(name: &str) -> String {
    format!("https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}")
}

fn arn(name: &str) -> String {
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}")
}
