//! The page's plain objects as the protocol's types, and back.
//!
//! They cross as JSON text, by the browser's own `JSON`: the types are read and written as JSON anyway, for the catalog, the
//! counter and the marker, and a second way would compile every one of them a second time.

use carryall_core::json;
use js_sys::JSON;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

/// Reads a plain object.
///
/// # Errors
///
/// What is wrong with it, in words.
pub(crate) fn from_js<T: DeserializeOwned>(object: &JsValue) -> Result<T, String> {
    let text = JSON::stringify(object).ok().and_then(|text| text.as_string()).ok_or("expected a plain object")?;
    json::read(&text).map_err(|error| error.to_string())
}

/// Makes a plain object. `null` stands for a value that has no JSON; the protocol has none.
pub(crate) fn to_js<T: Serialize>(value: &T) -> JsValue {
    serde_json::to_string(value).ok().and_then(|text| JSON::parse(&text).ok()).unwrap_or(JsValue::NULL)
}
