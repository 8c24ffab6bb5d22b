//! The wait between two exports: so many hours, or so many days of a calendar.

use std::time::Duration;

use carryall_protocol::Timestamp;
use jiff::ToSpan as _;
use jiff::tz::TimeZone;
use serde::Deserialize;
use thiserror::Error;

use super::DAY;

/// The wait between two exports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cooldown {
    /// So long, to the millisecond.
    Sliding(Duration),
    /// Until so many midnights have passed: with 1 day, the next export may be asked for on the next day of the calendar.
    Calendar {
        /// How many midnights; at least 1.
        days: u16,
        /// Where they are counted.
        zone: Zone,
    },
}

/// A time zone of the IANA database.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Zone(TimeZone);

/// No time zone has this name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is no time zone; expected a name like Europe/Berlin")]
pub struct UnknownZone(String);

impl TryFrom<String> for Zone {
    type Error = UnknownZone;

    fn try_from(name: String) -> Result<Self, UnknownZone> {
        Self::named(&name)
    }
}

impl Zone {
    /// Where a day begins when the whole world's does.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// The zone of this name, "Europe/Berlin".
    ///
    /// # Errors
    ///
    /// [`UnknownZone`].
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        TimeZone::get(name).map(Self).map_err(|_| UnknownZone(name.to_owned()))
    }
}

impl Cooldown {
    /// The moment it is over, if it counts from `from`. Never decreases as `from` grows.
    #[must_use]
    pub fn end(&self, from: Timestamp) -> Timestamp {
        match self {
            Self::Sliding(wait) => from.after(*wait),
            // A moment no calendar knows has no midnight; the days are then as long as most.
            Self::Calendar { days, zone } => {
                midnight(from, *days, zone).unwrap_or_else(|| from.after(DAY.saturating_mul(u32::from(*days))))
            }
        }
    }

    /// How long it can be at most: no day is longer than 26 hours.
    #[must_use]
    pub fn longest(&self) -> Duration {
        match self {
            Self::Sliding(wait) => *wait,
            Self::Calendar { days, .. } => Duration::from_secs(26 * 3600).saturating_mul(u32::from(*days)),
        }
    }

    /// How long it is as people say it: a day of the calendar is a day.
    #[must_use]
    pub const fn about(&self) -> Duration {
        match self {
            Self::Sliding(wait) => *wait,
            Self::Calendar { days, .. } => Duration::from_secs(*days as u64 * DAY.as_secs()),
        }
    }
}

/// The first moment of the day that comes so many days after the one this moment lies in.
fn midnight(from: Timestamp, days: u16, zone: &Zone) -> Option<Timestamp> {
    let from = jiff::Timestamp::from_millisecond(i64::try_from(from.as_millis()).ok()?).ok()?;
    let day = from.to_zoned(zone.0.clone()).date().checked_add(i32::from(days).days()).ok()?;
    let begins = day.to_zoned(zone.0.clone()).ok()?.timestamp().as_millisecond();
    u64::try_from(begins).ok().map(Timestamp::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        let millis = text.parse::<jiff::Timestamp>().unwrap().as_millisecond();
        Timestamp::from_millis(u64::try_from(millis).unwrap())
    }

    fn end(days: u16, zone: &str, from: &str) -> String {
        let cooldown = Cooldown::Calendar { days, zone: Zone::named(zone).unwrap() };
        cooldown.end(at(from)).to_string()
    }

    #[test]
    fn a_day_of_the_calendar_ends_at_the_zones_own_midnight() {
        assert_eq!(end(1, "Europe/Berlin", "2026-01-10T22:59:59Z"), "2026-01-10T23:00:00Z");
        assert_eq!(end(1, "Europe/Berlin", "2026-01-10T23:00:00Z"), "2026-01-11T23:00:00Z");
        assert_eq!(end(7, "UTC", "2026-01-10T23:00:00Z"), "2026-01-17T00:00:00Z");
    }

    #[test]
    fn a_day_may_have_23_or_25_hours_or_begin_at_one() {
        assert_eq!(end(1, "Europe/Berlin", "2026-03-28T23:00:00Z"), "2026-03-29T22:00:00Z");
        assert_eq!(end(1, "Europe/Berlin", "2026-10-24T22:00:00Z"), "2026-10-25T23:00:00Z");
        // In Beirut, clocks go forward at midnight: 29 March 2026 begins at 01:00.
        assert_eq!(end(1, "Asia/Beirut", "2026-03-28T12:00:00Z"), "2026-03-28T22:00:00Z");
    }

    #[test]
    fn no_cooldown_is_longer_than_its_longest() {
        for hour in 0..24 * 400_u64 {
            let from = at("2026-01-01T00:00:00Z").after(Duration::from_secs(hour * 3600));
            for zone in ["Europe/Berlin", "Australia/Lord_Howe", "America/New_York"] {
                let cooldown = Cooldown::Calendar { days: 3, zone: Zone::named(zone).unwrap() };
                assert!(cooldown.end(from) > from && cooldown.end(from) <= from.after(cooldown.longest()));
            }
        }
    }

    #[test]
    fn a_zone_that_does_not_exist_is_named() {
        assert_eq!(
            Zone::named("Europe/Bärlin").unwrap_err().to_string(),
            "\"Europe/Bärlin\" is no time zone; expected a name like Europe/Berlin"
        );
    }
}
