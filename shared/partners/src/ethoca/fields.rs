//! One JSON object read with tolerance: names in any case, numbers or text, blanks as absent.
//! Numbers stay text. What is there and cannot be used is noted.

use std::collections::BTreeMap;

use domain::basics::card::{holds_card_number, without_card_numbers};
use domain::basics::decimal::Decimal;
use domain::basics::money::{self, Money};
use domain::network::claim::{LeftOut, LeftOutReason};
use serde_json::value::RawValue;

use super::mask::{folded, is_measure};
use super::members::members;

/// The longest that one field may be, in characters; what is longer is cut.
const LONGEST: usize = 255;
/// What systems write where they know nothing.
const NOTHING: [&str; 9] =
    ["na", "none", "null", "nil", "unknown", "notavailable", "notapplicable", "undefined", "tbd"];

/// An object's fields by their folded names, and what is noted of them.
pub(super) struct Fields<'a> {
    values: BTreeMap<String, Vec<(String, &'a RawValue)>>,
    left_out: Vec<LeftOut>,
}

/// What a field says, under the name that it was given.
struct Said {
    name: String,
    text: Result<String, LeftOutReason>,
}

impl<'a> Fields<'a> {
    pub fn of(json: &'a str) -> Option<Self> {
        let mut values = BTreeMap::<String, Vec<(String, &RawValue)>>::new();
        for (name, value) in members(json).ok()? {
            values.entry(folded(&name)).or_default().push((name, value));
        }
        Some(Self { values, left_out: Vec::new() })
    }

    /// All that was left out.
    pub fn into_left_out(self) -> Vec<LeftOut> {
        self.left_out
    }

    /// Notes a field that is there and not used.
    pub fn leave_out(&mut self, left_out: LeftOut) {
        self.left_out.push(left_out);
    }

    /// The first of these fields that says something, as text without card numbers.
    pub fn text(&mut self, names: &[&str]) -> Option<String> {
        Some(self.named_text(names)?.1)
    }

    /// As [`Self::text`], where systems write words or zeros for what they do not know.
    pub fn reference(&mut self, names: &[&str]) -> Option<String> {
        let (name, text) = self.named_text(names)?;
        let plain = folded(&text);
        if plain.bytes().all(|byte| byte == b'0') || NOTHING.contains(&plain.as_str()) {
            self.leave_out(LeftOut::new(&name, &text, LeftOutReason::Placeholder));
            return None;
        }
        Some(text)
    }

    fn named_text(&mut self, names: &[&str]) -> Option<(String, String)> {
        let (name, text) = self.clear(names)?;
        let text = without_card_numbers(&text);
        let cut: String = text.chars().take(LONGEST).collect();
        if cut.len() < text.len() {
            self.leave_out(LeftOut::new(&name, &text, LeftOutReason::TooLong));
        }
        Some((name, cut))
    }

    /// The first of these fields that says something, as it came, with its name: only for what is
    /// cut down at once.
    pub fn clear(&mut self, names: &[&str]) -> Option<(String, String)> {
        for name in names {
            let Some(Said { name, text }) = self.said(name) else { continue };
            match text {
                Ok(text) => return Some((name, text)),
                Err(reason) => self.leave_out(LeftOut::new(&name, "", reason)),
            }
        }
        None
    }

    /// The first of these fields that says something; twice and differently is an error.
    pub fn required(&mut self, names: &[&str]) -> Result<Option<String>, String> {
        match names.iter().find_map(|name| self.said(name)) {
            Some(Said { name, text: Err(_) }) => Err(format!(
                "its {} cannot be read, or is given twice",
                without_card_numbers(&name)
            )),
            Some(Said { text: Ok(text), .. }) => Ok(Some(without_card_numbers(&text))),
            None => Ok(None),
        }
    }

    /// The amount of a field: a number or text, or an object that holds its currency, too. Else its
    /// currency is in the field `currency`, or is the one of the alert's other amount.
    pub fn money(
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
        let inner = Self::of(given[0].1.get());
        let (value, code) = match inner {
            Some(inner) => (
                ["value", "amount"].iter().find_map(|name| inner.said(name)),
                ["currencycode", "currency"].iter().find_map(|name| inner.said(name)),
            ),
            None => (self.said(amount), None),
        };
        let code = code.or_else(|| self.said(currency));
        match (value?.text, code.map(|code| code.text).transpose()) {
            (Ok(value), Ok(code)) => Some(read(&value, code.as_deref(), other)),
            _ => Some(Err(twice())),
        }
    }

    /// What a field says, if anything; blanks beside a value say nothing.
    fn said(&self, name: &str) -> Option<Said> {
        let given = self.values.get(name)?;
        let mut texts: Vec<(&str, Result<String, LeftOutReason>)> =
            given.iter().filter_map(|(name, value)| Some((name.as_str(), said(value)?))).collect();
        let (name, first) = texts.pop()?;
        let text = if texts.iter().any(|(_, other)| *other != first) {
            Err(LeftOutReason::GivenTwice)
        } else {
            first
        };
        Some(Said { name: name.to_owned(), text })
    }
}

/// A value as text: control characters are spaces, blank and null are nothing.
fn said(raw: &RawValue) -> Option<Result<String, LeftOutReason>> {
    let text = raw.get();
    let text = match text.as_bytes().first()? {
        b'"' => serde_json::from_str::<String>(text).ok()?.replace(char::is_control, " "),
        b'{' | b'[' => {
            return (!matches!(text, "{}" | "[]")).then_some(Err(LeftOutReason::WrongForm));
        }
        _ => in_digits(text),
    };
    let text = text.trim();
    (!text.is_empty() && text != "null").then(|| Ok(text.to_owned()))
}

/// A whole number as plain digits, however JSON writes it (`4242.0`, `7.997E3`).
fn in_digits(text: &str) -> String {
    let number = Decimal::parse(text)
        .filter(|_| text.contains(['.', 'e', 'E']))
        .and_then(|number| number.to_integer());
    number.map_or_else(|| text.to_owned(), |number| number.to_string())
}

fn read(value: &str, code: Option<&str>, other: Option<Money>) -> Result<Money, String> {
    if !is_measure(value) && holds_card_number(value) {
        return Err("it has a card number for an amount".to_owned());
    }
    let currency = match code {
        Some(code) => {
            money::currency(code).map_err(|error| without_card_numbers(&error.to_string()))?
        }
        None => other.ok_or("it has an amount without a currency")?.currency,
    };
    Money::from_decimal(value, currency).map_err(|error| format!("an amount {error}"))
}
