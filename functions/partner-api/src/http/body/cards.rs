//! Card numbers in what comes in: refused, by the name of the field that holds one.

use domain::account::enrolment::Fault;
use domain::basics::card::{holds_card_number, without_card_numbers};
use domain::basics::decimal::Decimal;
use flows::problem::{Code, Problem};
use serde_json::Value;

use super::join;

/// What a client is told.
const ADVICE: &str =
    "Send at most the first six or eight and the last four digits; nothing was kept.";

/// Refuses a value with a card number anywhere in it: each field that holds one is named.
pub(crate) fn refuse_card_numbers(value: &Value) -> Result<(), Problem> {
    refused(fields_with_one("", value))
}

/// Refuses a text that holds one, under its field's name.
pub(crate) fn refuse_card_number_in(field: &str, text: &str) -> Result<(), Problem> {
    refused(if holds_card_number(text) { vec![field.to_owned()] } else { Vec::new() })
}

/// Refuses where fields hold one.
pub(crate) fn refused(fields: Vec<String>) -> Result<(), Problem> {
    if fields.is_empty() {
        return Ok(());
    }
    let message = "Looks like a card number: digits of a card issuer, of a card's length, with a \
        valid check digit.";
    let faults = fields
        .into_iter()
        .map(|field| Fault::new(field, Code::CardNumberRefused.as_str(), message))
        .collect();
    Err(Problem::new(Code::CardNumberRefused, ADVICE).of_fields(faults))
}

fn fields_with_one(place: &str, value: &Value) -> Vec<String> {
    match value {
        Value::String(text) if holds_card_number(text) => vec![place.to_owned()],
        Value::Number(number) if holds_card_number(&in_full(&number.to_string())) => {
            vec![place.to_owned()]
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(at, item)| fields_with_one(&format!("{place}[{at}]"), item))
            .collect(),
        Value::Object(fields) => {
            let own = |name: &String, field| {
                let path = join(place, &without_card_numbers(name));
                if holds_card_number(name) { vec![path] } else { fields_with_one(&path, field) }
            };
            fields.iter().flat_map(|(name, field)| own(name, field)).collect()
        }
        _ => Vec::new(),
    }
}

/// A whole number as plain digits, however JSON writes it.
fn in_full(number: &str) -> String {
    Decimal::parse(number)
        .and_then(|number| number.to_integer())
        .map(|number| number.to_string())
        .unwrap_or_default()
}
