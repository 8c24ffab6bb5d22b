//! Answers that are no pages: not ready, not signed in, switched off, refused, told in errors.

use carryall_core::export::ExportError;
use carryall_core::page::Page;
use carryall_protocol::job::StreamStatus;
use serde_json::{Value, json};

use crate::call::Call;
use crate::drive::{Drive, START, catalog, catalog_of, category};
use crate::outcome::{Outcome, reasons};
use crate::paging::text;

fn stream(id: &str) -> Value {
    json!({"id": id, "primary_key": "/id", "request": {"path": format!("/{id}")}, "errors": "/errors",
        "records": {"pointer": "/data", "may_be_absent": true}, "paginator": {"type": "cursor", "token": "/next"}})
}

fn page(call: &Call, pages: u64) -> Page {
    let at: u64 = call.param("cursor").map_or(0, |at| at.parse().unwrap());
    let next = (at + 1 < pages).then(|| (at + 1).to_string());
    text(&json!({"data": [{"id": at, "by": call.path[0]}], "next": next}).to_string())
}

fn refusal(status: u16, body: &str) -> Page {
    Page { status, ..text(body) }
}

fn run(streams: impl IntoIterator<Item = Value>, mut api: impl FnMut(&Call) -> Page) -> Outcome {
    Drive::default().run(&catalog(streams), &mut api).unwrap()
}

#[test]
fn an_answer_that_is_not_ready_is_waited_for_and_is_no_failure() {
    let mut indexed = stream("search");
    indexed["on_response"] = json!([{"status": 202, "body_pointer": "/code", "equals": "INDEXING", "action": "not_ready"}]);
    let mut asked = 0;
    let outcome = run([indexed.clone()], |call| {
        asked += 1;
        if asked % 9 == 0 { page(call, 4) } else { refusal(202, "{\"code\": \"INDEXING\"}") }
    });
    assert!(outcome.report.complete && outcome.records("search").len() == 4);
    let outcome = run([indexed, stream("other")], |call| match call.path[0].as_str() {
        "search" => refusal(202, "{\"code\": \"INDEXING\"}"),
        _ => page(call, 4),
    });
    assert_eq!(reasons(outcome.stream("search")), ["http_202"]);
    assert!((1_200..1_600).contains(&outcome.ended.since(START).as_secs()), "it is given up after the catalog's patience");
}

#[test]
fn an_answer_that_nobody_expected_is_no_page() {
    let mut strict = stream("search");
    strict["records"] = json!({"pointer": "/data"});
    let outcome = run([strict, stream("other")], |call| match call.path[0].as_str() {
        "search" => refusal(202, "{\"code\": \"INDEXING\"}"),
        _ => page(call, 4),
    });
    assert_eq!(reasons(outcome.stream("search")), ["records_missing"]);
    assert!(!outcome.report.complete && outcome.stream("other").status == StreamStatus::Complete);
}

#[test]
fn errors_without_records_are_a_failure_and_errors_beside_records_are_told() {
    let mut seen = 0;
    let outcome = run([stream("posts"), stream("other")], |call| {
        seen += u64::from(call.path[0] == "posts" && call.param("cursor") == Some("2"));
        match (call.path[0].as_str(), call.param("cursor"), seen) {
            // Once, in the middle, the host has nothing but errors: it says what comes after.
            ("posts", Some("2"), 1) => text("{\"errors\": [{\"title\": \"Over capacity\"}]}"),
            _ => page(call, 6),
        }
    });
    assert_eq!(outcome.records("posts").len(), 6, "{:?}", outcome.stream("posts"));
    assert!(outcome.report.complete);
    let outcome = run([stream("posts"), stream("other")], |call| match call.path[0].as_str() {
        "posts" => text("{\"errors\": [{\"title\": \"Not authorized\"}, {}]}"),
        _ => page(call, 6),
    });
    assert_eq!(reasons(outcome.stream("posts")), ["host_errors"]);
}

#[test]
fn a_session_that_ends_is_renewed_and_one_that_cannot_be_ends_the_export() {
    let mut expired = 0;
    let outcome = run([stream("posts"), stream("other")], |call| {
        expired += 1;
        if expired % 3 == 1 { refusal(401, "{}") } else { page(call, 12) }
    });
    assert!(outcome.report.complete && outcome.records("posts").len() == 12);
    // Whether one stream is asked for, or several: the person is told to sign in, not to look after the connection.
    for streams in [vec![stream("posts")], vec![stream("posts"), stream("other")]] {
        let ended = Drive::default().run(&catalog(streams), &mut |_: &Call| refusal(401, "{}"));
        assert_eq!(ended.err(), Some(ExportError::SessionEnded));
    }
}

fn searched() -> Value {
    let mut search = stream("search");
    search["on_response"] = json!([{"status": 403, "body_pointer": "/code", "equals": "SEARCH_OFF", "action": "switched_off"}]);
    let mut history = stream("history");
    history["instead_of"] = json!("search");
    catalog_of(&[category("posts", &[search, history])])
}

#[test]
fn what_is_switched_off_is_replaced_and_what_is_not_needed_is_not_read() {
    for (off_from, searched_pages) in [(0, 0), (3, 3), (u64::MAX, 6)] {
        let mut asked = Vec::new();
        let outcome = Drive::default().run(&searched(), &mut |call: &Call| {
            asked.push(call.path[0].clone());
            let at = call.param("cursor").map_or(0, |at| at.parse().unwrap());
            if call.path[0] == "search" && at >= off_from { refusal(403, "{\"code\": \"SEARCH_OFF\"}") } else { page(call, 6) }
        });
        let outcome = outcome.unwrap();
        assert!(outcome.report.complete, "{off_from}: {:?}", outcome.report.streams);
        assert_eq!(outcome.records("search").len(), searched_pages);
        let is_off = off_from < 6;
        assert_eq!(outcome.records("history").len(), if is_off { 6 } else { 0 });
        assert_eq!(asked.contains(&"history".to_owned()), is_off);
        assert_eq!(outcome.stream("history").not_needed, !is_off);
        assert!(outcome.entry("export.json").contains("\"instead_of\""));
    }
}

#[test]
fn what_is_switched_off_and_has_nothing_in_its_stead_is_missing() {
    let mut search = stream("search");
    search["on_response"] = json!([{"status": 403, "action": "switched_off"}]);
    let outcome =
        run([search, stream("other")], |call| if call.path[0] == "search" { refusal(403, "{}") } else { page(call, 2) });
    assert_eq!(reasons(outcome.stream("search")), ["switched_off"]);
    assert!(!outcome.report.complete);
}

#[test]
fn refused_partitions_are_told_and_failed_ones_are_missing() {
    let parents = json!({"id": "parents", "primary_key": "/id", "request": {"path": "/parents"}, "records": {"pointer": ""}});
    let mut children = stream("children");
    children["request"]["path"] = json!("/parents/{parent}");
    children["for_each"] = json!({"stream": "parents", "key": "/id", "as": "parent"});
    children["on_response"] = json!([{"status": 404, "action": "skip_partition"}, {"status": 204, "action": "ignore"}]);
    let run = |status: u16| {
        run([parents.clone(), children.clone()], move |call| match call.path.len() {
            1 => text(&json!((0..20).map(|id| json!({"id": id})).collect::<Vec<_>>()).to_string()),
            _ if call.path[1].ends_with('7') => refusal(status, ""),
            _ => page(call, 3),
        })
    };
    for (status, said) in [(404, vec![]), (204, vec![]), (403, vec!["http_403"]), (410, vec!["http_410"])] {
        let outcome = run(status);
        assert_eq!(reasons(outcome.stream("children")), said, "{status}");
        assert_eq!(outcome.records("children").len(), 18 * 3);
        let partitions = outcome.stream("children").partitions.as_ref().unwrap();
        let (refused, failed) = (partitions.refused.values().sum::<u64>(), partitions.failed);
        assert_eq!((refused, failed), (if status == 404 { 2 } else { 0 }, if said.is_empty() { 0 } else { 2 }));
        assert_eq!(partitions.asked, partitions.read + refused + failed);
    }
}

#[test]
fn a_partition_that_is_refused_in_its_middle_is_missing_something() {
    let parents = json!({"id": "parents", "request": {"path": "/parents"}, "records": {"pointer": ""}});
    let mut children = stream("children");
    children["request"]["path"] = json!("/parents/{parent}");
    children["for_each"] = json!({"stream": "parents", "key": "/id", "as": "parent"});
    children["on_response"] = json!([{"status": 403, "action": "skip_partition"}]);
    let outcome = run([parents, children], |call| match (call.path.len(), call.param("cursor")) {
        (1, _) => text("[{\"id\": 1}, {\"id\": 2}]"),
        (_, Some("2")) if call.path[1] == "1" => refusal(403, "{}"),
        _ => page(call, 4),
    });
    assert_eq!(outcome.records("children").len(), 2 + 4);
    assert_eq!(reasons(outcome.stream("children")), ["http_403"]);
    let partitions = outcome.stream("children").partitions.as_ref().unwrap();
    assert_eq!((partitions.asked, partitions.read, partitions.failed), (2, 1, 1));
}
