//! Streams that never answer as they should, over HTTP.

use carryall_demo::{Options, Running};
use serde_json::Value;

use crate::visitor::{OWNER, Visitor, quiet};

/// A visitor of a host whose users are like this.
async fn visitor(mode: &str) -> (Running, Visitor) {
    let misbehave = vec![format!("/users={mode}").parse().unwrap()];
    let host = Running::start(Options { misbehave, ..quiet() }).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    (host, visitor)
}

/// Two answers, for whoever asks again gains nothing.
async fn answers(mode: &str) -> Vec<Vec<u8>> {
    let (_host, visitor) = visitor(mode).await;
    let mut bodies = Vec::new();
    for _ in 0..2 {
        let answer = visitor.get("/api/v1/users").await;
        assert_eq!(answer.status(), 200);
        bodies.push(answer.bytes().await.unwrap().to_vec());
    }
    assert_eq!(visitor.status("/api/v1/contacts").await, 200, "other paths behave");
    bodies
}

#[tokio::test]
async fn an_answer_may_be_a_page_or_end_early_or_be_no_text() {
    for body in answers("html").await {
        assert!(body.starts_with(b"<!doctype html>"));
    }
    for body in answers("truncated").await {
        assert!(body.starts_with(b"{") && serde_json::from_slice::<Value>(&body).is_err());
    }
    for body in answers("not-utf8").await {
        assert!(String::from_utf8(body).is_err());
    }
}

#[tokio::test]
async fn records_may_be_missing_or_no_list() {
    for body in answers("missing").await {
        let page: Value = serde_json::from_slice(&body).unwrap();
        assert!(page.get("users").is_none() && page["results"].is_array() && page["meta"]["total"].is_u64());
    }
    for body in answers("not-array").await {
        let page: Value = serde_json::from_slice(&body).unwrap();
        assert!(page["users"]["items"].is_array() && page["meta"]["total"].is_u64());
    }
}

#[tokio::test]
async fn a_record_may_be_nested_beyond_all_measure() {
    for body in answers("deep").await {
        let text = String::from_utf8(body).unwrap();
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        let page: Value = serde_json::from_str(&text.replacen(&format!("{deep},"), "", 1)).unwrap();
        assert!(text.len() > 200_000 && page["users"].is_array());
    }
}

#[tokio::test]
async fn a_service_may_be_broken_for_good() {
    let (_host, visitor) = visitor("500").await;
    for _ in 0..3 {
        assert_eq!(visitor.status("/api/v1/users").await, 500);
    }
}

#[tokio::test]
async fn a_connection_may_be_reset_within_the_answer() {
    let (_host, visitor) = visitor("reset").await;
    for _ in 0..3 {
        let answer = visitor.request(reqwest::Method::GET, "/api/v1/users").send().await;
        let failed = match answer {
            Ok(answer) => answer.bytes().await.is_err(),
            Err(_) => true,
        };
        assert!(failed, "the answer came whole");
    }
}

#[tokio::test]
async fn an_answer_may_be_larger_than_anybody_takes() {
    let (_host, visitor) = visitor("huge").await;
    let mut answer = visitor.get("/api/v1/users").await;
    let mut taken = 0;
    while taken < 20 << 20 {
        let piece = answer.chunk().await.unwrap().unwrap();
        assert!(piece.iter().all(|byte| *byte == b' '));
        taken += piece.len();
    }
}

#[tokio::test]
async fn a_policy_may_know_nothing_of_webassembly() {
    let host = Running::start(Options { wasm: false, ..quiet() }).await.unwrap();
    let answer = Visitor::stranger(&host).get("/").await;
    let policy = answer.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'self'; "), "{policy}");
}
