//! Every hint that a host may give about its limit.

use carryall_core::page::Page;
use carryall_protocol::Timestamp;
use serde_json::{Value, json};

use super::{Limited, Window};
use crate::drive::Drive;
use crate::host::Host;
use crate::mood::Mood;
use crate::outcome::judge;
use crate::paging::{Paging, all};

const WINDOW: Window = Window { requests: 20, seconds: 30 };

fn put(page: &mut Page, name: &str, value: String) {
    page.headers.push((name.to_owned(), value));
}

fn secs(end: Timestamp, now: Timestamp) -> u64 {
    end.since(now).as_millis().div_ceil(1000) as u64
}

/// `Sat, 03 Jan 2026 12:00:30 GMT`: all of this happens on one day.
fn date(moment: Timestamp) -> String {
    format!("Sat, 03 Jan 2026 {} GMT", &moment.to_string()[11..19])
}

/// The hints, by their names; whether they stand beside pages too.
const HINTS: [(&str, super::Hint, bool); 11] = [
    (
        "retry-after in seconds",
        |page, now, end, _| {
            if page.status == 429 {
                put(page, "retry-after", secs(end, now).to_string());
            }
        },
        false,
    ),
    (
        "retry-after as a date",
        |page, _, end, _| {
            if page.status == 429 {
                put(page, "retry-after", date(end));
            }
        },
        false,
    ),
    (
        "ratelimit of draft 10",
        |page, now, end, left| put(page, "ratelimit", format!("\"default\";r={left};t={}", secs(end, now))),
        true,
    ),
    (
        "the older ratelimit fields",
        |page, now, end, left| {
            put(page, "ratelimit-remaining", left.to_string());
            put(page, "ratelimit-reset", secs(end, now).to_string());
        },
        true,
    ),
    ("x-ratelimit-reset in seconds", |page, _, end, left| x_ratelimit(page, end.as_secs().to_string(), left), true),
    ("x-ratelimit-reset in milliseconds", |page, _, end, left| x_ratelimit(page, end.as_millis().to_string(), left), true),
    ("x-ratelimit-reset as a span", |page, now, end, left| x_ratelimit(page, secs(end, now).to_string(), left), true),
    (
        "x-rate-limit-reset",
        |page, _, end, left| {
            put(page, "x-rate-limit-remaining", left.to_string());
            put(page, "x-rate-limit-reset", end.as_secs().to_string());
        },
        true,
    ),
    (
        "a host whose clock is wrong",
        |page, now, end, left| {
            let wrong = |moment: Timestamp| Timestamp::from_secs(moment.as_secs() + 7_200);
            put(page, "date", date(wrong(now)));
            x_ratelimit(page, wrong(end).as_secs().to_string(), left);
        },
        true,
    ),
    (
        "a number in the body",
        |page, now, end, _| {
            if page.status == 429 {
                put(page, "retry-after", "1".to_owned());
                page.body = json!({"code": "RATE_LIMITED", "retry_after": end.since(now).as_secs_f64()}).to_string().into_bytes();
            }
        },
        false,
    ),
    ("nothing", |_, _, _, _| {}, false),
];

fn x_ratelimit(page: &mut Page, reset: String, left: u64) {
    put(page, "x-ratelimit-remaining", left.to_string());
    put(page, "x-ratelimit-reset", reset);
}

fn served() -> Vec<Paging> {
    let names = ["cursor", "offset-total", "key-newest", "link"];
    all().into_iter().filter(|paging| names.contains(&paging.name)).collect()
}

/// The catalog, its streams told where a refusal's body says how long to wait.
fn catalog(host: &Host) -> Value {
    let mut catalog = host.catalog();
    for category in catalog["categories"].as_array_mut().unwrap() {
        category["streams"][0]["retry"] = json!({"after_body": "/retry_after"});
    }
    catalog
}

#[test]
fn every_hint_is_followed_and_nothing_is_lost() {
    for (name, hint, is_beside_pages) in HINTS {
        let mut host = Host::new(&served(), 400, 20, Mood::Honest);
        let catalog = catalog(&host);
        let mut limited = Limited::new(&mut host, |_| Some((String::new(), WINDOW)), hint);
        let outcome = Drive::default().run(&catalog, &mut limited).unwrap();
        let (passed, refused) = (limited.passed, limited.refused);
        assert!(outcome.report.complete, "{name}");
        for paging in served() {
            let kept: Vec<String> = host.shelf(paging.name).truth().map(paging.kept).collect();
            judge(&outcome, paging.name, &kept, &[], true).unwrap();
        }
        if is_beside_pages {
            let mut host = Host::new(&served(), 400, 20, Mood::Honest);
            let mut limited = Limited::new(&mut host, |_| Some((String::new(), WINDOW)), hint);
            assert!(Drive::at(1).run(&catalog, &mut limited).unwrap().report.complete);
            assert_eq!(limited.refused, 0, "{name}: a page said that nothing was left");
        }
        let (took, bound) = (outcome.ended.since(crate::drive::START).as_secs(), WINDOW.bound(passed));
        let windows = bound / WINDOW.seconds;
        assert!(windows >= 3, "{name}: only {passed} requests");
        // Those that are under way when the limit is reached are refused together; nothing else is, where a hint says when to return.
        let most = if name == "nothing" { u64::MAX } else { windows * 8 };
        assert!(refused <= most && (refused > 0 || is_beside_pages), "{name}: {refused} refused in {windows} windows");
        let most = if name == "nothing" { bound * 2 } else { bound + bound / 10 + WINDOW.seconds };
        assert!(took <= most, "{name}: {took} s, and {bound} s would do");
    }
}
