//! Limits whose reach the catalog knows: the host's, a stream's, a partition's.

use std::collections::BTreeMap;

use carryall_core::page::Page;
use serde_json::{Value, json};

use super::{Limited, Window};
use crate::call::Call;
use crate::drive::{Drive, START, catalog};
use crate::paging::text;

const FEW: Window = Window { requests: 15, seconds: 900 };
const SOME: Window = Window { requests: 75, seconds: 900 };
const MANY: Window = Window { requests: 900, seconds: 900 };

/// A stream of so many pages, a cursor from one to the next.
fn stream(id: &str, rate: Value) -> Value {
    json!({"id": id, "primary_key": "/id", "request": {"path": format!("/{id}")}, "records": {"pointer": "/data"},
        "paginator": {"type": "cursor", "token": "/next"}, "rate": rate})
}

fn page(call: &Call, pages: u64) -> Page {
    let at: u64 = call.param("cursor").map_or(0, |at| at.parse().unwrap());
    let next = (at + 1 < pages).then(|| (at + 1).to_string());
    text(&json!({"data": [{"id": at}], "next": next}).to_string())
}

fn x_like(page: &mut Page, _now: carryall_protocol::Timestamp, end: carryall_protocol::Timestamp, left: u64) {
    page.headers.push(("x-rate-limit-remaining".to_owned(), left.to_string()));
    page.headers.push(("x-rate-limit-reset".to_owned(), end.as_secs().to_string()));
}

fn rule(call: &Call) -> Option<(String, Window)> {
    let window = match call.path[0].split('-').next().unwrap() {
        "few" => FEW,
        "some" => SOME,
        _ => MANY,
    };
    Some((call.path[0].clone(), window))
}

fn rate(window: Window) -> Value {
    json!({"requests": window.requests, "seconds": window.seconds})
}

#[test]
fn a_host_with_windows_of_a_quarter_hour_is_read_in_the_time_that_they_allow() {
    for concurrency in [8, 40] {
        let named =
            |kind: &'static str, count: usize, window| (0..count).map(move |at| stream(&format!("{kind}-{at}"), rate(window)));
        let streams = named("few", 6, FEW).chain(named("some", 6, SOME)).chain(named("many", 6, MANY));
        let mut host = |call: &Call| page(call, if call.path[0].starts_with("few") { 70 } else { 300 });
        let mut limited = Limited::new(&mut host, rule, x_like);
        let outcome = Drive::at(concurrency).run(&catalog(streams), &mut limited).unwrap();
        assert!(outcome.report.complete && limited.refused <= 3, "{} refused", limited.refused);
        let (took, bound) = (outcome.ended.since(START).as_secs(), FEW.bound(70).max(SOME.bound(300)));
        assert!(took <= bound + bound / 10, "at {concurrency} it took {took} s, and {bound} s would do");
    }
}

#[test]
fn windows_that_the_catalog_does_not_number_hold_back_their_stream_only() {
    let streams = [stream("few-0", json!({})), stream("many-0", json!({})), stream("many-1", json!({}))];
    let mut host = |call: &Call| page(call, 60);
    let mut limited = Limited::new(&mut host, rule, x_like);
    let mut last = BTreeMap::new();
    let outcome = Drive::default().run(&catalog(streams), &mut Watched { api: &mut limited, last: &mut last }).unwrap();
    assert!(outcome.report.complete && limited.refused <= 9, "{} refused", limited.refused);
    let took = |id: &str| last[id];
    assert!(took("many-0") <= 30 && took("many-1") <= 30, "others wait too: {last:?}");
    let bound = FEW.bound(60);
    assert!(took("few-0") <= bound + bound / 10, "{} s, and {bound} s would do", took("few-0"));
}

/// Notes when each stream was asked last, in seconds from the start.
struct Watched<'a> {
    api: &'a mut dyn crate::drive::Api,
    last: &'a mut BTreeMap<String, u64>,
}

impl crate::drive::Api for Watched<'_> {
    fn answer(&mut self, call: &Call, now: carryall_protocol::Timestamp) -> crate::drive::Reply {
        self.last.insert(call.path[0].clone(), now.since(START).as_secs());
        self.api.answer(call, now)
    }
}

#[test]
fn a_limit_of_each_partition_is_kept() {
    let parents = json!({"id": "parents", "primary_key": "/id", "request": {"path": "/parents"}, "records": {"pointer": ""}});
    let mut children = stream("children", json!({"requests": 5, "seconds": 10, "per_partition": true}));
    children["request"]["path"] = json!("/parents/{parent}/children");
    children["for_each"] = json!({"stream": "parents", "key": "/id", "as": "parent"});
    let mut host = |call: &Call| match call.path.len() {
        1 => text(&json!((0..12).map(|id| json!({"id": id})).collect::<Vec<_>>()).to_string()),
        _ => page(call, 20),
    };
    let by_partition = |call: &Call| Some((call.path.get(1)?.clone(), Window { requests: 5, seconds: 10 }));
    let mut limited = Limited::new(&mut host, by_partition, |_, _, _, _| {});
    let outcome = Drive::at(12).run(&catalog([parents, children]), &mut limited).unwrap();
    assert!(outcome.report.complete && limited.refused == 0, "{} refused", limited.refused);
    assert_eq!(outcome.records("children").len(), 12 * 20);
}

#[test]
fn a_limit_of_the_whole_host_is_kept_where_the_catalog_knows_it() {
    let mut catalog = catalog((0..6).map(|at| {
        let mut stream = stream(&format!("many-{at}"), json!({}));
        stream.as_object_mut().unwrap().remove("rate");
        stream
    }));
    catalog["rate"] = json!({"requests": 60, "seconds": 60});
    let mut host = |call: &Call| page(call, 50);
    let mut limited = Limited::new(&mut host, |_| Some((String::new(), Window { requests: 60, seconds: 60 })), |_, _, _, _| {});
    let outcome = Drive::at(40).run(&catalog, &mut limited).unwrap();
    assert!(outcome.report.complete && limited.refused == 0, "{} refused", limited.refused);
    let (took, bound) = (outcome.ended.since(START).as_secs(), 240);
    assert!(took <= bound + bound / 10, "{took} s, and {bound} s would do");
}

#[test]
fn a_limit_of_the_whole_host_that_nobody_tells_costs_at_most_twice_the_time() {
    for (requests, seconds) in [(60, 60), (20, 10), (300, 300)] {
        let streams = (0..12).map(|at| {
            let mut stream = stream(&format!("many-{at}"), json!({}));
            stream.as_object_mut().unwrap().remove("rate");
            stream
        });
        let mut host = |call: &Call| page(call, 50);
        let rule = match seconds {
            60 => |_: &Call| Some((String::new(), Window { requests: 60, seconds: 60 })),
            10 => |_: &Call| Some((String::new(), Window { requests: 20, seconds: 10 })),
            _ => |_: &Call| Some((String::new(), Window { requests: 300, seconds: 300 })),
        };
        let mut limited = Limited::new(&mut host, rule, |_, _, _, _| {});
        let outcome = Drive::at(40).run(&catalog(streams), &mut limited).unwrap();
        assert!(outcome.report.complete);
        let (took, bound) = (outcome.ended.since(START).as_secs(), Window { requests, seconds }.bound(600));
        assert!(took <= bound * 2, "{requests} in {seconds} s: {took} s, and {bound} s would do");
    }
}
