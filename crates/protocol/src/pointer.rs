//! JSON Pointer (RFC 6901), parsed once.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::text;

/// A place in a JSON value: "" is the whole value, "/meta/total" a member of a member.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Pointer {
    tokens: Vec<String>,
}

/// A text that is no JSON Pointer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{text:?} is not a JSON Pointer: expected \"\" or a text that begins with / (RFC 6901), with ~ only as ~0 or ~1")]
pub struct InvalidPointer {
    /// The text as given.
    pub text: String,
}

impl Pointer {
    /// Reads a pointer.
    ///
    /// # Errors
    ///
    /// [`InvalidPointer`] where the text does not follow RFC 6901 section 3.
    pub fn new(text: &str) -> Result<Self, InvalidPointer> {
        let invalid = || InvalidPointer { text: text.to_owned() };
        let mut pieces = text.split('/');
        if pieces.next() != Some("") {
            return Err(invalid());
        }
        let tokens = pieces.map(|piece| unescape(piece).ok_or_else(invalid)).collect::<Result<_, _>>()?;
        Ok(Self { tokens })
    }

    /// The same place within a member of this name.
    #[must_use]
    pub fn within(&self, name: &str) -> Self {
        Self { tokens: std::iter::once(name.to_owned()).chain(self.tokens.iter().cloned()).collect() }
    }

    /// The reference tokens, unescaped, outermost first.
    #[must_use]
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }
}

fn unescape(piece: &str) -> Option<String> {
    let mut token = String::with_capacity(piece.len());
    let mut chars = piece.chars();
    while let Some(c) = chars.next() {
        match (c, c == '~') {
            (c, false) => token.push(c),
            _ => match chars.next()? {
                '0' => token.push('~'),
                '1' => token.push('/'),
                _ => return None,
            },
        }
    }
    Some(token)
}

impl Serialize for Pointer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Pointer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text::read(deserializer, Self::new)
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tokens.iter().try_for_each(|token| write!(f, "/{}", token.replace('~', "~0").replace('/', "~1")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_reads_and_writes_its_escapes() {
        let pointer = Pointer::new("/a~1b/~01/").unwrap();
        assert_eq!(pointer.tokens(), ["a/b", "~1", ""]);
        assert_eq!(pointer.to_string(), "/a~1b/~01/");
        assert!(Pointer::new("").unwrap().tokens().is_empty());
    }

    #[test]
    fn a_text_without_its_slash_or_with_a_loose_tilde_is_refused() {
        assert!(Pointer::new("meta").is_err());
        assert!(Pointer::new("/a~2").is_err());
        assert!(Pointer::new("/a~").is_err());
    }
}
