//! The page's plain objects as the protocol's types, and back.
//!
//! They cross as JSON text, by the browser's own `JSON`: the types are read and written as JSON anyway, for the catalog, the
//! counter and the marker, and a second way would compile every one of them a second time.

use carryall_core::json;
use carryall_protocol::job::Summary;
use js_sys::{JSON, JsString};
use serde::Serialize;
use wasm_bindgen::JsValue;

/// The JSON of a plain object; nothing where a value has none.
pub(crate) fn text(object: &JsValue) -> Option<String> {
    JSON::stringify(object).ok()?.as_string()
}

/// Normal form C of a text, by the browser's own tables.
pub(crate) fn nfc(text: &str) -> String {
    JsString::from(text).normalize("NFC").into()
}

/// The lower case of a text, by the browser's own tables.
pub(crate) fn lower(text: &str) -> String {
    JsString::from(text).to_lower_case().into()
}

/// A summary's JSON with the export that it is of.
pub(crate) fn summary(summary: &Summary, export: &str) -> String {
    let rest = json::write(summary);
    ["{\"export\":", export, ",", rest.strip_prefix('{').unwrap_or_default()].concat()
}

/// Makes a plain object of its JSON.
pub(crate) fn parsed(json: &str) -> JsValue {
    JSON::parse(json).unwrap_or(JsValue::NULL)
}

/// Makes a plain object. `null` stands for a value that has no JSON; the protocol has none.
pub(crate) fn to_js<T: Serialize>(value: &T) -> JsValue {
    parsed(&json::write(value))
}
