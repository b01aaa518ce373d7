//! A tolerant reader of a JSON object: names in any case, numbers or text, blank values as absent.
//! Numbers stay text. Each unusable field is noted.

use std::collections::BTreeMap;

use domain::basics::card::{has_card_number, truncate_card_numbers};
use domain::basics::decimal::DecimalNumber;
use domain::basics::money::{self, Money};
use domain::network::claim::{UnusedField, UnusedFieldReason};
use serde_json::value::RawValue;

use super::mask::{fold_name, is_measure};
use super::members::parse_members;

/// The longest value of a field, in characters; a longer value is cut.
const LONGEST: usize = 255;
/// The placeholders by which systems mark an absent value.
const NOTHING: [&str; 9] =
    ["na", "none", "null", "nil", "unknown", "notavailable", "notapplicable", "undefined", "tbd"];

/// The fields of an object by folded name, and the notes about unused fields.
pub(super) struct EthocaFields<'a> {
    values: BTreeMap<String, Vec<(String, &'a RawValue)>>,
    left_out: Vec<UnusedField>,
}

/// The value of a field, with the field's original name.
struct FieldReading {
    name: String,
    text: Result<String, UnusedFieldReason>,
}

impl<'a> EthocaFields<'a> {
    pub fn from_json(json: &'a str) -> Option<Self> {
        let mut values = BTreeMap::<String, Vec<(String, &RawValue)>>::new();
        for (name, value) in parse_members(json).ok()? {
            values.entry(fold_name(&name)).or_default().push((name, value));
        }
        Some(Self { values, left_out: Vec::new() })
    }

    /// Returns the notes about unused fields.
    pub fn into_left_out(self) -> Vec<UnusedField> {
        self.left_out
    }

    /// Notes a field that is present and not used.
    pub fn leave_out(&mut self, left_out: UnusedField) {
        self.left_out.push(left_out);
    }

    /// Returns the first of these fields that has a value, as text without card numbers.
    pub fn read_text(&mut self, names: &[&str]) -> Option<String> {
        Some(self.read_named_text(names)?.1)
    }

    /// Returns a field as [`Self::read_text`] does, but treats placeholders and zeros as absent.
    pub fn read_reference(&mut self, names: &[&str]) -> Option<String> {
        let (name, text) = self.read_named_text(names)?;
        let plain = fold_name(&text);
        if plain.bytes().all(|byte| byte == b'0') || NOTHING.contains(&plain.as_str()) {
            self.leave_out(UnusedField::new(&name, &text, UnusedFieldReason::Placeholder));
            return None;
        }
        Some(text)
    }

    fn read_named_text(&mut self, names: &[&str]) -> Option<(String, String)> {
        let (name, text) = self.read_unmasked(names)?;
        let text = truncate_card_numbers(&text);
        let cut: String = text.chars().take(LONGEST).collect();
        if cut.len() < text.len() {
            self.leave_out(UnusedField::new(&name, &text, UnusedFieldReason::TooLong));
        }
        Some((name, cut))
    }

    /// Returns the first of these fields that has a value, unmasked, with the field's name. Only
    /// for values that the caller truncates at once.
    pub fn read_unmasked(&mut self, names: &[&str]) -> Option<(String, String)> {
        for name in names {
            let Some(FieldReading { name, text }) = self.read_field(name) else { continue };
            match text {
                Ok(text) => return Some((name, text)),
                Err(reason) => self.leave_out(UnusedField::new(&name, "", reason)),
            }
        }
        None
    }

    /// Returns the first of these fields that has a value. Two different values of the same field
    /// are an error.
    pub fn read_required(&mut self, names: &[&str]) -> Result<Option<String>, String> {
        match names.iter().find_map(|name| self.read_field(name)) {
            Some(FieldReading { name, text: Err(_) }) => Err(format!(
                "its {} cannot be read, or is given twice",
                truncate_card_numbers(&name)
            )),
            Some(FieldReading { text: Ok(text), .. }) => Ok(Some(truncate_card_numbers(&text))),
            None => Ok(None),
        }
    }

    /// Returns the amount of a field: a number, a text, or an object that includes the currency.
    /// Otherwise the field `currency` has the currency, or the alert's other amount.
    pub fn read_money(
        &mut self,
        amount: &str,
        currency: &str,
        other: Option<Money>,
    ) -> Option<Result<Money, String>> {
        let given = self.values.get(amount)?;
        let twice = || format!("it has two values of {amount}");
        if given.iter().any(|(_, value)| value.get() != given[0].1.get()) {
            return Some(Err(twice()));
        }
        let inner = Self::from_json(given[0].1.get());
        let (value, code) = match inner {
            Some(inner) => (
                ["value", "amount"].iter().find_map(|name| inner.read_field(name)),
                ["currencycode", "currency"].iter().find_map(|name| inner.read_field(name)),
            ),
            None => (self.read_field(amount), None),
        };
        let code = code.or_else(|| self.read_field(currency));
        match (value?.text, code.map(|code| code.text).transpose()) {
            (Ok(value), Ok(code)) => Some(parse_money(&value, code.as_deref(), other)),
            _ => Some(Err(twice())),
        }
    }

    /// Returns the value of a field, if any. A blank duplicate beside a value is ignored.
    fn read_field(&self, name: &str) -> Option<FieldReading> {
        let given = self.values.get(name)?;
        let mut texts: Vec<(&str, Result<String, UnusedFieldReason>)> = given
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), value_text(value)?)))
            .collect();
        let (name, first) = texts.pop()?;
        let text = if texts.iter().any(|(_, other)| *other != first) {
            Err(UnusedFieldReason::GivenTwice)
        } else {
            first
        };
        Some(FieldReading { name: name.to_owned(), text })
    }
}

/// Returns a JSON value as text: control characters become spaces; blank and null are absent.
fn value_text(raw: &RawValue) -> Option<Result<String, UnusedFieldReason>> {
    let text = raw.get();
    let text = match text.as_bytes().first()? {
        b'"' => serde_json::from_str::<String>(text).ok()?.replace(char::is_control, " "),
        b'{' | b'[' => {
            return (!matches!(text, "{}" | "[]")).then_some(Err(UnusedFieldReason::WrongForm));
        }
        _ => to_plain_digits(text),
    };
    let text = text.trim();
    (!text.is_empty() && text != "null").then(|| Ok(text.to_owned()))
}

/// Returns a whole number as plain digits, in any JSON notation (`4242.0`, `7.997E3`).
fn to_plain_digits(text: &str) -> String {
    let number = DecimalNumber::parse(text)
        .filter(|_| text.contains(['.', 'e', 'E']))
        .and_then(|number| number.to_integer());
    number.map_or_else(|| text.to_owned(), |number| number.to_string())
}

fn parse_money(value: &str, code: Option<&str>, other: Option<Money>) -> Result<Money, String> {
    if !is_measure(value) && has_card_number(value) {
        return Err("it has a card number for an amount".to_owned());
    }
    let currency = match code {
        Some(code) => money::parse_currency(code)
            .map_err(|error| truncate_card_numbers(&error.to_string()))?,
        None => other.ok_or("it has an amount without a currency")?.currency,
    };
    Money::from_decimal(value, currency).map_err(|error| format!("an amount {error}"))
}
