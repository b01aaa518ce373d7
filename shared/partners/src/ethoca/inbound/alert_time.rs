//! The times of an alert. A time that is implausible or in the future is noted and not used.

use domain::basics::time::{TimeReading, add_seconds};
use domain::network::claim::{UnusedField, UnusedFieldReason};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::super::fields::EthocaFields;

/// The seconds by which a network's clock may be ahead of ours.
const CLOCKS_APART: i64 = 300;

/// Returns the time at which the network raised the alert. A time that is missing, implausible or
/// in the future is replaced by the arrival.
pub(super) fn read_alerted_at(
    fields: &mut EthocaFields<'_>,
    zone: &TimeZone,
    now: Timestamp,
) -> Timestamp {
    let Some((field, time)) = read_time(fields, &["alerttimestamp"], now) else { return now };
    match time.to_instant(zone) {
        Some(at) if at <= add_seconds(now, CLOCKS_APART) => at.min(now),
        _ => {
            let (name, text) = field;
            fields.leave_out(UnusedField::new(&name, &text, UnusedFieldReason::InFuture));
            now
        }
    }
}

/// Returns a plausible time and its field. An implausible time is noted.
pub(super) fn read_time(
    fields: &mut EthocaFields<'_>,
    names: &[&str],
    now: Timestamp,
) -> Option<((String, String), TimeReading)> {
    let (name, text) = fields.read_unmasked(names)?;
    let reason = match TimeReading::parse(&text).map(|time| time.check_possible(now)) {
        Some(Ok(time)) => return Some(((name, text), time)),
        Some(Err(why)) => why.into(),
        None => UnusedFieldReason::NotATime,
    };
    fields.leave_out(UnusedField::new(&name, &text, reason));
    None
}
