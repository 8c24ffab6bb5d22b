//! What a catalog says about where a list ends, and what the export then says.

use carryall_core::page::Page;
use carryall_core::report::Stop;
use serde_json::{Value, json};

use crate::call::Call;
use crate::drive::{Drive, START, catalog};
use crate::outcome::{Outcome, judge, reasons};
use crate::paging::text;

fn run(paginator: Value, mut api: impl FnMut(&Call) -> Page) -> Outcome {
    let items = json!({"id": "items", "primary_key": "/id", "request": {"path": "/items"}, "records": {"pointer": "/data"},
        "paginator": paginator});
    let other = json!({"id": "other", "request": {"path": "/other"}, "records": {"single": ""}});
    let mut answer = |call: &Call| if call.path[0] == "other" { text("{}") } else { api(call) };
    Drive::default().run(&catalog([items, other]), &mut answer).unwrap()
}

/// So many records from a place on, and how many there are.
fn page(from: usize, count: usize, of: usize) -> Page {
    let data: Vec<Value> = (from..of).take(count).map(|id| json!({"id": id})).collect();
    let next = (from + count < of).then(|| (from + count).to_string());
    text(&json!({"data": data, "next": next, "total": of, "more": from + count < of}).to_string())
}

fn cursor(call: &Call) -> usize {
    call.param("cursor").map_or(0, |at| at.parse().unwrap())
}

fn stop(outcome: &Outcome) -> Stop {
    *outcome.stream("items").stops.iter().next().unwrap().0
}

#[test]
fn a_full_page_from_an_api_that_cannot_page_is_possibly_truncated() {
    let paginator = json!({"type": "single_page", "page_size": 100, "page_size_param": "limit"});
    for (records, said) in [(99, vec![]), (100, vec!["possibly_truncated"]), (101, vec!["possibly_truncated"])] {
        let outcome = run(paginator.clone(), |_| page(0, records, records));
        assert_eq!(reasons(outcome.stream("items")), said, "{records}");
        assert_eq!(outcome.entry("README.txt").contains("more may exist"), !said.is_empty());
    }
}

#[test]
fn a_ceiling_that_is_reached_is_told_and_one_that_is_not_is_none() {
    let paginator = json!({"type": "cursor", "token": "/next", "ceiling": 80});
    for (records, said) in [(79, vec![]), (80, vec!["possibly_truncated"])] {
        let outcome = run(paginator.clone(), |call| page(cursor(call), 10, records));
        assert_eq!(reasons(outcome.stream("items")), said, "{records}");
        assert_eq!(outcome.records("items").len(), records);
    }
}

#[test]
fn pages_beyond_the_catalogs_most_are_not_read_and_the_export_says_so() {
    let outcome = run(json!({"type": "cursor", "token": "/next", "max_pages": 3}), |call| page(cursor(call), 10, 100));
    assert_eq!((stop(&outcome), reasons(outcome.stream("items"))), (Stop::MaxPages, vec!["MaxPages".to_owned()]));
    assert_eq!(outcome.records("items").len(), 30);
    let outcome = run(json!({"type": "cursor", "token": "/next", "max_pages": 3}), |call| page(cursor(call), 10, 30));
    assert!(outcome.report.complete && stop(&outcome) == Stop::LastPage);
}

#[test]
fn a_short_page_ends_a_list_only_where_the_catalog_says_so() {
    for (says, stop_is, records) in [(true, Stop::ShortPage, 17), (false, Stop::EmptyPage, 27)] {
        let paginator = json!({"type": "page_number", "page_size": 10, "stop_on_short_page": says});
        let outcome = run(paginator, |call| match call.number("page").unwrap() {
            1 => page(0, 10, 100),
            2 => page(10, 7, 17),
            3 => page(20, 10, 30),
            _ => page(0, 0, 0),
        });
        assert_eq!((stop(&outcome), outcome.records("items").len()), (stop_is, records));
        assert!(outcome.report.complete);
    }
}

#[test]
fn a_total_that_counts_what_is_never_handed_out_is_an_estimate_where_the_catalog_says_so() {
    for (says, is_complete) in [(true, true), (false, false)] {
        let paginator = json!({"type": "page_number", "page_size": 10, "total": "/total", "total_is_estimate": says});
        let outcome = run(paginator, |call| {
            let mut body: Value = serde_json::from_slice(&page((call.number("page").unwrap() - 1) * 10, 9, 95).body).unwrap();
            body["total"] = json!(100);
            text(&body.to_string())
        });
        let report = outcome.stream("items");
        assert_eq!(
            (outcome.report.complete, report.missing, report.total_is_estimate),
            (is_complete, 100 - report.received, says)
        );
    }
}

#[test]
fn more_that_is_promised_and_not_named_is_an_error() {
    for (paginator, body) in [
        (json!({"type": "cursor", "token": "/next", "has_more": "/more"}), json!({"data": [{"id": 1}], "more": true})),
        (json!({"type": "next_url", "token": "/next", "has_more": "/more"}), json!({"data": [{"id": 1}], "more": 1, "next": ""})),
        (json!({"type": "last_record", "record_key": "/no", "has_more": "/more"}), json!({"data": [{"id": 1}], "more": true})),
        (json!({"type": "last_record", "record_key": "/id", "has_more": "/more"}), json!({"data": [], "more": true})),
    ] {
        let outcome = run(paginator.clone(), |_| text(&body.to_string()));
        let said = reasons(outcome.stream("items"));
        assert!(said == ["token_missing"] || said == ["record_key_missing"], "{paginator}: {said:?}");
    }
}

#[test]
fn what_is_newer_than_the_export_is_kept_out_where_the_host_knows_how() {
    let snowflake = ((START.as_millis() / 1000 * 1000 - 1_420_070_400_000) << 22).to_string();
    for (format, expected) in [
        (json!("rfc3339"), "2026-01-03T12:00:00Z"),
        (json!("unix"), "1767441600"),
        (json!("unix_ms"), "1767441600000"),
        (json!("date"), "2026-01-03"),
        (json!({"snowflake": 1_420_070_400_000_u64}), snowflake.as_str()),
    ] {
        let paginator = json!({"type": "cursor", "token": "/next", "upper_bound": {"param": "max", "format": format}});
        let mut bounds = Vec::new();
        let outcome = run(paginator, |call| {
            bounds.push(call.param("max").unwrap().to_owned());
            page(cursor(call), 10, 40)
        });
        assert_eq!(bounds, [expected; 4], "{format}");
        assert_eq!(outcome.stream("items").upper_bound.unwrap().as_secs(), START.as_secs());
    }
}

#[test]
fn a_record_of_many_megabytes_and_a_list_of_none_are_both_whole() {
    let long = "x".repeat(3_000_000);
    let outcome = run(json!({"type": "cursor", "token": "/next"}), |call| match cursor(call) {
        0 => text(&json!({"data": [{"id": 1, "text": long}], "next": "1"}).to_string()),
        _ => text("{\"data\": [], \"next\": null}"),
    });
    judge(&outcome, "items", &[json!({"id": 1, "text": long}).to_string()], &[], true).unwrap();
    let outcome = run(json!({"type": "cursor", "token": "/next"}), |_| text("{\"data\": []}"));
    assert!(outcome.report.complete && outcome.records("items").is_empty());
}
