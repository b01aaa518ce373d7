//! The only parser of times, for every field of a bank, a merchant or a file.

use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{ReportedTime, spelling, utc_day};

/// The first possible day: Ethoca was founded in 2005, and no dispute is about an earlier payment.
const FIRST_DAY: Date = date(2005, 1, 1);
/// The days that systems write for a missing date.
const PLACEHOLDERS: [Date; 7] = [
    date(1, 1, 1),
    date(1899, 12, 30),
    date(1899, 12, 31),
    date(1900, 1, 1),
    date(1970, 1, 1),
    date(2000, 1, 1),
    date(9999, 12, 31),
];
/// The tolerance for a sender's clock: local time written as UTC is up to 14 hours ahead.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// A time as the sender wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeReading {
    /// A time with an offset, or counted from 1970: the instant, and the day on the sender's
    /// calendar.
    Instant { at: Timestamp, day: Date },
    /// A clock without an offset. The day may be the day before the clock's, since 24:00 ends a
    /// day.
    Local { clock: DateTime, day: Date },
    /// A day only.
    Day(Date),
}

/// The reason for which a time is impossible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImpossibleTime {
    /// A day that systems write for a missing date.
    Placeholder,
    /// Before the networks had alerts.
    TooOld,
    InFuture,
}

impl TimeReading {
    /// Parses a time: ISO 8601 extended and basic, digits alone, with `UTC`, `GMT` or an offset
    /// after the time, RFC 2822, and seconds or finer since 1970.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        spelling::parse_time(text)
    }

    /// Returns the day on the sender's calendar.
    #[must_use]
    pub const fn day(self) -> Date {
        match self {
            Self::Instant { day, .. } | Self::Local { day, .. } | Self::Day(day) => day,
        }
    }

    /// Converts to a reported time, as exactly as the sender wrote it.
    #[must_use]
    pub const fn to_reported_time(self) -> ReportedTime {
        let at = match self {
            Self::Instant { at, .. } => Some(at),
            Self::Local { .. } | Self::Day(_) => None,
        };
        ReportedTime { day: self.day(), at }
    }

    /// Converts to an instant. A clock without an offset, or the start of a bare day, is taken in
    /// the given zone.
    #[must_use]
    pub fn to_instant(self, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Self::Instant { at, .. } => Some(at),
            Self::Local { clock, .. } => {
                clock.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp())
            }
            Self::Day(day) => ReportedTime { day, at: None }.to_instant(zone),
        }
    }

    /// Checks whether the time is possible at `now`, and returns the time.
    ///
    /// # Errors
    /// [`ImpossibleTime`] for a placeholder, a day before the networks had alerts, and a time more
    /// than a day ahead.
    pub fn check_possible(self, now: Timestamp) -> Result<Self, ImpossibleTime> {
        self.check_possible_within(now, AHEAD)
    }

    /// Checks whether the time is possible, with another limit for the future.
    ///
    /// # Errors
    /// As of [`Self::check_possible`].
    pub fn check_possible_within(
        self,
        now: Timestamp,
        ahead: SignedDuration,
    ) -> Result<Self, ImpossibleTime> {
        let latest = now.checked_add(ahead).unwrap_or(Timestamp::MAX);
        let is_late = match self {
            Self::Instant { at, .. } => at > latest,
            Self::Local { day, .. } | Self::Day(day) => day > utc_day(latest),
        };
        match self.day() {
            day if PLACEHOLDERS.contains(&day) || day.year() < 1 => {
                Err(ImpossibleTime::Placeholder)
            }
            day if day < FIRST_DAY => Err(ImpossibleTime::TooOld),
            _ if is_late => Err(ImpossibleTime::InFuture),
            _ => Ok(self),
        }
    }
}

impl From<ReportedTime> for TimeReading {
    fn from(ReportedTime { day, at }: ReportedTime) -> Self {
        at.map_or(Self::Day(day), |at| Self::Instant { at, day })
    }
}

#[cfg(test)]
mod tests;
