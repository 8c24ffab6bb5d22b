//! Ids: unsigned numbers of 64 bits, written as texts; the upper 42 bits are the milliseconds since 2015.
//!
//! **They order as integers and not as texts**: those made before July 2022 have 18 digits, later ones 19.

use std::fmt;

use carryall_protocol::Timestamp;

/// Milliseconds from 1970 to the first moment of 2015, UTC.
const EPOCH: u64 = 1_420_070_400_000;
const LOW_BITS: u32 = 22;

/// An id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Snowflake(u64);

impl Snowflake {
    /// The id of a moment, told from others of the same moment by `low`, of which 22 bits count.
    pub(super) const fn at(moment: Timestamp, low: u64) -> Self {
        Self(((moment.as_millis() - EPOCH) << LOW_BITS) | (low & ((1 << LOW_BITS) - 1)))
    }

    /// What somebody wrote for an id; nothing where it is no number of 64 bits without a sign.
    pub(super) fn parse(text: &str) -> Option<Self> {
        text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit())).map(Self)
    }

    /// When the thing came to be.
    pub(super) const fn moment(self) -> Timestamp {
        Timestamp::from_millis((self.0 >> LOW_BITS) + EPOCH)
    }

    /// What tells it from others of the same moment.
    pub(super) const fn low(self) -> u64 {
        self.0 & ((1 << LOW_BITS) - 1)
    }

    /// An id further on.
    pub(super) const fn plus(self, places: u64) -> Self {
        Self(self.0.saturating_add(places))
    }

    /// The number itself, to draw from.
    pub(super) const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Snowflake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_knows_its_moment() {
        let id = Snowflake::parse("175928847299117063").unwrap();
        assert_eq!((id.moment().to_string().as_str(), id.low()), ("2016-04-30T11:18:25.796Z", 131_079));
        assert_eq!(Snowflake::at(id.moment(), id.low()), id);
    }

    #[test]
    fn what_is_no_number_is_no_id() {
        for text in ["", "x", "+1", "-1", "1.0", "18446744073709551616"] {
            assert_eq!(Snowflake::parse(text), None, "{text}");
        }
    }
}
