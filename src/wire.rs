//! The page's plain objects as the protocol's types, and back.
//!
//! They cross as JSON text, by the browser's own `JSON`: the types are read and written as JSON anyway, for the catalog, the
//! counter and the marker, and a second way would compile every one of them a second time.

use carryall_core::json;
use js_sys::{JSON, JsString};
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

/// Normal form C of a text, by the browser's own tables.
pub(crate) fn nfc(text: &str) -> String {
    JsString::from(text).normalize("NFC").into()
}

/// The lower case of a text, by the browser's own tables.
pub(crate) fn lower(text: &str) -> String {
    JsString::from(text).to_lower_case().into()
}

/// Makes a plain object. `null` stands for a value that has no JSON; the protocol has none.
pub(crate) fn to_js<T: Serialize>(value: &T) -> JsValue {
    serde_json::to_string(value).ok().and_then(|text| JSON::parse(&text).ok()).unwrap_or(JsValue::NULL)
}
