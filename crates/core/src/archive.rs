//! Parts into a zip, written as extents and read back.
//!
//! ```text
//! part -> append -> (offset, bytes) -> staging
//!                                        |
//! offered <- Directory check <- finish <- Check (every byte of every entry is read back)
//! ```
//!
//! **The archive never touches storage, and an archive is offered only after it was read back.** The sizes and the CRC of an
//! entry are known before its header is written, so nothing is ever patched: what was written up to any entry's end is a
//! checkpoint. A write that fails costs the entry it belongs to; the archive goes on from the entries before it.
//!
//! The records are written by hand (`entry`, `directory`): the zip crate would hold a second copy of every part, and its
//! reader would come along. It reads the archives in the tests, as do other people's tools.

mod check;
mod directory;
mod document;
mod entry;
mod reading;

use carryall_protocol::Timestamp;
use thiserror::Error;

pub use check::{Check, CheckError};
pub use document::{Document, Piece, Step};
pub use entry::Entry;

use crate::entry_name::EntryName;
use carryall_records::part::Segment;
use carryall_records::seen::SeenKeys;
use xxhash_rust::xxh64::xxh64;

/// Data up to this size is written together with its header: small writes are dear in a browser.
const SMALL_BYTES: usize = 64 << 10;

/// Bytes to be written at an offset of the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extent {
    /// Where they go.
    pub offset: u64,
    /// What goes there.
    pub bytes: Vec<u8>,
}

/// What is known of an entry's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content {
    /// Its length.
    pub bytes: u64,
    /// Its CRC-32.
    pub crc32: u32,
    /// Its SHA-256.
    pub sha256: [u8; 32],
}

/// Why an entry cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ArchiveError {
    /// Another entry has this name, perhaps in another case.
    #[error("the archive already has an entry {name}")]
    NameTaken {
        /// The name.
        name: String,
    },
}

impl ArchiveError {
    /// The stable word on the wire.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NameTaken { .. } => "entry_name_taken",
        }
    }
}

/// An archive under construction: what its directory will say. It never holds the data.
#[derive(Debug)]
pub struct Archive {
    modified: Timestamp,
    entries: Vec<Entry>,
    /// The names by their folded forms' fingerprints: as texts they would take as much as all entries.
    names: SeenKeys,
    length: u64,
}

impl Archive {
    /// An empty archive whose entries carry this time.
    #[must_use]
    pub fn create(modified: Timestamp) -> Self {
        Self { modified, entries: Vec::new(), names: SeenKeys::default(), length: 0 }
    }

    /// An archive that goes on after entries whose bytes are already in staging and end at `length`.
    #[must_use]
    pub fn reopen(entries: Vec<Entry>, length: u64, modified: Timestamp) -> Self {
        let mut names = SeenKeys::default();
        for entry in &entries {
            names.insert(folded(&entry.name));
        }
        Self { modified, entries, names, length }
    }

    /// Appends an entry that is already deflated, and answers with what must reach staging before the next one.
    ///
    /// # Errors
    ///
    /// [`ArchiveError::NameTaken`]; nothing was appended then.
    pub fn append(&mut self, name: &EntryName, segment: Segment) -> Result<Vec<Extent>, ArchiveError> {
        if !self.names.insert(folded(name.as_str())) {
            return Err(ArchiveError::NameTaken { name: name.to_string() });
        }
        let Segment { deflated, bytes, crc32, sha256 } = segment;
        let (name, offset) = (name.to_string(), self.length);
        let entry = Entry { name, offset, is_stored: false, deflated: deflated.len() as u64, bytes, crc32, sha256 };
        let mut extents = vec![Extent { offset, bytes: entry.local_header(self.modified) }];
        self.length += extents.iter().map(|extent| extent.bytes.len() as u64).sum::<u64>();
        let is_small = deflated.len() <= SMALL_BYTES;
        for block in deflated {
            let (offset, length) = (self.length, block.len() as u64);
            match extents.last_mut().filter(|_| is_small) {
                Some(header) => header.bytes.extend_from_slice(&block),
                None => extents.push(Extent { offset, bytes: block }),
            }
            self.length += length;
        }
        self.entries.push(entry);
        Ok(extents)
    }

    /// Appends an entry whose content lies elsewhere as it is, and answers with its header; its bytes must follow that.
    ///
    /// # Errors
    ///
    /// [`ArchiveError::NameTaken`]; nothing was appended then.
    pub fn append_stored(&mut self, name: &EntryName, content: &Content) -> Result<Extent, ArchiveError> {
        if !self.names.insert(folded(name.as_str())) {
            return Err(ArchiveError::NameTaken { name: name.to_string() });
        }
        let Content { bytes, crc32, sha256 } = *content;
        let (name, offset) = (name.to_string(), self.length);
        let entry = Entry { name, offset, is_stored: true, deflated: bytes, bytes, crc32, sha256: Some(sha256) };
        let header = Extent { offset, bytes: entry.local_header(self.modified) };
        self.length += header.bytes.len() as u64 + bytes;
        self.entries.push(entry);
        Ok(header)
    }

    /// Goes on after an entry that was written at its end.
    ///
    /// # Errors
    ///
    /// [`ArchiveError::NameTaken`]; the entry is of no use then.
    pub fn append_written(&mut self, (entry, length): (Entry, u64)) -> Result<(), ArchiveError> {
        if !self.names.insert(folded(&entry.name)) {
            return Err(ArchiveError::NameTaken { name: entry.name });
        }
        self.entries.push(entry);
        self.length += length;
        Ok(())
    }

    /// Everything appended so far, in order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Bytes of the archive so far.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// Writes the directory: the archive is sealed once it is in staging.
    #[must_use]
    pub fn finish(self) -> Sealed {
        let extents = directory::write(&self.entries, self.length, self.modified);
        let length = extents.last().map_or(self.length, |last| last.offset + last.bytes.len() as u64);
        Sealed { extents, length, directory: self.length, entries: self.entries }
    }
}

/// An archive with its directory.
#[derive(Debug)]
pub struct Sealed {
    /// The directory's bytes, to be written to staging.
    pub extents: Vec<Extent>,
    /// Bytes of the whole archive.
    pub length: u64,
    /// Where the directory begins.
    pub directory: u64,
    /// Its entries.
    entries: Vec<Entry>,
}

impl Sealed {
    /// Compares the directory as read back from staging, from [`directory`](Self::directory) to the end, with what was
    /// appended.
    ///
    /// # Errors
    ///
    /// [`CheckError`] where it cannot be read or an entry differs.
    pub fn check_directory(&self, tail: &[u8]) -> Result<(), CheckError> {
        let read = reading::read_directory(tail, self.directory).map_err(|_| CheckError::Directory)?;
        let same = |(read, entry): (&Entry, &Entry)| *read == Entry { sha256: None, ..entry.clone() };
        if read.len() == self.entries.len() && read.iter().zip(&self.entries).all(same) {
            Ok(())
        } else {
            Err(CheckError::Directory)
        }
    }
}

/// The fingerprint of the form by which two names are the same on a system that ignores case.
fn folded(name: &str) -> u64 {
    xxh64(name.to_ascii_lowercase().as_bytes(), 0)
}
