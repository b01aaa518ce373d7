//! The wait of an enrolment for the network's acceptance, in the network's business days.

use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan};

use super::{Enrolment, EnrolmentTarget};
use crate::basics::time::utc_day;

impl EnrolmentTarget {
    /// Returns the business days that the network normally takes. A longer wait is a reason for an
    /// inquiry.
    #[must_use]
    pub const fn expected_business_days(&self) -> u32 {
        match self {
            Self::EthocaAlert { .. } => 3,
            Self::VerifiRdr { .. } => 14,
        }
    }
}

impl Enrolment {
    /// Returns the business days since the enrolment was requested.
    #[must_use]
    pub fn business_days_waited(&self, now: Timestamp) -> u32 {
        count_business_days(utc_day(self.created_at), utc_day(now))
    }

    /// Checks whether the network has taken longer than normal.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.business_days_waited(now) > self.watches.expected_business_days()
    }
}

/// Counts the days after the first up to and including the last, without Saturdays and Sundays.
fn count_business_days(first: Date, last: Date) -> u32 {
    let days = first.series(1.day()).skip(1).take_while(|day| *day <= last);
    let count =
        days.filter(|day| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)).count();
    count.try_into().unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekends_do_not_count() {
        let day = |text: &str| text.parse::<Date>().expect("a day");
        for (first, last, expected) in [
            ("2026-02-13", "2026-02-13", 0), // a Friday
            ("2026-02-13", "2026-02-15", 0),
            ("2026-02-13", "2026-02-16", 1),
            ("2026-02-14", "2026-02-18", 3),
            ("2026-02-17", "2026-03-09", 14),
            ("2026-02-17", "2026-02-10", 0),
        ] {
            assert_eq!(count_business_days(day(first), day(last)), expected, "{first} to {last}");
        }
    }
}
