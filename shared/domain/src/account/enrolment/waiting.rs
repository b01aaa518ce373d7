//! How long an enrolment has waited for its network, in the network's own business days.

use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan};

use super::{Enrolment, Watches};
use crate::basics::time::day_of;

impl Watches {
    /// How many business days the network takes: longer is a reason to ask.
    #[must_use]
    pub const fn business_days(&self) -> u32 {
        match self {
            Self::EthocaAlert { .. } => 3,
            Self::VerifiRdr { .. } => 14,
        }
    }
}

impl Enrolment {
    /// The business days since it was asked for.
    #[must_use]
    pub fn waited(&self, now: Timestamp) -> u32 {
        business_days(day_of(self.created_at), day_of(now))
    }

    /// Whether the network has taken longer than it takes.
    #[must_use]
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.waited(now) > self.watches.business_days()
    }
}

/// The days after the first up to the last that are neither Saturday nor Sunday.
fn business_days(first: Date, last: Date) -> u32 {
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
            assert_eq!(business_days(day(first), day(last)), expected, "{first} to {last}");
        }
    }
}
