//! One JSON object read with tolerance: names in any case, numbers or text, blanks as absent.
//! Numbers stay text. What is there and cannot be used is noted.

use std::collections::BTreeMap;

use domain::basics::card::{has_card_number, truncate_card_numbers};
use domain::basics::decimal::DecimalNumber;
use domain::basics::money::{self, Money};
use domain::network::claim::{UnusedField, UnusedFieldReason};
use serde_json::value::RawValue;

use super::mask::{fold_name, is_measure};
use super::members::parse_members;

/// The longest that one field may be, in characters; what is longer is cut.
const LONGEST: usize = 255;
/// What systems write where they know nothing.
const NOTHING: [&str; 9] =
    ["na", "none", "null", "nil", "unknown", "notavailable", "notapplicable", "undefined", "tbd"];

/// An object's fields by their folded names, and what is noted of them.
pub(super) struct EthocaFields<'a> {
    values: BTreeMap<String, Vec<(String, &'a RawValue)>>,
    left_out: Vec<UnusedField>,
}

/// What a field says, under the name that it was given.
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

    /// All that was left out.
    pub fn into_left_out(self) -> Vec<UnusedField> {
        self.left_out
    }

    /// Notes a field that is there and not used.
    pub fn leave_out(&mut self, left_out: UnusedField) {
        self.left_out.push(left_out);
    }

    /// The first of these fields that says something, as text without card numbers.
    pub fn read_text(&mut self, names: &[&str]) -> Option<String> {
        Some(self.read_named_text(names)?.1)
    }

    /// As [`Self::text`], where systems write words or zeros for what they do not know.
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

    /// The first of these fields that says something, as it came, with its name: only for what is
    /// cut down at once.
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

    /// The first of these fields that says something; twice and differently is an error.
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

    /// The amount of a field: a number or text, or an object that holds its currency, too. Else its
    /// currency is in the field `currency`, or is the one of the alert's other amount.
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

    /// What a field says, if anything; blanks beside a value say nothing.
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

/// A value as text: control characters are spaces, blank and null are nothing.
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

/// A whole number as plain digits, however JSON writes it (`4242.0`, `7.997E3`).
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
