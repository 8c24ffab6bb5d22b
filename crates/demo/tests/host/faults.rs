//! Bad moments over HTTP.

use carryall_demo::{Options, Running};
use serde_json::Value;

use crate::visitor::{OWNER, Visitor, quiet};

#[tokio::test]
async fn some_requests_are_told_to_slow_down_and_not_for_how_long() {
    let host = Running::start(Options { faults: true, ..quiet() }).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let (mut limited, mut unavailable) = (0, 0);
    for _ in 0..300 {
        let answer = visitor.get("/api/v1/users").await;
        let delays = ["retry-after", "ratelimit", "x-ratelimit-reset"];
        assert!(delays.iter().all(|name| !answer.headers().contains_key(*name)));
        match answer.status().as_u16() {
            200 => continue,
            429 => limited += 1,
            503 => unavailable += 1,
            other => panic!("{other}"),
        }
        let status = answer.status().as_u16();
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["code"], if status == 429 { "rate_limit" } else { "service_unavailable" });
    }
    assert!((7..=8).contains(&limited) && (1..=2).contains(&unavailable), "{limited} {unavailable}");
}

#[tokio::test]
async fn the_counters_question_is_always_answered() {
    let host = Running::start(Options { faults: true, ..quiet() }).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    for _ in 0..200 {
        assert_eq!(visitor.status("/api/v1/me").await, 200);
    }
}

#[tokio::test]
async fn a_host_without_faults_has_none() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    for _ in 0..200 {
        assert_eq!(visitor.status("/api/v1/users").await, 200);
    }
}
