//! Each spelling of a time, and the times that cannot be meant.

use proptest::prelude::*;

use super::*;

const SECOND: &str = "2026-11-28T22:10:05Z";
/// Spellings of [`SECOND`], with the offset of UTC.
const WRITTEN: [&str; 25] = [
    SECOND,
    "20261128T221005Z",
    "2026-11-28T22:10:05.000Z",
    "2026-11-28T22:10:05,0Z",
    "2026-11-28t22:10:05z",
    "2026-11-28 22:10:05Z",
    "2026-11-28 22:10:05 Z",
    "2026-11-28 22:10:05 UTC",
    "2026-11-28 22:10:05 GMT",
    "2026-11-28T22:10:05GMT",
    "2026-11-28 22:10:05 utc",
    "2026-11-28T22:10:05+0000",
    "2026-11-28 22:10:05 +0000",
    "2026-11-28T22:10:05+00",
    "2026-11-28T22:10:05-00:00",
    "2026-11-28T22:10:05 UTC+00:00",
    "20261128221005Z",
    "20261128 22:10:05Z",
    "2026/11/28 22:10:05 UTC",
    "2026.11.28 22:10:05 UTC",
    "2026-11-28  22:10:05  UTC",
    "2026-11-28T22:10:05Z[UTC]",
    "2026-11-28T22:10:05+00:00[Africa/Abidjan]",
    "Sat, 28 Nov 2026 22:10:05 GMT",
    "Sat, 28 Nov 2026 22:10:05 +0000",
];

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn read(text: &str) -> TimeReading {
    TimeReading::parse(text).unwrap_or_else(|| panic!("{text} is a time"))
}

#[test]
fn each_spelling_of_an_instant_is_the_same_instant() {
    let seconds = at(SECOND).as_second();
    let counted = [
        format!("{seconds}"),
        format!("{seconds}000"),
        format!("{seconds}000000"),
        format!("{seconds}000000000"),
    ];
    let doubles = [
        format!("{seconds}.000000000"),
        format!("{seconds}000.0"),
        "1.795903805E12".to_owned(),
        "1.795903805e9".to_owned(),
    ];
    for text in WRITTEN.into_iter().chain(counted.iter().chain(&doubles).map(String::as_str)) {
        assert_eq!(
            read(text),
            TimeReading::Instant { at: at(SECOND), day: date(2026, 11, 28) },
            "{text}"
        );
    }
}

#[test]
fn a_day_is_the_tellers_own() {
    for text in [
        "2026-11-28T23:10:05-05:00",
        "20261128T231005-0500",
        "2026-11-28 23:10:05 -05",
        "2026-11-28 23:10:05 GMT-5",
    ] {
        assert_eq!(
            read(text),
            TimeReading::Instant { at: at("2026-11-29T04:10:05Z"), day: date(2026, 11, 28) },
            "{text}"
        );
    }
    for text in ["2026-11-28", "20261128", " 2026/11/28 ", "2026-11-28Z", "2026-11-28+01:00"] {
        assert_eq!(read(text), TimeReading::Day(date(2026, 11, 28)), "{text}");
    }
    assert_eq!(
        read("2026-11-28T24:00:00Z"),
        TimeReading::Instant { at: at("2026-11-29T00:00:00Z"), day: date(2026, 11, 28) }
    );
    assert_eq!(read("2026-12-31T24:00").day(), date(2026, 12, 31));
    assert_eq!(read("2016-12-31T23:59:60Z").day(), date(2016, 12, 31));
}

#[test]
fn a_clock_without_an_offset_is_in_its_tellers_zone() {
    let berlin = TimeZone::fixed(jiff::tz::offset(1));
    for text in [
        "20261128221005",
        "2026-11-28T22:10:05",
        "2026-11-28 22:10:05",
        "20261128T221005",
        "20261128221005000",
        "2026-11-28T22:10:05.000",
    ] {
        assert_eq!(read(text).to_instant(&berlin), Some(at("2026-11-28T21:10:05Z")), "{text}");
        assert_eq!(
            read(text).to_reported_time(),
            ReportedTime { day: date(2026, 11, 28), at: None },
            "{text}"
        );
    }
    for text in ["202611282210", "2026-11-28T22:10", "2026-11-28T22:10:00"] {
        assert_eq!(read(text).to_instant(&berlin), Some(at("2026-11-28T21:10:00Z")), "{text}");
    }
}

#[test]
fn what_may_mean_two_days_is_no_time() {
    for text in [
        "",
        "soon",
        "17/02/2026",
        "02/17/2026",
        "2026",
        "202611",
        "261128",
        "20261332",
        "2026-02-30",
        "2026-11-28T25:00:00Z",
        "2026-11-28T24:00:01Z",
        "1e999999999",
        "12345",
        "T",
        "-",
        "+",
        "Z",
        "UTC",
        "2026-11-28T22:10:05 CET",
    ] {
        assert_eq!(TimeReading::parse(text), None, "{text}");
    }
}

#[test]
fn times_that_cannot_be_meant_are_told_apart() {
    let now = at("2026-11-29T12:00:00Z");
    let why = |text: &str| read(text).check_possible(now).err();
    for text in [
        "0001-01-01T00:00:00Z",
        "1899-12-30",
        "1900-01-01T00:00:00",
        "1970-01-01T00:00:00Z",
        "0",
        "0.0",
        "00000000",
        "0000-00-00 00:00:00",
        "9999-12-31T23:59:59Z",
        "-62135596800000",
        "-62135596800",
        "2000-01-01",
    ] {
        assert_eq!(why(text), Some(ImpossibleTime::Placeholder), "{text}");
    }
    for text in ["1999-12-31", "19850405", "999999999", "2004-12-31T23:59:59Z"] {
        assert_eq!(why(text), Some(ImpossibleTime::TooOld), "{text}");
    }
    for text in ["2026-11-30T12:00:01Z", "2026-12-01", "2027-01-01T00:00:00", "9998-01-01"] {
        assert_eq!(why(text), Some(ImpossibleTime::InFuture), "{text}");
    }
    for text in ["2026-11-30T12:00:00Z", "2026-11-30", "2005-01-01", "2026-11-29T12:00:00Z"] {
        assert_eq!(why(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn every_spelling_reads_the_same(
        second in 1_104_537_600_i64..4_102_444_800,
        offset in -14_i8..=14,
    ) {
        let instant = Timestamp::from_second(second).expect("a time");
        let zoned = instant.to_zoned(TimeZone::fixed(jiff::tz::offset(offset)));
        let day = zoned.date();
        for format in [
            "%Y-%m-%dT%H:%M:%S%:z",
            "%Y%m%dT%H%M%S%z",
            "%Y-%m-%d %H:%M:%S %z",
            "%Y/%m/%d %H:%M:%S%:z",
            "%Y%m%d%H%M%S%z",
            "%a, %d %b %Y %H:%M:%S %z",
        ] {
            let text = zoned.strftime(format).to_string();
            prop_assert_eq!(
                TimeReading::parse(&text),
                Some(TimeReading::Instant { at: instant, day }),
                "{}",
                text
            );
        }
        let utc = utc_day(instant);
        for text in [
            format!("{second}"),
            format!("{second}000"),
            format!("{second}.0"),
            format!("{second}e3"),
        ] {
            prop_assert_eq!(
                TimeReading::parse(&text),
                Some(TimeReading::Instant { at: instant, day: utc }),
                "{}",
                text
            );
        }
    }

    #[test]
    fn nothing_panics(text in "[-+.:,/ TZeE0-9UGMC]{0,40}|\\PC{0,20}") {
        std::hint::black_box(
            TimeReading::parse(&text).map(|time| time.check_possible(Timestamp::UNIX_EPOCH)),
        );
    }
}
