//! Moments on the wire: RFC 3339 in UTC, milliseconds at most.

use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

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
        let moment = UNIX_EPOCH + Duration::from_millis(self.0);
        if self.0.is_multiple_of(1000) {
            humantime::format_rfc3339_seconds(moment).fmt(f)
        } else {
            humantime::format_rfc3339_millis(moment).fmt(f)
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text::read(deserializer, |text| {
            let since = humantime::parse_rfc3339(text).ok().and_then(|moment| moment.duration_since(UNIX_EPOCH).ok());
            let millis = since.map(|since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX));
            millis.map(Self::from_millis).ok_or_else(|| format!("{text:?} is no moment in UTC like 2026-02-28T12:00:00Z"))
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
    fn a_moment_beyond_the_calendar_is_still_written() {
        assert_eq!(Timestamp::from_millis(u64::MAX).to_string(), "9999-12-31T23:59:59.999Z");
    }
}
