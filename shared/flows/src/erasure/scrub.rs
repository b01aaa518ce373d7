//! The removal of an address from a record. Every text is searched, in any field.

use domain::basics::email::{erase_email as without_mention, normalise_email};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The field that contains only the address. An erasure removes the whole field.
const ADDRESS: &str = "customer_email";

/// Returns the record without the address, or `None` if the record does not mention the address.
/// The `spared` fields stay unchanged.
pub(super) fn without_address<T: Serialize + DeserializeOwned>(
    thing: &T,
    email: &str,
    spared: &[&str],
) -> Result<Option<T>, serde_json::Error> {
    let mut value = serde_json::to_value(thing)?;
    if scrub_value(&mut value, email, spared) {
        serde_json::from_value(value).map(Some)
    } else {
        Ok(None)
    }
}

/// Checks whether the record mentions the address.
pub(super) fn mentions_address(
    thing: &impl Serialize,
    email: &str,
    spared: &[&str],
) -> Result<bool, serde_json::Error> {
    Ok(scrub_value(&mut serde_json::to_value(thing)?, email, spared))
}

/// Erases the address from a JSON value, and returns whether the value has changed.
fn scrub_value(value: &mut Value, email: &str, spared: &[&str]) -> bool {
    match value {
        Value::String(text) => without_mention(text, email).is_some_and(|clean| {
            *text = clean;
            true
        }),
        Value::Array(items) => scrub_all(items.iter_mut(), email, spared),
        Value::Object(fields) => {
            let is_it = |value: &Value| {
                value.as_str().is_some_and(|own| normalise_email(own) == normalise_email(email))
            };
            let known = fields.get(ADDRESS).is_some_and(is_it);
            if known {
                fields.remove(ADDRESS);
            }
            let rest = fields.iter_mut().filter(|(name, _)| !spared.contains(&name.as_str()));
            scrub_all(rest.map(|(_, field)| field), email, spared) || known
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn scrub_all<'a>(
    values: impl Iterator<Item = &'a mut Value>,
    email: &str,
    spared: &[&str],
) -> bool {
    let mut found = false;
    for value in values {
        found |= scrub_value(value, email, spared);
    }
    found
}

#[cfg(test)]
mod tests {
    use domain::basics::email::ERASED;
    use serde_json::json;

    use super::*;

    #[test]
    fn every_text_is_looked_at_but_references() {
        let thing = json!({
            "customer_email": " Casey@Example.com", "reference_id": "casey@example.com",
            "minor": 4900,
            "items": [{ "name": "For CASEY@example.com" }, { "name": "Mug" }]
        });
        let clean: Value = without_address(&thing, "casey@example.com", &["reference_id"])
            .expect("JSON")
            .expect("it was there");
        let expected = json!({
            "reference_id": "casey@example.com", "minor": 4900,
            "items": [{ "name": format!("For {ERASED}") }, { "name": "Mug" }]
        });
        assert_eq!(clean, expected);
        assert_eq!(
            without_address(&clean, "casey@example.com", &["reference_id"]).expect("JSON"),
            None
        );
        assert_eq!(without_address(&thing, "mary@example.com", &[]).expect("JSON"), None);
    }
}
