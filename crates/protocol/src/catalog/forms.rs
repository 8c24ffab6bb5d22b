//! Reading what a catalog may write in several forms: a text or one for each language, one pointer or several, any value.
//!
//! By hand, because serde's own way is to copy the value first and to try each form on the copy: then an error no longer
//! knows its place in the catalog, nor what was expected there.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{Json, Members, MomentFormat, Pointers, Records, RecordsAt, Scalar, Text};
use crate::pointer::Pointer;

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Forms;
        impl<'de> Visitor<'de> for Forms {
            type Value = Text;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or an object with a text for each language")
            }
            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text::Plain(text.to_owned()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Text, A::Error> {
                Members::deserialize(MapAccessDeserializer::new(map)).map(Text::Localised)
            }
        }
        deserializer.deserialize_any(Forms)
    }
}

impl<'de> Deserialize<'de> for Pointers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Forms;
        impl<'de> Visitor<'de> for Forms {
            type Value = Pointers;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON Pointer, or a list of them")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Pointers, E> {
                Pointer::new(text).map(Pointers::One).map_err(E::custom)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Pointers, A::Error> {
                let mut pointers = Vec::new();
                while let Some(pointer) = seq.next_element()? {
                    pointers.push(pointer);
                }
                Ok(Pointers::Several(pointers))
            }
        }
        deserializer.deserialize_any(Forms)
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Forms;
        impl Visitor<'_> for Forms {
            type Value = Scalar;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true, false, a text or a whole number below 2^63")
            }
            fn visit_bool<E>(self, value: bool) -> Result<Scalar, E> {
                Ok(Scalar::Bool(value))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Scalar, E> {
                Ok(Scalar::Integer(value))
            }
            fn visit_u64<E: Error>(self, value: u64) -> Result<Scalar, E> {
                i64::try_from(value).map(Scalar::Integer).map_err(E::custom)
            }
            fn visit_str<E>(self, text: &str) -> Result<Scalar, E> {
                Ok(Scalar::Text(text.to_owned()))
            }
        }
        deserializer.deserialize_any(Forms)
    }
}

/// Where the records are in an answer: exactly one of `pointer`, `entries` and `single`.
#[derive(serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct RecordsFields {
    /// An array, each element a record.
    pointer: Option<Pointer>,
    /// An object; each member becomes a record `{"key": name, "value": value}`.
    entries: Option<Pointer>,
    /// One record.
    single: Option<Pointer>,
    /// Nothing, or `null`, at the place is an empty page.
    #[serde(default)]
    may_be_absent: bool,
    /// The part of an element that is the record.
    each: Option<Pointer>,
}

impl<'de> Deserialize<'de> for Records {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Records;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with either `pointer`, `entries` or `single`")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Records, A::Error> {
                let fields = RecordsFields::deserialize(MapAccessDeserializer::new(map))?;
                let at = match (fields.pointer, fields.entries, fields.single) {
                    (Some(pointer), None, None) => RecordsAt::Pointer(pointer),
                    (None, Some(pointer), None) => RecordsAt::Entries(pointer),
                    (None, None, Some(pointer)) => RecordsAt::Single(pointer),
                    (None, None, None) => return Err(A::Error::invalid_length(0, &self)),
                    _ => return Err(A::Error::invalid_length(2, &self)),
                };
                Ok(Records { at, may_be_absent: fields.may_be_absent, each: fields.each })
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Members<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each<V>(std::marker::PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for Each<V> {
            type Value = Members<V>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<V>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Each(std::marker::PhantomData))
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Forms;
        impl<'de> Visitor<'de> for Forms {
            type Value = Json;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON value with whole numbers below 2^63")
            }
            fn visit_unit<E>(self) -> Result<Json, E> {
                Ok(Json::Null)
            }
            fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
                Ok(Json::Scalar(Scalar::Bool(value)))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
                Ok(Json::Scalar(Scalar::Integer(value)))
            }
            fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
                i64::try_from(value).map(|value| Json::Scalar(Scalar::Integer(value))).map_err(E::custom)
            }
            fn visit_str<E>(self, text: &str) -> Result<Json, E> {
                Ok(Json::Scalar(Scalar::Text(text.to_owned())))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
                let mut list = Vec::new();
                while let Some(value) = seq.next_element()? {
                    list.push(value);
                }
                Ok(Json::List(list))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Json, A::Error> {
                Members::deserialize(MapAccessDeserializer::new(map)).map(Json::Object)
            }
        }
        deserializer.deserialize_any(Forms)
    }
}

const MOMENT_FORMATS: &str = "expected `rfc3339`, `unix`, `unix_ms`, `date`, `x_archive` or {\"snowflake\": milliseconds}";

impl<'de> Deserialize<'de> for MomentFormat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Forms;
        impl<'de> Visitor<'de> for Forms {
            type Value = MomentFormat;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a format, or an object with `snowflake`")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<MomentFormat, E> {
                match text {
                    "rfc3339" => Ok(MomentFormat::Rfc3339),
                    "unix" => Ok(MomentFormat::Unix),
                    "unix_ms" => Ok(MomentFormat::UnixMillis),
                    "date" => Ok(MomentFormat::Date),
                    "x_archive" => Ok(MomentFormat::XArchive),
                    _ => Err(E::custom(format!("unknown variant `{text}`, {MOMENT_FORMATS}"))),
                }
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<MomentFormat, A::Error> {
                let epoch = match map.next_entry::<String, Scalar>()? {
                    Some((name, Scalar::Integer(epoch))) if name == "snowflake" => u64::try_from(epoch).ok(),
                    _ => None,
                };
                let is_all = map.next_key::<String>()?.is_none();
                let epoch = epoch.filter(|_| is_all).ok_or_else(|| A::Error::custom(MOMENT_FORMATS))?;
                Ok(MomentFormat::Snowflake { epoch })
            }
        }
        deserializer.deserialize_any(Forms)
    }
}
