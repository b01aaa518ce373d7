//! The clock: read once where an event arrives, and passed on as a value.

use jiff::Timestamp;

/// Returns the time in odd milliseconds: as exact as lists sort, and never with a trailing zero. A
/// trailing zero is omitted from a written time, and some clients cannot read a fraction of one or
/// two digits (Python before 3.11).
#[must_use]
#[allow(clippy::disallowed_methods, reason = "the shell's one reader of the clock")]
pub fn current_time() -> Timestamp {
    let at = Timestamp::now();
    Timestamp::from_millisecond(at.as_millisecond() | 1).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_time_is_written_with_three_digits_of_its_second() {
        let mut seen = BTreeSet::new();
        while seen.len() < 20 {
            seen.insert(current_time());
        }
        let lengths: BTreeSet<usize> = seen.iter().map(|at| at.to_string().len()).collect();
        assert_eq!(lengths, BTreeSet::from(["2026-02-17T10:00:00.123Z".len()]));
        assert!(seen.iter().zip(seen.iter().skip(1)).all(|(one, next)| one < next));
    }
}
