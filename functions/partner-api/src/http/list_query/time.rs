//! The times in the filters of a list.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The last millisecond of a day, the precision of sorted lists.
const TO_ITS_END: SignedDuration = SignedDuration::from_millis(24 * 60 * 60 * 1000 - 1);

/// Parses the instant of a filter. A time without an offset is UTC, as in all responses. A date
/// alone starts a range at its beginning, and ends a range at its end.
pub(super) fn parse_instant(text: &str, ends: bool) -> Option<Timestamp> {
    // An unencoded `+` arrives as a space.
    let plus = || text.rsplit_once(' ').map(|(time, offset)| format!("{time}+{offset}"));
    let at = text.parse().ok().or_else(|| plus()?.parse().ok());
    let local = || {
        let civil: DateTime = text.parse().ok()?;
        let at = civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
        // A day of the year 9999 may exceed the latest timestamp.
        at.or_else(|| (civil.year() > 0).then_some(Timestamp::MAX))
    };
    let is_day = text.len() == "2026-02-17".len();
    let at = at.or_else(local)?;
    Some(if ends && is_day { at.checked_add(TO_ITS_END).unwrap_or(at) } else { at })
}
