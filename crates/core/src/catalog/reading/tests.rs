use carryall_protocol::catalog::Catalog;
use serde_json::{Value, json};

use super::read;

const CATALOGS: [&str; 3] = [
    include_str!("../../../../../catalogs/talkif.json"),
    include_str!("../../../../../catalogs/x.json"),
    include_str!("../../../tests/catalogs/good.json"),
];

/// The places of all values in a value.
fn places(value: &Value, here: &str, found: &mut Vec<String>) {
    found.push(here.to_owned());
    match value {
        Value::Array(list) => list.iter().enumerate().for_each(|(at, value)| places(value, &format!("{here}/{at}"), found)),
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            places(value, &format!("{here}/{}", name.replace('~', "~0").replace('/', "~1")), found);
        }),
        _ => {}
    }
}

/// The two readers agree: on what is a catalog and which, and on the place of the error, unless there are several and they begin
/// with different ones.
fn agree(catalog: &Value) {
    let text = catalog.to_string();
    let derived = crate::json::read::<Catalog>(&text);
    match (read(&text), derived) {
        (Ok(own), Ok(derived)) => assert_eq!(own, derived),
        (Err(own), Err(derived)) => {
            let kind = |problem: &str| problem.split(' ').next().map(str::to_owned);
            if kind(&own.problem) == kind(&derived.problem) {
                assert_eq!(own.pointer, derived.pointer, "{own} / {derived}");
            }
        }
        (own, derived) => panic!("{own:?} / {derived:?}: {text}"),
    }
}

#[test]
fn both_readers_agree_on_whole_catalogs_and_on_every_way_to_break_one_value() {
    for catalog in CATALOGS {
        let catalog: Value = serde_json::from_str(catalog).unwrap();
        agree(&catalog);
        let mut all = Vec::new();
        places(&catalog, "", &mut all);
        let ways =
            [json!(null), json!(7), json!(-7), json!(true), json!("x"), json!("/x"), json!([]), json!({}), json!({"x": 1})];
        // Whole catalogs are long: every few places one way, in turn.
        for (at, place) in all.into_iter().step_by(4).enumerate() {
            for broken in ways.iter().cycle().skip(at).take(1).cloned() {
                let mut other = catalog.clone();
                *other.pointer_mut(&place).unwrap() = broken;
                agree(&other);
            }
            let mut other = catalog.clone();
            if let Some(members) = other.pointer_mut(&place).unwrap().as_object_mut() {
                members.insert("zz_unknown".to_owned(), json!(1));
                agree(&other);
            }
        }
    }
}

#[test]
fn every_required_field_is_missed_by_both() {
    for catalog in CATALOGS {
        let catalog: Value = serde_json::from_str(catalog).unwrap();
        let mut all = Vec::new();
        places(&catalog, "", &mut all);
        for place in all.into_iter().step_by(17) {
            let names: Vec<String> =
                catalog.pointer(&place).unwrap().as_object().map(|o| o.keys().cloned().collect()).unwrap_or_default();
            for name in names {
                let mut other = catalog.clone();
                other.pointer_mut(&place).unwrap().as_object_mut().unwrap().remove(&name);
                agree(&other);
            }
        }
    }
}

#[test]
fn text_that_is_no_json_is_refused_and_never_a_panic() {
    for text in ["", "{", "[]", "{\"catalog_version\":1,\"catalog_version\":1}", "{} x", "\u{0}", &"[".repeat(100_000)] {
        assert!(read(text).is_err());
    }
}
