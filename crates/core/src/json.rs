//! A JSON text into one of the protocol's types, by the scanner that cuts pages.
//!
//! **An error knows its place**: each object and array on the way out adds its token to a JSON Pointer. It explains catalogs on the
//! command line, and the readers by hand (`catalog/reading`, `wire`) are held against it; what people download has only those. Writing
//! is `writer`.
//!
//! Reads what the protocol is made of: objects, arrays, texts, whole numbers, `true`, `false` and `null`. Absent: floating-point
//! numbers, tuples, serde's enums.

mod misread;
mod writer;

use std::borrow::Cow;

use carryall_records::json::{Name, NotJson, Scanner, scalar_text};
use carryall_records::limits::RECORD_DEPTH;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error, Expected, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;

pub(crate) use carryall_records::json::quoted;
pub use misread::Misread;
pub use writer::{write, write_pretty};

/// Reads a text.
///
/// # Errors
///
/// [`Misread`] for text that is no JSON, or not what the type wants.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Misread> {
    let mut reader = Reader { text, scanner: Scanner::new(text), depth: 0 };
    let value = T::deserialize(&mut reader)?;
    if reader.scanner.is_at_end() { Ok(value) } else { Err(reader.broken()) }
}

/// Methods of a deserializer that do the same as another.
macro_rules! same {
    ($as:ident: $($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
            self.$as(visitor)
        })*
    };
}

struct Reader<'de> {
    text: &'de str,
    scanner: Scanner<'de>,
    depth: usize,
}

impl<'de> Reader<'de> {
    /// Goes into an object or an array that begins with this, where it comes next; not deeper than a stack bears.
    fn go_in(&mut self, begin: u8) -> bool {
        let goes = self.depth < RECORD_DEPTH && self.scanner.eat(begin);
        self.depth += usize::from(goes);
        goes
    }

    /// The next value's text, whatever it is.
    fn value(&mut self) -> Result<&'de str, Misread> {
        let value = self.scanner.value();
        value.map_err(|NotJson| self.broken())
    }

    /// What is left to say where the text is no JSON.
    fn broken(&self) -> Misread {
        let before = self.text.get(..self.scanner.at()).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count();
        Misread::custom(format_args!("not JSON at line {line}, column {column}"))
    }

    /// The next value is none that is wanted here. Not generic: compiled once.
    fn unwanted(&mut self, wanted: &dyn Expected) -> Misread {
        if self.depth >= RECORD_DEPTH && matches!(self.scanner.peek(), Some(b'{' | b'[')) {
            return Misread::custom("nested too deep");
        }
        let value = match self.value() {
            Ok(value) => value,
            Err(broken) => return broken,
        };
        let found = match value.as_bytes().first() {
            Some(b'{') => Unexpected::Map,
            Some(b'[') => Unexpected::Seq,
            Some(b'"') => return Misread::invalid_type(Unexpected::Str(&scalar_text(value).unwrap_or_default()), wanted),
            _ => Unexpected::Other(value),
        };
        Misread::invalid_type(found, wanted)
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Misread;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
        match self.scanner.peek() {
            Some(b'{') => self.deserialize_map(visitor),
            Some(b'[') => self.deserialize_seq(visitor),
            Some(b'"') => self.deserialize_str(visitor),
            Some(b't' | b'f') => self.deserialize_bool(visitor),
            Some(b'n') => {
                self.value()?;
                visitor.visit_unit()
            }
            _ => self.deserialize_i64(visitor),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
        if !self.go_in(b'{') {
            return Err(self.unwanted(&visitor));
        }
        let value = visitor.visit_map(Members { reader: &mut *self, name: None });
        self.depth -= 1;
        value
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misread> {
        self.deserialize_map(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
        if !self.go_in(b'[') {
            return Err(self.unwanted(&visitor));
        }
        let value = visitor.visit_seq(Elements { reader: &mut *self, read: 0 });
        self.depth -= 1;
        value
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
        if self.scanner.peek() != Some(b'"') {
            return Err(self.unwanted(&visitor));
        }
        visitor.visit_str(&scalar_text(self.value()?).unwrap_or_default())
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
        match self.scanner.peek() {
            Some(b't' | b'f') => visitor.visit_bool(self.value()? == "true"),
            _ => Err(self.unwanted(&visitor)),
        }
    }

    /// Every whole number.
    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
        if !matches!(self.scanner.peek(), Some(b'-' | b'0'..=b'9')) {
            return Err(self.unwanted(&visitor));
        }
        let text = self.value()?;
        match (text.parse(), text.parse()) {
            (Ok(number), _) => visitor.visit_u64(number),
            (_, Ok(number)) => visitor.visit_i64(number),
            _ => Err(Misread::invalid_type(Unexpected::Other(text), &visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
        if self.scanner.peek() == Some(b'n') {
            self.value()?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misread> {
        self.value()?;
        visitor.visit_unit()
    }

    same! { deserialize_str: deserialize_string deserialize_identifier }
    same! { deserialize_i64: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Misread> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! { f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct enum }
}

/// The members of an object whose brace was read.
struct Members<'r, 'de> {
    reader: &'r mut Reader<'de>,
    /// The member that was read last.
    name: Option<Cow<'de, str>>,
}

impl<'de> Members<'_, 'de> {
    fn next(&mut self) -> Result<Option<&str>, Misread> {
        let scanner = &mut self.reader.scanner;
        let name = if self.name.is_none() { scanner.first_member() } else { scanner.next_member() };
        let name = name.map_err(|NotJson| self.reader.broken())?;
        self.name = name.map(Name::said);
        Ok(self.name.as_deref())
    }

    fn inside(&self, error: Misread) -> Misread {
        error.inside(self.name.as_deref().unwrap_or_default())
    }
}

impl<'de> MapAccess<'de> for Members<'_, 'de> {
    type Error = Misread;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Misread> {
        let Some(name) = self.next()? else { return Ok(None) };
        let key: Result<K::Value, Misread> = seed.deserialize(name.into_deserializer());
        key.map(Some).map_err(|error| self.inside(error))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Misread> {
        let value = seed.deserialize(&mut *self.reader);
        value.map_err(|error| self.inside(error))
    }
}

/// The elements of an array whose bracket was read.
struct Elements<'r, 'de> {
    reader: &'r mut Reader<'de>,
    read: usize,
}

impl Elements<'_, '_> {
    fn is_there_another(&mut self) -> Result<bool, Misread> {
        let scanner = &mut self.reader.scanner;
        let another = if self.read == 0 { Ok(scanner.first_element()) } else { scanner.next_element() };
        another.map_err(|NotJson| self.reader.broken())
    }
}

impl<'de> SeqAccess<'de> for Elements<'_, 'de> {
    type Error = Misread;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Misread> {
        if !self.is_there_another()? {
            return Ok(None);
        }
        let element = seed.deserialize(&mut *self.reader).map_err(|error| error.inside(&self.read.to_string()))?;
        self.read += 1;
        Ok(Some(element))
    }
}

/// The members of an object, each name with its value's exact text. Nothing where the text is no object.
pub(crate) fn members(text: &str) -> Option<Vec<(String, &str)>> {
    let mut scanner = Scanner::new(text);
    let mut members = Vec::new();
    if !scanner.eat(b'{') {
        return None;
    }
    let mut member = scanner.first_member().ok()?;
    while let Some(name) = member {
        members.push((name.said().into_owned(), scanner.value().ok()?));
        member = scanner.next_member().ok()?;
    }
    Some(members)
}

/// How many elements an array has; none where the text is no array.
pub(crate) fn elements(text: &str) -> u64 {
    let mut scanner = Scanner::new(text);
    let mut count = 0;
    let mut is_there = scanner.eat(b'[') && scanner.first_element();
    while is_there {
        count += 1;
        is_there = scanner.value().is_ok() && scanner.next_element().unwrap_or(false);
    }
    count
}

/// A text's content, a number's text, `true` or `false`. Nothing for anything else.
pub(crate) fn text_of(value: &str) -> Option<String> {
    scalar_text(value).map(Cow::into_owned).or_else(|| matches!(value, "true" | "false").then(|| value.to_owned()))
}

#[cfg(test)]
mod tests {
    use carryall_protocol::catalog::Catalog;
    use proptest::prelude::*;

    use super::*;

    const TALKIF: &str = include_str!("../../../catalogs/talkif.json");

    #[test]
    fn text_that_is_no_json_is_placed_by_line_and_pointer() {
        let broken = TALKIF.replacen(r#""base_url": "/api/v1""#, r#""base_url": /api/v1"#, 1);
        let error = read::<Catalog>(&broken).unwrap_err();
        assert_eq!((error.pointer.as_str(), error.problem.as_str()), ("/base_url", "not JSON at line 5, column 15"));
    }

    #[test]
    fn what_is_nested_without_end_is_refused_before_the_stack_is_full() {
        let nested = |levels: usize| format!("{}0{}", "[".repeat(levels), "]".repeat(levels));
        assert!(read::<carryall_protocol::catalog::Json>(&nested(128)).is_ok());
        assert_eq!(read::<carryall_protocol::catalog::Json>(&nested(129)).unwrap_err().problem, "nested too deep");
        assert!(read::<carryall_protocol::catalog::Json>(&nested(1_000_000)).is_err());
    }

    #[test]
    fn a_list_is_no_object_and_a_number_with_a_point_is_no_whole_one() {
        assert_eq!(read::<Vec<u8>>("[1, 2.0]").unwrap_err().to_string(), "at /1: invalid type: `2.0`, expected u8");
        assert_eq!(read::<Vec<u8>>("[1, 256]").unwrap_err().to_string(), "at /1: invalid value: integer `256`, expected u8");
        let links = read::<Catalog>(&TALKIF.replacen(r#""links": {"#, r#""links": [], "unavailable": [] , "x": {"#, 1));
        assert_eq!(links.unwrap_err().to_string(), "at /links: invalid type: sequence, expected struct Links");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn a_bent_catalog_is_read_as_serde_json_reads_it(at in 0..TALKIF.len(), byte in b' '..=b'~', cut in any::<bool>()) {
            let mut bent = TALKIF.as_bytes().to_vec();
            if cut {
                bent.remove(at);
            } else {
                bent[at] = byte;
            }
            if let Ok(bent) = String::from_utf8(bent) {
                prop_assert_eq!(read::<Catalog>(&bent).ok(), serde_json::from_str(&bent).ok());
            }
        }
    }
}
