//! Reading an archive back before it is offered.
//!
//! Entries are read in the order of their bytes, header after data after header, as a forward-only reader would; every byte
//! is inflated and its CRC taken. **The check fetches nothing**: it says what range it wants and is fed it.

use std::ops::Range;

use flate2::{Crc, Decompress, FlushDecompress, Status};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::entry::Entry;
use super::reading::read_local;

/// Bytes asked for at a time: small reads are dear in a browser.
const READ_BYTES: u64 = 1 << 20;
/// Inflated at a time.
const INFLATE_BYTES: usize = 64 << 10;

/// What is wrong with an archive that was read back.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CheckError {
    /// An entry's header is not what was written.
    #[error("the archive is damaged: the header of {name} is not what was written; export again")]
    Header {
        /// The entry.
        name: String,
    },
    /// An entry's content is not what was written.
    #[error("the archive is damaged: the content of {name} is not what was written; export again")]
    Content {
        /// The entry.
        name: String,
    },
    /// The directory is not what was written.
    #[error("the archive is damaged: its directory is not what was written; export again")]
    Directory,
}

impl CheckError {
    /// The stable word on the wire.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "archive_damaged"
    }
}

/// One reading of a row of entries that lie next to each other.
#[derive(Debug)]
pub struct Check {
    entries: Vec<Entry>,
    at: usize,
    /// Where the last entry's data ends.
    end: u64,
    position: u64,
    inflate: Decompress,
    buffer: Vec<u8>,
    crc32: Crc,
    sha256: Option<Sha256>,
    bytes: u64,
    ended: bool,
}

impl Check {
    /// A reading of these entries, the last of which ends at `end`. Entries without a digest are hashed on the way.
    #[must_use]
    pub fn new(entries: Vec<Entry>, end: u64) -> Self {
        let position = entries.first().map_or(end, |entry| entry.offset);
        let mut check = Self {
            entries,
            at: 0,
            end,
            position,
            inflate: Decompress::new(false),
            buffer: vec![0; INFLATE_BYTES],
            crc32: Crc::new(),
            sha256: None,
            bytes: 0,
            ended: false,
        };
        check.begin_entry();
        check
    }

    /// The range to feed next; nothing once all is read.
    #[must_use]
    pub fn wants(&self) -> Option<Range<u64>> {
        let entry = self.entries.get(self.at)?;
        let data = self.data_start(entry);
        let end = if self.position < data { data } else { self.entry_end() };
        Some(self.position..end.min(self.position + READ_BYTES))
    }

    /// Takes the bytes of the range that [`Check::wants`] named.
    ///
    /// # Errors
    ///
    /// [`CheckError`] at the first entry that is not what was written.
    pub fn fill(&mut self, bytes: &[u8]) -> Result<(), CheckError> {
        let Some(entry) = self.entries.get(self.at) else { return Ok(()) };
        if self.wants().is_none_or(|range| range.end - range.start != bytes.len() as u64) {
            return Err(CheckError::Content { name: entry.name.clone() });
        }
        let is_header = self.position == entry.offset;
        let is_over = !is_header || entry.deflated == 0;
        if is_header {
            self.ended = entry.is_stored;
            self.check_header(bytes)?;
        } else if entry.is_stored {
            self.take(bytes);
        } else {
            self.inflate(bytes)?;
        }
        self.position += bytes.len() as u64;
        if is_over && self.position == self.entry_end() {
            self.end_entry()?;
        }
        Ok(())
    }

    /// The entries with every digest filled in, once [`Check::wants`] has nothing more.
    #[must_use]
    pub fn into_entries(self) -> Vec<Entry> {
        self.entries
    }

    /// Entries lie next to each other, so a header is what is left between the last entry and the data.
    fn data_start(&self, entry: &Entry) -> u64 {
        self.entry_end().saturating_sub(entry.deflated)
    }

    fn entry_end(&self) -> u64 {
        self.entries.get(self.at + 1).map_or(self.end, |next| next.offset)
    }

    fn begin_entry(&mut self) {
        self.inflate.reset(false);
        self.crc32.reset();
        self.bytes = 0;
        self.ended = false;
        let unhashed = self.entries.get(self.at).is_some_and(|entry| entry.sha256.is_none());
        self.sha256 = unhashed.then(Sha256::new);
    }

    fn check_header(&self, bytes: &[u8]) -> Result<(), CheckError> {
        let Some(entry) = self.entries.get(self.at) else { return Ok(()) };
        let expected = Entry { offset: 0, sha256: None, ..entry.clone() };
        if read_local(bytes).as_ref() == Ok(&expected) { Ok(()) } else { Err(CheckError::Header { name: entry.name.clone() }) }
    }

    fn inflate(&mut self, mut bytes: &[u8]) -> Result<(), CheckError> {
        while !self.ended {
            let (taken, given) = (self.inflate.total_in(), self.inflate.total_out());
            let status = self.inflate.decompress(bytes, &mut self.buffer, FlushDecompress::None);
            let status = status.map_err(|_| self.damaged())?;
            let taken = usize::try_from(self.inflate.total_in() - taken).unwrap_or(bytes.len());
            let given = usize::try_from(self.inflate.total_out() - given).unwrap_or(0);
            bytes = bytes.get(taken..).unwrap_or_default();
            let buffer = std::mem::take(&mut self.buffer);
            self.take(buffer.get(..given).unwrap_or_default());
            self.buffer = buffer;
            self.ended = status == Status::StreamEnd;
            if bytes.is_empty() && given < self.buffer.len() {
                return Ok(());
            }
            if taken == 0 && given == 0 {
                return Err(self.damaged());
            }
        }
        if bytes.is_empty() { Ok(()) } else { Err(self.damaged()) }
    }

    /// Takes a piece of an entry's content.
    fn take(&mut self, content: &[u8]) {
        self.crc32.update(content);
        if let Some(sha256) = &mut self.sha256 {
            sha256.update(content);
        }
        self.bytes += content.len() as u64;
    }

    fn end_entry(&mut self) -> Result<(), CheckError> {
        let crc32 = self.crc32.sum();
        let sha256 = self.sha256.take();
        let whole =
            self.entries.get(self.at).is_some_and(|entry| self.ended && crc32 == entry.crc32 && self.bytes == entry.bytes);
        if !whole {
            return Err(self.damaged());
        }
        if let (Some(sha256), Some(entry)) = (sha256, self.entries.get_mut(self.at)) {
            entry.sha256 = Some(sha256.finalize().into());
        }
        self.at += 1;
        self.begin_entry();
        Ok(())
    }

    fn damaged(&self) -> CheckError {
        CheckError::Content { name: self.entries.get(self.at).map(|entry| entry.name.clone()).unwrap_or_default() }
    }
}
