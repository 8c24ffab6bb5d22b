//! What other people's programs read in tables and scripts: Python's csv, Node, and a tool made for X's own archives.
//! `cargo xtask test readers` brings them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::string_slice, reason = "a test fails by panicking")]

#[path = "whole/drive.rs"]
#[allow(dead_code, reason = "other tests need the rest")]
mod drive;
#[path = "whole/host.rs"]
#[allow(dead_code, reason = "other tests need the rest")]
mod host;

use std::path::Path;
use std::process::Command;

use carryall_protocol::StreamId;
use carryall_protocol::catalog::{Catalog, Owner, Stream};
use carryall_protocol::job::{FormatChoice, LayoutChoice};
use carryall_protocol::pointer::Pointer;
use serde_json::{Value, json};
use tempfile::TempDir;

use drive::{Drive, Outcome};
use host::Host;

/// Names and texts that mean something to somebody who reads them.
const HOSTILE: [&str; 24] = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r",
    "\n=1",
    "＝1",
    "  -1",
    "\u{a0}\u{feff}@x",
    "a;=1",
    "a\n- b",
    "a, b",
    "\"",
    "'=1",
    "\0",
    "</script><script>alert(1)</script>",
    "\u{2028}\u{2029}",
    "__proto__",
    "]]>",
    "a/b~c",
    "\\\\server\\=1",
    "=cmd|' /C calc'!A0",
    "\u{202e}😀",
];

/// Runs a script of this folder; gives what it said.
fn run(program: &str, script: &str, arguments: &[&Path]) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/readers").join(script);
    let output = Command::new(program).arg(path).args(arguments).output().unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn export(records: Vec<String>, layout: LayoutChoice, format: FormatChoice, edit: fn(&mut Catalog)) -> Outcome {
    let mut host = Host::talkif(0, 0);
    host.lists.get_mut("/contacts").unwrap().records = records;
    let categories = vec!["users", "contacts"];
    Drive { layout, format, edit, categories, ..Drive::default() }.run(&mut host).unwrap()
}

fn unpack(outcome: &Outcome) -> TempDir {
    let folder = TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join("data")).unwrap();
    for name in outcome.names().into_iter().filter(|name| name.starts_with("data/")) {
        std::fs::write(folder.path().join(&name), outcome.entry(&name)).unwrap();
    }
    folder
}

fn hostile_records() -> Vec<String> {
    let texts = HOSTILE.iter().enumerate().flat_map(|(at, said)| {
        let number = |plus: usize| serde_json::Number::from(9_223_372_036_854_775_000 + 10 * at as u64 + plus as u64);
        [
            json!({"id": number(0), "text": said, "more": {(*said): at, "deep": {"deeper": {"still": {"end": [1, null]}}}}}),
            json!({"id": number(1), (*said): said, "text": -1.5, "list": [], "none": {}, "_more": true}),
        ]
    });
    let proto = r#"{"id":1,"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}"#.to_owned();
    texts.map(|record| record.to_string()).chain([proto]).collect()
}

#[test]
fn python_reads_every_cell_as_the_record_has_it() {
    // The last ones come after the columns are known.
    let plain = (0..1000).map(|at| format!(r#"{{"id":{at},"text":null,"yes":{}}}"#, at % 2 == 0));
    let records: Vec<String> =
        hostile_records().into_iter().take(20).chain(plain).chain(hostile_records().split_off(20)).collect();
    let folder = unpack(&export(records, LayoutChoice::Files, FormatChoice::Csv, |_| {}));
    let file = |name: &str| folder.path().join("data").join(name);
    let cells: u64 = run("python3", "cells.py", &[&file("contacts.csv"), &file("contacts.json")]).parse().unwrap();
    assert!(cells > 3000, "{cells}");
}

fn stream<'c>(catalog: &'c mut Catalog, id: &str) -> &'c mut Stream {
    let mut streams = catalog.categories.iter_mut().flat_map(|category| &mut category.streams);
    streams.find(|stream| stream.id.as_str() == id).unwrap()
}

#[test]
fn node_runs_every_script_and_finds_the_records() {
    let folder = unpack(&export(hostile_records(), LayoutChoice::X, FormatChoice::Json, |catalog| {
        stream(catalog, "contacts").file = Some(StreamId::new("direct-messages").unwrap());
    }));
    assert_eq!(run("node", "scripts.mjs", &[folder.path()]), "2");
}

#[test]
fn a_tool_made_for_archives_of_x_reads_ours() {
    let outcome = export(
        vec![
            r#"{"id_str":"1234567890123456789","full_text":"Hello = \"you\"","created_at":"Wed Jan 01 00:00:00 +0000 2020"}"#
                .into(),
        ],
        LayoutChoice::X,
        FormatChoice::Json,
        |catalog| {
            let account = StreamId::new("users").unwrap();
            let place = |text: &str| Pointer::new(text).unwrap();
            catalog.archive.owner = Some(Owner { stream: account, handle: place("/account/id"), name: place("/account/name") });
            let users = stream(catalog, "users");
            users.file = Some(StreamId::new("account").unwrap());
            users.wrap = Some("account".into());
            let tweets = stream(catalog, "contacts");
            tweets.file = Some(StreamId::new("tweets").unwrap());
            tweets.wrap = Some("tweet".into());
        },
    );
    let folder = TempDir::new().unwrap();
    let zip = folder.path().join("x.zip");
    std::fs::write(&zip, &outcome.zip).unwrap();
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/python/bin/python");
    let read: Value = serde_json::from_str(&run(python.to_str().unwrap(), "posts.py", &[&zip])).unwrap();
    assert_eq!(read[0]["id"], "u0");
    // It takes the JSON beside a script for a file of X too.
    let post = json!(["1234567890123456789", "Hello = \"you\"", "Wed Jan 01 00:00:00 +0000 2020"]);
    assert_eq!((&read[1], &read[2]), (&json!([post, post]), &json!([])));
}
