//! The schemas of the counter's wire, for its OpenAPI document: generated from the types and their documentation.
//!
//! A body is described as it is read, an answer as it is written: there a field that may be left out is not required.

use std::borrow::Cow;

use schemars::generate::{Contract, SchemaSettings};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use super::{
    Complete, Completed, Confirm, Current, Deny, ExportView, Fail, Heartbeat, Problem, Renewed, RequestExport, Start, Started,
};
use crate::{AccountId, ExportId, LeaseId};

/// Where the document keeps them: `#/components/schemas/ExportView`.
const PLACE: &str = "/components/schemas";

/// The schemas of all bodies and answers, by name.
#[must_use]
pub fn schemas() -> Map<String, Value> {
    let mut bodies = generator(Contract::Deserialize);
    bodies.subschema_for::<(RequestExport, Confirm, Deny, Start, Heartbeat, Complete, Fail)>();
    let mut answers = generator(Contract::Serialize);
    answers.subschema_for::<(Current, ExportView, Started, Renewed, Completed, Problem)>();
    let mut schemas = bodies.take_definitions(true);
    schemas.extend(answers.take_definitions(true));
    schemas.values_mut().for_each(tidy);
    schemas
}

fn generator(contract: Contract) -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = PLACE.into();
        settings.contract = contract;
    });
    settings.into_generator()
}

/// Takes out what documentation says to readers of code.
fn tidy(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(text)) = members.get_mut("description") {
                *text = text.replace("[`", "`").replace("`]", "`").replace('\n', " ");
            }
            members.values_mut().for_each(tidy);
        }
        Value::Array(elements) => elements.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// The schema of an id.
macro_rules! id {
    ($name:ident, $description:literal, $pattern:literal) => {
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({"description": $description, "type": "string", "pattern": $pattern})
            }
        }
    };
}

id!(AccountId, "The account, as its host names it: 1 to 128 visible ASCII characters.", "^[!-~]{1,128}$");
id!(ExportId, "An export: 128 random bits in hexadecimal.", "^[0-9a-f]{32}$");
id!(LeaseId, "A lease: 128 random bits in hexadecimal.", "^[0-9a-f]{32}$");
