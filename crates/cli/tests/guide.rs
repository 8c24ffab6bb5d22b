//! `docs/catalog.md`: every example passes the check and the schema, and every field is spoken of.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use carryall_core::catalog::errors;
use carryall_protocol::catalog::{MomentFormat, PaginatorKind, ResponseAction, schema};
use serde_json::{Value, json};

const GUIDE: &str = include_str!("../../../docs/catalog.md");

/// The examples, each with its line in the guide.
fn examples() -> Vec<(usize, Value)> {
    let mut examples = Vec::new();
    let mut lines = GUIDE.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        if line == "```json" {
            let text: Vec<&str> = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
            let value = serde_json::from_str(&text.join("\n"));
            examples.push((at + 1, value.unwrap_or_else(|error| panic!("the example at line {}: {error}", at + 1))));
        }
    }
    examples
}

/// A catalog as it is; streams in a catalog of their own.
fn catalog(example: Value) -> Value {
    let streams = match example {
        Value::Array(streams) => Value::Array(streams),
        stream if stream["request"].is_object() => json!([stream]),
        catalog => return catalog,
    };
    json!({
        "catalog_version": 1, "name": "guide", "title": "Guide", "base_url": "/api",
        "categories": [{"id": "everything", "title": "Everything", "streams": streams}],
    })
}

#[test]
fn every_example_is_a_catalog_or_a_stream_and_passes() {
    let validator = jsonschema::validator_for(&schema::schema()).unwrap();
    let examples = examples();
    assert!(examples.len() > 15, "{}", examples.len());
    for (line, example) in examples {
        let catalog = catalog(example);
        let told = errors("docs/catalog.md", &catalog.to_string());
        assert!(told.is_empty(), "the example at line {line}: {told:?}");
        let refused: Vec<String> = validator.iter_errors(&catalog).map(|error| error.to_string()).collect();
        assert!(refused.is_empty(), "the example at line {line}: {refused:?}");
    }
}

#[test]
fn every_way_of_paging_has_an_example() {
    let examples: String = examples().into_iter().map(|(_, example)| example.to_string()).collect();
    let without: Vec<&str> = PaginatorKind::ALL
        .iter()
        .map(|kind| kind.as_str())
        .filter(|kind| !examples.contains(&format!("\"type\":\"{kind}\"")))
        .collect();
    assert!(without.is_empty(), "{without:?}");
}

#[test]
fn every_field_and_every_word_is_spoken_of() {
    let schema = schema::schema();
    let mut names: Vec<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    for definition in schema["$defs"].as_object().unwrap().values() {
        names.extend(definition["properties"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()));
    }
    names.extend(ResponseAction::ALL.iter().map(|action| action.as_str()));
    let words = |name: &&str| GUIDE.contains(&format!("`{name}`")) || GUIDE.contains(&format!("\"{name}\""));
    let unspoken: Vec<&str> = names.into_iter().filter(|name| !words(name)).collect();
    assert!(unspoken.is_empty(), "docs/catalog.md says nothing of {unspoken:?}");
    assert_eq!(MomentFormat::default(), MomentFormat::Rfc3339, "the guide says so");
}
