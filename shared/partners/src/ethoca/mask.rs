//! A payload as it may be kept: whatever it is, without a card number.

use domain::basics::card::{Card, holds_card_number, without_card_numbers};
use domain::basics::decimal::Decimal;
use serde_json::value::RawValue;

use super::bytes::unescaped;
use super::members::members;

/// No alert nests deeper; what does is left out.
const DEPTH: u8 = 8;

/// The text with every card number truncated: by its field's name whatever it looks like, elsewhere
/// by its look.
pub(super) fn masked(text: &str) -> String {
    match serde_json::from_str::<&RawValue>(text) {
        Ok(json) => value("", json, DEPTH),
        Err(_) => masked_pieces(text),
    }
}

/// Pieces of JSON, in which escapes may stand for what a card number is written with.
fn masked_pieces(text: &str) -> String {
    let plain = unescaped(text);
    without_card_numbers(if holds_card_number(&plain) { &plain } else { text })
}

/// Whether a field of this name (letters only, lower case) holds a whole card number.
pub(super) fn names_card_number(name: &str) -> bool {
    matches!(
        name,
        "cardnumber" | "pan" | "accountnumber" | "cardaccountnumber" | "primaryaccountnumber"
    )
}

/// A name in lower case, letters and digits only.
pub(super) fn folded(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

fn value(name: &str, json: &RawValue, depth: u8) -> String {
    let text = json.get();
    match (text.as_bytes().first(), depth) {
        (Some(b'{' | b'['), 0) => "\"...\"".to_owned(),
        (Some(b'{'), _) => object(text, depth),
        (Some(b'['), _) => {
            let items: Vec<&RawValue> = serde_json::from_str(text).unwrap_or_default();
            let items: Vec<String> =
                items.iter().map(|item| value(name, item, depth - 1)).collect();
            format!("[{}]", items.join(","))
        }
        (Some(b'"'), _) => {
            quoted(&kept(name, &serde_json::from_str::<String>(text).unwrap_or_default()))
        }
        _ => {
            let masked = kept(name, text);
            if masked == text { masked } else { quoted(&masked) }
        }
    }
}

fn object(text: &str, depth: u8) -> String {
    let member = |name: &str, json: &RawValue| {
        format!("{}:{}", quoted(&without_card_numbers(name)), value(&folded(name), json, depth - 1))
    };
    let members: Vec<String> =
        members(text).unwrap_or_default().iter().map(|(name, json)| member(name, json)).collect();
    format!("{{{}}}", members.join(","))
}

fn kept(name: &str, text: &str) -> String {
    if !names_card_number(name) || text == "null" {
        return if is_measure(text) {
            text.to_owned()
        } else {
            without_card_numbers(&in_full(text))
        };
    }
    let card = Card::truncated(&in_full(text));
    format!("{}******{}", card.bin.unwrap_or_default(), card.last4.unwrap_or_default())
}

/// Whether the text is a number with a fraction, such as an amount: its digits are no card's,
/// however they fall.
pub(super) fn is_measure(text: &str) -> bool {
    let whole = |number: &Decimal| number.cut_after(0).map(|whole| whole.to_string());
    let is_fraction = |number: &Decimal| {
        number.to_integer().is_none() && whole(number).is_some_and(|whole| whole.len() < 12)
    };
    text.contains('.') && Decimal::parse(text).is_some_and(|number| is_fraction(&number))
}

/// A whole number that is written with an exponent or a point, as plain digits: a card number may
/// hide in it.
fn in_full(text: &str) -> String {
    let is_short = text.contains(['e', 'E', '.']);
    let number = Decimal::parse(text).filter(|_| is_short).and_then(|number| number.to_integer());
    let digits = number.map(|number| number.to_string()).filter(|digits| digits.len() >= 12);
    digits.unwrap_or_else(|| text.to_owned())
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}
