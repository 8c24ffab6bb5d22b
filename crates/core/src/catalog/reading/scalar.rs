//! Texts, numbers, truth values, and what stands for something else.

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::{Json, Members, MomentFormat, Scalar};
use carryall_protocol::pointer::Pointer;
use carryall_records::json::scalar_text;
use carryall_records::moment;

use super::object::{Object, list, misread, nothing};
use crate::json::Misread;

/// A text.
pub(crate) fn text(value: &str) -> Result<String, Misread> {
    let content = if value.starts_with('"') { scalar_text(value) } else { None };
    content.map(std::borrow::Cow::into_owned).ok_or_else(|| nothing(value, "a text"))
}

/// `true` or `false`.
pub(crate) fn flag(value: &str) -> Result<bool, Misread> {
    match value {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(nothing(value, "true or false")),
    }
}

/// A whole number that its type can hold.
pub(crate) fn whole<T: TryFrom<u64>>(value: &str) -> Result<T, Misread> {
    number(value, size_of::<T>()).and_then(|number| T::try_from(number).map_err(|_| too_large(value, size_of::<T>())))
}

fn number(value: &str, bytes: usize) -> Result<u64, Misread> {
    value.parse().map_err(|_| nothing(value, &format!("u{}, a whole number", bytes * 8)))
}

fn too_large(value: &str, bytes: usize) -> Misread {
    misread(format!("invalid value: integer `{value}`, expected u{}", bytes * 8))
}

/// An identifier.
pub(crate) fn id<T: TryFrom<String>>(value: &str) -> Result<T, Misread>
where
    T::Error: std::fmt::Display,
{
    T::try_from(text(value)?).map_err(|error| misread(error.to_string()))
}

/// A JSON Pointer.
pub(crate) fn pointer(value: &str) -> Result<Pointer, Misread> {
    Pointer::new(&text(value)?).map_err(|error| misread(error.to_string()))
}

/// A list of JSON Pointers.
pub(crate) fn pointers(value: &str) -> Result<Vec<Pointer>, Misread> {
    list(value, pointer)
}

/// A moment, in RFC 3339.
pub(crate) fn moment(value: &str) -> Result<Timestamp, Misread> {
    let moment = if value.starts_with('"') { moment::read(value, MomentFormat::Rfc3339) } else { None };
    moment.ok_or_else(|| nothing(value, "a moment such as \"2026-02-28T12:00:00Z\""))
}

/// One of a list of words.
pub(crate) fn word<T: Copy>(value: &str, all: &[T], name: fn(T) -> &'static str) -> Result<T, Misread> {
    let text = text(value)?;
    all.iter().copied().find(|word| name(*word) == text).ok_or_else(|| unknown(&text, &mut all.iter().map(|word| name(*word))))
}

fn unknown(text: &str, words: &mut dyn Iterator<Item = &'static str>) -> Misread {
    let words: Vec<&str> = words.collect();
    misread(format!("unknown variant `{text}`, expected one of `{}`", words.join("`, `")))
}

/// A text, a whole number, `true` or `false`.
pub(crate) fn scalar(value: &str) -> Result<Scalar, Misread> {
    match value.as_bytes().first() {
        Some(b'"') => text(value).map(Scalar::Text),
        Some(b't' | b'f') => flag(value).map(Scalar::Bool),
        _ => {
            let number = value.parse().map(Scalar::Integer);
            number.map_err(|_| nothing(value, "true, false, a text or a whole number below 2^63"))
        }
    }
}

/// The members of an object, each of them a scalar.
pub(crate) fn scalars(value: &str) -> Result<Members<Scalar>, Misread> {
    Object::open(value)?.each(scalar).map(Members)
}

/// The members of an object, each of them a text.
pub(crate) fn texts(value: &str) -> Result<Members<String>, Misread> {
    Object::open(value)?.each(text).map(Members)
}

/// Any JSON value. How deep a catalog is was bounded before anything in it is read.
pub(crate) fn json(value: &str) -> Result<Json, Misread> {
    match value.as_bytes().first() {
        Some(b'n') => Ok(Json::Null),
        Some(b'[') => list(value, json).map(Json::List),
        Some(b'{') => Object::open(value)?.each(json).map(Members).map(Json::Object),
        _ => scalar(value).map(Json::Scalar),
    }
}

/// How a moment is written.
pub(crate) fn moment_format(value: &str) -> Result<MomentFormat, Misread> {
    const NAMED: [(&str, MomentFormat); 5] = [
        ("rfc3339", MomentFormat::Rfc3339),
        ("unix", MomentFormat::Unix),
        ("unix_ms", MomentFormat::UnixMillis),
        ("date", MomentFormat::Date),
        ("x_archive", MomentFormat::XArchive),
    ];
    if value.starts_with('{') {
        let mut object = Object::open(value)?;
        let epoch = object.required("snowflake", whole)?;
        return object.end(MomentFormat::Snowflake { epoch });
    }
    let text = text(value)?;
    let named = NAMED.iter().find(|(name, _)| *name == text);
    named.map(|(_, format)| *format).ok_or_else(|| {
        let known = "`rfc3339`, `unix`, `unix_ms`, `date`, `x_archive` or {\"snowflake\": milliseconds}";
        misread(format!("unknown variant `{text}`, expected {known}"))
    })
}
