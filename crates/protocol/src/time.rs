//! Moments on the wire: RFC 3339 in UTC, milliseconds at most.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text;

/// A moment: milliseconds since 1970-01-01T00:00:00Z. Written as RFC 3339 ("2026-02-28T12:00:00Z").
///
/// **It is never read from a clock here**: time is an argument everywhere but at the edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(u64);

/// The last moment RFC 3339 can write: 9999-12-31T23:59:59.999Z.
const LAST_MILLIS: u64 = 253_402_300_799_999;

impl Timestamp {
    /// The moment so many milliseconds after the epoch; moments after the year 9999 become its last one.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(if millis > LAST_MILLIS { LAST_MILLIS } else { millis })
    }

    /// The moment so many seconds after the epoch.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Self {
        Self::from_millis(secs.saturating_mul(1000))
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// Whole seconds since the epoch.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.0 / 1000
    }

    /// This moment and `duration` later.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        Self::from_millis(self.0.saturating_add(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)))
    }

    /// This moment so much earlier; the beginning of 1970 where that lies before it.
    #[must_use]
    pub fn before(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)))
    }

    /// How long ago `earlier` was, seen from this moment; zero where it lies ahead.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// The date alone, "2026-02-28" (UTC).
    #[must_use]
    pub fn date(self) -> String {
        self.to_string().chars().take(10).collect()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, millis) = (self.0 / 1000, self.0 % 1000);
        let (year, month, day) = date_of(seconds / DAY);
        let (hour, minute, second) = (seconds % DAY / 3600, seconds % 3600 / 60, seconds % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        if millis > 0 {
            write!(f, ".{millis:03}")?;
        }
        f.write_str("Z")
    }
}

const DAY: u64 = 86_400;
/// Days of 400 years, after which the calendar begins anew; and those from 0000-03-01 to 1970-01-01.
const ERA: u64 = 146_097;
const BEFORE_1970: u64 = 719_468;

/// Year, month and day of a day since 1970, in the calendar of RFC 3339. Years are counted from March, so that a leap day is a
/// year's last.
const fn date_of(days: u64) -> (u64, u64, u64) {
    let days = days + BEFORE_1970;
    let (era, day_of_era) = (days / ERA, days % ERA);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let months = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * months + 2) / 5 + 1;
    let month = if months < 10 { months + 3 } else { months - 9 };
    let year = era * 400 + year_of_era + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

/// The day since 1970 of a date, where there is one.
fn day_of(year: u64, month: u64, day: u64) -> Option<u64> {
    let year_from_march = if month <= 2 { year.checked_sub(1)? } else { year };
    let months = (month + 9) % 12;
    let (era, year_of_era) = (year_from_march / 400, year_from_march % 400);
    let day_of_year = (153 * months + 2) / 5 + day.checked_sub(1)?;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = (era * ERA + day_of_era).checked_sub(BEFORE_1970)?;
    // A date that does not exist comes out as another one.
    (date_of(days) == (year, month, day)).then_some(days)
}

/// Milliseconds since 1970 of a moment in UTC, as RFC 3339 writes it; what is finer than a millisecond is cut.
fn millis_of(text: &str) -> Option<u64> {
    let bytes = text.strip_suffix('Z')?.as_bytes();
    let number = |from: usize, to: usize| {
        let digits = bytes.get(from..to)?;
        digits.iter().try_fold(0, |sum, digit| Some(sum * 10 + u64::from(digit.checked_sub(b'0').filter(|digit| *digit < 10)?)))
    };
    let is_marked =
        [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')].iter().all(|(at, mark)| bytes.get(*at) == Some(mark));
    let day = day_of(number(0, 4)?, number(5, 7)?, number(8, 10)?).filter(|_| is_marked)?;
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let digits = bytes.len().saturating_sub(20);
    let millis = match bytes.get(19) {
        None => 0,
        Some(b'.') if digits > 0 && number(20, bytes.len().min(29)).is_some() => {
            let cut = digits.min(3);
            [0, 100, 10, 1].get(cut)? * number(20, 20 + cut)?
        }
        Some(_) => return None,
    };
    // A leap second is the second before it.
    Some((day * DAY + hour * 3600 + minute * 60 + second.min(59)) * 1000 + millis)
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text::read(deserializer, |text| {
            let moment = millis_of(text).map(Self::from_millis);
            moment.ok_or_else(|| format!("{text:?} is no moment in UTC like 2026-02-28T12:00:00Z"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_survives_the_wire() {
        for (millis, text) in [(1_772_280_000_000, "\"2026-02-28T12:00:00Z\""), (1_500, "\"1970-01-01T00:00:01.500Z\"")] {
            let moment = Timestamp::from_millis(millis);
            assert_eq!(serde_json::to_string(&moment).unwrap(), text);
            assert_eq!(serde_json::from_str::<Timestamp>(text).unwrap(), moment);
        }
        assert_eq!(Timestamp::from_millis(1_772_280_000_000).date(), "2026-02-28");
    }

    #[test]
    fn moments_are_written_and_read_as_others_do_it() {
        let mut millis = 1_u64;
        for step in 0..20_000_u64 {
            millis = millis.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(step) % (LAST_MILLIS + 1);
            for millis in [millis, millis / 1000 * 1000] {
                let moment = std::time::UNIX_EPOCH + Duration::from_millis(millis);
                let text = humantime::format_rfc3339_millis(moment).to_string();
                assert_eq!(millis_of(&text), Some(millis), "{text}");
                let own = Timestamp::from_millis(millis).to_string();
                assert_eq!(own, text.replace(".000Z", "Z"));
                assert_eq!(millis_of(&own), Some(millis));
            }
        }
        for text in ["2024-02-29T00:00:00Z", "2000-02-29T23:59:60Z", "1970-01-01T00:00:00.0009Z", "2026-01-01T00:00:00.12Z"] {
            let other = humantime::parse_rfc3339(text).unwrap().duration_since(std::time::UNIX_EPOCH).unwrap();
            assert_eq!(millis_of(text).map(u128::from), Some(other.as_millis()), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "Z",
            "2026-02-28",
            "2026-02-28T12:00:00",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:61Z",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00,5Z",
            "2026-01-01 00:00:00Z",
            "1969-12-31T23:59:59Z",
            "+026-01-01T00:00:00Z",
            "2026-01-01T00:00:00.5xZ",
            "2026-01-01T00:00:00+01:00",
            "ééééééééééZ",
        ] {
            assert_eq!(millis_of(text), None, "{text}");
        }
    }

    #[test]
    fn a_moment_beyond_the_calendar_is_still_written() {
        assert_eq!(Timestamp::from_millis(u64::MAX).to_string(), "9999-12-31T23:59:59.999Z");
    }
}
