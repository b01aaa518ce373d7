//! What differs from run to run, in one form: ids in the order in which they come, secrets without
//! their bits, addresses without their ports.

use std::collections::BTreeMap;

use domain::basics::id::KeyId;
use serde_json::Value;

/// How ids of ours end.
const ID_LENGTH: usize = 26;
/// Ids of the simulators.
const FOREIGN: [&str; 7] = ["pi", "re", "ch", "sub", "cus", "pm", "refund"];

/// Ids that were met, and what is written in their place.
#[derive(Default)]
pub struct Alike(BTreeMap<String, String>);

impl Alike {
    /// A value in the form.
    pub fn value(&mut self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(fields) => {
                fields.iter().map(|(name, field)| (name.clone(), self.field(name, field))).collect()
            }
            other => other.clone(),
        }
    }

    fn field(&mut self, name: &str, value: &Value) -> Value {
        match (name, value) {
            ("secret", Value::String(secret)) => Value::String(blanked(secret)),
            ("vendor_alert_id", Value::String(id)) if id.starts_with("SIM") => {
                Value::String(format!("SIM{}", "0".repeat(22)))
            }
            ("next_cursor", Value::String(_)) => {
                Value::String("ODMxZTNkYTYyMDI2LTAyLTE3VDEwOjAwOjM2LjAwMFo".into())
            }
            ("request_id" | "customer_hash", Value::String(_)) => {
                Value::String("0123456789abcdef".repeat(2))
            }
            ("prefix", Value::String(prefix)) => {
                Value::String(format!("{}5b1f0e", &prefix[..prefix.len().min(9)]))
            }
            _ => self.value(value),
        }
    }

    /// A text in the form.
    pub fn text(&mut self, text: &str) -> String {
        let mut whole = String::new();
        let mut rest = text;
        while let Some(start) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
            whole.push_str(&rest[..start]);
            let word = rest[start..]
                .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .next()
                .unwrap_or_default();
            whole.push_str(&self.word(word));
            rest = &rest[start + word.len()..];
        }
        whole.push_str(rest);
        without_port(&whole)
    }

    fn word(&mut self, word: &str) -> String {
        let Some((prefix, end)) = word.rsplit_once('_') else { return word.to_owned() };
        let ours = end.len() == ID_LENGTH && !prefix.contains('_');
        let theirs = FOREIGN.contains(&prefix) && end.len() >= 14;
        if !ours && !theirs {
            return word.to_owned();
        }
        let number = self.0.keys().filter(|known| known.starts_with(&format!("{prefix}_"))).count();
        let other = KeyId::derived(&[prefix, &number.to_string()]).to_string();
        let other = format!("{prefix}_{}", other.trim_start_matches(KeyId::PREFIX));
        self.0.entry(word.to_owned()).or_insert(other).clone()
    }
}

/// A secret's beginning, which says what it is.
fn blanked(secret: &str) -> String {
    let begins = ["fsk_live_", "fsk_test_", "whsec_"]
        .into_iter()
        .find(|begins| secret.starts_with(begins))
        .unwrap_or_default();
    format!("{begins}{}", "0123456789abcdef".repeat(2))
}

fn without_port(text: &str) -> String {
    let Some((before, after)) = text.split_once("http://127.0.0.1:") else {
        return text.to_owned();
    };
    format!("{before}https://example.com{}", after.trim_start_matches(|c: char| c.is_ascii_digit()))
}
