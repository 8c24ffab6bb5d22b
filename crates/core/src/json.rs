//! Walking JSON text without building it: members and elements as borrowed raw slices.
//!
//! **Every slice is a piece of the text it came from**, so numbers, ids and escapes keep their exact form.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::limits::PAGE_RECORDS;

/// A member of an object: its name unescaped, its value as written.
pub(crate) type Member<'a> = (Cow<'a, str>, &'a RawValue);

/// The members of an object in order, or nothing where the text is no object.
pub(crate) fn members(text: &str) -> Option<Vec<Member<'_>>> {
    if !text.starts_with('{') {
        return None;
    }
    serde_json::from_str::<Members<'_>>(text).ok().map(|members| members.0)
}

/// The elements of an array in order, or nothing where the text is no array.
pub(crate) fn elements(text: &str) -> Option<Vec<&RawValue>> {
    if !text.starts_with('[') {
        return None;
    }
    serde_json::Deserializer::from_str(text).deserialize_seq(Elements).ok()
}

/// A record whose outermost members were found once, for everything that asks about it.
pub(crate) struct Record<'a> {
    /// The record's text.
    pub(crate) text: &'a str,
    /// Its members, where it is an object.
    pub(crate) members: Option<Vec<Member<'a>>>,
}

impl<'a> Record<'a> {
    /// Looks into a record.
    pub(crate) fn new(raw: &'a RawValue) -> Self {
        Self { text: raw.get(), members: members(raw.get()) }
    }

    /// The value at the place the tokens name; the record itself is no value here.
    pub(crate) fn lookup(&self, tokens: &[String]) -> Option<&'a RawValue> {
        let (token, rest) = tokens.split_first()?;
        let (_, value) = self.members.as_ref()?.iter().find(|(name, _)| name == token)?;
        lookup(value, rest)
    }
}

/// The value at the place the tokens name (RFC 6901).
pub(crate) fn lookup<'a>(value: &'a RawValue, tokens: &[String]) -> Option<&'a RawValue> {
    let Some((token, rest)) = tokens.split_first() else {
        return Some(value);
    };
    let inner = match members(value.get()) {
        Some(members) => members.into_iter().find(|(name, _)| name == token)?.1,
        None => elements(value.get())?.get(token.parse::<usize>().ok()?).copied()?,
    };
    lookup(inner, rest)
}

/// A string's content, or a number's text: what an id is made of. Nothing for anything else.
pub(crate) fn scalar_text(value: &RawValue) -> Option<Cow<'_, str>> {
    let text = value.get();
    match text.as_bytes().first()? {
        b'"' => serde_json::from_str::<Key<'_>>(text).ok().map(|key| key.0),
        b'-' | b'0'..=b'9' => Some(Cow::Borrowed(text)),
        _ => None,
    }
}

/// Where `inner` begins in `outer`, of which it is a slice.
pub(crate) fn offset_in(outer: &str, inner: &str) -> usize {
    (inner.as_ptr() as usize).saturating_sub(outer.as_ptr() as usize)
}

/// A text that borrows where it can: serde copies a `Cow` unless told otherwise.
pub(crate) struct Key<'a>(pub(crate) Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

struct Members<'a>(Vec<Member<'a>>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(key) = map.next_key::<Key<'de>>()? {
                    if members.len() == PAGE_RECORDS {
                        return Err(de::Error::custom("too many members"));
                    }
                    members.push((key.0, map.next_value()?));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// Collects an array's elements as raw slices: a visitor, so that a page is sliced in the pass that reads it.
pub(crate) struct Elements;

impl<'de> Visitor<'de> for Elements {
    type Value = Vec<&'de RawValue>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of records")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = seq.next_element()? {
            if elements.len() == PAGE_RECORDS {
                return Err(de::Error::custom("too many elements"));
            }
            elements.push(element);
        }
        Ok(elements)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_and_its_text_is_untouched() {
        let value: &RawValue = serde_json::from_str(r#"{"a":{"b\u0021":[1, 12.50 ,9223372036854775808]}}"#).unwrap();
        let at = |p: &str| lookup(value, carryall_protocol::pointer::Pointer::new(p).unwrap().tokens()).map(RawValue::get);
        assert_eq!(at("/a/b!/1"), Some("12.50"));
        assert_eq!(at("/a/b!/2"), Some("9223372036854775808"));
        assert_eq!(at("/a/c"), None);
        assert_eq!(at("/a/b!/x"), None);
    }

    #[test]
    fn an_id_is_a_text_or_a_number_and_nothing_else() {
        let text = |json: &str| scalar_text(serde_json::from_str(json).unwrap()).map(Cow::into_owned);
        assert_eq!(text(r#""a\/b""#).as_deref(), Some("a/b"));
        assert_eq!(text("9223372036854775808").as_deref(), Some("9223372036854775808"));
        assert_eq!(text("null"), None);
        assert_eq!(text("[1]"), None);
    }
}
