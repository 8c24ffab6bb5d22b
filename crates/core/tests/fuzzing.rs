//! The functions that `fuzz/` runs under libFuzzer, over a small seeded corpus, so that every test run exercises them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "fuzzing/targets.rs"]
mod targets;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use targets::PAGE_END;

const CATALOGS: [&str; 3] = [
    include_str!("../../../catalogs/talkif.json"),
    include_str!("../../../catalogs/x.json"),
    include_str!("../../../catalogs/fluxer.json"),
];

/// Bodies as hosts give them, for every way of paging of the rules' list, and some that no host should give.
const BODIES: [&str; 22] = [
    r#"{"items":[{"id":1,"at":"2026-02-28T12:00:00Z"},{"id":2,"at":"2026-02-28T11:00:00Z"}],"total":2,"more":false}"#,
    r#"{"items":[{"id":3,"at":1772280000}],"next":"t1","response_metadata":{"next_cursor":"c1"}}"#,
    r#"{"items":[{"id":4}],"links":{"next":"/api/items?page=2"}}"#,
    r#"{"items":[{"id":4}],"links":{"next":{"href":"https://app.example/api/items?page=3"}}}"#,
    r#"{"items":[{"id":4}],"links":{"next":"//evil.example/items"}}"#,
    r#"{"items":[{"id":4}],"links":{"next":"../../admin"}}"#,
    r#"{"items":[{"id":5}],"continue":{"uccontinue":"x","continue":"-||"}}"#,
    r#"{"items":[{"id":5}],"continue":{}}"#,
    r#"{"data":{"viewer":{"items":{"edges":[{"node":{"id":6}},{"node":null}],"pageInfo":{"endCursor":"e","hasNextPage":true}}}}}"#,
    r#"{"data":{"viewer":{"items":{"edges":[],"pageInfo":{"endCursor":null,"hasNextPage":true}}}},"errors":[{"message":"m"}]}"#,
    r#"{"people":[{"id":"../..","kind":"x","open":true},{"id":"a b/c?d#e","open":true},{"id":"..","open":true},{"id":"","open":true},{"id":7,"open":true}]}"#,
    r#"{"people":[]}"#,
    r#"{"items":[]}"#,
    r#"{"items":null,"includes":{"users":[{"id":1,"name":"n","password":"p"}]}}"#,
    r#"{"items":[{"id":8,"author":"acc_1","a":{"b":1},"x":2.50,"text":"https://t.co/a","urls":[{"url":"https://t.co/a","expanded_url":"https://x.example"}],"token":"t"}]}"#,
    r#"{"items":[[[[{"id":[]}]]]],"total":"many"}"#,
    r#"{"a":{"id":1},"token":{"id":2}}"#,
    r#"{"code":"OFF"}"#,
    r#"{"retry_after":0.5}"#,
    r"[]",
    "<!doctype html>",
    "",
];

fn runner(cases: u32) -> TestRunner {
    TestRunner::new_with_rng(
        Config { cases, failure_persistence: None, ..Config::default() },
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    )
}

#[test]
fn every_way_of_paging_is_among_what_is_fuzzed() {
    let all = targets::every_way().to_string();
    for kind in carryall_protocol::catalog::PaginatorKind::ALL {
        // The first one is what a stream without a paginator has.
        assert!(all.contains(&format!("\"type\":\"{}\"", kind.as_str())), "{}", kind.as_str());
    }
}

#[test]
fn a_catalog_with_other_bytes_in_it_is_refused_or_walked() {
    let cut =
        (any::<prop::sample::Index>(), 0_usize..60, prop_oneof![Just(Vec::new()), prop::collection::vec(any::<u8>(), 1..5)]);
    let piece = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 1_usize..200);
    let input = (prop::sample::select(CATALOGS.to_vec()), prop::collection::vec(cut, 0..3), prop::option::of(piece));
    let strategy = input.prop_map(|(catalog, cuts, piece)| {
        let mut bytes = catalog.as_bytes().to_vec();
        for (at, gone, put) in cuts {
            let at = at.index(bytes.len());
            bytes.splice(at..(at + gone).min(bytes.len()), put);
        }
        if let Some((from, to, length)) = piece {
            let from = from.index(bytes.len());
            let moved = bytes[from..(from + length).min(bytes.len())].to_vec();
            let to = to.index(bytes.len());
            bytes.splice(to..to, moved);
        }
        bytes
    });
    runner(400)
        .run(&strategy, |bytes| {
            targets::catalog(&bytes);
            Ok(())
        })
        .unwrap();
}

#[test]
fn whatever_a_host_answers_an_export_ends() {
    let body = prop_oneof![
        8 => prop::sample::select(BODIES.to_vec()).prop_map(|body| body.as_bytes().to_vec()),
        2 => (prop::sample::select(BODIES.to_vec()), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(body, at, byte)| {
            let mut body = body.as_bytes().to_vec();
            if !body.is_empty() {
                let at = at.index(body.len());
                body[at] = byte;
            }
            body
        }),
        1 => prop::collection::vec(any::<u8>(), 0..40),
    ];
    let status = prop_oneof![9 => 0_u8..8, 2 => any::<u8>()];
    let page = (status, prop_oneof![4 => Just(255_u8), 1 => 0_u8..10], body);
    let strategy = prop::collection::vec(page, 0..60).prop_map(|pages| {
        let mut input = Vec::new();
        for (status, headers, body) in pages {
            input.extend([status, headers.min(254)]);
            input.extend(body.into_iter().filter(|byte| *byte != PAGE_END));
            input.push(PAGE_END);
        }
        input
    });
    runner(300)
        .run(&strategy, |input| {
            targets::pages(&input);
            Ok(())
        })
        .unwrap();
}
