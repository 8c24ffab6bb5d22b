//! Moments as hosts write them: read from a value's text, and written as another host or an archive wants them.
//!
//! Read generously where the meaning is plain, and not at all where it is not. A moment is held in milliseconds since 1970;
//! **what is finer is cut, what lies before 1970 or after 9999 is no moment here**, and no text makes this panic.

mod reading;

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::MomentFormat;

use crate::json::scalar_text;
use reading::Reading;

const DAY_SECONDS: i64 = 86_400;

/// Bits of a snowflake below its milliseconds.
const SNOWFLAKE_SHIFT: u32 = 22;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// From the weekday of 1970-01-01 on.
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

/// The moment that a JSON value, a text or a number, means in this format. Nothing where it means none.
///
/// - `rfc3339`: also with a space or a small `t` and `z`, with an offset as ISO 8601 has it (`+0200`, `+02`), and the leap second as the
///   second before it, as humantime does.
/// - `unix`, `unix_ms`: plain decimals; a fraction counts down to the millisecond, an exponent is not read.
/// - `date`: midnight UTC.
/// - `x_archive`: any weekday, any offset.
#[must_use]
pub fn read(value: &str, format: MomentFormat) -> Option<Timestamp> {
    let text = scalar_text(value)?;
    let mut reading = Reading::new(&text);
    let millis = match format {
        MomentFormat::Rfc3339 => rfc3339(&mut reading)?,
        MomentFormat::Date => date(&mut reading)?.checked_mul(1000)?,
        MomentFormat::XArchive => x_archive(&mut reading)?,
        MomentFormat::Unix => {
            let (seconds, millis) = decimal(&mut reading)?;
            seconds.checked_mul(1000)?.checked_add(millis)?
        }
        MomentFormat::UnixMillis => decimal(&mut reading)?.0,
        MomentFormat::Snowflake { epoch } => {
            let id: u64 = reading.digits()?;
            (id >> SNOWFLAKE_SHIFT).checked_add(epoch)?.try_into().ok()?
        }
    };
    let millis = u64::try_from(millis).ok().filter(|_| reading.is_at_end())?;
    let moment = Timestamp::from_millis(millis);
    (moment.as_millis() == millis).then_some(moment)
}

/// A moment's text in this format, without quotes. Of `unix` and `date` the rest of the second or day is cut. A snowflake is the
/// first of its millisecond: zero before its epoch, and the last millisecond that it can hold after that.
#[must_use]
pub fn write(moment: Timestamp, format: MomentFormat) -> String {
    match format {
        MomentFormat::Rfc3339 => moment.to_string(),
        MomentFormat::Unix => moment.as_secs().to_string(),
        MomentFormat::UnixMillis => moment.as_millis().to_string(),
        MomentFormat::Date => moment.date(),
        MomentFormat::XArchive => as_x_archive(moment),
        MomentFormat::Snowflake { epoch } => {
            let millis = moment.as_millis().saturating_sub(epoch).min(u64::MAX >> SNOWFLAKE_SHIFT);
            (millis << SNOWFLAKE_SHIFT).to_string()
        }
    }
}

fn rfc3339(reading: &mut Reading<'_>) -> Option<i64> {
    let day = date(reading)?;
    reading.one_of(b"Tt ")?;
    let clock = clock(reading)?;
    let millis = if reading.one_of(b".").is_some() { fraction(reading)? } else { 0 };
    let offset = if reading.one_of(b"Zz").is_some() { 0 } else { offset(reading)? };
    Some((day + clock - offset) * 1000 + millis)
}

fn x_archive(reading: &mut Reading<'_>) -> Option<i64> {
    reading.word(&WEEKDAYS)?;
    reading.one_of(b" ")?;
    let month = reading.word(&MONTHS)? + 1;
    reading.one_of(b" ")?;
    let day = reading.number(2)?;
    reading.one_of(b" ")?;
    let clock = clock(reading)?;
    reading.one_of(b" ")?;
    let offset = offset(reading)?;
    reading.one_of(b" ")?;
    let year = reading.number(4)?;
    Some((days(year, month, day)? * DAY_SECONDS + clock - offset) * 1000)
}

fn as_x_archive(moment: Timestamp) -> String {
    let text = moment.to_string();
    let piece = |start: usize, end: usize| text.get(start..end).unwrap_or_default();
    let name = |names: &[&'static str], at: usize| names.get(at).copied().unwrap_or_default();
    let weekday = moment.as_secs() / DAY_SECONDS.unsigned_abs() % 7;
    let month = piece(5, 7).parse::<usize>().unwrap_or_default().saturating_sub(1);
    let weekday = name(&WEEKDAYS, usize::try_from(weekday).unwrap_or_default());
    [weekday, " ", name(&MONTHS, month), " ", piece(8, 10), " ", piece(11, 19), " +0000 ", piece(0, 4)].concat()
}

/// The first second of a day such as `2026-02-28`.
fn date(reading: &mut Reading<'_>) -> Option<i64> {
    let year = reading.number(4)?;
    reading.one_of(b"-")?;
    let month = reading.number(2)?;
    reading.one_of(b"-")?;
    let day = reading.number(2)?;
    days(year, month, day)?.checked_mul(DAY_SECONDS)
}

/// Seconds since midnight.
fn clock(reading: &mut Reading<'_>) -> Option<i64> {
    let hour = reading.number_to(23)?;
    reading.one_of(b":")?;
    let minute = reading.number_to(59)?;
    reading.one_of(b":")?;
    let second = reading.number_to(60)?;
    Some(hour * 3600 + minute * 60 + second.min(59))
}

/// Seconds that a clock is ahead of UTC.
fn offset(reading: &mut Reading<'_>) -> Option<i64> {
    let sign = if reading.one_of(b"+-")? == b'-' { -1 } else { 1 };
    let hours = reading.number_to(23)?;
    let has_minutes = reading.one_of(b":").is_some() || reading.is_digit();
    let minutes = if has_minutes { reading.number_to(59)? } else { 0 };
    Some(sign * (hours * 3600 + minutes * 60))
}

/// What stands before the point, and the thousandths after it.
fn decimal(reading: &mut Reading<'_>) -> Option<(i64, i64)> {
    let whole = reading.digits()?.try_into().ok()?;
    let thousandths = if reading.one_of(b".").is_some() { fraction(reading)? } else { 0 };
    Some((whole, thousandths))
}

/// After a point: thousandths, and whatever digits follow them.
fn fraction(reading: &mut Reading<'_>) -> Option<i64> {
    let mut thousandths = reading.number(1)? * 100;
    for worth in [10, 1] {
        thousandths += reading.number(1).unwrap_or(0) * worth;
    }
    while reading.number(1).is_some() {}
    Some(thousandths)
}

/// Days since 1970-01-01 in the Gregorian calendar; nothing where there is no such day. Years are counted from March on, so
/// that the leap day is a year's last.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    let (years, months) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    // 719,468 days lie between March 1st of the year 0 and 1970.
    let days = years * 365 + years.div_euclid(4) - years.div_euclid(100) + years.div_euclid(400) - 719_468;
    (1..=last).contains(&day).then_some(days + (months * 153 + 2) / 5 + day - 1)
}

#[cfg(test)]
mod tests {
    use super::MomentFormat::{Date, Rfc3339, Snowflake, Unix, UnixMillis, XArchive};
    use super::*;
    use proptest::prelude::*;
    use std::time::{Duration, UNIX_EPOCH};

    const LAST: u64 = 253_402_300_799_999;
    const DISCORD: MomentFormat = Snowflake { epoch: 1_420_070_400_000 };

    fn millis(value: &str, format: MomentFormat) -> Option<u64> {
        read(value, format).map(Timestamp::as_millis)
    }

    #[test]
    fn a_moment_is_read_however_its_host_writes_it() {
        let noon = 1_772_280_000_000;
        for (value, format, expected) in [
            ("\"2026-02-28T12:00:00Z\"", Rfc3339, noon),
            ("\"2026-02-28 12:00:00z\"", Rfc3339, noon),
            ("\"2026-02-28t14:00:00+02:00\"", Rfc3339, noon),
            ("\"2026-02-28T06:30:00.123999999999-0530\"", Rfc3339, noon + 123),
            ("\"2026-02-28 13:00:00.5+01\"", Rfc3339, noon + 500),
            ("\"2026-02-28T12\\u003a00:00Z\"", Rfc3339, noon),
            ("\"1969-12-31T23:00:00-01:00\"", Rfc3339, 0),
            ("\"2016-12-31T23:59:60Z\"", Rfc3339, 1_483_228_799_000),
            ("\"9999-12-31T23:59:59.999Z\"", Rfc3339, LAST),
            ("1772280000", Unix, noon),
            ("\"1772280000.0419\"", Unix, noon + 41),
            ("1772280000.5", Unix, noon + 500),
            ("1772280000000.9", UnixMillis, noon),
            ("\"1772280000000\"", UnixMillis, noon),
            ("\"2024-02-29\"", Date, 1_709_164_800_000),
            ("\"Sat Feb 28 12:00:00 +0000 2026\"", XArchive, noon),
            ("\"Wed Jan 01 00:00:00 +0000 2020\"", XArchive, 1_577_836_800_000),
            ("\"175928847299117063\"", DISCORD, 1_462_015_105_796),
            ("175928847299117063", DISCORD, 1_462_015_105_796),
        ] {
            assert_eq!(millis(value, format), Some(expected), "{value}");
        }
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for (value, format) in [
            ("\"2025-02-29T12:00:00Z\"", Rfc3339),
            ("\"1900-02-29T12:00:00Z\"", Rfc3339),
            ("\"2026-04-31T12:00:00Z\"", Rfc3339),
            ("\"2026-13-01T12:00:00Z\"", Rfc3339),
            ("\"2026-00-01T12:00:00Z\"", Rfc3339),
            ("\"2026-01-00T12:00:00Z\"", Rfc3339),
            ("\"2026-01-01T24:00:00Z\"", Rfc3339),
            ("\"2026-01-01T12:60:00Z\"", Rfc3339),
            ("\"2026-01-01T12:00:61Z\"", Rfc3339),
            ("\"2026-01-01T12:00:00\"", Rfc3339),
            ("\"2026-01-01T12:00:00.Z\"", Rfc3339),
            ("\"2026-01-01T12:00:00Zz\"", Rfc3339),
            ("\"2026-01-01T12:00:00+02:\"", Rfc3339),
            ("\"2026-01-01\"", Rfc3339),
            ("\"1969-12-31T23:59:59.999Z\"", Rfc3339),
            ("\"9999-12-31T23:59:59-00:01\"", Rfc3339),
            ("\"0000-01-01T00:00:00Z\"", Rfc3339),
            ("20260101", Rfc3339),
            ("null", Rfc3339),
            ("\"\"", Rfc3339),
            ("-1", Unix),
            ("1.7e9", Unix),
            ("1.", Unix),
            ("\"\"", Unix),
            ("true", Unix),
            ("253402300800", Unix),
            ("18446744073709551615", Unix),
            ("99999999999999999999999", UnixMillis),
            ("253402300800000", UnixMillis),
            ("\"2026-02-28T00\"", Date),
            ("\"Sat Feb 28 12:00:00 2026\"", XArchive),
            ("\"Son Feb 28 12:00:00 +0000 2026\"", XArchive),
            ("18446744073709551616", DISCORD),
            ("-5", DISCORD),
            ("\"\"", DISCORD),
            ("0", Snowflake { epoch: u64::MAX }),
            ("18446744073709551615", Snowflake { epoch: u64::MAX }),
        ] {
            assert_eq!(read(value, format), None, "{value}");
        }
    }

    #[test]
    fn a_moment_is_written_as_its_reader_wants_it() {
        let moment = Timestamp::from_millis(1_772_280_000_041);
        for (format, expected) in [
            (Rfc3339, "2026-02-28T12:00:00.041Z"),
            (Unix, "1772280000"),
            (UnixMillis, "1772280000041"),
            (Date, "2026-02-28"),
            (XArchive, "Sat Feb 28 12:00:00 +0000 2026"),
            (Snowflake { epoch: 1_772_280_000_000 }, "171966464"),
            (Snowflake { epoch: u64::MAX }, "0"),
        ] {
            assert_eq!(write(moment, format), expected);
        }
        assert_eq!(write(Timestamp::from_millis(LAST), Snowflake { epoch: 0 }), "18446744073705357312");
    }

    #[test]
    fn every_day_follows_the_day_before() {
        let mut expected = 0;
        for year in 1970..10_000 {
            for (month, day) in (1..=12).flat_map(|month| (1..=31).map(move |day| (month, day))) {
                if let Some(days) = days(year, month, day) {
                    assert_eq!(days, expected, "{year}-{month}-{day}");
                    expected += 1;
                }
            }
        }
        assert_eq!(expected, 2_932_897);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(millis in 0..=LAST) {
            let moment = Timestamp::from_millis(millis);
            for (format, grain) in [(Rfc3339, 1), (Unix, 1000), (UnixMillis, 1), (Date, 86_400_000), (XArchive, 1000)] {
                let value = format!("\"{}\"", write(moment, format));
                prop_assert_eq!(read(&value, format), Some(Timestamp::from_millis(millis / grain * grain)));
            }
            prop_assert_eq!(read(&write(moment, Unix), Unix), Some(Timestamp::from_secs(millis / 1000)));
        }

        #[test]
        fn a_snowflake_keeps_its_millisecond(id in any::<u64>(), epoch in 0..LAST) {
            let format = Snowflake { epoch };
            if let Some(moment) = read(&id.to_string(), format) {
                prop_assert_eq!(write(moment, format), (id >> 22 << 22).to_string());
            }
        }

        #[test]
        fn it_reads_what_humantime_reads(
            year in prop_oneof![1970..2100, 1970..=9999], month in 0..14, day in 0..33, hour in 0..26, minute in 0..62,
            second in 0..63, fraction in "(\\.[0-9]{1,9})?",
        ) {
            let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z");
            let expected = humantime::parse_rfc3339(&text).ok();
            let found = millis(&format!("\"{text}\""), Rfc3339);
            let cut = |since: Duration| u64::try_from(since.as_millis()).unwrap();
            prop_assert_eq!(found, expected.map(|moment| cut(moment.duration_since(UNIX_EPOCH).unwrap())));
        }

        #[test]
        fn an_offset_moves_the_moment(millis in 90_000_000..LAST - 90_000_000, minutes in -1439i64..1440) {
            let local = Timestamp::from_millis(millis.checked_add_signed(minutes * 60_000).unwrap()).to_string();
            let sign = if minutes < 0 { '-' } else { '+' };
            let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
            let value = format!("\"{}{sign}{hours:02}:{rest:02}\"", local.trim_end_matches('Z'));
            prop_assert_eq!(read(&value, Rfc3339), Some(Timestamp::from_millis(millis)));
        }

        #[test]
        fn no_text_makes_it_panic(value in "\"?[-0-9TtZz: .+ae]{0,40}\"?", epoch in any::<u64>(), millis in any::<u64>()) {
            for format in [Rfc3339, Unix, UnixMillis, Date, XArchive, Snowflake { epoch }] {
                if let Some(moment) = read(&value, format) {
                    prop_assert!(moment.as_millis() <= LAST);
                }
                prop_assert!(!write(Timestamp::from_millis(millis), format).is_empty());
            }
        }
    }
}
