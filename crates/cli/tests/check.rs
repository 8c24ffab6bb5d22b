//! `carryall catalog check FILE`, as an operator runs it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write;
use std::process::{Command, Stdio};

const TALKIF: &str = include_str!("../../../catalogs/talkif.json");

/// The exit code, and what was printed.
fn check(catalog: &str) -> (i32, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_carryall"));
    program.args(["catalog", "check", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut running = program.spawn().unwrap();
    running.stdin.take().unwrap().write_all(catalog.as_bytes()).unwrap();
    let output = running.wait_with_output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

fn run(arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_carryall")).args(arguments).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_good_catalog_is_called_good() {
    assert_eq!(check(TALKIF), (0, "- is good: 13 categories, 15 streams\n".to_owned()));
}

#[test]
fn everything_wrong_is_told_with_its_place_and_what_to_do() {
    let wrong = TALKIF
        .replacen(r#""primary_key": "/id""#, r#""primary-key": "/id""#, 1)
        .replacen(r#""base_url": "/api/v1""#, r#""base_url": "/api/v1/""#, 1)
        .replacen(r#""path": "/contacts""#, r#""path": "/contacts?all=true""#, 1)
        .replacen(r#""for_each": {"stream": "calls""#, r#""for_each": {"stream": "call""#, 1)
        .replacen(r#"/calls/{call}/transcript"#, r#"/calls/{cal}/transcript"#, 1);
    let (code, told) = check(&wrong);
    assert_eq!(code, 1, "{told}");
    for line in [
        "-:5:3: at /base_url",
        "    found \"/api/v1/\", expected a path that begins with /, or an https:// address",
        "    help: take away the slash at the end",
        "-:23:11: at /categories/1/streams/0/primary-key",
        "    help: did you mean `primary_key`?",
        "    help: put parameters into \"query\": {\"name\": \"value\"}",
        "    found \"call\", expected a stream that stands before this one",
        "    help: did you mean `calls`?",
        "    help: did you mean `call`?",
        "errors in -",
    ] {
        assert!(told.contains(line), "{line}\n\n{told}");
    }
}

#[test]
fn what_is_no_json_is_told_with_its_line() {
    let (code, told) = check("{\n  \"catalog_version\": 1,\n}");
    assert_eq!(code, 1);
    assert!(told.starts_with("-:3:1: at the top\n    not JSON: trailing comma\n    help: "), "{told}");
}

#[test]
fn a_command_that_cannot_be_carried_out_is_no_answer_about_the_catalog() {
    for (arguments, says) in [
        (&["catalog", "check", "/nowhere/catalog.json"][..], "/nowhere/catalog.json cannot be read"),
        (&["catalog", "check"], "FILE"),
        (&["catalog", "chek"], "chek"),
        (&["catalog", "check", "-", "--pages", "2"], "--against"),
        (&["catalog", "check", "-", "--against", "https://app.example", "--pages", "0"], "--pages"),
    ] {
        let (code, told) = run(arguments);
        assert_eq!(code, 2, "{arguments:?}");
        assert!(told.contains(says), "{told}");
    }
}
