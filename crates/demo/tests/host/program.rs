//! The program `carryall-demo` as it is run.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_carryall-demo");

fn truth(arguments: &[&str]) -> Value {
    let output = Command::new(PROGRAM).arg("truth").args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_truth_is_told_with_the_streams_of_the_catalog() {
    let told = truth(&["--system", "talkif", "--seed", "7", "--size", "small"]);
    assert_eq!((&told["system"], &told["seed"], &told["size"]), (&"talkif".into(), &7.into(), &"small".into()));
    let catalog: Value = serde_json::from_str(include_str!("../../../../catalogs/talkif.json")).unwrap();
    let categories = catalog["categories"].as_array().unwrap().iter().filter(|category| category["default"] != false);
    let streams = categories.flat_map(|category| category["streams"].as_array().unwrap());
    let mut expected: Vec<_> = streams.map(|stream| stream["id"].as_str().unwrap()).collect();
    expected.sort_unstable();
    assert_eq!(told["streams"].as_object().unwrap().keys().collect::<Vec<_>>(), expected);
    assert_eq!(told["streams"]["contacts"]["records"], 420);
    assert_eq!(told["streams"]["contacts"]["digest"].as_str().unwrap().len(), 64);
}

#[test]
fn two_tellings_agree_and_another_seed_does_not() {
    assert_eq!(truth(&["--seed", "7"]), truth(&["--seed", "7"]));
    assert_ne!(truth(&["--seed", "7"])["streams"], truth(&["--seed", "8"])["streams"]);
    assert_ne!(truth(&[])["streams"], truth(&["--as", "other@talkif.example"])["streams"]);
}

#[test]
fn a_person_nobody_knows_has_no_truth() {
    let output = Command::new(PROGRAM).args(["truth", "--as", "nobody@talkif.example"]).output().unwrap();
    assert!(!output.status.success());
}

/// 100,000 records are some 45 MB of text; the whole address space of the program, which needs 9 MB to begin with, is held
/// below 20 MB.
#[cfg(target_os = "linux")]
#[test]
fn the_truth_of_a_larger_account_needs_no_more_memory() {
    for (system, stream, records) in [("talkif", "notifications", 20_000), ("x", "followers", 42_000), ("fluxer", "notes", 9_000)]
    {
        let script = format!("ulimit -v 20000 && exec '{PROGRAM}' truth --size medium --system {system}");
        let output = Command::new("sh").args(["-c", &script]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(told["streams"][stream]["records"], records);
    }
}

#[test]
fn the_server_says_where_it_listens_and_stops_when_told() {
    for signal in ["TERM", "INT"] {
        let mut server = Command::new(PROGRAM).arg("serve").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
        for said in ["media at http://127.0.0.1:", "listening on http://127.0.0.1:"] {
            let line = lines.next().unwrap().unwrap();
            assert!(line.starts_with(said), "{line}");
        }
        let id = server.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &id]).status().unwrap().success());
        assert!(server.wait().unwrap().success());
        assert!(lines.next().is_none(), "exactly two lines on stdout");
    }
}
