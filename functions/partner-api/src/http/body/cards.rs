//! Card numbers in input: refused, with the names of the fields concerned.

use domain::account::enrolment::FieldError;
use domain::basics::card::{has_card_number, truncate_card_numbers};
use domain::basics::decimal::DecimalNumber;
use flows::problem::{Code, ProblemDetails};
use serde_json::Value;

use super::join_path;

/// The advice to the client.
const ADVICE: &str =
    "Send at most the first six or eight and the last four digits; nothing was kept.";

/// Refuses a value that contains a card number, and names each field concerned.
pub(crate) fn refuse_card_numbers(value: &Value) -> Result<(), ProblemDetails> {
    refuse_fields(fields_with_card_number("", value))
}

/// Refuses a text that contains a card number, and names the field.
pub(crate) fn refuse_card_number_in(field: &str, text: &str) -> Result<(), ProblemDetails> {
    refuse_fields(if has_card_number(text) { vec![field.to_owned()] } else { Vec::new() })
}

/// Refuses the named fields, if any, for their card numbers.
pub(crate) fn refuse_fields(fields: Vec<String>) -> Result<(), ProblemDetails> {
    if fields.is_empty() {
        return Ok(());
    }
    let message = "Looks like a card number: digits of a card issuer, of a card's length, with a \
        valid check digit.";
    let faults = fields
        .into_iter()
        .map(|field| FieldError::new(field, Code::CardNumberRefused.as_str(), message))
        .collect();
    Err(ProblemDetails::new(Code::CardNumberRefused, ADVICE).with_faults(faults))
}

fn fields_with_card_number(place: &str, value: &Value) -> Vec<String> {
    match value {
        Value::String(text) if has_card_number(text) => vec![place.to_owned()],
        Value::Number(number) if has_card_number(&plain_digits(&number.to_string())) => {
            vec![place.to_owned()]
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(at, item)| fields_with_card_number(&format!("{place}[{at}]"), item))
            .collect(),
        Value::Object(fields) => {
            let own = |name: &String, field| {
                let path = join_path(place, &truncate_card_numbers(name));
                if has_card_number(name) {
                    vec![path]
                } else {
                    fields_with_card_number(&path, field)
                }
            };
            fields.iter().flat_map(|(name, field)| own(name, field)).collect()
        }
        _ => Vec::new(),
    }
}

/// Converts a whole number in any JSON notation to plain digits.
fn plain_digits(number: &str) -> String {
    DecimalNumber::parse(number)
        .and_then(|number| number.to_integer())
        .map(|number| number.to_string())
        .unwrap_or_default()
}
