//! One JSON object read with tolerance: names in any case, numbers or text, blanks as absent. Numbers stay text.

use std::collections::BTreeMap;

use domain::card::without_card_numbers;
use domain::money::{self, Money};
use serde_json::value::RawValue;

use super::mask::folded;

/// The longest that one field may be, in characters; what is longer is cut.
const LONGEST: usize = 255;

/// An object's fields by their folded names.
pub(super) struct Fields(BTreeMap<String, Box<RawValue>>);

impl Fields {
    pub fn of(json: &str) -> Option<Self> {
        let members: BTreeMap<String, Box<RawValue>> = serde_json::from_str(json).ok()?;
        Some(Self(members.into_iter().map(|(name, value)| (folded(&name), value)).collect()))
    }

    /// The first of these fields that says something, as text without card numbers.
    pub fn text(&self, names: &[&str]) -> Option<String> {
        let text = self.clear(names)?;
        Some(without_card_numbers(&text).chars().take(LONGEST).collect())
    }

    /// As [`Self::text`], as it came: only for what is cut down at once.
    pub fn clear(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| said(self.0.get(*name)?))
    }

    /// The amount of a field: a number or text, or an object that holds its currency, too. Else its currency is in the
    /// field `currency`, or is the one of the alert's other amount.
    pub fn money(&self, amount: &str, currency: &str, other: Option<Money>) -> Option<Result<Money, String>> {
        let inner = self.0.get(amount).and_then(|raw| Self::of(raw.get()));
        let value = inner.as_ref().map_or_else(|| self.text(&[amount]), |inner| inner.text(&["value", "amount"]))?;
        let code = inner.and_then(|inner| inner.text(&["currencycode", "currency"])).or_else(|| self.text(&[currency]));
        Some(read(&value, code, other))
    }
}

fn said(raw: &RawValue) -> Option<String> {
    let text = raw.get();
    let text = match text.as_bytes().first()? {
        b'"' => serde_json::from_str::<String>(text).ok()?,
        b'{' | b'[' => return None,
        _ => text.to_owned(),
    };
    let text = text.trim();
    (!text.is_empty() && text != "null").then(|| text.to_owned())
}

fn read(value: &str, code: Option<String>, other: Option<Money>) -> Result<Money, String> {
    let currency = match code {
        Some(code) => money::currency(&code).map_err(|error| error.to_string())?,
        None => other.ok_or("it has an amount without a currency")?.currency,
    };
    Money::from_decimal(value, currency).map_err(|error| format!("an amount {error}"))
}
