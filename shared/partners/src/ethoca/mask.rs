//! A payload as it may be kept: whatever it is, without a card number.

use std::collections::BTreeMap;

use domain::card::{Card, without_card_numbers};
use serde_json::value::RawValue;

/// No alert nests deeper; what does is left out.
const DEPTH: u8 = 8;

/// The text with every card number truncated: by its field's name whatever it looks like, elsewhere by its look.
pub(super) fn masked(body: &[u8]) -> String {
    match serde_json::from_slice::<Box<RawValue>>(body) {
        Ok(json) => value("", &json, DEPTH),
        Err(_) => without_card_numbers(&String::from_utf8_lossy(body)),
    }
}

/// Whether a field of this name (letters only, lower case) holds a whole card number.
pub(super) fn names_card_number(name: &str) -> bool {
    matches!(name, "cardnumber" | "pan" | "accountnumber" | "cardaccountnumber" | "primaryaccountnumber")
}

/// A name in lower case, letters and digits only.
pub(super) fn folded(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

fn value(name: &str, json: &RawValue, depth: u8) -> String {
    let text = json.get();
    match (text.as_bytes().first(), depth) {
        (Some(b'{' | b'['), 0) => "\"...\"".to_owned(),
        (Some(b'{'), _) => object(text, depth),
        (Some(b'['), _) => {
            let items: Vec<Box<RawValue>> = serde_json::from_str(text).unwrap_or_default();
            let items: Vec<String> = items.iter().map(|item| value(name, item, depth - 1)).collect();
            format!("[{}]", items.join(","))
        }
        (Some(b'"'), _) => quoted(&kept(name, &serde_json::from_str::<String>(text).unwrap_or_default())),
        _ => {
            let masked = kept(name, text);
            if masked == text { masked } else { quoted(&masked) }
        }
    }
}

fn object(text: &str, depth: u8) -> String {
    let members: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text).unwrap_or_default();
    let member = |name: &str, json: &RawValue| format!("{}:{}", quoted(&without_card_numbers(name)), value(&folded(name), json, depth - 1));
    let members: Vec<String> = members.iter().map(|(name, json)| member(name, json)).collect();
    format!("{{{}}}", members.join(","))
}

fn kept(name: &str, text: &str) -> String {
    if !names_card_number(name) || text == "null" {
        return without_card_numbers(text);
    }
    let card = Card::truncated(text);
    format!("{}******{}", card.bin.unwrap_or_default(), card.last4.unwrap_or_default())
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}
