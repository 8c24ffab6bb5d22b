//! Calls: arrivals during the walk, the frozen end, transcripts and recordings.

use std::collections::{BTreeMap, BTreeSet};

use carryall_demo::Running;
use serde_json::Value;

use crate::visitor::{OTHER, OWNER, Visitor, ids, quiet};

/// Moments that are surely later than all data and earlier than all arrivals.
const FROZEN: &str = "2026-02-28T12:00:00Z";

async fn walk(visitor: &Visitor, bound: &str) -> (Vec<String>, BTreeSet<u64>) {
    let (mut seen, mut totals) = (Vec::new(), BTreeSet::new());
    for offset in [0, 20, 40] {
        let page = visitor.read(&format!("/api/v1/calls?limit=20&offset={offset}{bound}")).await;
        seen.extend(ids(&page, "calls"));
        totals.insert(page["meta"]["total"].as_u64().unwrap());
    }
    (seen, totals)
}

#[tokio::test]
async fn a_walk_without_an_end_meets_calls_twice() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let (seen, totals) = walk(&visitor, "").await;
    assert_eq!(totals, BTreeSet::from([61, 62, 63]));
    assert_eq!(seen.len() - seen.iter().collect::<BTreeSet<_>>().len(), 2);
}

#[tokio::test]
async fn a_walk_whose_end_is_frozen_is_stable_whatever_arrives() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    walk(&visitor, "").await;
    let (seen, totals) = walk(&visitor, &format!("&endDate={FROZEN}")).await;
    assert_eq!(totals, BTreeSet::from([60]));
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 60);
    assert_eq!(walk(&visitor, &format!("&endDate={FROZEN}")).await.0, seen);
}

#[tokio::test]
async fn arrivals_are_newest_first_and_belong_to_one_account() {
    let host = Running::start(quiet()).await.unwrap();
    let (owner, other) = (Visitor::sign_in(&host, OWNER).await, Visitor::sign_in(&host, OTHER).await);
    for _ in 0..3 {
        owner.read("/api/v1/calls").await;
    }
    let page = owner.read("/api/v1/calls").await;
    let dates: Vec<_> = page["calls"].as_array().unwrap().iter().map(|call| call["startedAt"].as_str().unwrap()).collect();
    assert!(dates.is_sorted_by(|newer, older| newer > older));
    assert_eq!(page["calls"].as_array().unwrap().iter().filter(|call| call["status"] == "in-progress").count(), 4);
    assert_eq!(other.read("/api/v1/calls").await["meta"]["total"], 61);
}

#[tokio::test]
async fn transcripts_are_given_restricted_or_missing() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let page = visitor.read(&format!("/api/v1/calls?limit=100&endDate={FROZEN}")).await;
    let mut answers = BTreeMap::new();
    for call in page["calls"].as_array().unwrap() {
        let id = call["id"].as_str().unwrap();
        let answer = visitor.get(&format!("/api/v1/calls/{id}/transcript")).await;
        let status = answer.status().as_u16();
        *answers.entry(status).or_insert(0) += 1;
        assert_eq!(status == 404, call["status"] != "completed");
        let body: Value = answer.json().await.unwrap();
        if status == 200 {
            assert_eq!(body["callId"], id);
            let segment = &body["segments"][0];
            assert!(segment["startMs"].as_u64().unwrap() < segment["endMs"].as_u64().unwrap());
            assert!(segment["speaker"].is_string() && segment["text"].is_string() && body["language"].is_string());
        } else {
            assert_eq!(body["code"], if status == 404 { "not_found" } else { "forbidden" });
        }
    }
    assert_eq!(answers.keys().collect::<Vec<_>>(), [&200, &403, &404]);
}

#[tokio::test]
async fn a_recording_is_an_address_that_soon_ends() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let page = visitor.read(&format!("/api/v1/calls?limit=100&endDate={FROZEN}")).await;
    for call in page["calls"].as_array().unwrap() {
        let path = format!("/api/v1/calls/{}/recording", call["id"].as_str().unwrap());
        if call["status"] == "completed" {
            let recording = visitor.read(&path).await;
            assert!(recording["url"].as_str().unwrap().contains("&signature="));
            assert!(recording["expiresAt"].is_string());
        } else {
            assert_eq!(visitor.status(&path).await, 404);
        }
    }
}

#[tokio::test]
async fn a_foreign_call_is_an_unknown_one() {
    let host = Running::start(quiet()).await.unwrap();
    let (owner, other) = (Visitor::sign_in(&host, OWNER).await, Visitor::sign_in(&host, OTHER).await);
    let page = owner.read(&format!("/api/v1/calls?limit=100&endDate={FROZEN}")).await;
    for id in ids(&page, "calls") {
        let path = format!("/api/v1/calls/{}/transcript", id.trim_matches('"'));
        assert_eq!(other.status(&path).await, 404);
    }
}

#[tokio::test]
async fn a_scrubbed_call_says_so_and_has_lost_its_content() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let page = visitor.read(&format!("/api/v1/calls?limit=100&endDate={FROZEN}")).await;
    let scrubbed: Vec<_> = page["calls"].as_array().unwrap().iter().filter(|call| call["scrubbed"] == true).collect();
    assert!(!scrubbed.is_empty());
    assert!(scrubbed.iter().all(|call| call["from"].is_null() && call["summary"].is_null()));
}
