//! One response, cut into raw slices of records.
//!
//! The body is read once: the record array is found by its pointer, its elements are borrowed slices of the body, and a
//! claimed total is picked up on the way. **No value is built.**

use std::fmt;

use carryall_protocol::catalog::Records;
use carryall_protocol::pointer::Pointer;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use thiserror::Error;

use crate::json::{Elements, Key, lookup};
use crate::limits::PAGE_RECORDS;

/// What the host answered to one request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The HTTP status.
    pub status: u16,
    /// The value of `Retry-After`, where it could be read.
    pub retry_after: Option<String>,
    /// The body as received, at most [`PAGE_BYTES`](crate::limits::PAGE_BYTES).
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FetchError {
    /// The connection could not be made, or broke.
    #[error("the connection failed")]
    Connection,
    /// The body passed the limit while it streamed; the rest was not read.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// Bytes allowed.
        limit: usize,
    },
    /// The page could not provide credentials.
    #[error("the page could not provide credentials")]
    Unauthorized,
    /// The address lies outside what the page allows.
    #[error("the address is not one this page allows")]
    Forbidden,
}

impl FetchError {
    /// The stable word on the wire.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Connection => "connection_failed",
            Self::TooLarge { .. } => "page_too_large",
            Self::Unauthorized => "session_ended",
            Self::Forbidden => "address_not_allowed",
        }
    }
}

/// Why a body is no page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PageError {
    /// The body is not UTF-8.
    #[error("the answer is not UTF-8")]
    NotUtf8,
    /// The body is not JSON, or ends early.
    #[error("the answer is not JSON")]
    NotJson,
    /// There is nothing at the records' place.
    #[error("the answer has no records where the catalog says")]
    RecordsMissing,
    /// What is there is no array.
    #[error("what the catalog calls records is not an array")]
    RecordsNotArray,
    /// There are more records than one page may have.
    #[error("the answer has more than {PAGE_RECORDS} records")]
    TooManyRecords,
}

impl PageError {
    /// The stable word on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotUtf8 => "page_not_utf8",
            Self::NotJson => "page_not_json",
            Self::RecordsMissing => "records_missing",
            Self::RecordsNotArray => "records_not_array",
            Self::TooManyRecords => "too_many_records",
        }
    }
}

/// A page's records and what it claims.
#[derive(Debug)]
pub struct Slices<'a> {
    /// Each record's exact text.
    pub records: Vec<&'a RawValue>,
    /// The total the answer claims.
    pub total: Option<u64>,
}

/// Cuts a body into records.
///
/// # Errors
///
/// [`PageError`] where the body is no UTF-8, no JSON, or has no records at their place.
pub fn slice<'a>(body: &'a [u8], records: &Records, total: Option<&Pointer>) -> Result<Slices<'a>, PageError> {
    let text = std::str::from_utf8(body).map_err(|_| PageError::NotUtf8)?;
    let (pointer, single) = match records {
        Records::Pointer(pointer) => (pointer, false),
        Records::Single(pointer) => (pointer, true),
    };
    let seed = Cut { records: Some(pointer.tokens()), total: total.map(Pointer::tokens), single };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let found = seed.deserialize(&mut deserializer).map_err(|_| misread(text, pointer, single))?;
    deserializer.end().map_err(|_| PageError::NotJson)?;
    let records = found.records.ok_or(PageError::RecordsMissing)?;
    Ok(Slices { records, total: found.total })
}

/// Tells an array that is something else from text that is no JSON, once reading has failed.
fn misread(text: &str, pointer: &Pointer, single: bool) -> PageError {
    let Ok(whole) = serde_json::from_str::<&RawValue>(text) else {
        return PageError::NotJson;
    };
    match lookup(whole, pointer.tokens()) {
        Some(value) if value.get().starts_with('[') => PageError::TooManyRecords,
        Some(_) if !single => PageError::RecordsNotArray,
        _ => PageError::RecordsMissing,
    }
}

#[derive(Default)]
struct Found<'a> {
    records: Option<Vec<&'a RawValue>>,
    total: Option<u64>,
}

/// What is looked for below the value being read: the rest of each pointer.
#[derive(Clone, Copy)]
struct Cut<'p> {
    records: Option<&'p [String]>,
    total: Option<&'p [String]>,
    single: bool,
}

impl<'p> Cut<'p> {
    /// What is looked for below the member of this name.
    fn below(self, name: &str) -> Self {
        let rest = |tokens: Option<&'p [String]>| {
            let (first, rest) = tokens?.split_first()?;
            (first == name).then_some(rest)
        };
        Self { records: rest(self.records), total: rest(self.total), single: self.single }
    }
}

impl<'de> DeserializeSeed<'de> for Cut<'_> {
    type Value = Found<'de>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        if self.records.is_some_and(<[String]>::is_empty) {
            let records = if self.single {
                vec![<&RawValue as serde::Deserialize>::deserialize(deserializer)?]
            } else {
                deserializer.deserialize_seq(Elements)?
            };
            return Ok(Found { records: Some(records), total: None });
        }
        if self.total.is_some_and(<[String]>::is_empty) {
            let raw = <&RawValue as serde::Deserialize>::deserialize(deserializer)?;
            return Ok(Found { records: None, total: raw.get().parse().ok() });
        }
        if self.records.is_none() && self.total.is_none() {
            serde::Deserialize::deserialize(deserializer).map(|IgnoredAny| Found::default())
        } else {
            deserializer.deserialize_any(self)
        }
    }
}

impl<'de> Visitor<'de> for Cut<'_> {
    type Value = Found<'de>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object on the way to the records")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found<'de>, A::Error> {
        let mut found = Found::default();
        while let Some(Key(name)) = map.next_key::<Key<'de>>()? {
            let inner = map.next_value_seed(self.below(&name))?;
            found.records = inner.records.or(found.records);
            found.total = inner.total.or(found.total);
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(pointer: &str) -> Records {
        Records::Pointer(Pointer::new(pointer).unwrap())
    }

    fn texts(body: &str, records: &Records) -> Result<Vec<String>, PageError> {
        let total = Pointer::new("/meta/total").unwrap();
        slice(body.as_bytes(), records, Some(&total)).map(|s| s.records.iter().map(|r| r.get().to_owned()).collect())
    }

    #[test]
    fn records_keep_their_exact_text() {
        let body = r#"{"meta":{"limit":2,"total":7},"calls":[{"id":9223372036854775809,"cost":12.50}, "x"]}"#;
        let total = Pointer::new("/meta/total").unwrap();
        let records = at("/calls");
        let page = slice(body.as_bytes(), &records, Some(&total)).unwrap();
        assert_eq!(page.total, Some(7));
        assert_eq!(page.records[0].get(), r#"{"id":9223372036854775809,"cost":12.50}"#);
        assert_eq!(page.records[1].get(), r#""x""#);
    }

    #[test]
    fn records_and_total_may_share_their_way() {
        let body = r#"{"data":{"items":[1],"total":3}}"#;
        let total = Pointer::new("/data/total").unwrap();
        let page = slice(body.as_bytes(), &at("/data/items"), Some(&total)).map(|p| (p.records.len(), p.total));
        assert_eq!(page, Ok((1, Some(3))));
    }

    #[test]
    fn a_whole_answer_may_be_the_array_or_the_record() {
        assert_eq!(texts("[1,2]", &at("")).unwrap(), ["1", "2"]);
        let single = Records::Single(Pointer::new("/user").unwrap());
        assert_eq!(texts(r#"{"user":{"id":1}}"#, &single).unwrap(), [r#"{"id":1}"#]);
    }

    #[test]
    fn what_is_no_page_is_named() {
        let calls = at("/calls");
        assert_eq!(texts("<!doctype html>", &calls), Err(PageError::NotJson));
        assert_eq!(texts(r#"{"calls":[{"a":1}"#, &calls), Err(PageError::NotJson));
        assert_eq!(texts(r#"{"calls":[1]} x"#, &calls), Err(PageError::NotJson));
        assert_eq!(texts(r#"{"meta":{}}"#, &calls), Err(PageError::RecordsMissing));
        assert_eq!(texts(r#"{"calls":{"a":1}}"#, &calls), Err(PageError::RecordsNotArray));
        assert_eq!(texts(r#"{"calls":null}"#, &calls), Err(PageError::RecordsNotArray));
        assert_eq!(texts("7", &calls), Err(PageError::RecordsMissing));
        assert_eq!(slice(b"{\"calls\":[\"\xff\"]}", &calls, None).map(|_| ()), Err(PageError::NotUtf8));
    }

    #[test]
    fn a_page_of_too_many_records_is_refused() {
        let many = format!("{{\"calls\":[1{}]}}", ",1".repeat(PAGE_RECORDS));
        assert_eq!(texts(&many, &at("/calls")), Err(PageError::TooManyRecords));
    }

    #[test]
    fn nesting_without_end_is_an_error_and_no_crash() {
        let deep = format!("{{\"calls\":[{}", "[".repeat(200_000));
        assert_eq!(texts(&deep, &at("/calls")), Err(PageError::NotJson));
    }
}
