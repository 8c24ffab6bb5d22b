//! The schemas of what is read by hand.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::catalog::forms::RecordsFields;
use crate::catalog::{Json, Members, MomentFormat, Pointers, Records, Scalar, Text};
use crate::pointer::Pointer;
use crate::{CategoryId, StreamId, Timestamp};

/// A type's schema, under its own name.
macro_rules! schema {
    ($name:ident, $generator:ident => $schema:expr) => {
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema($generator: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    };
}

const SLUG: &str = "^[a-z][a-z0-9_-]{0,47}$";

schema!(CategoryId, _generator => json_schema!({
    "description": "1 to 48 of a-z, 0-9, _ and -, beginning with a letter.", "type": "string", "pattern": SLUG,
}));

schema!(StreamId, _generator => json_schema!({
    "description": "1 to 48 of a-z, 0-9, _ and -, beginning with a letter; unique in the catalog.", "type": "string", "pattern": SLUG,
}));

schema!(Pointer, _generator => json_schema!({
    "description": "A JSON Pointer (RFC 6901): \"\" is the whole value, \"/meta/total\" a member of a member.",
    "type": "string",
    "pattern": "^(/([^~/]|~[01])*)*$",
}));

schema!(Timestamp, _generator => json_schema!({
    "description": "A moment (RFC 3339), like 2026-02-28T12:00:00Z.",
    "type": "string",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?Z$",
}));

schema!(Text, _generator => json_schema!({
    "description": "A text for people: one for all, or one for each language by its two or three letters.",
    "anyOf": [
        {"type": "string", "minLength": 1},
        {
            "type": "object",
            "propertyNames": {"pattern": "^[a-z]{2,3}$"},
            "additionalProperties": {"type": "string", "minLength": 1},
            "minProperties": 1,
        },
    ],
}));

schema!(Pointers, generator => {
    let pointer = generator.subschema_for::<Pointer>();
    json_schema!({
        "description": "One place, or several.",
        "anyOf": [pointer, {"type": "array", "items": pointer, "minItems": 1}],
    })
});

schema!(Scalar, _generator => json_schema!({
    "description": "A text, a whole number, true or false. A text that is {name} as a whole stands for a value that the walk knows.",
    "type": ["string", "integer", "boolean"],
}));

schema!(Json, _generator => json_schema!({"description": "Any JSON value, its numbers whole."}));

schema!(Records, generator => {
    let mut schema = RecordsFields::json_schema(generator);
    let forms = ["pointer", "entries", "single"].map(|form| serde_json::json!({"required": [form]}));
    schema.insert("oneOf".to_owned(), forms.to_vec().into());
    schema
});

schema!(MomentFormat, _generator => json_schema!({
    "description": "How a moment is written.",
    "oneOf": [
        {"const": "rfc3339", "description": "2026-02-28T12:00:00Z"},
        {"const": "unix", "description": "Seconds since 1970."},
        {"const": "unix_ms", "description": "Milliseconds since 1970."},
        {"const": "date", "description": "2026-02-28, in UTC."},
        {"const": "x_archive", "description": "Sat Feb 28 12:00:00 +0000 2026"},
        {
            "description": "An id whose upper 42 bits are the milliseconds since an epoch, itself in milliseconds since 1970.",
            "type": "object",
            "properties": {"snowflake": {"type": "integer", "minimum": 0}},
            "required": ["snowflake"],
            "additionalProperties": false,
        },
    ],
}));

impl<V: JsonSchema> JsonSchema for Members<V> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("MembersOf{}", V::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "object", "additionalProperties": generator.subschema_for::<V>()})
    }
}
