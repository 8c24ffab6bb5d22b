use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[\\x00-\\x7f\u{2028}😀]{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        let members = prop::collection::vec((any::<String>(), inner.clone()), 0..4);
        let object = members.prop_map(|members| Value::Object(Map::from_iter(members)));
        prop_oneof![prop::collection::vec(inner, 0..4).prop_map(Value::Array), object]
    })
}

proptest! {
    #[test]
    fn the_text_is_what_serde_json_writes(value in values()) {
        prop_assert_eq!(write(&value), serde_json::to_string(&value).unwrap());
        prop_assert_eq!(write_pretty(&value), serde_json::to_string_pretty(&value).unwrap() + "\n");
    }
}

#[test]
fn structs_enums_and_absent_values_are_written_as_serde_json_writes_them() {
    #[derive(serde::Serialize)]
    enum Colour {
        Red,
    }
    #[derive(serde::Serialize)]
    struct Thing<'a> {
        colour: Colour,
        name: Option<&'a str>,
        mark: char,
        small: (u8, ()),
    }
    #[derive(serde::Serialize)]
    struct Written<'a> {
        colour: Colour,
        name: Option<&'a str>,
        mark: char,
        counts: BTreeMap<u16, Vec<u8>>,
    }
    let written = Written { colour: Colour::Red, name: None, mark: '"', counts: BTreeMap::from([(403, vec![0, 255])]) };
    assert_eq!(write(&written), serde_json::to_string(&written).unwrap());
    assert_eq!(write(&Thing { colour: Colour::Red, name: Some("a"), mark: 'a', small: (1, ()) }), "");
    assert_eq!(write(&json!([1.5])), "");
}
