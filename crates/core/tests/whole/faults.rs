//! Hosts that misbehave and still hold everything.

use std::time::Duration;

use crate::drive::{Drive, START, assert_whole};
use crate::host::{Fault, Host};

#[test]
fn failed_pages_are_asked_for_again_and_nothing_is_lost() {
    let mut host = Host::talkif(950, 40);
    let faults = [Fault::Status(429), Fault::Status(503), Fault::Reset, Fault::Body("oops"), Fault::Status(429)];
    for path in ["/contacts", "/calls", "/users", "/calls/call%201/transcript"] {
        host.faults.insert(path.to_owned(), faults.to_vec());
    }
    let outcome = Drive::default().run(&mut host).unwrap();
    assert_whole(&outcome, &host);
    assert!(outcome.report.complete);
    assert_eq!(outcome.stream("users").retries, 5);
}

#[test]
fn a_record_deleted_after_it_was_read_hides_none_of_its_neighbours() {
    for concurrency in [1, 6, 40] {
        let mut host = Host::talkif(950, 5);
        let before = host.clone();
        host.deletes = Some(("/contacts".to_owned(), 17));
        let outcome = Drive { concurrency, ..Drive::default() }.run(&mut host).unwrap();
        assert_whole(&outcome, &before);
        let report = outcome.stream("contacts");
        assert_eq!((report.claimed_at_start, report.claimed_at_end), (Some(950), Some(949)));
        assert_eq!((report.missing, report.vanished), (0, 0));
        assert!(report.steps_back > 0 && outcome.report.complete);
    }
}

#[test]
fn a_record_deleted_before_it_was_read_is_reported_as_vanished() {
    let mut host = Host::talkif(950, 5);
    host.deletes = Some(("/contacts".to_owned(), 940));
    let outcome = Drive::default().run(&mut host).unwrap();
    assert_whole(&outcome, &host);
    let report = outcome.stream("contacts");
    assert_eq!((report.received, report.missing, report.vanished), (949, 0, 1));
    assert!(outcome.entry("README.txt").contains("contacts: 1 counted by the service at first and no longer"));
}

#[test]
fn a_deletion_balanced_by_a_new_record_hides_nothing_either() {
    let mut host = Host::talkif(950, 5);
    let before = host.clone();
    let new = host.lists["/contacts"].records[3].replace("Zoë", "New").replace("9223372036854775003", "77");
    host.deletes = Some(("/contacts".to_owned(), 17));
    host.lists.get_mut("/contacts").unwrap().records.push(new);
    host.claims = Some(950);
    let outcome = Drive::default().run(&mut host).unwrap();
    assert!(outcome.records()["contacts"].is_superset(&crate::host::truth(&before)["contacts"]));
}

#[test]
fn a_total_that_is_too_small_hides_nothing() {
    let mut host = Host::talkif(950, 5);
    host.claims = Some(10);
    let outcome = Drive::default().run(&mut host).unwrap();
    assert_eq!(outcome.records()["contacts"], crate::host::truth(&host)["contacts"]);
}

#[test]
fn a_total_that_is_too_large_is_reported_as_missing_records() {
    for claims in [951, u64::MAX] {
        let mut host = Host::talkif(950, 5);
        host.claims = Some(claims);
        let outcome = Drive::default().run(&mut host).unwrap();
        assert_eq!(outcome.records()["contacts"], crate::host::truth(&host)["contacts"]);
        assert_eq!(outcome.stream("contacts").missing, claims - 950);
        assert!(!outcome.report.complete);
    }
}

#[test]
fn records_without_a_usable_key_are_kept() {
    let mut host = Host::talkif(300, 5);
    let contacts = &mut host.lists.get_mut("/contacts").unwrap().records;
    for at in 0..40 {
        contacts.insert(at * 7, format!(r#"{{"id":null,"name":"Nameless {at}"}}"#));
        contacts.insert(at * 7, format!(r#"{{"name":"Keyless {at}"}}"#));
    }
    host.deletes = Some(("/contacts".to_owned(), 17));
    let expected = crate::host::truth(&host);
    let outcome = Drive::default().run(&mut host).unwrap();
    assert_eq!(outcome.records()["contacts"], expected["contacts"]);
}

#[test]
fn a_parent_without_its_key_is_counted() {
    let mut host = Host::talkif(0, 5);
    host.lists.get_mut("/calls").unwrap().records.push(r#"{"id":null}"#.to_owned());
    let outcome = Drive::default().run(&mut host).unwrap();
    assert_eq!(outcome.stream("call-transcripts").errors.get("key_not_usable"), Some(&1));
    assert!(!outcome.report.complete);
}

#[test]
fn an_outage_of_minutes_is_waited_out() {
    let mut host = Host::talkif(950, 40);
    host.down = Some((START.after(Duration::from_millis(1)), START.after(Duration::from_secs(600))));
    let outcome = Drive::default().run(&mut host).unwrap();
    assert_whole(&outcome, &host);
    assert!(outcome.report.complete);
}

#[test]
fn a_strict_rate_limit_loses_nothing() {
    let mut host = Host::talkif(950, 155);
    host.per_minute = Some(60);
    let outcome = Drive::default().run(&mut host).unwrap();
    assert_whole(&outcome, &host);
    assert!(outcome.report.complete);
}

#[test]
fn a_clamped_page_size_loses_nothing() {
    let mut host = Host::talkif(321, 23);
    host.clamp = 7;
    let outcome = Drive::default().run(&mut host).unwrap();
    assert_whole(&outcome, &host);
}

#[test]
fn repeated_records_are_dropped_and_counted() {
    let mut host = Host::talkif(300, 5);
    let contacts = &mut host.lists.get_mut("/contacts").unwrap().records;
    let again: Vec<String> = contacts[40..60].to_vec();
    contacts.splice(100..100, again);
    let outcome = Drive::default().run(&mut host).unwrap();
    assert_whole(&outcome, &host);
    assert!(outcome.stream("contacts").duplicates >= 20);
}

#[test]
fn the_upper_bound_is_frozen_at_the_start() {
    let mut host = Host::talkif(0, 250);
    let outcome = Drive::default().run(&mut host).unwrap();
    assert_eq!((outcome.stream("calls").upper_bound, outcome.stream("users").upper_bound), (Some(START), None));
    let pages: Vec<&String> = host.seen.iter().filter(|target| target.starts_with("/calls?")).collect();
    assert!(pages.len() >= 3 && pages.iter().all(|target| target.contains("endDate=2026-02-28T12%3A00%3A00Z")), "{pages:?}");
}

#[test]
fn early_pages_that_find_no_memory_are_asked_for_again() {
    let mut host = Host::talkif(60, 0);
    for contact in host.lists.get_mut("/contacts").unwrap().records.iter_mut().skip(20) {
        let text = "x".repeat(500_000);
        contact.insert_str(1, &format!("\"text\":\"{text}\","));
    }
    let drive = Drive { order: vec![5, 4, 3, 2, 1, 0], page_size: 10, categories: vec!["contacts"], ..Drive::default() };
    let outcome = drive.run(&mut host).unwrap();
    assert_eq!(outcome.stream("contacts").written, 60);
    assert!(outcome.report.complete);
    let pages: std::collections::BTreeSet<&String> = host.seen.iter().collect();
    assert!(pages.len() < host.seen.len(), "every page of 5 MB was kept until its turn: {:?}", host.seen);
}
