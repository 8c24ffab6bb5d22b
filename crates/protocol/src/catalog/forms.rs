//! Reading what a catalog may write in several forms: a text or one for each language, one pointer or several, a paginator
//! of a type.
//!
//! By hand, because serde's own way is to copy the value first and to try each form on the copy: then an error no longer
//! knows its place in the catalog, nor what was expected there.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{OffsetPaginator, Paginator, PrimaryKey, Records, Scalar, Text, UpperBound};
use crate::pointer::Pointer;
use crate::text::words;

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
                BTreeMap::deserialize(MapAccessDeserializer::new(map)).map(Text::Localised)
            }
        }
        deserializer.deserialize_any(Forms)
    }
}

impl<'de> Deserialize<'de> for PrimaryKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Forms;
        impl<'de> Visitor<'de> for Forms {
            type Value = PrimaryKey;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON Pointer, or a list of them")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<PrimaryKey, E> {
                Pointer::new(text).map(PrimaryKey::One).map_err(E::custom)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<PrimaryKey, A::Error> {
                let mut pointers = Vec::new();
                while let Some(pointer) = seq.next_element()? {
                    pointers.push(pointer);
                }
                Ok(PrimaryKey::Several(pointers))
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

words! {
    /// The name of the one member of [`Records`].
    enum RecordsPlace {
        /// [`Records::Pointer`].
        Pointer = "pointer",
        /// [`Records::Single`].
        Single = "single",
    }
}

impl<'de> Deserialize<'de> for Records {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Member;
        impl<'de> Visitor<'de> for Member {
            type Value = Records;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with either `pointer` or `single`")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Records, A::Error> {
                let records = match map.next_entry()? {
                    Some((RecordsPlace::Pointer, pointer)) => Records::Pointer(pointer),
                    Some((RecordsPlace::Single, pointer)) => Records::Single(pointer),
                    None => return Err(A::Error::invalid_length(0, &self)),
                };
                match map.next_key()? {
                    None => Ok(records),
                    Some(RecordsPlace::Pointer | RecordsPlace::Single) => Err(A::Error::invalid_length(2, &self)),
                }
            }
        }
        deserializer.deserialize_map(Member)
    }
}

words! {
    /// What `type` says.
    enum PaginatorType {
        /// No other field is allowed.
        SinglePage = "single_page",
        /// Every field of [`OffsetPaginator`].
        Offset = "offset",
    }
}

/// The fields of every paginator together.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct PaginatorFields {
    #[serde(rename = "type")]
    kind: PaginatorType,
    page_size: Option<u32>,
    page_size_param: Option<String>,
    offset_param: Option<String>,
    total: Option<Pointer>,
    upper_bound: Option<UpperBound>,
    max_pages: Option<u32>,
}

impl TryFrom<PaginatorFields> for Paginator {
    type Error = &'static str;
    fn try_from(fields: PaginatorFields) -> Result<Self, &'static str> {
        let PaginatorFields { kind, page_size, page_size_param, offset_param, total, upper_bound, max_pages } = fields;
        match (kind, page_size) {
            (PaginatorType::Offset, None) => Err("missing field `page_size`"),
            (PaginatorType::Offset, Some(page_size)) => {
                let page_size_param = page_size_param.unwrap_or_else(|| "limit".to_owned());
                let offset_param = offset_param.unwrap_or_else(|| "offset".to_owned());
                Ok(Self::Offset(OffsetPaginator { page_size, page_size_param, offset_param, total, upper_bound, max_pages }))
            }
            (PaginatorType::SinglePage, None)
                if (page_size_param, offset_param, total, upper_bound, max_pages) == (None, None, None, None, None) =>
            {
                Ok(Self::SinglePage)
            }
            (PaginatorType::SinglePage, _) => Err("`single_page` takes no other field"),
        }
    }
}

impl<'de> Deserialize<'de> for Paginator {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Paginator;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with the type of the paginator")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Paginator, A::Error> {
                PaginatorFields::deserialize(MapAccessDeserializer::new(map))?.try_into().map_err(A::Error::custom)
            }
        }
        deserializer.deserialize_map(Fields)
    }
}
