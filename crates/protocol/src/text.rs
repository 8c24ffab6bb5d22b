//! Types that are one text on the wire: identifiers, pointers, moments, words of a fixed list.
//!
//! All of them are read by one visitor. A derived one for each would be compiled for each, and people wait for every byte of
//! the wasm package; and this one refuses a text where it stands, so that an error in a catalog has the right place.

use std::fmt;

use serde::de::{Deserializer, Error, Visitor};

/// Reads a text and what it stands for.
///
/// # Errors
///
/// Where there is no text, or `parse` refuses it; in its words.
pub(crate) fn read<'de, D: Deserializer<'de>, T, E: fmt::Display>(
    deserializer: D,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<T, D::Error> {
    let mut found = None;
    let mut take = |text: &str| {
        found = Some(parse(text).map_err(|error| error.to_string())?);
        Ok(())
    };
    deserializer.deserialize_str(Text { take: &mut take })?;
    found.ok_or_else(|| D::Error::custom("expected a text"))
}

/// Not generic over what is read: compiled once.
struct Text<'a> {
    take: &'a mut dyn FnMut(&str) -> Result<(), String>,
}

impl Visitor<'_> for Text<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        (self.take)(text).map_err(E::custom)
    }
}

/// An enum whose variants are words on the wire.
macro_rules! words {
    ($(#[$about:meta])* $vis:vis enum $name:ident { $($(#[$each:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        $vis enum $name {
            $($(#[$each])* #[cfg_attr(feature = "schema", schemars(rename = $word))] $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word on the wire.
            #[must_use]
            $vis const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::text::read(deserializer, |text| match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(crate::text::unknown(text, &[$($word),+])),
                })
            }
        }
    };
}

pub(crate) use words;

/// The refusal of a word that is not in the list.
pub(crate) fn unknown(text: &str, words: &[&str]) -> String {
    format!("unknown variant `{text}`, expected one of `{}`", words.join("`, `"))
}
