//! The zip's structure: what a reader needs to find every entry, and nothing that two readers could see differently.
//!
//! ```text
//! [local header, name, data] ... [central header] ... [end records]      no gap, no overlap, nothing before or after
//! ```
//!
//! **Every header is read, and memory is bounded**: a directory of more than [`ENTRIES`] entries is refused.

mod name;
mod record;

use std::collections::HashSet;
use std::io::{self, BufReader, Read};

use self::record::{CENTRAL_BYTES, END_BYTES, END64_BYTES, End, Head, Header, LOCAL_BYTES, LOCATOR64_BYTES, located};
use super::finding::{Check, Findings, count};
use super::source::Source;
use super::tally::Tally;

/// Entries of an archive at most: ten times what carryall writes.
const ENTRIES: u64 = 1_000_000;
/// The end record may be followed by a comment of so many bytes; carryall writes none.
const COMMENT_BYTES: u64 = 1 << 16;
/// Read at a time.
const READ_BYTES: usize = 256 << 10;

/// One entry, as the directory has it.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Its name.
    pub(crate) name: String,
    /// Where its header begins.
    offset: u64,
    /// Where its data begins.
    pub(crate) data: u64,
    /// Bytes of its data.
    pub(crate) deflated: u64,
    /// Bytes of its content.
    pub(crate) bytes: u64,
    /// CRC-32 of its content.
    pub(crate) crc32: u32,
    /// Whether its data is its content.
    pub(crate) is_stored: bool,
    /// SHA-256 of its content, once that was read and found good.
    pub(crate) sha256: Option<[u8; 32]>,
    /// What was counted in it.
    pub(crate) tally: Option<Tally>,
}

impl Entry {
    /// Whether it belongs to the payload (RFC 8493).
    pub(crate) fn is_payload(&self) -> bool {
        self.name.starts_with("data/")
    }
}

/// An archive whose directory could be read.
#[derive(Debug)]
pub(crate) struct Zip<'a> {
    pub(crate) source: &'a Source,
    pub(crate) entries: Vec<Entry>,
}

impl<'a> Zip<'a> {
    /// Reads every header. Nothing where the directory cannot be read: there is nothing more to look at then.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read.
    pub(crate) fn open(source: &'a Source, findings: &mut Findings) -> io::Result<Option<Self>> {
        let entries = match find_end(source)? {
            Ok(end) => read_directory(source, end)?.map(|entries| (entries, end)),
            Err(fault) => Err(fault),
        };
        let (mut entries, end) = match entries {
            Ok(entries) => entries,
            Err(fault) => {
                findings.wrong(Check::Structure, fault);
                findings.conclude(Check::Structure, "");
                return Ok(None);
            }
        };
        check_locals(source, end.start, &mut entries, findings)?;
        check_names(&entries, findings);
        let entries: Vec<Entry> = entries.into_iter().map(|(entry, _)| entry).collect();
        findings.conclude(Check::Structure, told(&entries, source.length()));
        Ok(Some(Self { source, entries }))
    }

    /// An entry by its name.
    pub(crate) fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == name)
    }
}

fn told(entries: &[Entry], length: u64) -> String {
    let entries = count(entries.len() as u64, "entry", "entries");
    format!("{entries} in {length} bytes, each next to the other; the directory says the same as they do; every name is safe")
}

/// Where the directory is. A fault is said in words.
fn find_end(source: &Source) -> io::Result<Result<End, String>> {
    let Some(at) = source.length().checked_sub(END_BYTES) else {
        return Ok(Err("the file is too short for a zip".to_owned()));
    };
    let Some(end) = End::read(&source.bytes(at, END_BYTES)?) else { return no_end(source).map(Err) };
    let locator = at.checked_sub(LOCATOR64_BYTES);
    let place = match locator {
        Some(locator) => located(&source.bytes(locator, LOCATOR64_BYTES)?).map(|place| (locator, place)),
        None => None,
    };
    let (end, directory_end) = match place {
        None => (Some(end).filter(|end| !end.is_full()), at),
        Some((locator, place)) if place.checked_add(END64_BYTES) == Some(locator) => {
            (end.widened(&source.bytes(place, END64_BYTES)?), place)
        }
        Some((_, place)) => (None, place),
    };
    let Some(end) = end else { return Ok(Err("the end records do not agree with each other".to_owned())) };
    if end.start.checked_add(end.size) != Some(directory_end) {
        return Ok(Err("the directory does not end where the end record begins".to_owned()));
    }
    if end.count > ENTRIES {
        return Ok(Err(format!("it has {} entries; at most {ENTRIES} are looked at", end.count)));
    }
    Ok(Ok(end))
}

/// What to say where the file does not end in an end record.
fn no_end(source: &Source) -> io::Result<String> {
    let start = source.length().saturating_sub(COMMENT_BYTES + END_BYTES);
    let tail = source.bytes(start, COMMENT_BYTES + END_BYTES)?;
    let found = (0..tail.len()).rev().find(|at| tail.get(*at..).is_some_and(record::is_end));
    Ok(match found.map(|at| (tail.len() - at) as u64) {
        Some(rest) if rest > END_BYTES => {
            format!("{} after the end record, where nothing may be", count(rest - END_BYTES, "byte stands", "bytes stand"))
        }
        Some(_) => "the end record is damaged, or says something that carryall does not write".to_owned(),
        None => "the file does not end as a zip does: it was cut, or is none".to_owned(),
    })
}

type Entries = Vec<(Entry, Header)>;

fn read_directory(source: &Source, end: End) -> io::Result<Result<Entries, String>> {
    let mut bytes = BufReader::with_capacity(READ_BYTES, source.range(end.start, end.start + end.size));
    let mut entries = Vec::new();
    let mut left = end.size;
    while left > 0 {
        let Some((header, offset, length)) = read_header(&mut bytes, CENTRAL_BYTES, Head::central)? else {
            return Ok(Err(format!(
                "header {} of the directory is damaged, or says something that carryall does not write",
                entries.len() + 1
            )));
        };
        left = left.saturating_sub(length);
        if entries.len() as u64 == end.count {
            return Ok(Err(format!("the directory has more entries than the {} that the end record counts", end.count)));
        }
        entries.push((entry(&header, offset), header));
    }
    match entries.len() as u64 == end.count {
        true => Ok(Ok(entries)),
        false => Ok(Err(format!("the directory has {} entries, the end record counts {}", entries.len(), end.count))),
    }
}

fn entry(header: &Header, offset: u64) -> Entry {
    Entry {
        name: String::from_utf8_lossy(&header.name).into_owned(),
        offset,
        data: 0,
        deflated: header.deflated,
        bytes: header.bytes,
        crc32: u32::try_from(header.crc32).unwrap_or_default(),
        is_stored: header.method == record::STORED,
        sha256: None,
        tally: None,
    }
}

/// A header, the offset it tells, and its length; nothing where it is none.
fn read_header(bytes: &mut impl Read, fixed: u64, head: fn(&[u8]) -> Option<Head>) -> io::Result<Option<(Header, u64, u64)>> {
    let Some(head) = head(&take(bytes, fixed)?) else { return Ok(None) };
    let length = fixed + head.varying();
    let varying = take(bytes, head.varying())?;
    Ok(head.complete(&varying).map(|(header, offset)| (header, offset, length)))
}

fn take(bytes: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    let mut taken = Vec::new();
    bytes.take(length).read_to_end(&mut taken)?;
    Ok(taken)
}

/// Every local header says what the directory says, and they lie next to each other up to the directory.
fn check_locals(source: &Source, directory: u64, entries: &mut Entries, findings: &mut Findings) -> io::Result<()> {
    let mut expected = 0;
    for (entry, header) in entries {
        let mut bytes = BufReader::with_capacity(512, source.range(entry.offset, directory));
        let local = read_header(&mut bytes, LOCAL_BYTES, Head::local)?;
        let length = local.as_ref().map_or(LOCAL_BYTES + header.name.len() as u64, |(_, _, length)| *length);
        entry.data = entry.offset.saturating_add(length);
        if local.is_none_or(|(local, _, _)| local != *header) {
            findings.wrong(Check::Structure, format!("the header before {} is not what the directory says", entry.name));
        }
        if entry.is_stored && entry.deflated != entry.bytes {
            findings.wrong(Check::Structure, format!("{} is stored, and its two sizes differ", entry.name));
        }
        tell_place(&entry.name, entry.offset, expected, findings);
        expected = entry.data.saturating_add(entry.deflated);
    }
    tell_place("the directory", directory, expected, findings);
    Ok(())
}

/// What begins at one place should begin at another.
fn tell_place(what: &str, begins: u64, expected: u64, findings: &mut Findings) {
    if begins > expected {
        let gap = count(begins - expected, "byte that belongs to no entry stands", "bytes that belong to no entry stand");
        findings.wrong(Check::Structure, format!("{gap} before {what}"));
    } else if begins < expected {
        findings.wrong(Check::Structure, format!("{what} begins within the entry before it"));
    }
}

fn check_names(entries: &Entries, findings: &mut Findings) {
    let mut names = HashSet::with_capacity(entries.len());
    for (entry, header) in entries {
        if !header.says_script() {
            findings.wrong(Check::Structure, format!("the name {:?} is not marked as what it is, ASCII or UTF-8", entry.name));
        }
        if let Some(fault) = name::fault(&entry.name) {
            findings.wrong(Check::Structure, format!("the name {:?} {fault}", entry.name));
        }
        if !names.insert(name::folded(&entry.name)) {
            findings.wrong(Check::Structure, format!("the name {:?} is there twice, perhaps in another case", entry.name));
        }
    }
}
