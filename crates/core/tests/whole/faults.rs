//! Hosts that misbehave and still hold everything.

use crate::drive::{Drive, assert_whole};
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
    assert!(outcome.entry("README.txt").contains("contacts: 1 records that were deleted while the export ran"));
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
    Drive::default().run(&mut host).unwrap();
    let pages: Vec<&String> = host.seen.iter().filter(|target| target.starts_with("/calls?")).collect();
    assert!(pages.len() >= 3 && pages.iter().all(|target| target.contains("endDate=2026-02-28T12%3A00%3A00Z")), "{pages:?}");
}
