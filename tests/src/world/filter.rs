//! Which writes of the table reach the relay: as the template's filter says, read from the template
//! itself, so that a write that nothing lets through is missed here as it would be on AWS.

use std::path::Path;
use std::sync::OnceLock;

use serde_json::Value;

/// Whether the stream gives this write to the relay.
///
/// # Panics
/// If the template cannot be read.
#[must_use]
pub fn reaches_relay(write: &Value) -> bool {
    static PATTERNS: OnceLock<Vec<Value>> = OnceLock::new();
    PATTERNS.get_or_init(patterns).iter().any(|pattern| fits(pattern, write))
}

fn patterns() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/template.yaml");
    let template = std::fs::read_to_string(path).expect("the template");
    let source = template.split("\n  QueueRelaySource:").nth(1).expect("the relay's source");
    let source = source.split("\n\n").next().unwrap_or(source);
    let patterns = source
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- Pattern: '")?.strip_suffix('\''));
    patterns.map(|pattern| serde_json::from_str(pattern).expect("a pattern is JSON")).collect()
}

/// As Lambda reads a pattern: every field that it names is there, and is one of its values.
fn fits(pattern: &Value, event: &Value) -> bool {
    match pattern {
        Value::Object(fields) => {
            fields.iter().all(|(name, wanted)| fits(wanted, &event[name.as_str()]))
        }
        Value::Array(wanted) => wanted.iter().any(|one| match one["prefix"].as_str() {
            Some(prefix) => event.as_str().is_some_and(|text| text.starts_with(prefix)),
            None => one == event,
        }),
        _ => false,
    }
}
