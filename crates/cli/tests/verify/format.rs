//! `docs/archive.md` and the schema of `export.json`: what they say is so.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use carryall_protocol::job::LayoutChoice;
use serde_json::Value;
use tempfile::TempDir;

use crate::drive::Drive;
use crate::host::{Fault, Host};
use crate::made::{Files, archive};

const GUIDE: &str = include_str!("../../../../docs/archive.md");

fn printed() -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_carryall")).args(["archive", "schema"]).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

fn schema() -> Value {
    serde_json::from_str(&printed()).unwrap()
}

#[test]
fn the_published_schema_is_what_the_types_give() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/export.schema.json");
    let published = fs::read_to_string(file).unwrap_or_default();
    assert!(published == printed(), "run `cargo run -p carryall-cli -- archive schema > docs/export.schema.json`");
}

#[test]
fn every_statement_keeps_the_schema() {
    let mut host = Host::talkif(250, 10);
    host.broken.insert("/calls".to_owned(), Fault::Status(403));
    let partial = Drive::default().run(&mut host).unwrap().zip;
    let validator = jsonschema::validator_for(&schema()).unwrap();
    for zip in [archive(LayoutChoice::Files), archive(LayoutChoice::Document), partial] {
        let export: Value = serde_json::from_slice(Files::of(&zip).file("export.json")).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&export).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        // A schema that takes everything would be none.
        for name in export.as_object().unwrap().keys() {
            let mut bent = export.clone();
            bent[name] = serde_json::json!(1.5);
            assert!(!validator.is_valid(&bent), "{name} may be a number");
            bent.as_object_mut().unwrap().remove(name);
            assert!(!validator.is_valid(&bent), "{name} may be absent");
        }
    }
}

#[test]
fn everything_in_the_schema_is_described_and_spoken_of_in_the_guide() {
    let schema = schema();
    let objects = schema["$defs"].as_object().unwrap().values().chain([&schema]);
    let members: Vec<(&String, &Value)> =
        objects.filter_map(|object| object["properties"].as_object()).flat_map(|members| members.iter()).collect();
    assert!(members.len() > 40, "{}", members.len());
    for (name, member) in members {
        assert!(!member["description"].is_null() || !member["$ref"].is_null(), "{name} is not described");
        assert!(GUIDE.contains(&format!("`{name}`")), "docs/archive.md says nothing of `{name}`");
    }
}

#[test]
fn the_commands_of_the_guide_do_what_it_says() {
    let commands = GUIDE.split_once("```sh\n").unwrap().1.split_once("```").unwrap().0;
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("mine.zip"), archive(LayoutChoice::Files)).unwrap();
    let output = Command::new("sh").args(["-e", "-c", commands]).env("LC_ALL", "C").current_dir(folder.path()).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(
        lines[..5],
        ["true", "users\t3\tcomplete", "contacts\t7\tcomplete", "calls\t5\tcomplete", "call-transcripts\t3\tcomplete"]
    );
    assert_eq!(lines[5..9], ["3", "5", "7", "3"], "the files in the order of their names");
    assert_eq!(lines.len(), 11, "{told}");
    assert_eq!(lines[9], lines[10], "the payload digest is what the receipt says");
}
