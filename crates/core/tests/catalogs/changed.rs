//! The catalogs that the rules are tested with: one that is good, changed by the entries of a list.

use serde_json::{Value, json};

const BASE: &str = include_str!("base.json");
/// Changes that keep every rule.
pub(crate) const GOOD: &str = include_str!("good.json");
/// Changes that break one rule each: `at` and `says` are the error's; `schema` where the JSON Schema sees it too.
pub(crate) const BROKEN: &str = include_str!("broken.json");
/// The stream that each entry changes.
pub(crate) const STREAM: &str = "/categories/0/streams/2";

pub(crate) fn base() -> Value {
    serde_json::from_str(BASE).unwrap()
}

pub(crate) fn entries(list: &str) -> Vec<Value> {
    serde_json::from_str(list).unwrap()
}

/// The base catalog with an entry's changes.
pub(crate) fn changed(entry: &Value) -> Value {
    let mut catalog = base();
    merge(catalog.pointer_mut(STREAM).unwrap(), &entry["stream"]);
    merge(&mut catalog, &entry["catalog"]);
    catalog
}

/// JSON Merge Patch (RFC 7396), but that nothing is changed by `null` at the top.
fn merge(target: &mut Value, patch: &Value) {
    let Some(members) = patch.as_object() else {
        if !patch.is_null() {
            *target = patch.clone();
        }
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    for (name, value) in members {
        if value.is_null() {
            target.as_object_mut().unwrap().remove(name);
        } else {
            merge(&mut target[name], value);
        }
    }
}
