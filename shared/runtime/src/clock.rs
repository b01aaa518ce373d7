//! The clock: read once where an event comes in, handed on as a value from there.

use jiff::Timestamp;

/// The time, in whole milliseconds: as exactly as lists sort.
#[must_use]
#[allow(clippy::disallowed_methods, reason = "the shell's one reader of the clock")]
pub fn now() -> Timestamp {
    let at = Timestamp::now();
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}
