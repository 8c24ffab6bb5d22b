//! The dependency law (DESIGN section 3), held against the manifests:
//!
//! ```text
//! www -> pkg <- src -> core -> records -> protocol <- counter        cli -> core        tests, demo, xtask -> any; nothing -> them
//! ```
//!
//! **The core is pure by what it cannot reach**: no JavaScript, no network, no runtime, no clock, no randomness, not even
//! through a dependency's dependency. Absent: dev-dependencies; tests may use all.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot read the manifests fails")]

use std::process::Command;

use serde_json::Value;

/// Every package of the workspace, and the packages of the workspace it may use.
const LAW: [(&str, Uses); 11] = [
    ("carryall-protocol", Uses::Only(&[])),
    ("carryall-records", Uses::Only(&["carryall-protocol"])),
    ("carryall-core", Uses::Only(&["carryall-protocol", "carryall-records"])),
    ("carryall-counter", Uses::Only(&["carryall-protocol"])),
    ("carryall", Uses::Only(&["carryall-core", "carryall-protocol"])),
    ("carryall-cli", Uses::Only(&["carryall-core", "carryall-protocol", "carryall-records"])),
    ("carryall-demo", Uses::Any),
    ("carryall-end-to-end", Uses::Any),
    ("carryall-bench-counter", Uses::Any),
    ("carryall-split", Uses::Any),
    ("xtask", Uses::Any),
];

/// What gives a program JavaScript, a network, a runtime, a clock or randomness. A trailing `*` stands for any rest.
const IMPURE: &str = "async-std axum chrono fastrand getrandom gloo* hyper* instant js-sys libc lettre mio rand rand_core \
    reqwest rustix smol socket2 sqlx* time tokio* wasm-bindgen* web-sys web-time";

enum Uses {
    Only(&'static [&'static str]),
    Any,
}

#[test]
fn every_package_uses_only_what_the_law_allows() {
    let packages = packages();
    let ours: Vec<&str> = packages.iter().map(name).collect();
    for package in &packages {
        let law = LAW.iter().find(|(of, _)| *of == name(package));
        let (of, uses) = law.unwrap_or_else(|| panic!("{} has no place in the dependency law yet", name(package)));
        let Uses::Only(allowed) = uses else { continue };
        for used in dependencies(package).filter(|used| ours.contains(used)) {
            assert!(allowed.contains(&used), "{of} uses {used}; it may use {allowed:?}");
        }
    }
}

#[test]
fn the_core_reaches_nothing_impure() {
    let reached = impure_reached_by_core();
    assert!(reached.is_empty(), "the core reaches {reached:?}; `cargo tree -p carryall-core -i NAME` shows by which way");
}

#[test]
fn a_name_with_a_star_stands_for_any_rest() {
    assert!(is_impure("gloo-timers") && is_impure("tokio") && is_impure("time"));
    assert!(!is_impure("timeless") && !is_impure("serde"));
}

fn is_impure(package: &str) -> bool {
    IMPURE.split_whitespace().any(|impure| impure.strip_suffix('*').map_or(package == impure, |stem| package.starts_with(stem)))
}

fn impure_reached_by_core() -> Vec<String> {
    let core = ["--package", "carryall-core", "--target", "wasm32-unknown-unknown", "--edges", "normal"];
    let tree = cargo(&[&["tree", "--offline", "--prefix", "none", "--format", "{p}"], &core[..]].concat());
    assert!(tree.contains("carryall-protocol"), "this is not the core's tree:\n{tree}");
    let reached = tree.lines().filter_map(|line| line.split_whitespace().next());
    reached.filter(|package| is_impure(package)).map(str::to_owned).collect()
}

fn packages() -> Vec<Value> {
    let metadata: Value = serde_json::from_str(&cargo(&["metadata", "--no-deps", "--format-version", "1"])).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn name(package: &Value) -> &str {
    package["name"].as_str().unwrap()
}

/// What a package needs to be built: not what its tests need.
fn dependencies(package: &Value) -> impl Iterator<Item = &str> {
    let all = package["dependencies"].as_array().unwrap().iter();
    all.filter(|dependency| dependency["kind"] != "dev").map(name)
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
