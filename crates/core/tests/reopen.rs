//! An archive that is thrown away and reopened from what was last known to be in staging ends as if nothing had happened.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{Cursor, Read};

use carryall_core::archive::{Archive, Extent};
use carryall_core::entry_name::EntryName;
use carryall_core::part::Deflater;
use carryall_protocol::Timestamp;
use proptest::prelude::*;

const MODIFIED: Timestamp = Timestamp::from_secs(1_772_280_000);

fn append(archive: &mut Archive, number: usize, text: &str) -> Vec<Extent> {
    let mut deflater = Deflater::new(true);
    deflater.write(text.as_bytes());
    archive.append(&EntryName::new(["data", &format!("{number}.json")]), deflater.finish()).unwrap()
}

fn carry_out(staging: &mut Vec<u8>, extents: &[Extent]) {
    for extent in extents {
        let at = extent.offset as usize;
        staging.resize(staging.len().max(at + extent.bytes.len()), 0);
        staging[at..at + extent.bytes.len()].copy_from_slice(&extent.bytes);
    }
}

/// The first bytes of what was to be written, as far as staging took them.
fn cut(extents: &[Extent], mut bytes: usize) -> Vec<Extent> {
    let mut taken = Vec::new();
    for extent in extents {
        let now = bytes.min(extent.bytes.len());
        taken.push(Extent { offset: extent.offset, bytes: extent.bytes[..now].to_vec() });
        bytes -= now;
    }
    taken
}

/// Every entry, read front to back as Java's ZipInputStream and bsdtar from a pipe do.
fn read_forward(zip: &[u8]) -> Vec<String> {
    let mut bytes = Cursor::new(zip);
    let mut texts = Vec::new();
    while let Some(mut entry) = zip::read::read_zipfile_from_stream(&mut bytes).unwrap() {
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        texts.push(text);
    }
    texts
}

proptest! {
    #[test]
    fn staging_that_fails_at_any_byte_costs_nothing_but_the_entry_being_written(
        texts in prop::collection::vec("[a-z]{0,300}", 1..8),
        failing in 0usize..8,
        failing_byte in 0usize..400,
    ) {
        let mut staging = Vec::new();
        let mut archive = Archive::create(MODIFIED);
        for (number, text) in texts.iter().enumerate() {
            let checkpoint = (archive.entries().to_vec(), archive.length());
            let extents = append(&mut archive, number, text);
            if number == failing {
                carry_out(&mut staging, &cut(&extents, failing_byte));
                staging.truncate(checkpoint.1 as usize);
                archive = Archive::reopen(checkpoint.0, checkpoint.1, MODIFIED);
                let extents = append(&mut archive, number, text);
                carry_out(&mut staging, &extents);
            } else {
                carry_out(&mut staging, &extents);
            }
        }
        let sealed = archive.finish();
        carry_out(&mut staging, &sealed.extents);
        prop_assert_eq!(staging.len() as u64, sealed.length);
        sealed.check_directory(&staging[sealed.directory as usize..]).unwrap();
        prop_assert_eq!(&read_forward(&staging), &texts);
        let mut zip = zip::ZipArchive::new(Cursor::new(&staging)).unwrap();
        for (number, text) in texts.iter().enumerate() {
            let mut read = String::new();
            zip.by_index(number).unwrap().read_to_string(&mut read).unwrap();
            prop_assert_eq!(&read, text);
        }
    }
}

#[test]
fn a_name_that_is_taken_stays_taken_after_a_reopening() {
    let mut archive = Archive::create(MODIFIED);
    append(&mut archive, 1, "text");
    let mut again = Archive::reopen(archive.entries().to_vec(), archive.length(), MODIFIED);
    let twin = again.append(&EntryName::new(["DATA", "1.json"]), Deflater::new(true).finish());
    assert_eq!(twin.unwrap_err().code(), "entry_name_taken");
}
