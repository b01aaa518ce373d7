//! What an alert tells and nobody can use, in words.

use domain::basics::text::foreign::{folded, quoted};
use domain::network::claim::LeftOut;

/// What the bank told besides and could not be used.
pub(super) fn words(fields: &[LeftOut]) -> Option<String> {
    let value = |value: &String| format!(" {}", quoted(value));
    let told = |field: &LeftOut| {
        let value =
            field.value.as_ref().filter(|value| !value.is_empty()).map(value).unwrap_or_default();
        format!("{}{value} {}", folded(&field.field), field.reason.words())
    };
    (!fields.is_empty()).then(|| fields.iter().map(told).collect::<Vec<_>>().join("; "))
}
