//! Masks card numbers in a payload of any form before the payload is stored.

use domain::basics::card::{TruncatedCard, has_card_number, truncate_card_numbers};
use domain::basics::decimal::DecimalNumber;
use serde_json::value::RawValue;

use super::bytes::unescape_json;
use super::members::parse_members;

/// The deepest nesting of an alert; deeper values are dropped.
const DEPTH: u8 = 8;

/// Truncates every card number in the text: by field name in any form, elsewhere by the form of a
/// card number.
pub(super) fn mask_card_numbers(text: &str) -> String {
    match serde_json::from_str::<&RawValue>(text) {
        Ok(json) => mask_value("", json, DEPTH),
        Err(_) => mask_pieces(text),
    }
}

/// Masks fragments of JSON, in which escapes may hide the characters of a card number.
fn mask_pieces(text: &str) -> String {
    let plain = unescape_json(text);
    truncate_card_numbers(if has_card_number(&plain) { &plain } else { text })
}

/// Checks whether a field of this name (letters only, lower case) holds a whole card number.
pub(super) fn is_card_number_name(name: &str) -> bool {
    matches!(
        name,
        "cardnumber" | "pan" | "accountnumber" | "cardaccountnumber" | "primaryaccountnumber"
    )
}

/// Returns a name in lower case, letters and digits only.
pub(super) fn fold_name(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

fn mask_value(name: &str, json: &RawValue, depth: u8) -> String {
    let text = json.get();
    match (text.as_bytes().first(), depth) {
        (Some(b'{' | b'['), 0) => "\"...\"".to_owned(),
        (Some(b'{'), _) => mask_object(text, depth),
        (Some(b'['), _) => {
            let items: Vec<&RawValue> = serde_json::from_str(text).unwrap_or_default();
            let items: Vec<String> =
                items.iter().map(|item| mask_value(name, item, depth - 1)).collect();
            format!("[{}]", items.join(","))
        }
        (Some(b'"'), _) => to_json_string(&mask_text(
            name,
            &serde_json::from_str::<String>(text).unwrap_or_default(),
        )),
        _ => {
            let masked = mask_text(name, text);
            if masked == text { masked } else { to_json_string(&masked) }
        }
    }
}

fn mask_object(text: &str, depth: u8) -> String {
    let member = |name: &str, json: &RawValue| {
        format!(
            "{}:{}",
            to_json_string(&truncate_card_numbers(name)),
            mask_value(&fold_name(name), json, depth - 1)
        )
    };
    let members: Vec<String> = parse_members(text)
        .unwrap_or_default()
        .iter()
        .map(|(name, json)| member(name, json))
        .collect();
    format!("{{{}}}", members.join(","))
}

fn mask_text(name: &str, text: &str) -> String {
    if !is_card_number_name(name) || text == "null" {
        return if is_measure(text) {
            text.to_owned()
        } else {
            truncate_card_numbers(&to_full_digits(text))
        };
    }
    let card = TruncatedCard::from_number(&to_full_digits(text));
    format!("{}******{}", card.bin.unwrap_or_default(), card.last4.unwrap_or_default())
}

/// Checks whether the text is a number with a fraction, such as an amount: its digits are never a
/// card number.
pub(super) fn is_measure(text: &str) -> bool {
    let whole = |number: &DecimalNumber| number.to_scaled_integer(0).map(|whole| whole.to_string());
    let is_fraction = |number: &DecimalNumber| {
        number.to_integer().is_none() && whole(number).is_some_and(|whole| whole.len() < 12)
    };
    text.contains('.') && DecimalNumber::parse(text).is_some_and(|number| is_fraction(&number))
}

/// Returns a whole number in exponent or decimal notation as plain digits: such a number may hide a
/// card number.
fn to_full_digits(text: &str) -> String {
    let is_short = text.contains(['e', 'E', '.']);
    let number =
        DecimalNumber::parse(text).filter(|_| is_short).and_then(|number| number.to_integer());
    let digits = number.map(|number| number.to_string()).filter(|digits| digits.len() >= 12);
    digits.unwrap_or_else(|| text.to_owned())
}

fn to_json_string(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}
