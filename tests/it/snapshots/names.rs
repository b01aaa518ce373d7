//! Plain names for what is random or sealed.

use std::collections::BTreeMap;

use serde_json::Value;

/// Everything that is random or sealed gets a plain name: `pi_1`, `alrt_1`, `#1` for other long
/// words.
#[derive(Default)]
pub(super) struct Names(BTreeMap<String, String>);

impl Names {
    fn plain(&mut self, text: &str) -> String {
        let word = |c: char| {
            c.is_ascii_alphanumeric() || c == '_' || c == '!' || c == '-' || c == '+' || c == '='
        };
        let mut out = String::new();
        let mut rest = text;
        while let Some(start) = rest.find(word) {
            out.push_str(&rest[..start]);
            let end = rest[start..].find(|c| !word(c)).map_or(rest.len(), |length| start + length);
            out.push_str(&self.word(&rest[start..end]));
            rest = &rest[end..];
        }
        out + rest
    }

    fn word(&mut self, word: &str) -> String {
        let random =
            word.len() > 20 && word.bytes().any(|b| b.is_ascii_digit()) && !word.contains("2026");
        if !random {
            return word.to_owned();
        }
        let prefix = word.split_once('_').map_or("#", |(prefix, _)| prefix).to_owned();
        let count = self.0.values().filter(|name| name.starts_with(&prefix)).count() + 1;
        self.0.entry(word.to_owned()).or_insert_with(|| format!("{prefix}_{count}")).clone()
    }

    pub(super) fn json(&mut self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.plain(text)),
            Value::Array(items) => items.iter().map(|item| self.json(item)).collect(),
            Value::Object(fields) => {
                fields.iter().map(|(name, value)| (name.clone(), self.json(value))).collect()
            }
            other => other.clone(),
        }
    }
}
