//! A member's name.

use std::borrow::Cow;

use super::text::unescaped;

/// A member's name as it is written, between its quotes.
#[derive(Debug, Clone, Copy)]
pub struct Name<'a> {
    raw: &'a str,
    at: usize,
}

impl<'a> Name<'a> {
    pub(super) const fn new(raw: &'a str, at: usize) -> Self {
        Self { raw, at }
    }

    /// Its text between the quotes, escapes and all.
    pub const fn raw(self) -> &'a str {
        self.raw
    }

    /// Where its first quote is in the text that is scanned.
    pub const fn at(self) -> usize {
        self.at
    }

    /// What it says.
    pub fn said(self) -> Cow<'a, str> {
        unescaped(self.raw)
    }

    /// Whether it says this.
    pub fn is(self, text: &str) -> bool {
        // An escape is longer than what it says.
        let raw = self.raw;
        (raw == text && !raw.contains('\\')) || (raw.len() > text.len() && self.said() == text)
    }
}
