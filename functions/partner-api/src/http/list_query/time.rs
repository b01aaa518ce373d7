//! The times that the filters of a list name.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The last millisecond of a day: lists sort no finer.
const TO_ITS_END: SignedDuration = SignedDuration::from_millis(24 * 60 * 60 * 1000 - 1);

/// The instant that a filter names. Without an offset it is of UTC, as all times that we show; a
/// day alone begins a span, and ends one, with all of it.
pub(super) fn parse_instant(text: &str, ends: bool) -> Option<Timestamp> {
    // what a `+` that was not encoded comes as
    let plus = || text.rsplit_once(' ').map(|(time, offset)| format!("{time}+{offset}"));
    let at = text.parse().ok().or_else(|| plus()?.parse().ok());
    let local = || {
        let civil: DateTime = text.parse().ok()?;
        let at = civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
        // a day of the year 9999 may be later than any time
        at.or_else(|| (civil.year() > 0).then_some(Timestamp::MAX))
    };
    let is_day = text.len() == "2026-02-17".len();
    let at = at.or_else(local)?;
    Some(if ends && is_day { at.checked_add(TO_ITS_END).unwrap_or(at) } else { at })
}
