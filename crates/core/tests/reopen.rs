//! An archive that is thrown away and reopened from what was last known to be in staging ends as if nothing had happened.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

#[path = "reopen/broken.rs"]
mod broken;

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use carryall_core::archive::Archive;
use carryall_core::entry_name::EntryName;
use carryall_core::part::Deflater;
use carryall_protocol::Timestamp;

use broken::{Failure, Made};

/// Few enough for a failure at every byte, enough for every part to be longer than its header.
const RECORDS: usize = 7;

#[test]
fn staging_that_fails_at_any_byte_of_a_header_a_part_or_the_directory_changes_nothing() {
    let layouts: [fn(usize, Option<Failure>) -> Made; 2] = [broken::files, broken::document];
    for make in layouts {
        let whole = make(RECORDS, None);
        assert_eq!(read_forward(&whole.zip), whole.files);
        assert_eq!(read_by_directory(&whole.zip), whole.files);
        for (operation, length) in whole.operations.iter().enumerate() {
            for bytes in 0..=*length {
                let reopened = make(RECORDS, Some(Failure { operation, bytes }));
                assert!(reopened.zip == whole.zip, "operation {operation} failed after {bytes} of {length} bytes");
            }
        }
    }
}

#[test]
fn the_failures_reach_into_headers_parts_and_directories() {
    for (made, entries) in [(broken::files(RECORDS, None), 4), (broken::document(RECORDS, None), 2)] {
        assert_eq!((made.operations.len(), made.files.len()), (entries + 1, entries));
        assert_eq!(made.operations.iter().sum::<usize>(), made.zip.len(), "every byte belongs to an operation");
        let longest_header = 30 + made.files.keys().map(String::len).max().unwrap();
        assert!(made.operations[0] > 2 * longest_header, "{:?}", made.operations);
    }
}

/// Every entry, read front to back as Java's ZipInputStream and bsdtar from a pipe do.
fn read_forward(zip: &[u8]) -> BTreeMap<String, String> {
    let mut bytes = Cursor::new(zip);
    let mut files = BTreeMap::new();
    while let Some(mut entry) = zip::read::read_zipfile_from_stream(&mut bytes).unwrap() {
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        files.insert(entry.name().unwrap().into_owned(), text);
    }
    files
}

fn read_by_directory(zip: &[u8]) -> BTreeMap<String, String> {
    let mut zip = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut files = BTreeMap::new();
    for at in 0..zip.len() {
        let (mut entry, mut text) = (zip.by_index(at).unwrap(), String::new());
        entry.read_to_string(&mut text).unwrap();
        files.insert(entry.name().unwrap().into_owned(), text);
    }
    files
}

#[test]
fn a_name_that_is_taken_stays_taken_after_a_reopening() {
    let modified = Timestamp::from_secs(1_772_280_000);
    let mut archive = Archive::create(modified);
    archive.append(&EntryName::new(["data", "1.json"]), Deflater::new(true).finish()).unwrap();
    let mut again = Archive::reopen(archive.entries().to_vec(), archive.length(), modified);
    let twin = again.append(&EntryName::new(["DATA", "1.json"]), Deflater::new(true).finish());
    assert_eq!(twin.unwrap_err().code(), "entry_name_taken");
}
