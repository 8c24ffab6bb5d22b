//! The catalog is one that the core reads, and it names what the host tells the truth about.

use std::process::Command;

use carryall_demo::truth::{Question, Truth};
use carryall_demo::{Size, System};
use carryall_protocol::catalog::Catalog;
use serde_json::Value;

const CATALOG: &str = include_str!("../../../../catalogs/fluxer.json");

#[test]
fn the_truth_is_told_of_the_streams_of_the_catalog() {
    let catalog: Catalog = serde_json::from_str(CATALOG).unwrap();
    let mut streams: Vec<_> =
        catalog.categories.iter().flat_map(|category| &category.streams).map(|stream| stream.id.to_string()).collect();
    streams.sort_unstable();
    let truth = Truth::tell(&Question::new(System::Fluxer, 7, Size::Small));
    assert_eq!(truth.streams.into_keys().collect::<Vec<_>>(), streams);
}

#[test]
fn the_program_tells_the_truth_of_both_ways() {
    let told = |search: &str| -> Value {
        let program = env!("CARGO_BIN_EXE_carryall-demo");
        let output = Command::new(program).args(["truth", "--system", "fluxer", "--search", search]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let (on, off) = (told("on"), told("off"));
    assert_eq!((&on["system"], &on["account"]), (&"fluxer".into(), &System::Fluxer.people()[0].account.id.into()));
    assert_eq!(on["streams"]["mentions"], off["streams"]["mentions"]);
    assert_ne!(on["streams"]["messages"], off["streams"]["messages"]);
}

#[test]
fn every_text_of_the_catalog_is_there_in_english_and_german() {
    fn check(value: &Value, place: &str) {
        match value {
            Value::Object(members) if members.contains_key("en") || members.contains_key("de") => {
                assert!(members.len() == 2 && members.values().all(Value::is_string), "{place}");
            }
            Value::Object(members) => members.iter().for_each(|(name, value)| {
                let is_text = matches!(name.as_str(), "description" | "reason") || (name == "title" && !place.is_empty());
                assert!(!is_text || value.is_object(), "{place}/{name}");
                check(value, &format!("{place}/{name}"));
            }),
            Value::Array(items) => items.iter().enumerate().for_each(|(at, item)| check(item, &format!("{place}/{at}"))),
            _ => {}
        }
    }
    check(&serde_json::from_str(CATALOG).unwrap(), "");
}
