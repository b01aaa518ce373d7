//! The spellings of a time.

use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::rfc2822;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::{TimeReading, utc_day};
use crate::basics::decimal::DecimalNumber;

/// The maximum length of a spelling.
const LONGEST: usize = 80;
/// The day that stands for an unknown day; no sender's calendar begins earlier.
const NO_DAY: Date = Date::MIN;

/// Parses a time in any unambiguous spelling.
pub(super) fn parse_time(text: &str) -> Option<TimeReading> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    let is_zero = text
        .bytes()
        .all(|byte| matches!(byte, b'0' | b'-' | b'/' | b':' | b'.' | b' ' | b'T' | b'Z'))
        && text.contains('0');
    if is_zero {
        return Some(TimeReading::Day(NO_DAY)); // `0`, and databases' day of no month
    }
    parse_digits(text)
        .or_else(|| parse_epoch(text))
        .or_else(|| parse_iso(text))
        .or_else(|| parse_rfc2822(text))
}

/// Parses digits alone: a day, or a day and a clock.
fn parse_digits(text: &str) -> Option<TimeReading> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match text.len() {
        8 => parse_day(text).map(TimeReading::Day),
        12 | 14 | 17 => {
            let (date, clock) = text.split_at(8);
            let padded = format!("{clock:0<9}");
            let clock =
                format!("{}:{}:{}.{}", &padded[..2], &padded[2..4], &padded[4..6], &padded[6..]);
            parse_local(parse_day(date)?, &clock)
        }
        _ => None,
    }
}

/// Parses a count from 1970. The number of digits decides the unit: seconds, or thousandths,
/// millionths or milliardths of a second.
fn parse_epoch(text: &str) -> Option<TimeReading> {
    let (number, is_before) = text.strip_prefix('-').map_or((text, false), |number| (number, true));
    let number = DecimalNumber::parse(number).filter(|number| !number.is_negative())?;
    let count = number.to_scaled_integer(0)?.to_string().len();
    let finer = match count {
        9..=11 => 0,
        13 | 14 => 3,
        16 => 6,
        19 => 9,
        _ => return None,
    };
    let nanoseconds = i128::try_from(number.to_scaled_integer(9 - finer)?).ok()?;
    let at = Timestamp::from_nanosecond(if is_before { -nanoseconds } else { nanoseconds }).ok()?;
    Some(TimeReading::Instant { at, day: utc_day(at) })
}

/// Parses ISO 8601, and spellings that differ from ISO 8601 in marks only.
fn parse_iso(text: &str) -> Option<TimeReading> {
    let text = strip_zone_name(text);
    let split = text.find(['T', 't', ' ', '_']).or_else(|| {
        (text.len() > 8 && text.is_char_boundary(8) && is_number(&text[..8])).then_some(8)
    });
    let Some(split) = split else { return parse_bare_day(&text) };
    let date = parse_day(text.get(..split)?)?;
    let clock = text[split..].trim_start_matches(['T', 't', ' ', '_']);
    let (clock, offset) = split_offset(clock)?;
    let reading = parse_local(date, clock)?;
    match (offset, reading) {
        (Some(offset), TimeReading::Local { clock, day }) => {
            // No instant exists at the end of time, which only a placeholder is.
            let zoned = clock.to_zoned(TimeZone::fixed(offset));
            Some(zoned.map_or(reading, |zoned| TimeReading::Instant { at: zoned.timestamp(), day }))
        }
        (_, reading) => Some(reading),
    }
}

/// Parses RFC 2822, the format of e-mails and HTTP.
fn parse_rfc2822(text: &str) -> Option<TimeReading> {
    let zoned = rfc2822::DateTimeParser::new().parse_zoned(text).ok()?;
    Some(TimeReading::Instant { at: zoned.timestamp(), day: zoned.date() })
}

/// Parses a day, with or without the offset that XML appends.
fn parse_bare_day(text: &str) -> Option<TimeReading> {
    let plain = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    let plain = plain
        .get(..10)
        .filter(|_| plain.len() == 16 && plain[10..].starts_with(['+', '-']))
        .unwrap_or(plain);
    parse_day(plain).map(TimeReading::Day)
}

fn parse_day(text: &str) -> Option<Date> {
    let text = text.trim();
    let dashed = match text.as_bytes() {
        [_, _, _, _, b'/' | b'.', _, _, b'/' | b'.', _, _] => text.replace(['/', '.'], "-"),
        _ => text.to_owned(),
    };
    let is_whole = matches!(dashed.len(), 8 | 10)
        && dashed.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    dashed.parse().ok().filter(|_| is_whole)
}

/// Parses the clock of a day; 24:00 ends the day.
fn parse_local(day: Date, clock: &str) -> Option<TimeReading> {
    let clock = clock.trim().replace(',', ".");
    let is_end = clock.starts_with("24")
        && clock[2..].bytes().all(|byte| matches!(byte, b'0' | b':' | b'.'));
    let (date, clock) = if is_end {
        (day.checked_add(1.day()).ok()?, format!("00{}", &clock[2..]))
    } else {
        (day, clock)
    };
    let time: Time = format!("T{clock}").parse().ok()?;
    Some(TimeReading::Local { clock: DateTime::from_parts(date, time), day })
}

/// Removes a zone name after an offset (`[Europe/Paris]`), and replaces UTC's names by `Z`.
fn strip_zone_name(text: &str) -> String {
    let text = text
        .split_once('[')
        .filter(|(_, zone)| zone.ends_with(']'))
        .map_or(text, |(before, _)| before)
        .trim_end();
    for name in ["UTC", "GMT"] {
        let Some(at) = text.to_ascii_uppercase().rfind(name) else { continue };
        let (before, behind) = (text[..at].trim_end(), text[at + name.len()..].trim_start());
        if behind.is_empty() {
            return format!("{before}Z");
        }
        if behind.starts_with(['+', '-']) {
            return format!("{before}{behind}");
        }
    }
    text.to_owned()
}

/// Splits a clock from a following offset.
fn split_offset(text: &str) -> Option<(&str, Option<Offset>)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock, Some(Offset::UTC)));
    }
    let Some(at) = text.rfind(['+', '-']) else { return Some((text, None)) };
    let digits: String = text[at + 1..].chars().filter(|letter| *letter != ':').collect();
    let padded = if digits.len() == 1 { format!("0{digits}") } else { digits };
    if !matches!(padded.len(), 2 | 4) || !is_number(&padded) {
        return None;
    }
    let (hours, minutes): (i64, i64) = (
        padded[..2].parse().ok()?,
        padded
            .get(2..)
            .filter(|rest| !rest.is_empty())
            .map_or(Some(0), |rest| rest.parse().ok())?,
    );
    if hours > 18 || minutes > 59 {
        return None;
    }
    let seconds = SignedDuration::from_mins(hours * 60 + minutes).as_secs();
    let seconds = if text[at..].starts_with('-') { -seconds } else { seconds };
    Some((&text[..at], Some(Offset::from_seconds(i32::try_from(seconds).ok()?).ok()?)))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
