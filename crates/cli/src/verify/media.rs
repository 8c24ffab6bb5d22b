//! The files that records name, against the lists of them in the archive.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::io::{self, BufReader};

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};

use super::bag;
use super::content::Content;
use super::finding::{Check, Findings, count};
use super::statement::{Media, Statement};
use super::zip::{Entry, Zip};

/// One line of a list.
#[derive(Debug, Deserialize)]
struct Medium {
    /// Where it is, if it was kept.
    #[serde(default)]
    file: Option<String>,
    #[serde(default)]
    bytes: Option<u64>,
    #[serde(default)]
    sha256: Option<String>,
}

/// What a stream's lists name.
#[derive(Default)]
struct Listed {
    all: u64,
    kept: u64,
    bytes: u64,
}

/// Checks every file that the lists name, and gives their names.
///
/// # Errors
///
/// Where the file cannot be read.
pub(crate) fn check(zip: &Zip<'_>, statement: &Statement, findings: &mut Findings) -> io::Result<HashSet<String>> {
    let lists: Vec<(&str, &Media)> =
        statement.streams.iter().filter_map(|stream| Some((stream.stream.as_str(), stream.media.as_ref()?))).collect();
    let mut named = HashSet::new();
    if lists.is_empty() {
        return Ok(named);
    }
    let entries: HashMap<&str, &Entry> = zip.entries.iter().map(|entry| (entry.name.as_str(), entry)).collect();
    for (stream, media) in lists {
        let mut listed = Listed::default();
        for name in &media.index {
            check_list(zip, name, &entries, &mut listed, &mut named, findings);
        }
        let Listed { all, kept, bytes } = listed;
        if (kept, bytes) != (media.kept, media.bytes) {
            let (said, of) = (media.kept, media.bytes);
            let says = format!("{stream}: export.json counts {said} kept files of {of} bytes, the lists {kept} of {bytes}");
            findings.wrong(Check::Media, says);
        }
        if !media.index.is_empty() && all != media.found {
            findings.wrong(Check::Media, format!("{stream}: export.json counts {} files, the lists {all}", media.found));
        }
    }
    findings.conclude(Check::Media, format!("{}, as the lists of files name them", count(named.len() as u64, "file", "files")));
    Ok(named)
}

/// Checks the files that one list names.
fn check_list(
    zip: &Zip<'_>,
    name: &str,
    entries: &HashMap<&str, &Entry>,
    listed: &mut Listed,
    named: &mut HashSet<String>,
    findings: &mut Findings,
) {
    let Some(list) = entries.get(name) else {
        findings.wrong(Check::Media, format!("export.json names {name}, which is not there"));
        return;
    };
    let see = |medium: Medium| {
        listed.all += 1;
        let Some(file) = &medium.file else { return };
        listed.kept += 1;
        listed.bytes = listed.bytes.saturating_add(medium.bytes.unwrap_or(0));
        if let Some(fault) = fault(file, &medium, entries) {
            findings.wrong(Check::Media, fault);
        } else {
            named.insert(file.clone());
        }
    };
    let mut json = serde_json::Deserializer::from_reader(BufReader::new(Content::of(zip.source, list)));
    let read = EachMedium(see).deserialize(&mut json).and_then(|()| json.end());
    if let Err(error) = read {
        findings.wrong(Check::Media, format!("{name} is no list of files: {error}"));
    }
}

/// What is wrong with a file that a list names.
fn fault(file: &str, medium: &Medium, entries: &HashMap<&str, &Entry>) -> Option<String> {
    let Some(entry) = entries.get(file) else { return Some(format!("{file} is named as kept, and is not there")) };
    if medium.bytes.is_some_and(|bytes| bytes != entry.bytes) {
        return Some(format!("{file} has another size than its list says"));
    }
    // A file without a digest is damaged, which was told.
    let digest = medium.sha256.as_deref().zip(entry.sha256);
    digest
        .filter(|(said, is)| bag::digest_of(said) != Some(*is))
        .map(|_| format!("{file} is not what its list says: its SHA-256 is another"))
}

/// Hands over one after the other: a list may be long.
struct EachMedium<F>(F);

impl<'de, F: FnMut(Medium)> DeserializeSeed<'de> for EachMedium<F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(Medium)> Visitor<'de> for EachMedium<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of files")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<(), A::Error> {
        while let Some(medium) = elements.next_element()? {
            (self.0)(medium);
        }
        Ok(())
    }
}
