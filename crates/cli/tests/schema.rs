//! The published JSON Schema: what the types give, what every catalog keeps, and never stricter than the check.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use carryall_core::catalog::errors;
use carryall_protocol::catalog::PaginatorKind;
use jsonschema::Validator;
use serde_json::{Value, json};

#[path = "../../core/tests/catalogs/changed.rs"]
mod changed;

use changed::{BROKEN, GOOD, changed, entries};

fn catalogs() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../catalogs")
}

fn printed() -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_carryall")).args(["catalog", "schema"]).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

fn validator() -> Validator {
    jsonschema::validator_for(&serde_json::from_str(&printed()).unwrap()).unwrap()
}

fn published() -> Vec<(String, Value)> {
    let files = fs::read_dir(catalogs()).unwrap().map(|file| file.unwrap().path());
    let catalogs = files.filter(|path| path.extension().is_some_and(|of| of == "json") && !path.ends_with("catalog.schema.json"));
    catalogs.map(|path| (path.display().to_string(), serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap())).collect()
}

#[test]
fn the_published_schema_is_what_the_types_give() {
    let published = fs::read_to_string(catalogs().join("catalog.schema.json")).unwrap_or_default();
    assert!(published == printed(), "run `cargo run -p carryall-cli -- catalog schema > catalogs/catalog.schema.json`");
}

#[test]
fn every_published_catalog_keeps_the_schema() {
    let validator = validator();
    let published = published();
    assert!(published.len() >= 3, "{published:?}");
    for (name, catalog) in published {
        let errors: Vec<String> =
            validator.iter_errors(&catalog).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
    }
}

#[test]
fn every_field_of_a_paginator_is_taken_by_some_way_of_paging() {
    let schema: Value = serde_json::from_str(&printed()).unwrap();
    let fields = schema["$defs"]["PaginatorFields"]["properties"].as_object().unwrap();
    let is_taken =
        |field: &str| field == "type" || PaginatorKind::ALL.iter().any(|kind| kind.fields().all().any(|of| of == field));
    let unused: Vec<&String> = fields.keys().filter(|field| !is_taken(field)).collect();
    assert!(unused.is_empty(), "{unused:?} stand in no row of the table of fields");
    let unknown = PaginatorKind::ALL.iter().flat_map(|kind| kind.fields().all()).find(|field| !fields.contains_key(*field));
    assert_eq!(unknown, None);
}

#[test]
fn everything_in_the_schema_is_described() {
    fn undescribed(at: &str, schema: &Value, found: &mut Vec<String>) {
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            if property["description"].is_null() && property["$ref"].is_null() && property["const"].is_null() {
                found.push(format!("{at}/{name}"));
            }
        }
        for (name, def) in schema["$defs"].as_object().into_iter().flatten() {
            undescribed(&format!("{at}/{name}"), def, found);
        }
    }
    let mut found = Vec::new();
    undescribed("", &serde_json::from_str(&printed()).unwrap(), &mut found);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn the_schema_takes_what_keeps_the_rules_and_refuses_what_it_can_see() {
    let validator = validator();
    for entry in entries(GOOD) {
        let errors: Vec<String> = validator.iter_errors(&changed(&entry)).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", entry["why"]);
    }
    let taken: Vec<String> = entries(BROKEN)
        .iter()
        .filter(|entry| entry["schema"] == true && validator.is_valid(&changed(entry)))
        .map(ToString::to_string)
        .collect();
    assert!(taken.is_empty(), "the schema takes what it should refuse:\n{}", taken.join("\n"));
}

/// Every catalog with every one of its values left out, and exchanged for something else, in turn.
#[test]
fn what_the_schema_refuses_the_check_refuses_too() {
    let validator = validator();
    let others =
        [json!(""), json!("x y"), json!("/a"), json!(0), json!(-1), json!(1.5), json!(true), json!([]), json!({}), json!([""])];
    let mut refused = 0;
    for (name, catalog) in published() {
        for (at, place) in places(&catalog).into_iter().enumerate() {
            for other in [None, others.get(at % others.len()), others.get((at / 3) % others.len())] {
                let mut bent = catalog.clone();
                bend(&mut bent, &place, other);
                if !validator.is_valid(&bent) {
                    refused += 1;
                    let is_refused = !errors(&name, &bent.to_string()).is_empty();
                    assert!(is_refused, "{name}: {place} as {other:?}: {}", validator.validate(&bent).unwrap_err());
                }
            }
        }
    }
    assert!(refused > 1000, "{refused}");
}

fn bend(catalog: &mut Value, place: &str, other: Option<&Value>) {
    match other {
        Some(other) => *catalog.pointer_mut(place).unwrap() = other.clone(),
        None => {
            let (parent, name) = place.rsplit_once('/').unwrap();
            match catalog.pointer_mut(parent).unwrap() {
                Value::Object(members) => drop(members.remove(&name.replace("~1", "/").replace("~0", "~"))),
                Value::Array(elements) => drop(elements.remove(name.parse().unwrap())),
                _ => {}
            }
        }
    }
}

/// The places of every value but the whole.
fn places(value: &Value) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.replace('~', "~0").replace('/', "~1"), value)).collect()
        }
        Value::Array(elements) => elements.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    let below = |(name, value): (String, &Value)| {
        let deeper = places(value).into_iter().map(|place| format!("/{name}{place}")).collect::<Vec<_>>();
        [vec![format!("/{name}")], deeper].concat()
    };
    children.into_iter().flat_map(below).collect()
}
