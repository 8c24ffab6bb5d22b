//! What may come over the wire that is no proper request: too long, too slow, or two things at once.

use std::time::Duration;

use crate::helpers::PAGE;
use crate::raw::{Raw, exchange, statuses, world_with};

/// The head of a request for an export, without its framing.
fn head(framing: &str) -> String {
    format!(
        "POST /v1/exports HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ada\r\norigin: {PAGE}\r\nx-carryall: 1\r\n\
         content-type: application/json\r\n{framing}\r\n\r\n"
    )
}

#[tokio::test]
async fn a_body_of_ten_megabytes_is_refused_without_being_read() {
    let world = world_with("").await;
    let told = exchange(&world, head("content-length: 10485760")).await;
    assert_eq!(statuses(&told), [413], "{told}");
    let mut raw = Raw::to(&world).await;
    assert!(raw.send(head("transfer-encoding: chunked")).await);
    let chunk = format!("1000\r\n{}\r\n", "x".repeat(4096));
    let mut taken = 0;
    while taken < 10 << 20 && raw.send(&chunk).await {
        taken += 4096;
    }
    assert!(taken < 8 << 20, "all of it was read");
    assert!(world.ada().current().await["export"].is_null());
}

#[tokio::test]
async fn a_head_that_does_not_end_is_refused() {
    let world = world_with("").await;
    for line in [format!("x-{}: 1\r\n", "a".repeat(50)), "a".repeat(1000)] {
        let mut raw = Raw::to(&world).await;
        raw.send("GET /healthz HTTP/1.1\r\nhost: x\r\n").await;
        let mut sent = 0;
        while sent < 4 << 20 && raw.send(&line).await {
            sent += line.len();
        }
        assert!(sent < 4 << 20, "it was read for ever");
    }
    let many = "x-a: 1\r\n".repeat(65);
    let told = exchange(&world, format!("GET /healthz HTTP/1.1\r\nhost: x\r\n{many}\r\n")).await;
    assert_eq!(statuses(&told), [431], "{told}");
    let long = format!("GET /healthz?{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(17_000));
    assert!(matches!(statuses(&exchange(&world, long).await)[..], [414 | 431]));
}

#[tokio::test]
async fn a_head_that_comes_ever_so_slowly_ends_the_connection() {
    let world = world_with("header_seconds = 1").await;
    let mut raw = Raw::to(&world).await;
    raw.send("GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ").await;
    let mut letters = 0;
    let told = loop {
        raw.send("x").await;
        letters += 1;
        if let Some(told) = raw.some_answer(Duration::from_millis(50)).await {
            break told;
        }
        assert!(letters < 200, "it is read for ever");
    };
    assert_eq!(told, "");
}

#[tokio::test]
async fn a_body_that_comes_ever_so_slowly_is_refused() {
    let world = world_with("request_seconds = 1").await;
    let mut raw = Raw::to(&world).await;
    raw.send(head("content-length: 1000")).await;
    let mut letters = 0;
    let told = loop {
        raw.send(" ").await;
        letters += 1;
        if let Some(told) = raw.some_answer(Duration::from_millis(50)).await {
            break told;
        }
        assert!(letters < 200, "it is read for ever");
    };
    assert_eq!(statuses(&told), [503], "{told}");
    assert_eq!(raw.whole_answer().await, "", "the connection goes on in the middle of a body");
}

#[tokio::test]
async fn those_who_do_nothing_do_not_keep_others_out_for_long() {
    let world = world_with("max_connections = 4\nheader_seconds = 1\nidle_seconds = 1").await;
    let mut idle = Vec::new();
    for begun in ["", "GET /healthz HTTP/1.1\r\n"].repeat(6) {
        let mut raw = Raw::to(&world).await;
        raw.send(begun).await;
        idle.push(raw);
    }
    let told = exchange(&world, "GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert_eq!(statuses(&told), [200]);
}

#[tokio::test]
async fn no_request_hides_in_another() {
    let world = world_with("").await;
    let hidden = "GET /v1/keys HTTP/1.1\r\nhost: x\r\n\r\n";
    let length = hidden.len();
    let body = "{\"categories\": [\"calls\"]}";
    let bodied = |framing: &str, rest: &str| head(framing) + rest;
    for (name, bytes) in [
        ("two lengths", bodied(&format!("content-length: {}\r\ncontent-length: 0", body.len()), hidden)),
        ("a list of lengths", bodied("content-length: 0, 5", hidden)),
        ("a signed length", bodied("content-length: +0", hidden)),
        ("a negative length", bodied("content-length: -1", hidden)),
        (
            "a length and chunks",
            bodied(&format!("content-length: {length}\r\ntransfer-encoding: chunked"), &format!("0\r\n\r\n{hidden}")),
        ),
        (
            "chunks and a length",
            bodied(&format!("transfer-encoding: chunked\r\ncontent-length: {length}"), &format!("0\r\n\r\n{hidden}")),
        ),
        ("an unknown coding", bodied("transfer-encoding: xchunked", &format!("0\r\n\r\n{hidden}"))),
        ("chunks that are not last", bodied("transfer-encoding: chunked, identity", &format!("0\r\n\r\n{hidden}"))),
        ("chunks twice", bodied("transfer-encoding: chunked\r\ntransfer-encoding: identity", &format!("0\r\n\r\n{hidden}"))),
        ("a space before the colon", bodied("content-length : 0", hidden)),
        ("a folded field", bodied("x-folded: a\r\n content-length: 0", hidden)),
        ("a bare carriage return", bodied("x-bare: a\rcontent-length: 0", hidden)),
        ("a zero byte", bodied("x-zero: a\0b", hidden)),
        ("a chunk with a bad size", bodied("transfer-encoding: chunked", &format!("0x0\r\n\r\n{hidden}"))),
        ("a chunk size too large", bodied("transfer-encoding: chunked", &format!("fffffffffffffffff\r\n\r\n{hidden}"))),
        (
            "chunks in HTTP/1.0",
            bodied("transfer-encoding: chunked", &format!("0\r\n\r\n{hidden}")).replace("HTTP/1.1", "HTTP/1.0"),
        ),
    ] {
        let told = exchange(&world, bytes).await;
        assert!(!told.contains("\"keys\""), "{name}: {told}");
        assert!(statuses(&told).iter().all(|status| (400..500).contains(status)), "{name}: {told}");
        assert!(statuses(&told).len() <= 1, "{name}: {told}");
    }
    assert!(world.ada().current().await["export"].is_null());
}

#[tokio::test]
async fn what_a_look_carries_as_its_body_is_not_the_next_request() {
    let world = world_with("").await;
    let hidden = "GET /v1/keys HTTP/1.1\r\nhost: x\r\n\r\n";
    for method in ["GET", "HEAD", "OPTIONS"] {
        let head = format!("{method} /healthz HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", hidden.len());
        let next = "GET /nowhere HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        let told = exchange(&world, format!("{head}{hidden}{next}")).await;
        assert!(!told.contains("\"keys\""), "{method}: {told}");
        assert!((1..=2).contains(&statuses(&told).len()), "{method}: {told}");
    }
}

#[tokio::test]
async fn a_path_is_what_it_says() {
    let world = world_with("").await;
    for (target, expected) in [
        ("/v1/exports/%2e%2e/keys", 404),
        ("/v1/exports/../keys", 404),
        ("/v1/exports/..%2fkeys", 405),
        ("//v1/exports/current", 404),
        ("/v1//exports/current", 404),
        ("/v1/exports/current/", 404),
        ("/v1/exports/current%2f", 405),
        ("/V1/exports/current", 404),
        ("/v1/exports/%63urrent", 405),
        ("/v1/exports/current;a=b", 405),
        ("/v1/exports/%00", 405),
        ("/v1/exports/%ff%fe", 405),
        ("/assets/../../Cargo.toml", 404),
        ("/assets/%2e%2e%2fconfirm.html", 404),
        ("http://evil.example/nowhere", 404),
        ("*", 404),
    ] {
        let bytes = format!("GET {target} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ada\r\nconnection: close\r\n\r\n");
        let told = exchange(&world, bytes).await;
        assert_eq!(statuses(&told), [expected], "{target}: {told}");
    }
    for line in ["CONNECT evil.example:443", "TRACE /v1/keys", "GET /v1/keys\u{a0}", "PRI *", "get /v1/keys"] {
        let told = exchange(&world, format!("{line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")).await;
        assert!(statuses(&told).iter().all(|status| (400..500).contains(status)), "{line}: {told}");
    }
}
