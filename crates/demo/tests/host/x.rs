//! X over real HTTP: every trap, the limits, and the truth.

mod limits;
mod lists;
mod shape;
mod traps;
mod truth;
mod walker;

use std::time::Duration;

use carryall_demo::{Options, Running, Size, System};
use serde_json::Value;

use crate::visitor::Visitor;

const OWNER: &str = "owner@x.example";
const OTHER: &str = "other@x.example";
/// The first account.
const ID: &str = "1398765432109876543";
/// Moments that are surely later than all data and earlier than all arrivals.
const FROZEN: &str = "2026-02-28T12:00:00Z";

/// A small host without faults.
fn quiet() -> Options {
    Options { faults: false, ..Options::new(System::X, 7, Size::Small) }
}

/// A host with its owner signed in.
async fn owner(options: Options) -> (Running, Visitor) {
    let host = Running::start(options).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    (host, visitor)
}

/// The same, with windows that a test can wait for.
fn hurried(options: Options) -> Options {
    Options { limit_window: Some(Duration::from_secs(1)), ..options }
}

/// The pages of a list to its end, `query` without the token; at most a hundred.
async fn pages(visitor: &Visitor, path: &str, query: &str) -> Vec<Value> {
    let mut all = vec![visitor.read(&format!("/2{path}?{query}")).await];
    while let Some(token) = all.last().and_then(|page: &Value| page["meta"]["next_token"].as_str()).map(ToOwned::to_owned) {
        assert!(all.len() < 100, "{path} has no end");
        all.push(visitor.read(&format!("/2{path}?{query}&pagination_token={token}")).await);
    }
    all
}

/// The records of a page, none where there is no `data`.
fn data(page: &Value) -> &[Value] {
    page.get("data").map_or(&[], |data| data.as_array().unwrap())
}

fn ids(pages: &[Value]) -> Vec<&str> {
    pages.iter().flat_map(data).map(|record| record["id"].as_str().unwrap()).collect()
}
