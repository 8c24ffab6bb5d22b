//! What an archive holds, against what the host itself says it must hold.
//!
//! **Records are compared as the exact text they stand in**: numbers, escapes and the order of members count. Nothing
//! here is the exporter's code: the layouts, the manifests and the digests are written out again from their documents.

mod catalog;
mod files;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use crate::archive::Archive;
use catalog::Streams;
use files::{tally_files, tally_scripts};

/// What every secret of the sample host begins with; none may leave it.
const SECRET_MARK: &[u8] = b"SECRET-";

const DOCUMENT: &str = "data/account-export.json";
const MANIFEST: &str = "manifest-sha256.txt";
const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";

/// How the records lie in the archive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Layout {
    /// One file a stream.
    Files,
    /// One JSON document for everything: what Talkif promises.
    #[default]
    Document,
    /// The files of an archive of X.
    X,
}

impl Layout {
    /// Its name, as the panel's form has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Document => "document",
            Self::X => "x",
        }
    }
}

/// What an export must hold, told by the host.
#[derive(Debug, Clone, Deserialize)]
pub struct Truth {
    /// The system's name, also its catalog's.
    pub system: String,
    /// The account's id.
    pub account: String,
    /// By stream.
    pub streams: BTreeMap<String, Tally>,
    /// The files of streams that have some, whether they are asked for or not. Of a stream that is only here the records change from
    /// answer to answer.
    pub media: BTreeMap<String, Files>,
}

impl Truth {
    /// Whether the host says something of this stream.
    fn knows(&self, stream: &str) -> bool {
        self.streams.contains_key(stream) || self.media.contains_key(stream)
    }
}

/// Files counted, and the sum, as of [`Tally`], over a text for each: the SHA-256 of its bytes in hexadecimal digits, and right behind it the
/// primary key of its record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Files {
    /// How many there are.
    pub files: u64,
    /// Their bytes together.
    pub bytes: u64,
    /// The sum, as 64 hexadecimal digits.
    pub digest: String,
}

/// Records counted, and the sum of the SHA-256 of each one's text modulo 2^256: their order does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Tally {
    /// How many there are.
    pub records: u64,
    /// The sum, as 64 hexadecimal digits.
    pub digest: String,
}

/// `export.json`, as far as it is held against the records.
#[derive(Debug, Clone, Deserialize)]
pub struct Statement {
    /// Every stream asked for.
    pub streams: Vec<StreamStatement>,
}

/// What `export.json` says of one stream.
#[derive(Debug, Clone, Deserialize)]
pub struct StreamStatement {
    /// The stream.
    pub stream: String,
    /// Its category.
    pub category: String,
    /// `complete` or `partial`.
    pub status: String,
    /// Different records received.
    pub received: u64,
    /// Records in the archive.
    pub written: u64,
    /// Records that the host counted at first and then no more, unread.
    pub vanished: u64,
    /// Records left out, because it was not possible to search there for secrets.
    pub unreadable: u64,
    /// Walks that received as much as the host gives at most.
    #[serde(default)]
    pub possibly_truncated: u64,
    /// Walks of which the host does not tell whether they are empty or not permitted.
    #[serde(default)]
    pub empty_or_refused: u64,
    /// The stream it stands for.
    #[serde(default)]
    pub instead_of: Option<String>,
    /// The stream it stands for was there.
    #[serde(default)]
    pub not_needed: bool,
    /// Why its walks ended.
    #[serde(default)]
    pub stops: BTreeMap<String, u64>,
    /// What went wrong for good, by code.
    #[serde(default)]
    pub errors: BTreeMap<String, u64>,
    /// Records left out, by reason.
    #[serde(default)]
    pub excluded: Vec<Excluded>,
}

/// Records left out for one reason.
#[derive(Debug, Clone, Deserialize)]
pub struct Excluded {
    /// How many.
    pub records: u64,
}

/// Checks everything an archive promises and gives its statement.
///
/// # Errors
///
/// On the first thing that is otherwise; says which and how.
pub fn check(archive: &Archive, truth: &Truth, layout: Layout) -> Result<Statement> {
    check_records(archive, truth, layout)?;
    check_no_secret(archive)?;
    check_manifests(archive)?;
    check_readme(archive)?;
    check_statement(archive, truth)
}

/// Checks what an archive promises that is not whole: these streams are, nothing else claims to be, and it says so first.
/// Gives its statement. In the `files` or the `x` layout.
///
/// # Errors
///
/// On the first thing that is otherwise; says which and how.
pub fn check_partial(archive: &Archive, truth: &Truth, whole: &[&str]) -> Result<Statement> {
    let found = tally_files(archive, &Streams::of(&truth.system)?)?;
    for stream in whole {
        let (expected, records) = (truth.streams.get(*stream), found.get(*stream));
        ensure!(expected.is_some() && records == expected, "stream {stream}: the host has {expected:?}, the archive {records:?}");
    }
    check_no_secret(archive)?;
    check_manifests(archive)?;
    let readme = archive.text("README.txt")?;
    ensure!(readme.starts_with("THIS EXPORT IS INCOMPLETE"), "README.txt does not begin with what matters:\n{readme}");
    let statement: Statement = serde_json::from_slice(archive.file("export.json")?).context("export.json")?;
    let complete = statement.streams.iter().filter(|of| of.status == "complete").map(|of| of.stream.as_str());
    ensure!(complete.clone().eq(whole.iter().copied()), "export.json calls complete: {:?}", complete.collect::<Vec<_>>());
    Ok(statement)
}

fn check_manifests(archive: &Archive) -> Result<()> {
    check_manifest(archive, MANIFEST, |name| name.starts_with("data/"))?;
    check_manifest(archive, TAG_MANIFEST, |name| !name.starts_with("data/") && name != TAG_MANIFEST)?;
    check_bag(archive)
}

fn check_records(archive: &Archive, truth: &Truth, layout: Layout) -> Result<()> {
    let found = match layout {
        Layout::Files => tally_files(archive, &Streams::of(&truth.system)?)?,
        Layout::X => tally_scripts(archive, &Streams::of(&truth.system)?)?,
        Layout::Document => tally_document(archive, truth)?,
    };
    for (stream, expected) in &truth.streams {
        // What has no record has no file either.
        let records = found.get(stream).cloned().unwrap_or_else(|| Sum::default().tally());
        ensure!(records == *expected, "stream {stream}: the host has {expected:?}, the archive {records:?}");
    }
    let extra: Vec<&String> = found.keys().filter(|stream| !truth.knows(stream)).collect();
    ensure!(extra.is_empty(), "the archive has streams that the host does not know: {extra:?}");
    Ok(())
}

/// The one document of the `document` layout.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document<'text> {
    #[serde(rename = "exportVersion", borrow)]
    version: Cow<'text, str>,
    #[serde(rename = "accountId", borrow)]
    account: Cow<'text, str>,
    #[serde(rename = "exportedAt", borrow)]
    exported_at: Cow<'text, str>,
    #[serde(borrow)]
    data: BTreeMap<Cow<'text, str>, Vec<&'text RawValue>>,
}

fn tally_document(archive: &Archive, truth: &Truth) -> Result<BTreeMap<String, Tally>> {
    let is_of_records = |name: &&String| name.starts_with("data/") && !name.starts_with("data/media/");
    let payload: Vec<&String> = archive.files.keys().filter(is_of_records).collect();
    ensure!(payload == [DOCUMENT], "the document layout has one file: {payload:?}");
    let document: Document<'_> = serde_json::from_slice(archive.file(DOCUMENT)?).context("the document is not as promised")?;
    ensure!(document.version == "1.0", "exportVersion is {:?}", document.version);
    ensure!(document.account == truth.account, "accountId is {:?} and not {:?}", document.account, truth.account);
    ensure!(is_moment(&document.exported_at), "exportedAt is {:?}", document.exported_at);
    let streams = Streams::of(&truth.system)?;
    let tally = |(key, records): (Cow<'_, str>, Vec<&RawValue>)| {
        let mut sum = Sum::default();
        sum.add_all(&records);
        (streams.by("document_key", &key), sum.tally())
    };
    Ok(document.data.into_iter().map(tally).collect())
}

/// "2026-02-28T12:00:00Z" in form.
fn is_moment(text: &str) -> bool {
    text.len() >= 20 && text.ends_with('Z') && text.chars().nth(10) == Some('T')
}

/// A sum of SHA-256 digests modulo 2^256, most significant byte first.
#[derive(Debug, Default)]
pub(crate) struct Sum {
    records: u64,
    bytes: [u8; 32],
}

impl Sum {
    fn add_all(&mut self, records: &[&RawValue]) {
        for record in records {
            self.add(record.get().as_bytes());
        }
    }

    pub(crate) fn add(&mut self, record: &[u8]) {
        let digest: [u8; 32] = Sha256::digest(record).into();
        let mut carry = 0;
        for (byte, addend) in self.bytes.iter_mut().zip(digest).rev() {
            let sum = u16::from(*byte) + u16::from(addend) + carry;
            carry = sum >> 8;
            [_, *byte] = sum.to_be_bytes();
        }
        self.records += 1;
    }

    pub(crate) fn tally(&self) -> Tally {
        Tally { records: self.records, digest: hex(&self.bytes) }
    }
}

fn check_no_secret(archive: &Archive) -> Result<()> {
    for (name, bytes) in &archive.files {
        let found = bytes.windows(SECRET_MARK.len()).any(|window| window == SECRET_MARK);
        ensure!(!found, "a secret is in {name}");
    }
    Ok(())
}

/// A manifest lists every file it covers once, with its right digest (RFC 8493 section 2.1.3).
fn check_manifest(archive: &Archive, manifest: &str, covers: impl Fn(&str) -> bool) -> Result<()> {
    let mut listed = BTreeSet::new();
    for line in archive.text(manifest)?.lines() {
        let (digest, name) = line.split_once("  ").with_context(|| format!("{manifest}: {line:?} is no line of a manifest"))?;
        ensure!(digest == hex(&Sha256::digest(archive.file(name)?)), "{manifest}: the digest of {name} is wrong");
        ensure!(listed.insert(name.to_owned()), "{manifest} lists {name} twice");
    }
    let covered: BTreeSet<String> = archive.files.keys().filter(|name| covers(name)).cloned().collect();
    ensure!(listed == covered, "{manifest} lists {listed:?} and should list {covered:?}");
    Ok(())
}

/// `bagit.txt` is exactly two lines; the Payload-Oxum counts bytes and files (RFC 8493 sections 2.1.1, 2.2.2).
fn check_bag(archive: &Archive) -> Result<()> {
    let declaration = archive.text("bagit.txt")?;
    ensure!(declaration == "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", "bagit.txt is {declaration:?}");
    let payload: Vec<usize> =
        archive.files.iter().filter(|(name, _)| name.starts_with("data/")).map(|(_, bytes)| bytes.len()).collect();
    let oxum = format!("Payload-Oxum: {}.{}", payload.iter().sum::<usize>(), payload.len());
    let info = archive.text("bag-info.txt")?;
    ensure!(info.lines().any(|line| line == oxum), "bag-info.txt lacks {oxum:?}:\n{info}");
    Ok(())
}

fn check_readme(archive: &Archive) -> Result<()> {
    let readme = archive.text("README.txt")?;
    ensure!(readme.lines().next().is_some_and(|line| !line.trim().is_empty()), "the first line of README.txt is empty");
    Ok(())
}

fn check_statement(archive: &Archive, truth: &Truth) -> Result<Statement> {
    let statement: Statement = serde_json::from_slice(archive.file("export.json")?).context("export.json")?;
    let known = statement.streams.iter().filter(|of| truth.streams.contains_key(&of.stream));
    let stated: BTreeMap<&str, u64> = known.map(|of| (of.stream.as_str(), of.written)).collect();
    let expected: BTreeMap<&str, u64> = truth.streams.iter().map(|(stream, of)| (stream.as_str(), of.records)).collect();
    ensure!(stated == expected, "export.json states {stated:?} and should state {expected:?}");
    for of in &statement.streams {
        let excluded: u64 = of.excluded.iter().map(|excluded| excluded.records).sum();
        ensure!(of.received == of.written + excluded, "export.json: {} does not add up: {of:?}", of.stream);
    }
    Ok(statement)
}

/// Bytes as hexadecimal digits in lower case.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_of_one_record_is_its_sha_256() {
        let mut sum = Sum::default();
        sum.add(b"abc");
        assert_eq!(sum.tally().digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_sum_wraps_around() {
        let mut sum = Sum { records: 0, bytes: [0xff; 32] };
        sum.add(b"abc");
        assert_eq!(sum.tally().digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ac");
    }
}
