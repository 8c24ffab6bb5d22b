//! A moment as a mail writes it: a reader anywhere can tell which one it is.

use carryall_protocol::Timestamp;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

use crate::config::{ConfigError, key_error};

/// The time zone that mails speak in.
#[derive(Debug, Clone)]
pub(super) struct Zone(TimeZone);

impl Zone {
    /// The zone of this name in the time zone database: the system's, or the one built in where it has none.
    pub(super) fn named(name: Option<&str>) -> Result<Self, ConfigError> {
        let Some(name) = name else { return Ok(Self(TimeZone::UTC)) };
        let unknown = |_| key_error("mail.time_zone", format!("{name:?} is not known; expected a name like Europe/Berlin"));
        TimeZone::get(name).map(Self).map_err(unknown)
    }

    /// "2026-02-28 13:00 (Europe/Berlin, UTC+01:00)", or "2026-02-28 12:00 UTC".
    pub(super) fn write(&self, at: Timestamp) -> String {
        let millis = i64::try_from(at.as_millis()).unwrap_or(i64::MAX);
        let moment = jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::MAX).to_zoned(self.0.clone());
        let format = match self.0.iana_name() {
            None | Some("UTC") => "%Y-%m-%d %H:%M UTC",
            Some(_) => "%Y-%m-%d %H:%M (%Q, UTC%:z)",
        };
        strtime::format(format, &moment).unwrap_or_else(|_| at.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_to_the_minute_with_its_zone() {
        let write = |zone, millis| Zone::named(zone).unwrap().write(Timestamp::from_millis(millis));
        let (winter, summer) = (1_772_280_059_123, 1_782_000_000_000);
        assert_eq!(write(None, winter), "2026-02-28 12:00 UTC");
        assert_eq!(write(Some("UTC"), winter), "2026-02-28 12:00 UTC");
        assert_eq!(write(Some("Europe/Berlin"), winter), "2026-02-28 13:00 (Europe/Berlin, UTC+01:00)");
        assert_eq!(write(Some("Europe/Berlin"), summer), "2026-06-21 02:00 (Europe/Berlin, UTC+02:00)");
        assert_eq!(write(Some("Asia/Kolkata"), winter), "2026-02-28 17:30 (Asia/Kolkata, UTC+05:30)");
        assert!(write(Some("Pacific/Kiritimati"), u64::MAX).starts_with("9999-12-31"));
    }

    #[test]
    fn a_zone_that_is_none_is_told_so() {
        let error = Zone::named(Some("Mars/Olympus")).unwrap_err().to_string();
        assert!(error.starts_with("mail.time_zone: \"Mars/Olympus\" is not known"), "{error}");
    }
}
