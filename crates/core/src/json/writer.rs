//! A type of the protocol into JSON text.
//!
//! serde_json would bring errors of reading and writing that cannot happen here, and each type twice: once for machines, once for
//! people. **The text is the same as serde_json's**; a test holds the two against each other.
//!
//! Writes what the protocol is made of: objects, lists, texts, whole numbers, `true`, `false` and `null`, and an enum's value as its
//! name alone. Absent: floating-point numbers, bytes, enums with values.

use std::fmt::{self, Display, Write as _};

use carryall_records::json::push_quoted;
use serde::ser::{Error, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};

/// JSON for machines, without a space. Empty for a type that has no JSON; the protocol has none.
pub fn write<T: Serialize + ?Sized>(value: &T) -> String {
    written(value, None)
}

/// JSON for people: two spaces a level, and a line end. Else as [`write()`].
pub fn write_pretty<T: Serialize + ?Sized>(value: &T) -> String {
    written(value, Some(0)) + "\n"
}

fn written<T: Serialize + ?Sized>(value: &T, level: Option<usize>) -> String {
    let mut writer = Writer { json: String::new(), level };
    value.serialize(&mut writer).map_or_else(|Unwritable| String::new(), |()| writer.json)
}

/// A value that has no JSON here.
#[derive(Debug)]
struct Unwritable;

impl Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value without JSON")
    }
}

impl std::error::Error for Unwritable {}

impl Error for Unwritable {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

struct Writer {
    json: String,
    /// How deep it is, where lines are indented.
    level: Option<usize>,
}

// What is not generic is compiled once, and not into each type's own code.
impl Writer {
    fn text(&mut self, text: &str) {
        push_quoted(text, &mut self.json);
    }

    #[inline(never)]
    fn number(&mut self, number: u64) {
        // Writing into a text does not fail.
        let _ = write!(self.json, "{number}");
    }

    #[inline(never)]
    fn literal(&mut self, literal: &str) {
        self.json.push_str(literal);
    }

    #[inline(never)]
    fn begin(&mut self, bracket: char) {
        self.json.push(bracket);
        self.level = self.level.map(|level| level + 1);
    }

    /// Before an element or a name.
    #[inline(never)]
    fn next(&mut self) {
        if !self.json.ends_with(['{', '[']) {
            self.json.push(',');
        }
        self.line();
    }

    #[inline(never)]
    fn end(&mut self, begun: char, bracket: char) {
        self.level = self.level.map(|level| level - 1);
        if !self.json.ends_with(begun) {
            self.line();
        }
        self.json.push(bracket);
    }

    fn line(&mut self) {
        let Some(level) = self.level else { return };
        self.json.push('\n');
        for _ in 0..level {
            self.json.push_str("  ");
        }
    }

    /// Makes a text of a number that is a name.
    #[inline(never)]
    fn quote(&mut self, start: usize) {
        if self.json.as_bytes().get(start) != Some(&b'"') {
            self.json.insert(start, '"');
            self.json.push('"');
        }
    }

    /// Between a name and its value.
    #[inline(never)]
    fn colon(&mut self) {
        self.json.push_str(if self.level.is_some() { ": " } else { ":" });
    }
}

/// Methods of a serializer for types that do not occur.
macro_rules! unwritable {
    ($($method:ident($($argument:ty),*))*) => {
        $(fn $method(self, $(_: $argument),*) -> Result<(), Unwritable> {
            Err(Unwritable)
        })*
    };
}

/// Methods of a serializer for whole numbers.
macro_rules! whole {
    ($($method:ident $number:ty,)*) => {
        $(fn $method(self, number: $number) -> Result<(), Unwritable> {
            self.number(number.into());
            Ok(())
        })*
    };
}

impl Serializer for &mut Writer {
    type Ok = ();
    type Error = Unwritable;
    type SerializeSeq = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeTuple = Impossible<(), Unwritable>;
    type SerializeTupleStruct = Impossible<(), Unwritable>;
    type SerializeTupleVariant = Impossible<(), Unwritable>;
    type SerializeStructVariant = Impossible<(), Unwritable>;

    whole! { serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, }

    unwritable! {
        serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64)
        serialize_f32(f32) serialize_f64(f64) serialize_bytes(&[u8]) serialize_unit_struct(&'static str)
    }

    fn serialize_bool(self, value: bool) -> Result<(), Unwritable> {
        self.literal(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Unwritable> {
        self.text(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, text: &str) -> Result<(), Unwritable> {
        self.text(text);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Unwritable> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unwritable> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Unwritable> {
        self.literal("null");
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Result<(), Unwritable> {
        self.serialize_str(name)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Unwritable> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Unwritable> {
        Err(Unwritable)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Unwritable> {
        self.begin('[');
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Unwritable> {
        self.begin('{');
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Unwritable> {
        self.begin('{');
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Unwritable> {
        Err(Unwritable)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Unwritable> {
        Err(Unwritable)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unwritable> {
        Err(Unwritable)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Unwritable> {
        Err(Unwritable)
    }
}

impl SerializeSeq for &mut Writer {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        self.next();
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Unwritable> {
        Writer::end(self, '[', ']');
        Ok(())
    }
}

impl SerializeMap for &mut Writer {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), Unwritable> {
        self.next();
        let start = self.json.len();
        name.serialize(&mut **self)?;
        self.quote(start);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        self.colon();
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Unwritable> {
        Writer::end(self, '{', '}');
        Ok(())
    }
}

impl SerializeStruct for &mut Writer {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Unwritable> {
        self.next();
        self.text(name);
        self.serialize_value(value)
    }

    fn end(self) -> Result<(), Unwritable> {
        SerializeMap::end(self)
    }
}

#[cfg(test)]
mod tests;
