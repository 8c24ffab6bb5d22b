//! Archives that were reopened after their staging had failed, as other people's readers see them: Java's ZipInputStream and
//! bsdtar from a pipe, which read from front to back, and unzip, 7-Zip and Python, which start at the directory.
#![allow(clippy::expect_used, clippy::string_slice, reason = "a test fails by panicking")]

#[path = "../../../crates/core/tests/reopen/broken.rs"]
mod broken;

use anyhow::{Result, ensure};
use broken::{Failure, Made};
use carryall_end_to_end::archive::Archive;
use tempfile::TempDir;

/// Enough for parts of many deflate blocks.
const RECORDS: usize = 20_000;

/// Within the fixed part of a local header, or of a directory's first one.
const IN_A_HEADER: usize = 17;

#[test]
fn an_archive_of_files_is_read_whole_wherever_its_staging_failed() -> Result<()> {
    read_whole(broken::files, &[0, 2])
}

#[test]
fn an_archive_of_one_document_is_read_whole_wherever_its_staging_failed() -> Result<()> {
    read_whole(broken::document, &[0, 1])
}

/// Fails in the header and in the part of these entries, and within the directory and at its last byte.
fn read_whole(make: impl Fn(usize, Option<Failure>) -> Made, entries: &[usize]) -> Result<()> {
    let lengths = make(RECORDS, None).operations;
    let directory = lengths.len() - 1;
    let mut failures = vec![(directory, lengths[directory] / 2), (directory, lengths[directory] - 1)];
    failures.extend(entries.iter().flat_map(|entry| [(*entry, IN_A_HEADER), (*entry, lengths[*entry] / 2)]));
    let folder = TempDir::new()?;
    for (operation, bytes) in failures {
        let made = make(RECORDS, Some(Failure { operation, bytes }));
        let zip = folder.path().join(format!("{operation}-{bytes}.zip"));
        std::fs::write(&zip, &made.zip)?;
        let read = Archive::open_bare(&zip)?;
        let same = read.files.iter().map(|(name, bytes)| (name, bytes.as_slice()));
        ensure!(
            same.eq(made.files.iter().map(|(name, text)| (name, text.as_bytes()))),
            "operation {operation} failed after {bytes} bytes: other files or bytes were read than written"
        );
    }
    Ok(())
}
