//! How long an export takes where answers take their time.

use std::time::Duration;

use carryall_core::page::Page;
use carryall_protocol::Timestamp;
use serde_json::{Value, json};

use crate::call::Call;
use crate::drive::{Api, Drive, Reply, START, catalog};
use crate::paging::text;

const STREAMS: u64 = 40;
const PAGES: u64 = 10;
const LATENCY: Duration = Duration::from_millis(50);

fn stream(id: u64) -> Value {
    json!({"id": format!("s{id}"), "primary_key": "/id", "request": {"path": format!("/s{id}")}, "records": {"pointer": "/data"},
        "paginator": {"type": "cursor", "token": "/next"}})
}

struct Slow;

impl Api for Slow {
    fn answer(&mut self, call: &Call, _now: Timestamp) -> Reply {
        let at: u64 = call.param("cursor").map_or(0, |at| at.parse().unwrap());
        let next = (at + 1 < PAGES).then(|| (at + 1).to_string());
        let page: Page = text(&json!({"data": [{"id": at}], "next": next}).to_string());
        Reply { after: LATENCY, ..page.into() }
    }
}

#[test]
fn forty_streams_end_within_the_time_that_the_concurrency_allows() {
    for concurrency in [1, 8, 40] {
        let outcome = Drive::at(concurrency).run(&catalog((0..STREAMS).map(stream)), &mut Slow).unwrap();
        assert!(outcome.report.complete && outcome.requests as u64 == STREAMS * PAGES);
        // No stream can be faster than its pages, one after the other.
        let bound = (LATENCY * (STREAMS * PAGES) as u32 / u32::from(concurrency)).max(LATENCY * PAGES as u32);
        let took = outcome.ended.since(START);
        assert!(took * 4 <= bound * 5, "at {concurrency} it took {took:?}, and {bound:?} would do");
    }
}
