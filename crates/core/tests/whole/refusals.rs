//! What the host may refuse, and what is said about it.

use carryall_core::export::ExportError;
use carryall_protocol::job::StreamStatus;

use crate::drive::{Drive, START, assert_whole};
use crate::host::{Fault, Host};

#[test]
fn transcripts_that_are_not_there_or_not_allowed_are_counted_and_the_category_goes_on() {
    let mut host = Host::talkif(0, 60);
    let outcome = Drive::default().run(&mut host).unwrap();
    let report = outcome.stream("call-transcripts");
    let partitions = report.partitions.as_ref().unwrap();
    assert_eq!(partitions.refused.keys().copied().collect::<Vec<_>>(), [403, 404]);
    assert_eq!(partitions.asked, partitions.read + partitions.refused.values().sum::<u64>());
    assert!(outcome.report.complete);
    assert!(outcome.entry("README.txt").contains("asked for singly and not handed out by the service"));
}

#[test]
fn excluded_records_are_counted_with_their_reason_and_their_partitions_are_not_asked_for() {
    let mut host = Host::talkif(0, 14);
    let outcome = Drive::default().run(&mut host).unwrap();
    let excluded = &outcome.stream("calls").excluded[0];
    assert_eq!((excluded.records, excluded.reason.as_str()), (2, "The call was scrubbed on request."));
    assert!(!host.seen.iter().any(|target| target.starts_with("/calls/call%206/")));
}

#[test]
fn a_refused_stream_makes_the_export_partial_and_says_so() {
    for (fault, code) in [
        (Fault::Status(403), "http_403"),
        (Fault::Status(500), "http_500"),
        (Fault::Body("<!doctype html><title>Sign in</title>"), "page_not_json"),
        (Fault::Body(r#"{"contacts":[{"id":1}"#), "page_not_json"),
        (Fault::Bytes(b"{\"contacts\":[{\"name\":\"Zo\xeb\"}]}"), "page_not_utf8"),
        (Fault::Body("[".repeat(200_000).leak()), "page_not_json"),
        (Fault::Body(r#"{"items":[]}"#), "records_missing"),
        (Fault::Body(r#"{"contacts":{}}"#), "records_not_array"),
        (Fault::Reset, "connection_failed"),
        (Fault::TooLarge, "page_too_large"),
    ] {
        let mut host = Host::talkif(10, 5);
        host.broken.insert("/contacts".to_owned(), fault);
        let outcome = Drive::default().run(&mut host).unwrap();
        assert_eq!(outcome.stream("contacts").errors.keys().collect::<Vec<_>>(), [code]);
        assert!(!outcome.report.complete && outcome.file_name.ends_with("-partial.zip"));
        assert!(outcome.entry("README.txt").starts_with("THIS EXPORT IS INCOMPLETE"));
        assert!(outcome.records()["contacts"].is_empty());
        assert!(!outcome.records()["calls"].is_empty());
    }
}

#[test]
fn a_record_nested_beyond_all_measure_is_left_out_and_counted() {
    let mut host = Host::talkif(10, 5);
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    host.lists.get_mut("/contacts").unwrap().records.insert(3, deep);
    let outcome = Drive::default().run(&mut host).unwrap();
    let report = outcome.stream("contacts");
    assert_eq!((report.received, report.written, report.unreadable), (11, 10, 1));
    assert!(!outcome.report.complete && outcome.file_name.ends_with("-partial.zip"));
    assert!(outcome.entry("README.txt").contains("contacts: 1 left out, because"));
}

#[test]
fn the_catalog_says_how_long_an_outage_is_waited_out() {
    for (patience, ends) in [(60, 60..200), (1200, 1200..1501)] {
        let mut host = Host::talkif(10, 5);
        host.broken.insert("/contacts".to_owned(), Fault::Reset);
        let outcome = Drive { patience: Some(patience), ..Drive::default() }.run(&mut host).unwrap();
        assert_eq!(outcome.stream("contacts").errors.keys().collect::<Vec<_>>(), ["connection_failed"]);
        let seconds = outcome.report.finished_at.since(START).as_secs();
        assert!(ends.contains(&seconds), "with a patience of {patience} s it took {seconds} s");
    }
}

#[test]
fn what_a_refused_parent_lacks_its_children_lack_too() {
    let mut host = Host::talkif(10, 5);
    host.broken.insert("/calls".to_owned(), Fault::Status(403));
    let outcome = Drive::default().run(&mut host).unwrap();
    assert_eq!(outcome.stream("call-transcripts").errors.keys().collect::<Vec<_>>(), ["parent_incomplete"]);
}

#[test]
fn a_host_that_gives_nothing_ends_in_an_error_and_no_archive() {
    let mut host = Host::talkif(10, 5);
    for path in ["/contacts", "/calls", "/users"] {
        host.broken.insert(path.to_owned(), Fault::Reset);
    }
    assert_eq!(Drive::default().run(&mut host).err(), Some(ExportError::NothingReceived));
}

#[test]
fn ended_sessions_are_refreshed_and_nothing_is_lost() {
    let mut host = Host::talkif(1000, 20);
    host.session_requests = Some(5);
    let outcome = Drive::default().run(&mut host).unwrap();
    assert_whole(&outcome, &host);
    assert!(outcome.report.complete);
}

#[test]
fn a_session_that_cannot_be_refreshed_ends_the_export() {
    let mut host = Host::talkif(1000, 20);
    host.session_requests = Some(5);
    host.refuses_fresh = true;
    assert_eq!(Drive::default().run(&mut host).err(), Some(ExportError::SessionEnded));
}

#[test]
fn partitions_that_all_fail_end_their_stream_early() {
    let mut host = Host::talkif(0, 60);
    for answer in host.singles.values_mut() {
        *answer = Err(500);
    }
    let outcome = Drive::default().run(&mut host).unwrap();
    let errors = &outcome.stream("call-transcripts").errors;
    assert!(errors.contains_key("too_many_failures") && errors.contains_key("http_500"), "{errors:?}");
}

#[test]
fn one_stream_that_is_always_refused_is_not_taken_for_the_end_of_the_session() {
    let mut host = Host::talkif(250, 10);
    host.broken.insert("/users".to_owned(), Fault::Status(401));
    let outcome = Drive { concurrency: 1, categories: vec!["contacts", "users"], ..Drive::default() }.run(&mut host).unwrap();
    assert_eq!(outcome.stream("users").errors.keys().collect::<Vec<_>>(), ["http_401"]);
    assert_eq!(outcome.stream("contacts").status, StreamStatus::Complete);
}
