//! The JSON Schema of `export.json` (draft 2020-12), generated from the types and their documentation: what a reader of archives
//! may rely on.
//!
//! **It says what this version writes**; a later minor version may add members, so the schema forbids none.

use carryall_protocol::catalog::schema::tidy;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::{ExportReport, REPORT_VERSION};

/// The schema.
#[must_use]
pub fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<ExportReport>().to_value();
    tidy(&mut schema);
    schema["title"] = json!("carryall export.json");
    schema["properties"]["format_version"]["const"] = json!(REPORT_VERSION);
    schema
}
