//! The unused fields of an alert, in plain words.

use domain::basics::text::foreign::{defuse_links, quote_words};
use domain::network::claim::UnusedField;

/// Describes the further fields of the bank that could not be used.
pub(super) fn describe_unused_fields(fields: &[UnusedField]) -> Option<String> {
    let value = |value: &String| format!(" {}", quote_words(value));
    let told = |field: &UnusedField| {
        let value =
            field.value.as_ref().filter(|value| !value.is_empty()).map(value).unwrap_or_default();
        format!("{}{value} {}", defuse_links(&field.field), field.reason.as_phrase())
    };
    (!fields.is_empty()).then(|| fields.iter().map(told).collect::<Vec<_>>().join("; "))
}
