//! The one reader of times: of every field in which a bank, a merchant or a file tells one.

use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{ReportedTime, spelling, utc_day};

/// The first day that can be meant: Ethoca was founded in 2005, and no dispute is of an earlier
/// payment.
const FIRST_DAY: Date = date(2005, 1, 1);
/// Days that systems write where they know none.
const PLACEHOLDERS: [Date; 7] = [
    date(1, 1, 1),
    date(1899, 12, 30),
    date(1899, 12, 31),
    date(1900, 1, 1),
    date(1970, 1, 1),
    date(2000, 1, 1),
    date(9999, 12, 31),
];
/// How far a teller's clock may be ahead: local time that is written as UTC is up to 14 hours
/// ahead.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// A time as its teller wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeReading {
    /// With an offset, or counted from 1970: the instant, and the day on the teller's calendar.
    Instant { at: Timestamp, day: Date },
    /// A clock without an offset. The day may be the one before the clock's: 24:00 ends it.
    Local { clock: DateTime, day: Date },
    /// Only a day.
    Day(Date),
}

/// Why a time cannot be meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImpossibleTime {
    /// A day that systems write where they know none.
    Placeholder,
    /// Before the networks had alerts.
    TooOld,
    InFuture,
}

impl TimeReading {
    /// Reads a time: ISO 8601 extended and basic, digits alone, with `UTC`, `GMT` or an offset
    /// behind it, RFC 2822, seconds or finer counted from 1970.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        spelling::parse_time(text)
    }

    /// The day on the teller's calendar.
    #[must_use]
    pub const fn day(self) -> Date {
        match self {
            Self::Instant { day, .. } | Self::Local { day, .. } | Self::Day(day) => day,
        }
    }

    /// The moment, as exactly as it is told.
    #[must_use]
    pub const fn to_reported_time(self) -> ReportedTime {
        let at = match self {
            Self::Instant { at, .. } => Some(at),
            Self::Local { .. } | Self::Day(_) => None,
        };
        ReportedTime { day: self.day(), at }
    }

    /// The instant, reading a clock without an offset, or the begin of a bare day, in the given
    /// zone.
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

    /// The time, if it can be meant at `now`.
    ///
    /// # Errors
    /// [`ImpossibleTime`] of a placeholder, a day before the networks had alerts, and one more than
    /// a day ahead.
    pub fn check_possible(self, now: Timestamp) -> Result<Self, ImpossibleTime> {
        self.check_possible_within(now, AHEAD)
    }

    /// The same with another bound of the future.
    ///
    /// # Errors
    /// As of [`Self::possible`].
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
