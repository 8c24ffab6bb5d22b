//! What a person may choose: categories, a range of time, only their own.

use carryall_core::page::Page;
use carryall_protocol::Timestamp;
use serde_json::{Value, json};

use crate::call::Call;
use crate::drive::{Drive, catalog};
use crate::outcome::Outcome;
use crate::paging::text;
use crate::rows::{OLDEST, Row, SECOND, read, rows};

const RECORDS: u64 = 600;

/// From a third to two thirds of all records.
const RANGE: (u64, u64) = (OLDEST + 40_200, OLDEST + 80_400);

fn stream(id: &str, date_range: Value) -> Value {
    json!({"id": id, "primary_key": "/seq", "request": {"path": format!("/{id}")}, "records": {"pointer": ""},
        "paginator": {"type": "last_record", "record_key": "/seq", "page_size": 20, "page_size_param": "limit"},
        "date_range": date_range, "only_mine": {"pointer": "/owner"}})
}

/// Newest first; keeps to the range where it is asked to.
fn host(call: &Call) -> Page {
    let before: u64 = call.param("before").map_or(u64::MAX, |before| before.parse().unwrap());
    let moment = |name: &str, other: u64| call.param(name).map_or(other, read);
    let (since, until) = (moment("since", 0), moment("until", u64::MAX));
    let rows = rows(RECORDS).into_iter().filter(|row| row.seq < before && (since..=until).contains(&row.at));
    let page: Vec<String> = rows.take(call.number("limit").unwrap()).map(|row| row.served).collect();
    text(&format!("[{}]", page.join(",")))
}

fn run(date_range: Value, range: (Option<u64>, Option<u64>), only_mine: bool) -> Outcome {
    let mut drive = Drive::default();
    (drive.choices.since, drive.choices.until) = (range.0.map(Timestamp::from_secs), range.1.map(Timestamp::from_secs));
    drive.choices.only_mine = only_mine;
    drive.run(&catalog([stream("posts", date_range)]), &mut host).unwrap()
}

fn within(is_chosen: impl Fn(&Row) -> bool) -> Vec<String> {
    rows(RECORDS).into_iter().filter(is_chosen).map(|row| row.kept).collect()
}

const fn chosen(row: &Row) -> bool {
    row.at >= RANGE.0 * SECOND && row.at <= RANGE.1 * SECOND
}

#[test]
fn a_range_that_the_host_knows_is_pushed_and_nothing_is_filtered() {
    let outcome =
        run(json!({"field": "/at", "since_param": "since", "until_param": "until"}), (Some(RANGE.0), Some(RANGE.1)), false);
    let report = outcome.stream("posts");
    assert_eq!(outcome.records("posts"), within(chosen));
    assert!(outcome.report.complete && report.range.as_ref().unwrap().pushed && report.filtered.by_date == 0);
}

#[test]
fn a_range_that_the_host_does_not_know_is_filtered_and_said_to_be() {
    let outcome = run(json!({"field": "/at"}), (Some(RANGE.0), Some(RANGE.1)), false);
    let report = outcome.stream("posts");
    assert_eq!(outcome.records("posts"), within(chosen));
    assert!(outcome.report.complete && !report.range.as_ref().unwrap().pushed);
    assert_eq!(report.filtered.by_date, RECORDS - within(chosen).len() as u64);
    assert!(outcome.entry("README.txt").contains("because you chose a range of time"));
}

#[test]
fn a_list_whose_newest_come_first_is_left_where_the_range_ends() {
    let all = run(json!({"field": "/at"}), (Some(RANGE.1), None), false);
    let some = run(json!({"field": "/at", "newest_first": true}), (Some(RANGE.1), None), false);
    assert_eq!(all.records("posts"), some.records("posts"));
    assert!(some.requests * 2 < all.requests, "{} requests instead of {}", some.requests, all.requests);
    assert!(some.report.complete && some.entry("export.json").contains("range_passed"));
}

#[test]
fn half_a_range_that_is_pushed_leaves_the_other_half_to_be_filtered() {
    let outcome = run(json!({"field": "/at", "since_param": "since"}), (Some(RANGE.0), Some(RANGE.1)), false);
    assert_eq!(outcome.records("posts"), within(chosen));
    assert!(!outcome.stream("posts").range.as_ref().unwrap().pushed && outcome.stream("posts").filtered.by_date > 0);
}

#[test]
fn only_what_is_mine_is_kept_and_the_rest_is_counted() {
    let outcome = run(json!({"field": "/at"}), (None, None), true);
    let mine = within(|row| row.kept.contains("\"owner\":1,"));
    assert_eq!(outcome.records("posts"), mine);
    assert_eq!(outcome.stream("posts").filtered.not_mine, RECORDS - mine.len() as u64);
    assert!(outcome.report.complete && outcome.stream("posts").range.is_none());
}

#[test]
fn slices_of_time_are_asked_for_within_the_range_only() {
    let paginator = json!({"type": "time_window", "from_param": "from", "to_param": "to", "start": "2026-01-01T00:00:00Z",
        "window": 3_600});
    let mut stream = stream("posts", json!({"field": "/at"}));
    stream["paginator"] = paginator;
    let mut drive = Drive::default();
    (drive.choices.since, drive.choices.until) = (Some(Timestamp::from_secs(RANGE.0)), Some(Timestamp::from_secs(RANGE.1)));
    let outcome = drive.run(&catalog([stream]), &mut |call: &Call| {
        let (from, to) = (read(call.param("from").unwrap()), read(call.param("to").unwrap()));
        let rows = rows(RECORDS).into_iter().filter(|row| (from..=to).contains(&row.at)).map(|row| row.served);
        text(&format!("[{}]", rows.collect::<Vec<_>>().join(",")))
    });
    let outcome = outcome.unwrap();
    let mut found = outcome.records("posts");
    found.sort();
    let mut expected = within(chosen);
    expected.sort();
    assert_eq!(found, expected);
    assert!(outcome.requests <= 13, "{} requests for eleven hours in hours", outcome.requests);
}
