//! Reported times of banks: an instant, a local clock reading, or only a day.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

mod reading;
mod spelling;

pub use reading::{ImpossibleTime, TimeReading};

/// The time of an occurrence, as exactly as the sender reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedTime {
    /// The day on the sender's calendar.
    pub day: Date,
    /// The instant, if the sender gave an offset.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub at: Option<Timestamp>,
}

impl ReportedTime {
    /// Parses a time in any spelling that [`TimeReading`] supports.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        TimeReading::parse(text).map(TimeReading::to_reported_time)
    }

    /// Creates a reported time from an instant, on the UTC calendar.
    #[must_use]
    pub fn from_instant(at: Timestamp) -> Self {
        Self { day: utc_day(at), at: Some(at) }
    }

    /// Converts to an instant. A bare day becomes the first moment of the day in the given zone.
    #[must_use]
    pub fn to_instant(self, zone: &TimeZone) -> Option<Timestamp> {
        self.at.or_else(|| self.day.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp()))
    }

    /// Returns the whole days by which this time is later than the other; negative if earlier.
    #[must_use]
    pub fn days_after(self, other: Self) -> i32 {
        let hours = self.day.duration_since(other.day).as_hours();
        i32::try_from(hours / 24).unwrap_or(if hours < 0 { i32::MIN } else { i32::MAX })
    }

    /// Returns the whole days between two times, in either sequence.
    #[must_use]
    pub fn days_apart(self, other: Self) -> u32 {
        self.day
            .duration_since(other.day)
            .as_hours()
            .unsigned_abs()
            .try_into()
            .map_or(u32::MAX, |h: u32| h / 24)
    }
}

/// Returns the UTC day of an instant.
#[must_use]
pub fn utc_day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// Adds whole seconds to an instant, limited to the end of time.
#[must_use]
pub fn add_seconds(at: Timestamp, seconds: i64) -> Timestamp {
    let limit = if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
    at.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_banks_write_a_time_is_read() {
        let with_offset = ReportedTime::parse("2026-02-17T23:59:05-05:00")
            .map(|m| (m.day.to_string(), m.at.is_some()));
        assert_eq!(with_offset, Some(("2026-02-17".into(), true)));
        assert_eq!(ReportedTime::parse("2026-02-17T09:59:05.123").map(|m| m.at), Some(None));
        assert_eq!(
            ReportedTime::parse("2026-02-17").map(|m| m.day.to_string()),
            Some("2026-02-17".into())
        );
        assert_eq!(ReportedTime::parse("17/02/2026"), None);
    }

    #[test]
    fn days_are_counted_over_month_ends_either_way() {
        let (a, b) =
            (ReportedTime::parse("2026-02-28"), ReportedTime::parse("2026-03-02T01:00:00Z"));
        assert_eq!(a.zip(b).map(|(a, b)| (a.days_apart(b), b.days_apart(a))), Some((2, 2)));
    }
}
