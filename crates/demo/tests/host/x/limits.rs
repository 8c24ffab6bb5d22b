//! Windows and bad moments.

use std::time::{SystemTime, UNIX_EPOCH};

use carryall_demo::{Options, Running};
use reqwest::Response;

use super::{ID, OTHER, OWNER, hurried, owner, quiet};
use crate::visitor::Visitor;

fn number(answer: &Response, name: &str) -> u64 {
    answer.headers()[name].to_str().unwrap().parse().unwrap()
}

fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

#[tokio::test]
async fn every_answer_tells_the_window_and_a_refusal_tells_nothing_more() {
    let (_host, visitor) = owner(quiet()).await;
    let path = format!("/2/users/{ID}/followers?max_results=1");
    for used in 1..=15 {
        let answer = visitor.get(&path).await;
        assert_eq!((answer.status().as_u16(), number(&answer, "x-rate-limit-remaining")), (200, 15 - used));
        assert_eq!(number(&answer, "x-rate-limit-limit"), 15);
        assert!((880..=900).contains(&(number(&answer, "x-rate-limit-reset") - seconds())));
    }
    let answer = visitor.get(&path).await;
    assert_eq!((answer.status().as_u16(), number(&answer, "x-rate-limit-remaining")), (429, 0));
    assert!(!answer.headers().contains_key("retry-after"));
    let body: serde_json::Value = answer.json().await.unwrap();
    assert_eq!((&body["title"], &body["status"]), (&"Too Many Requests".into(), &429.into()));
}

#[tokio::test]
async fn each_address_and_each_person_has_a_window_of_its_own() {
    let host = Running::start(quiet()).await.unwrap();
    let (owner, other) = (Visitor::sign_in(&host, OWNER).await, Visitor::sign_in(&host, OTHER).await);
    for _ in 0..16 {
        owner.get(&format!("/2/users/{ID}/followers")).await;
    }
    assert_eq!(owner.status(&format!("/2/users/{ID}/followers")).await, 429);
    assert_eq!(owner.status(&format!("/2/users/{ID}/following")).await, 200);
    assert_eq!(other.status("/2/users/1402468135791357924/followers").await, 200);
    for (path, limit) in [("tweets", 900), ("liked_tweets", 75), ("blocking", 15)] {
        assert_eq!(number(&owner.get(&format!("/2/users/{ID}/{path}")).await, "x-rate-limit-limit"), limit, "{path}");
    }
}

#[tokio::test]
async fn whoever_waits_until_the_window_ends_is_served_again() {
    let (_host, visitor) = owner(hurried(quiet())).await;
    let path = format!("/2/users/{ID}/muting");
    let mut refused = None;
    while refused.is_none() {
        let answer = visitor.get(&path).await;
        refused = (answer.status() == 429).then(|| number(&answer, "x-rate-limit-reset"));
    }
    while seconds() < refused.unwrap() {
        tokio::task::yield_now().await;
    }
    assert_eq!(visitor.status(&path).await, 200);
}

#[tokio::test]
async fn the_application_itself_uses_up_windows_where_there_are_faults() {
    let (_host, visitor) = owner(Options { faults: true, ..quiet() }).await;
    assert_eq!(visitor.status(&format!("/2/users/{ID}/followers")).await, 429);
    let answer = visitor.get(&format!("/2/users/{ID}/tweets")).await;
    assert_eq!(number(&answer, "x-rate-limit-remaining"), 719);
}

#[tokio::test]
async fn some_requests_meet_a_broken_service_and_the_counters_question_never_does() {
    let (_host, visitor) = owner(Options { faults: true, ..quiet() }).await;
    let mut unavailable = 0;
    for _ in 0..300 {
        assert_eq!(visitor.status("/2/account/session").await, 200);
        unavailable += u32::from(visitor.status(&format!("/2/users/{ID}/tweets")).await == 503);
    }
    assert!((8..=10).contains(&unavailable), "{unavailable}");
}

#[tokio::test]
async fn the_counter_learns_who_is_asking() {
    let (_host, visitor) = owner(quiet()).await;
    let told = visitor.read("/2/account/session").await;
    assert_eq!((&told["account"]["id"], &told["user"]["email"]), (&ID.into(), &OWNER.into()));
    let me = visitor.read("/2/users/me").await;
    assert_eq!(me["data"]["id"], ID);
}
