//! The JSON Schema of the catalog (draft 2020-12), generated from the types and their documentation: what an editor checks while
//! a catalog is written.
//!
//! **What the schema refuses, the core's check refuses too**; the check knows more, because no schema can see two places at once.
//! A test in the command line's crate holds the two against each other. Absent values are left out, not `null`.

mod forms;
mod paginator;
mod rules;

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::Catalog;

/// The schema.
#[must_use]
pub fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<Catalog>().to_value();
    tidy(&mut schema);
    paginator::split(&mut schema);
    rules::add(&mut schema);
    schema["title"] = json!("carryall catalog");
    schema
}

/// Takes out `null` as a form of what may be absent, and what documentation says to readers of code.
pub fn tidy(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, value| !(name == "default" && (value.is_null() || *value == json!([]) || *value == json!({}))));
            if let Some(Value::Array(types)) = members.get_mut("type") {
                types.retain(|of| of != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    members.insert("type".to_owned(), only);
                }
            }
            if let Some(Value::Array(forms)) = members.get_mut("anyOf") {
                forms.retain(|form| *form != json!({"type": "null"}));
                if let [Value::Object(only)] = forms.as_slice() {
                    let only = only.clone();
                    members.remove("anyOf");
                    members.extend(only);
                }
            }
            if let Some(Value::String(text)) = members.get_mut("description") {
                *text = text.replace("[`", "`").replace("`]", "`").replace('\n', " ");
            }
            members.values_mut().for_each(tidy);
        }
        Value::Array(elements) => elements.iter_mut().for_each(tidy),
        _ => {}
    }
}
