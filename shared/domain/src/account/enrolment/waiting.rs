//! How long an enrolment has waited for its network, in the network's own business days.

use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan};

use super::{Enrolment, EnrolmentTarget};
use crate::basics::time::utc_day;

impl EnrolmentTarget {
    /// How many business days the network takes: longer is a reason to ask.
    #[must_use]
    pub const fn expected_business_days(&self) -> u32 {
        match self {
            Self::EthocaAlert { .. } => 3,
            Self::VerifiRdr { .. } => 14,
        }
    }
}

impl Enrolment {
    /// The business days since it was asked for.
    #[must_use]
    pub fn business_days_waited(&self, now: Timestamp) -> u32 {
        count_business_days(utc_day(self.created_at), utc_day(now))
    }

    /// Whether the network has taken longer than it takes.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.business_days_waited(now) > self.watches.expected_business_days()
    }
}

/// The days after the first up to the last that are neither Saturday nor Sunday.
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
