//! Walking JSON text (RFC 8259) without building it: strict, in one pass, on borrowed slices.
//!
//! **Every slice is a piece of the text it came from**, so numbers, ids and escapes keep their exact form. What the scanner
//! accepts is JSON and nothing else, because records are written into files as they came. serde's raw values do the same, but
//! build a list of members wherever one is asked for; a property test holds the two against each other.

mod name;
mod nesting;
mod number;
mod place;
mod text;

use thiserror::Error;

pub use name::Name;
use nesting::{Nesting, Opened};
pub use place::lookup;
pub(crate) use text::first;
pub use text::{push_quoted, quoted, scalar_text};

/// The text is no JSON, or ends early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the text is not JSON")]
pub struct NotJson;

/// A place in JSON text.
#[derive(Debug)]
pub struct Scanner<'a> {
    text: &'a str,
    at: usize,
    nesting: Nesting,
    looks_for: Option<fn(&str) -> bool>,
    found: bool,
}

impl<'a> Scanner<'a> {
    /// At the beginning of a text.
    pub const fn new(text: &'a str) -> Self {
        Self { text, at: 0, nesting: Nesting::new(), looks_for: None, found: false }
    }

    /// At the beginning of a text; on its way it looks for names without escapes of which this is true. A name with an escape may say
    /// anything: it always counts as found.
    pub fn looking_for(text: &'a str, looks_for: fn(&str) -> bool) -> Self {
        Self { looks_for: Some(looks_for), ..Self::new(text) }
    }

    /// What was noticed since this was asked the last time: whether such a name was found, and how many levels deep values were.
    pub const fn take_noticed(&mut self) -> (bool, usize) {
        (std::mem::replace(&mut self.found, false), self.nesting.take_deepest())
    }

    /// Where it is, in bytes.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// Goes back to a place where a value begins.
    pub const fn go_back(&mut self, at: usize) {
        self.at = at;
    }

    /// What comes next, after spaces: the first byte of a value, of a name, or a mark.
    #[inline(always)] // several times a value; most hosts write no spaces
    pub fn peek(&mut self) -> Option<u8> {
        match self.text.as_bytes().get(self.at) {
            Some(byte) if *byte > b' ' => Some(*byte),
            _ => self.peek_past_spaces(),
        }
    }

    #[inline(never)]
    fn peek_past_spaces(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                _ => return Some(*byte),
            }
        }
        None
    }

    /// Goes past this byte, if it comes next.
    #[inline(always)] // as often
    pub fn eat(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    /// Whether there is nothing more.
    pub fn is_at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    /// Goes past the next value, whatever it is and however deep, and answers with its text.
    ///
    /// # Errors
    ///
    /// [`NotJson`] where there is none.
    pub fn value(&mut self) -> Result<&'a str, NotJson> {
        self.peek();
        let start = self.at;
        loop {
            if self.begin_value()? {
                continue;
            }
            loop {
                let Some(opened) = self.nesting.innermost() else {
                    return self.text.get(start..self.at).ok_or(NotJson);
                };
                if self.goes_on(opened)? {
                    break;
                }
                self.nesting.close();
            }
        }
    }

    /// After a brace: the name of the first member, and its colon. Nothing where the object is empty, and closed.
    pub fn first_member(&mut self) -> Result<Option<Name<'a>>, NotJson> {
        if self.eat(b'}') { Ok(None) } else { self.name().map(Some) }
    }

    /// After a member: the name of the next. Nothing where the object is closed.
    pub fn next_member(&mut self) -> Result<Option<Name<'a>>, NotJson> {
        if self.eat(b',') {
            return self.name().map(Some);
        }
        if self.eat(b'}') { Ok(None) } else { Err(NotJson) }
    }

    /// After a bracket: whether there is an element. Where there is none, the array is closed.
    pub fn first_element(&mut self) -> bool {
        !self.eat(b']')
    }

    /// After an element: whether there is another. Where there is none, the array is closed.
    pub fn next_element(&mut self) -> Result<bool, NotJson> {
        if self.eat(b',') {
            return Ok(true);
        }
        if self.eat(b']') { Ok(false) } else { Err(NotJson) }
    }

    /// Reads a scalar or an empty value whole, or goes into an object or an array: whether a value comes next.
    fn begin_value(&mut self) -> Result<bool, NotJson> {
        let first = self.peek().ok_or(NotJson)?;
        self.at += 1;
        match first {
            b'"' => drop(self.string_end()?),
            b'{' if self.eat(b'}') => {}
            b'{' => {
                self.nesting.open(Opened::Object);
                self.name()?;
                return Ok(true);
            }
            b'[' if self.eat(b']') => {}
            b'[' => {
                self.nesting.open(Opened::Array);
                return Ok(true);
            }
            b't' => self.literal("rue")?,
            b'f' => self.literal("alse")?,
            b'n' => self.literal("ull")?,
            b'-' | b'0'..=b'9' => {
                self.at = number::end(self.text.as_bytes(), self.at - 1).ok_or(NotJson)?;
            }
            _ => return Err(NotJson),
        }
        Ok(false)
    }

    /// After a value inside of something: whether another comes. Where none does, it is closed.
    fn goes_on(&mut self, opened: Opened) -> Result<bool, NotJson> {
        match opened {
            Opened::Object => self.next_member().map(|name| name.is_some()),
            Opened::Array => self.next_element(),
        }
    }

    fn literal(&mut self, rest: &str) -> Result<(), NotJson> {
        let is_there = self.text.as_bytes().get(self.at..).is_some_and(|bytes| bytes.starts_with(rest.as_bytes()));
        self.at += rest.len();
        is_there.then_some(()).ok_or(NotJson)
    }

    fn name(&mut self) -> Result<Name<'a>, NotJson> {
        if !self.eat(b'"') {
            return Err(NotJson);
        }
        let start = self.at;
        let has_escapes = self.string_end()?;
        let raw = self.text.get(start..self.at - 1).ok_or(NotJson)?;
        self.found = self.found || self.looks_for.is_some_and(|looks_for| has_escapes || looks_for(raw));
        if self.eat(b':') { Ok(Name::new(raw, start - 1)) } else { Err(NotJson) }
    }

    /// Inside of a string: goes past its closing quote; tells whether there were escapes before it.
    fn string_end(&mut self) -> Result<bool, NotJson> {
        let end = text::end(self.text.as_bytes(), self.at).ok_or(NotJson)?;
        self.at = end.after;
        Ok(end.has_escapes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::value::RawValue;

    fn whole(text: &str) -> Result<&str, NotJson> {
        let mut scanner = Scanner::new(text);
        let value = scanner.value()?;
        if scanner.is_at_end() { Ok(value) } else { Err(NotJson) }
    }

    #[test]
    fn a_value_is_its_exact_text() {
        for text in [r#"{"a": [1, -0.50e+3, "\u00e9\"", {}, [] , true,false , null]}"#, "0", "\"\"", "[[[[]]]]", "{\"\":{}}"] {
            assert_eq!(whole(&format!(" \n{text}\t ")), Ok(text));
        }
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in [
            "",
            " ",
            "{",
            "[",
            "}",
            "]",
            "[1,]",
            "{,}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "[1 2]",
            "01",
            "-",
            "1.",
            ".5",
            "1e",
            "+1",
            "tru",
            "nul",
            "True",
            "NaN",
            "\"",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"\\u123",
            "\"\n\"",
            "\"a",
            "[}",
            "{]",
            "1,2",
            "[1]]",
            "'a'",
            "\u{feff}1",
            "1\u{a0}",
        ] {
            assert_eq!(whole(text), Err(NotJson), "{text:?}");
        }
    }

    #[test]
    fn nesting_without_end_is_an_error_and_no_crash() {
        assert_eq!(whole(&"[".repeat(1_000_000)), Err(NotJson));
        let deep = format!("{}{}", "[{\"a\":".repeat(300), "0") + &"}]".repeat(300);
        assert_eq!(whole(&deep), Ok(deep.as_str()));
        assert_eq!(whole(&deep.replace("}]}]}]", "}]]}}]")), Err(NotJson));
    }

    /// Text that is nearly JSON: valid values, with a few characters exchanged.
    fn nearly_json() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(serde_json::Value::from),
            any::<i64>().prop_map(Into::into),
            any::<bool>().prop_map(Into::into),
            ".{0,20}".prop_map(Into::into),
        ];
        let value = leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                prop::collection::vec((".{0,9}", inner), 0..4)
                    .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
            ]
        });
        let marks = prop::sample::select("{}[]\",:\\0123456789.eE+-truefalsn \n\u{1}\u{7f}é/".chars().collect::<Vec<_>>());
        (value, any::<bool>(), prop::collection::vec((any::<prop::sample::Index>(), marks), 0..3)).prop_map(
            |(value, pretty, changes)| {
                let text = if pretty { format!("{value:#}") } else { value.to_string() };
                let mut chars: Vec<char> = text.chars().collect();
                for (at, mark) in changes {
                    *at.get_mut(&mut chars) = mark;
                }
                chars.into_iter().collect()
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn it_takes_what_serde_takes_and_nothing_else(text in nearly_json()) {
            let raw = serde_json::from_str::<&RawValue>(&text).map(RawValue::get).map_err(|_| NotJson);
            prop_assert_eq!(whole(&text), raw);
        }

        #[test]
        fn members_and_elements_are_those_that_serde_finds(text in nearly_json()) {
            let Ok(value) = serde_json::from_str::<serde_json::Value>(&text) else { return Ok(()) };
            if let Some(members) = value.as_object() {
                for (name, expected) in members {
                    let found = lookup(&text, std::slice::from_ref(name)).unwrap();
                    if text.matches(name.as_str()).count() == 1 {
                        prop_assert_eq!(&serde_json::from_str::<serde_json::Value>(found).unwrap(), expected);
                    }
                }
            }
            for (at, expected) in value.as_array().into_iter().flatten().enumerate() {
                let found = lookup(&text, &[at.to_string()]).unwrap();
                prop_assert_eq!(&serde_json::from_str::<serde_json::Value>(found).unwrap(), expected);
            }
        }
    }
}
