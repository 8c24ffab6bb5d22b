//! Identifiers that are safe to put into a path, a file name or a log line by construction.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

use crate::text;

/// A text that is not an identifier of the kind it was read as.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{text:?} is not {kind}: expected {expected}")]
pub struct InvalidId {
    /// What it was read as, with its article: "a category id".
    pub kind: &'static str,
    /// The text as given, cut to 64 characters.
    pub text: String,
    /// The rule in words.
    pub expected: &'static str,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $expected:literal, $rule:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub struct $name(String);

        impl $name {
            /// Reads an identifier.
            ///
            /// # Errors
            ///
            /// [`InvalidId`] where the text breaks the rule of this kind.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                if $rule(&text) {
                    Ok(Self(text))
                } else {
                    let text = text.chars().take(64).collect();
                    Err(InvalidId { kind: $kind, text, expected: $expected })
                }
            }

            /// The identifier's text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                text::read(deserializer, |text| Self::new(text))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// What the person ticks ("contacts"). Becomes a file name, hence lower case.
    CategoryId, "a category id", "1 to 48 of a-z, 0-9, _ and -, beginning with a letter", is_slug
);
id!(
    /// One paginated walk over one API resource. Unique in a catalog.
    StreamId, "a stream id", "1 to 48 of a-z, 0-9, _ and -, beginning with a letter", is_slug
);
id!(
    /// The account whose data is exported, as its host names it.
    AccountId, "an account id", "1 to 128 visible ASCII characters", is_visible_ascii
);
id!(
    /// One export at the counter: 128 random bits in hexadecimal.
    ExportId, "an export id", "32 hexadecimal digits in lower case", is_hex128
);
id!(
    /// One holder of a running export: 128 random bits in hexadecimal.
    LeaseId, "a lease id", "32 hexadecimal digits in lower case", is_hex128
);

fn is_slug(text: &str) -> bool {
    let tail = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
    text.len() <= 48 && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.bytes().all(tail)
}

fn is_visible_ascii(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

fn is_hex128(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_id_is_fit_for_a_file_name() {
        assert!(CategoryId::new("phone-numbers").is_ok());
        for bad in ["", "Calls", "../x", "1st", "a b", "ä"] {
            assert!(CategoryId::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_export_id_is_exactly_128_bits_of_lower_case_hex() {
        assert!(ExportId::new("0123456789abcdef0123456789abcdef").is_ok());
        assert!(ExportId::new("0123456789ABCDEF0123456789ABCDEF").is_err());
        assert!(ExportId::new("0123").is_err());
    }
}
