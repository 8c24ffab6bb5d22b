//! What is left of a record without its secrets: written out again, with nothing of the exporter's.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

const SECRET_NAMES: &str = "password passwordhash passwd pwd mfasecret totpsecret otpsecret secret clientsecret webhooksecret apikey \
    apisecret secretkey privatekey accesstoken refreshtoken sessiontoken idtoken token authtoken bearertoken credentials credential \
    recoverycodes backupcodes signingkey encryptionkey";

/// The record without what everybody takes for a secret.
pub(crate) fn without_secrets(json: &str) -> String {
    without(json, &[])
}

/// The record without these members and its secret ones, at any depth; everything else as it was written. Names are compared
/// without case, `_` and `-`.
pub(crate) fn without(json: &str, more: &[&str]) -> String {
    if json.starts_with('{') {
        let Object(members) = serde_json::from_str(json).unwrap();
        let kept = members.iter().filter(|(name, _)| !is_secret(name, more));
        let texts = kept.map(|(name, value)| format!("{}:{}", serde_json::to_string(name).unwrap(), without(value.get(), more)));
        return format!("{{{}}}", texts.collect::<Vec<_>>().join(","));
    }
    if json.starts_with('[') {
        let items: Vec<&RawValue> = serde_json::from_str(json).unwrap();
        return format!("[{}]", items.iter().map(|item| without(item.get(), more)).collect::<Vec<_>>().join(","));
    }
    json.to_owned()
}

fn is_secret(name: &str, more: &[&str]) -> bool {
    let plain = name.to_lowercase().replace(['_', '-'], "");
    SECRET_NAMES.split_whitespace().any(|secret| secret == plain) || more.contains(&plain.as_str())
}

/// An object's members in their order.
pub(crate) struct Object<'a>(pub(crate) Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Object<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Object(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}
