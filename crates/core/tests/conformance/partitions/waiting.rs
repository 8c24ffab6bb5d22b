//! Streams that wait for each other: **whatever they wait for, the export goes on.**

use std::time::Duration;

use carryall_core::page::Page;
use carryall_protocol::Timestamp;
use carryall_protocol::job::{LayoutChoice, StreamStatus};
use serde_json::{Value, json};

use crate::call::Call;
use crate::drive::{Api, Drive, Reply, START, catalog, catalog_of, category};
use crate::outcome::reasons;
use crate::paging::text;

/// Parents on two pages. The first one alone names more than a megabyte of keys.
const PARENTS: usize = 1_100;

struct Host<F>(F);

impl<F: FnMut(&Call, Timestamp) -> Reply> Api for Host<F> {
    fn answer(&mut self, call: &Call, now: Timestamp) -> Reply {
        (self.0)(call, now)
    }
}

fn parents() -> Value {
    json!({"id": "parents", "primary_key": "/id", "request": {"path": "/parents"}, "records": {"pointer": "/data"},
        "paginator": {"type": "cursor", "token": "/next", "param": "after"}})
}

fn children(id: &str) -> Value {
    json!({"id": id, "request": {"path": format!("/parents/{{parent}}/{id}")}, "records": {"single": ""},
        "for_each": {"stream": "parents", "key": "/id", "as": "parent"}})
}

fn page_of_parents(call: &Call) -> Page {
    let parent = |at: usize| json!({"id": format!("{at:01000}")});
    match call.param("after") {
        None => text(&json!({"data": (0..PARENTS).map(parent).collect::<Vec<_>>(), "next": "2"}).to_string()),
        Some(_) => text(&json!({"data": [parent(PARENTS)]}).to_string()),
    }
}

#[test]
fn a_limit_of_children_is_waited_out_while_their_parent_waits_for_them() {
    let mut children = children("children");
    children["rate"] = json!({"max_concurrency": 8});
    let mut host = Host(|call: &Call, now: Timestamp| match call.path.len() {
        1 => page_of_parents(call).into(),
        _ if now.since(START) < Duration::from_secs(30) => Page { status: 429, ..text("{}") }.into(),
        _ => text("{}").into(),
    });
    let outcome = Drive::default().run(&catalog([parents(), children]), &mut host).unwrap();
    assert!(outcome.report.complete);
    assert_eq!(outcome.stream("children").written, PARENTS as u64 + 1);
}

#[test]
fn a_child_that_may_not_be_needed_holds_nobody_up() {
    for is_there in [true, false] {
        let (mut found, mut walked) = (children("found"), children("walked"));
        found["on_response"] = json!([{"status": 501, "action": "switched_off"}]);
        walked["instead_of"] = json!("found");
        let mut host = Host(|call: &Call, _| match call.path.as_slice() {
            [_] => page_of_parents(call).into(),
            [_, _, kind] if kind == "found" && !is_there => Page { status: 501, ..text("{}") }.into(),
            _ => text("{}").into(),
        });
        let catalog = catalog_of(&[category("all", &[parents(), found, walked])]);
        let outcome = Drive::default().run(&catalog, &mut host).unwrap();
        let read = outcome.stream(if is_there { "found" } else { "walked" });
        assert_eq!((outcome.report.complete, read.written), (true, PARENTS as u64 + 1));
    }
}

#[test]
fn what_has_come_behind_a_partition_that_cannot_go_on_is_taken() {
    let mut children = children("children");
    children["request"]["path"] = json!("/parents/{parent}/children/{at}");
    children["records"] = json!({"pointer": "/data"});
    children["paginator"] = json!({"type": "cursor", "token": "/next", "param": "at", "inject_into": "path"});
    let mut host = Host(|call: &Call, _| match call.path.get(1).map(String::as_str) {
        None => text(r#"{"data": [{"id": "slow"}, {"id": "a"}, {"id": "b"}]}"#).into(),
        Some("slow") => Reply { answer: Ok(text(r#"{"data": [1], "next": ".."}"#)), after: Duration::from_secs(1) },
        Some("a") if call.path.len() == 3 => text(r#"{"data": [2], "next": "more"}"#).into(),
        Some(_) => text(r#"{"data": [3]}"#).into(),
    });
    let outcome = Drive::default().run(&catalog([parents(), children]), &mut host).unwrap();
    assert_eq!(outcome.records("children"), ["1", "2", "3", "3"]);
    assert_eq!(reasons(outcome.stream("children")), ["token_not_usable"]);
}

#[test]
fn a_family_that_has_no_room_beside_others_begins_once_they_are_over() {
    let lone = |id: &str| json!({"id": id, "request": {"path": format!("/{id}")}, "records": {"pointer": ""}});
    let mut streams = vec![lone("quick"), parents()];
    streams.extend((0..40).map(|at| children(&format!("child-{at}"))));
    streams.push(lone("slow"));
    let mut host = Host(|call: &Call, _| match call.path[0].as_str() {
        "quick" => text("[]").into(),
        "slow" => Reply { answer: Ok(text("[]")), after: Duration::from_secs(9) },
        _ if call.path.len() == 1 => text(r#"{"data": [{"id": "1"}]}"#).into(),
        _ => text("{}").into(),
    });
    let mut drive = Drive::default();
    drive.choices.layout = Some(LayoutChoice::Document);
    let outcome = drive.run(&catalog(streams), &mut host).unwrap();
    assert!(outcome.report.streams.iter().all(|stream| stream.status == StreamStatus::Complete));
    assert_eq!(outcome.report.records(), 41);
}
