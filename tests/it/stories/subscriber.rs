//! Somebody who subscribes to events, and what it hears.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::play::{Failed, Play, text};
use super::words::Words;
use crate::webhooks::receiver::{Received, Receiver};

impl Play {
    /// `subscriber of alert.created alert.updated` asks for events; `subscriber answers 503` from
    /// then on.
    pub async fn subscriber(&mut self, words: &mut Words) -> Result<(), Failed> {
        if words.has("answers") {
            let status = words.next("a status")?.parse().map_err(|_| "a status is a number")?;
            self.subscriber.as_ref().ok_or("nobody subscribes yet")?.answers(status);
            return Ok(());
        }
        if !words.has("of") {
            return Err("say `of` which events, or `answers` what".into());
        }
        let receiver = Receiver::start().await;
        let events: Vec<String> = words.rest().split(' ').map(str::to_owned).collect();
        self.make("/v1/webhook-endpoints/", &json!({ "url": receiver.url, "events": events }))
            .await?;
        self.subscriber = Some(receiver);
        Ok(())
    }

    /// Each event that came, with how often it was sent and taken, in the order of what they tell.
    pub fn heard(&self) -> Vec<String> {
        let mut events: BTreeMap<String, Vec<Received>> = BTreeMap::new();
        for one in self.subscriber.iter().flat_map(Receiver::all) {
            events.entry(one.header("x-idempotency-key").to_owned()).or_default().push(one);
        }
        let mut lines: Vec<(u64, String)> = events.values().map(|tries| told(tries)).collect();
        lines.sort();
        lines.into_iter().map(|(_, line)| line).collect()
    }
}

/// The version that is told, and the event in a line. All tries must be one event.
fn told(tries: &[Received]) -> (u64, String) {
    let first = &tries[0];
    assert!(tries.iter().all(|one| one.bytes == first.bytes), "one id, two events");
    let event = first.json();
    let object = &event["data"]["object"];
    let taken = tries.iter().filter(|one| (200..300).contains(&one.status)).count();
    let refused = tries.len() - taken;
    let sale = object["integration_transaction_id"]
        .as_str()
        .map(|id| format!(" of {id}"))
        .unwrap_or_default();
    let after = if refused == 0 {
        String::new()
    } else {
        format!(", after {}", times(refused, "refusal", "refusals"))
    };
    let outcome = object["transaction_refund_outcome"]
        .as_str()
        .map(|outcome| format!(", {outcome}"))
        .unwrap_or_default();
    let line = format!(
        "{} heard {}{after}: {} {}{outcome}{sale}",
        first.kind(),
        often(taken),
        text(&object["id"]),
        text(&object["status"])
    );
    (version(object), line)
}

fn version(object: &Value) -> u64 {
    object["version"].as_u64().unwrap_or_default()
}

fn often(count: usize) -> String {
    if count == 1 { "once".into() } else { times(count, "time", "times") }
}

fn times(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
