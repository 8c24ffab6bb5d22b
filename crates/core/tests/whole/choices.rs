//! What the person narrows an export down to.

use std::time::Duration;

use carryall_core::report::Stop;
use carryall_protocol::Timestamp;

use crate::drive::{Drive, START};
use crate::host::{Host, List};

/// When the notification at this place was made: newest first, one a day.
fn day(at: u64) -> Timestamp {
    Timestamp::from_secs(START.as_secs() - at * 86_400)
}

#[test]
fn a_walk_that_ends_where_the_range_does_lacks_nothing() {
    let mut host = Host::talkif(0, 0);
    let records = (0..500).map(|at| format!(r#"{{"id":{at},"createdAt":"{}"}}"#, day(at))).collect();
    host.lists.insert("/notifications".to_owned(), List { key: "notifications".to_owned(), records });
    let drive = Drive {
        categories: vec!["notifications"],
        since: Some(day(40)),
        until: Some(day(10)),
        concurrency: 1,
        ..Drive::default()
    };
    let outcome = drive.run(&mut host).unwrap();
    let report = outcome.stream("notifications");
    assert_eq!(report.stops.keys().collect::<Vec<_>>(), [&Stop::RangePassed]);
    assert_eq!((report.written, report.missing, report.vanished), (31, 0, 0));
    assert_eq!(report.filtered.by_date + report.written, report.received);
    let range = report.range.as_ref().unwrap();
    assert_eq!((range.since, range.until, range.pushed), (Some(day(40)), Some(day(10)), false));
    assert!(outcome.report.complete, "{report:?}");
    assert!(host.seen.len() < 5, "it read on behind the range: {:?}", host.seen);
}

#[test]
fn a_range_is_pushed_to_the_host_and_never_reaches_beyond_the_start() {
    let tomorrow = START.after(Duration::from_secs(86_400));
    for (until, asked) in [(day(10), day(10)), (tomorrow, START)] {
        let mut host = Host::talkif(0, 5);
        let drive = Drive { categories: vec!["calls"], since: Some(day(40)), until: Some(until), ..Drive::default() };
        let report = drive.run(&mut host).unwrap().report;
        let first = host.seen.first().unwrap().replace("%3A", ":");
        assert!(first.contains(&format!("startDate={}", day(40))) && first.contains(&format!("endDate={asked}")), "{first}");
        let range = report.streams[0].range.as_ref().unwrap();
        assert_eq!((range.until, range.pushed), (Some(until), true));
    }
}
