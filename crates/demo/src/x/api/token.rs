//! The token that names the next page: opaque to whoever asks, and good for the list it came from alone.

use super::refusal::Refusal;
use crate::random::mix;

/// Where a page begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Token {
    /// How many records lie before it.
    pub(super) position: u64,
    /// How many pages with records do; 0 for the first page, which needs no token.
    pub(super) page: u64,
    /// The page without records, which comes before it, has been given.
    pub(super) after_gap: bool,
}

const POSITION_BITS: u32 = 32;
const PAGE_BITS: u32 = 31;
/// Before the third page of a list, and then before one in so many, comes a page without records.
const GAP_ONCE_IN: u64 = 12;
const PREFIX: &str = "7140dib";

impl Token {
    /// Whether a page without records comes first.
    pub(super) const fn is_before_gap(self) -> bool {
        !self.after_gap && self.page % GAP_ONCE_IN == 2
    }

    /// The token of a list.
    pub(super) fn write(self, route: &str) -> String {
        let bits = self.position | (self.page << POSITION_BITS) | (u64::from(self.after_gap) << (POSITION_BITS + PAGE_BITS));
        let key = key(route);
        format!("{PREFIX}{:016x}{:04x}", bits ^ key, check(bits, key))
    }

    /// Reads what [`Token::write`] wrote for the same list.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for anything else.
    pub(super) fn read(text: &str, route: &str) -> Result<Self, Refusal> {
        let read = || {
            let (hidden, checked) = text.strip_prefix(PREFIX)?.split_at_checked(16)?;
            let key = key(route);
            let bits = u64::from_str_radix(hidden, 16).ok()? ^ key;
            let (position, page) = (bits & ((1 << POSITION_BITS) - 1), (bits >> POSITION_BITS) & ((1 << PAGE_BITS) - 1));
            let token = Self { position, page, after_gap: bits >> (POSITION_BITS + PAGE_BITS) == 1 };
            (checked == format!("{:04x}", check(bits, key))).then_some(token)
        };
        read().ok_or_else(|| {
            let message = format!("The `pagination_token` query parameter value [{text}] is not valid");
            Refusal::invalid("pagination_token", text, message)
        })
    }
}

fn key(route: &str) -> u64 {
    route.bytes().fold(7, |key, byte| mix(key ^ u64::from(byte)))
}

const fn check(bits: u64, key: u64) -> u64 {
    mix(bits.wrapping_add(key)) & 0xffff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_by_the_list_that_wrote_it_alone() {
        let token = Token { position: 3_199, page: 32, after_gap: true };
        let text = token.write("/a");
        assert_eq!(Token::read(&text, "/a").unwrap(), token);
        for (wrong, route) in [
            (text.as_str(), "/b"),
            ("", "/a"),
            ("7140dib", "/a"),
            ("é", "/a"),
            (&text.replace("7140", "7141"), "/a"),
            (&format!("{text}0"), "/a"),
        ] {
            assert!(Token::read(wrong, route).is_err(), "{wrong} {route}");
        }
    }
}
