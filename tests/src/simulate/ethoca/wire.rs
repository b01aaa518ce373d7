//! How Ethoca writes and reads amounts, times and single fields.

use jiff::civil::{Date, DateTime, Time};
use jiff::{Timestamp, tz::TimeZone};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// Items in one call at most.
pub(super) const BATCH: usize = 25;
/// Characters of an alert id.
pub(super) const ALERT_ID: usize = 25;
/// Digits of an amount, and how many of them may follow the point.
const DIGITS: usize = 11;
const FRACTION: usize = 3;

/// An amount: a JSON number and its currency.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Amount {
    value: Box<RawValue>,
    currency_code: String,
}

impl Amount {
    /// A positive decimal number of at most `limit`, in a currency of three letters.
    pub fn check(&self, name: &str, limit: u64) -> Result<(), String> {
        let text = self.value.get();
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole)
            || !digits(fraction)
            || fraction.len() > FRACTION
            || whole.len() + fraction.len() > DIGITS
        {
            return Err(format!(
                "{name}.value must be a number of up to 11 digits, 3 of them after the point"
            ));
        }
        let positive = text.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
        let over = whole.parse::<u64>().is_ok_and(|whole| whole > limit);
        if !positive || over {
            return Err(format!("{name}.value is out of range"));
        }
        if self.currency_code.len() != 3
            || !self.currency_code.bytes().all(|byte| byte.is_ascii_uppercase())
        {
            return Err(format!("{name}.currencyCode must have three capital letters"));
        }
        Ok(())
    }
}

/// A date, or a date and time with or without offset, in 10 to 25 characters.
pub(super) fn is_timestamp(text: &str) -> bool {
    (10..=25).contains(&text.len()) && instant(text, false).is_some()
}

/// The instant of an ISO 8601 text; a date means its start in UTC, or its end.
pub(super) fn instant(text: &str, end: bool) -> Option<Timestamp> {
    let utc = |time: DateTime| time.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    if text.len() == 10 {
        let time = if end { Time::MAX } else { Time::MIN };
        return utc(text.parse::<Date>().ok()?.to_datetime(time));
    }
    text.parse().ok().or_else(|| utc(text.parse::<DateTime>().ok()?))
}

/// A text field of a JSON object.
pub(super) fn text_field(object: &RawValue, name: &str) -> Option<String> {
    let object: Value = serde_json::from_str(object.get()).ok()?;
    object.get(name)?.as_str().map(str::to_owned)
}
