//! A paginator's schema: one form for each way of paging, with the fields that the table of fields gives it.

use serde_json::{Map, Value, json};

use crate::catalog::PaginatorKind;

/// Splits the one flat object into a form for each type. The fields stay where they are documented once.
pub(super) fn split(schema: &mut Value) {
    let defs = &mut schema["$defs"];
    let words = defs["PaginatorKind"]["oneOf"].take();
    let flat = defs["Paginator"].take();
    defs["PaginatorFields"] = json!({"description": "The fields of all ways of paging.", "properties": flat["properties"]});
    let forms: Vec<Value> = PaginatorKind::ALL.iter().map(|kind| form(*kind, &words)).collect();
    defs["Paginator"] = json!({"description": flat["description"], "type": "object", "oneOf": forms});
    if let Some(defs) = defs.as_object_mut() {
        defs.remove("PaginatorKind");
    }
}

fn form(kind: PaginatorKind, words: &Value) -> Value {
    let word = kind.as_str();
    let known = words.as_array().into_iter().flatten().find(|known| known["const"] == word);
    let mut properties = Map::new();
    properties.insert("type".to_owned(), json!({"const": word}));
    for field in kind.fields().all() {
        properties.insert(field.to_owned(), json!({"$ref": format!("#/$defs/PaginatorFields/properties/{field}")}));
    }
    let required: Vec<&str> = ["type"].into_iter().chain(kind.fields().needs()).collect();
    let mut form = json!({
        "title": word,
        "description": known.map_or(&Value::Null, |known| &known["description"]),
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    match kind {
        PaginatorKind::Cursor => form["oneOf"] = json!([{"required": ["token"]}, {"required": ["token_header"]}]),
        PaginatorKind::Relay => form["properties"]["inject_into"] = json!({"const": "body"}),
        _ => {}
    }
    if kind.fields().all().any(|field| field == "total_header") {
        form["not"] = json!({"required": ["total", "total_header"]});
    }
    if kind.fields().needs().all(|field| field != "page_size") {
        form["dependentRequired"] = json!({"page_size_param": ["page_size"], "stop_on_short_page": ["page_size"]});
    }
    form
}
