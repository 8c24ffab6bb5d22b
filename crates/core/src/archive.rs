//! Parts into a zip, written through a window and read back.
//!
//! ```text
//! part -> append -> window -> drain (offset, bytes) -> staging
//!                                                        |
//! offered <- Directory check <- finish <- Check (every byte of every entry is read back)
//! ```
//!
//! **The archive never touches storage, and an archive is offered only after it was read back.** Every local header carries
//! exact sizes and CRC, so forward-only readers and recovery tools can walk it. After an error the writer is thrown away:
//! a half-written header must not reach storage.

mod check;
mod directory;
mod document;
mod window;

use std::collections::BTreeSet;
use std::io::{self, Read, Seek, SeekFrom};

use carryall_protocol::Timestamp;
use thiserror::Error;
use zip::{ZipArchive, ZipWriter};

pub use check::{Check, CheckError};
pub use directory::Entry;
pub use document::{Document, Piece, Step};
pub use window::Extent;
use window::Window;

use crate::entry_name::EntryName;
use crate::part::Segment;

/// Why an entry cannot be written.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// Another entry has this name, perhaps in another case.
    #[error("the archive already has an entry {name}")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// The zip writer refuses.
    #[error("the archive could not be written: {0}")]
    Zip(#[from] zip::result::ZipError),
}

impl ArchiveError {
    /// The stable word on the wire.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NameTaken { .. } => "entry_name_taken",
            Self::Zip(_) => "archive_not_written",
        }
    }
}

/// An archive under construction. It holds headers and one operation's bytes, never the data.
pub struct Archive {
    zip: ZipWriter<Window>,
    window: Window,
    modified: Timestamp,
    entries: Vec<Entry>,
    names: BTreeSet<String>,
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Archive").field("entries", &self.entries.len()).field("length", &self.window.length()).finish()
    }
}

impl Archive {
    /// An empty archive whose entries carry this time.
    #[must_use]
    pub fn create(modified: Timestamp) -> Self {
        let window = Window::default();
        Self { zip: ZipWriter::new(window.clone()), window, modified, entries: Vec::new(), names: BTreeSet::new() }
    }

    /// An archive that goes on after entries whose bytes are already in staging and end at `end`.
    ///
    /// # Errors
    ///
    /// [`ArchiveError::Zip`] where the entries make no directory.
    pub fn reopen(entries: Vec<Entry>, end: u64, modified: Timestamp) -> Result<Self, ArchiveError> {
        let window = Window::over(end, directory::write(&entries, end, modified));
        let zip = ZipWriter::new_append(window.clone())?;
        window.restart_at(end);
        let names = entries.iter().map(|entry| folded(&entry.name)).collect();
        Ok(Self { zip, window, modified, entries, names })
    }

    /// Appends an entry that is already deflated.
    ///
    /// # Errors
    ///
    /// [`ArchiveError`] where the name is taken or the writer refuses; the archive is of no use after the latter.
    pub fn append(&mut self, name: &EntryName, segment: Segment) -> Result<(), ArchiveError> {
        if !self.names.insert(name.folded()) {
            return Err(ArchiveError::NameTaken { name: name.to_string() });
        }
        let Segment { deflated, bytes, crc32, sha256 } = segment;
        let offset = self.window.position();
        let mut entry = Entry { name: name.to_string(), offset: 0, deflated: deflated.len() as u64, bytes, crc32, sha256 };
        let mut source = ZipArchive::new(OneEntry::new(&entry, deflated, self.modified))?;
        self.zip.raw_copy_file(source.by_index_raw(0)?)?;
        entry.offset = offset;
        self.entries.push(entry);
        Ok(())
    }

    /// Takes the bytes written since the last drain; they must reach staging before the next operation.
    pub fn drain(&mut self) -> Vec<Extent> {
        self.window.drain()
    }

    /// Everything appended so far, in order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Bytes of the archive so far.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.window.length()
    }

    /// Writes the directory: the archive is sealed once it is drained.
    ///
    /// # Errors
    ///
    /// [`ArchiveError::Zip`] where the writer refuses.
    pub fn finish(self) -> Result<Sealed, ArchiveError> {
        let directory = self.window.length();
        self.zip.finish()?;
        Ok(Sealed { extents: self.window.drain(), length: self.window.length(), directory, entries: self.entries })
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
        let read = directory::read(tail, self.directory).map_err(|_| CheckError::Directory)?;
        let same = |(read, entry): (&Entry, &Entry)| *read == Entry { sha256: None, ..entry.clone() };
        if read.len() == self.entries.len() && read.iter().zip(&self.entries).all(same) {
            Ok(())
        } else {
            Err(CheckError::Directory)
        }
    }
}

/// The form by which two names are the same on a system that ignores case.
fn folded(name: &str) -> String {
    EntryName::new(name.split('/')).folded()
}

/// A zip of one entry whose data is already deflated: what the zip crate copies raw.
struct OneEntry {
    head: Vec<u8>,
    data: Vec<u8>,
    tail: Vec<u8>,
    position: u64,
}

impl OneEntry {
    fn new(entry: &Entry, data: Vec<u8>, modified: Timestamp) -> Self {
        let head = entry.local_header(modified);
        let end = (head.len() + data.len()) as u64;
        Self { tail: directory::write(std::slice::from_ref(entry), end, modified), head, data, position: 0 }
    }

    fn rest(&self) -> &[u8] {
        let mut at = usize::try_from(self.position).unwrap_or(usize::MAX);
        for piece in [&self.head, &self.data, &self.tail] {
            if let Some(rest) = piece.get(at..).filter(|rest| !rest.is_empty()) {
                return rest;
            }
            at = at.saturating_sub(piece.len());
        }
        &[]
    }
}

impl Read for OneEntry {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.rest().read(into)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for OneEntry {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let length = (self.head.len() + self.data.len() + self.tail.len()) as u64;
        let position = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(by) => length.checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        self.position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}
