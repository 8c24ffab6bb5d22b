//! Every byte of every entry: read once, for its checksum, its digest, and the records in it.

use std::collections::HashMap;
use std::io;

use super::content::{Content, Damage};
use super::finding::{Check, Findings, count};
use super::tally::{Form, Tally};
use super::zip::Zip;

/// Reads everything. Of the files named, records are counted by their form.
///
/// # Errors
///
/// Where the file cannot be read.
pub(crate) fn check(zip: &mut Zip<'_>, forms: &HashMap<String, Form>, findings: &mut Findings) -> io::Result<()> {
    let mut bytes: u64 = 0;
    for entry in &mut zip.entries {
        let mut content = Content::of(zip.source, entry);
        let tally = forms.get(&entry.name).map(|form| Tally::read(*form, &mut content));
        match content.finish() {
            Ok(sha256) => (entry.sha256, entry.tally) = (Some(sha256), tally),
            Err(error) => findings.wrong(Check::Contents, format!("{}: {}", entry.name, Damage::of(error)?)),
        }
        bytes = bytes.saturating_add(entry.bytes);
    }
    let entries = count(zip.entries.len() as u64, "entry", "entries");
    findings.conclude(Check::Contents, format!("all {bytes} bytes in {entries} were read; every checksum and size is as stated"));
    Ok(())
}
