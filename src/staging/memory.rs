//! Staging in memory, where the browser has no private file system (private windows, WebKitGTK).
//!
//! The bytes live in JavaScript buffers, not in WebAssembly memory, which never shrinks. Closing the tab loses them.

use std::ops::Range;

use carryall_core::package::Place;
use js_sys::{Array, Uint8Array};
use web_sys::{Blob, BlobPropertyBag};

use super::StagingError;

/// Bytes of one buffer.
const CHUNK_BYTES: usize = 1 << 20;
/// Buffers at most, of the archive and what is made beside it: a gibibyte.
const CHUNKS: usize = 1024;

/// A file in memory.
#[derive(Debug, Default)]
struct File {
    chunks: Vec<Uint8Array>,
    length: u64,
}

/// The archive, and what is made beside it, in memory.
#[derive(Debug, Default)]
pub struct Memory {
    archive: File,
    segments: File,
    media: File,
}

impl Memory {
    /// Writes at an offset.
    ///
    /// # Errors
    ///
    /// [`StagingError::MemoryFull`] past the ceiling.
    pub fn write(&mut self, place: Place, offset: u64, bytes: &[u8]) -> Result<(), StagingError> {
        let used: usize = [&self.archive, &self.segments, &self.media].iter().map(|file| file.chunks.len()).sum();
        let file = match place {
            Place::Archive => &mut self.archive,
            Place::Segments => &mut self.segments,
            Place::Media => &mut self.media,
        };
        let others = used - file.chunks.len();
        file.write(offset, bytes, CHUNKS - others)
    }

    /// Reads a range.
    ///
    /// # Errors
    ///
    /// [`StagingError::Broken`] where it was not written.
    pub fn read(&self, place: Place, range: &Range<u64>) -> Result<Vec<u8>, StagingError> {
        match place {
            Place::Archive => self.archive.read(range),
            Place::Segments => self.segments.read(range),
            Place::Media => self.media.read(range),
        }
    }

    /// The archive as a blob.
    ///
    /// # Errors
    ///
    /// [`StagingError::Broken`] where the browser makes none.
    pub fn into_blob(self) -> Result<Blob, StagingError> {
        let parts = Array::new();
        let mut left = self.archive.length;
        for chunk in &self.archive.chunks {
            let length = u32::try_from(left.min(CHUNK_BYTES as u64)).unwrap_or(0);
            parts.push(&chunk.subarray(0, length));
            left -= u64::from(length);
        }
        let options = BlobPropertyBag::new();
        options.set_type("application/zip");
        Blob::new_with_u8_array_sequence_and_options(&parts, &options).map_err(|error| StagingError::from_js(&error))
    }
}

impl File {
    fn write(&mut self, offset: u64, bytes: &[u8], chunks: usize) -> Result<(), StagingError> {
        let full = StagingError::MemoryFull { limit_mib: (CHUNKS * CHUNK_BYTES) >> 20 };
        let mut at = usize::try_from(offset).map_err(|_| StagingError::Full)?;
        let end = at.checked_add(bytes.len()).filter(|end| *end <= chunks * CHUNK_BYTES).ok_or(full)?;
        while self.chunks.len() * CHUNK_BYTES < end {
            self.chunks.push(Uint8Array::new_with_length(1 << 20));
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(CHUNK_BYTES - at % CHUNK_BYTES));
            if let Some(chunk) = self.chunks.get(at / CHUNK_BYTES) {
                span(chunk, at % CHUNK_BYTES, now.len()).copy_from(now);
            }
            at += now.len();
            rest = later;
        }
        self.length = self.length.max(end as u64);
        Ok(())
    }

    fn read(&self, range: &Range<u64>) -> Result<Vec<u8>, StagingError> {
        let missing = || StagingError::Broken("OutOfRange".to_owned());
        if range.end > self.length {
            return Err(missing());
        }
        let mut at = usize::try_from(range.start).map_err(|_| missing())?;
        let mut bytes = vec![0; usize::try_from(range.end - range.start).map_err(|_| missing())?];
        let mut rest = bytes.as_mut_slice();
        while !rest.is_empty() {
            let (now, later) = rest.split_at_mut(rest.len().min(CHUNK_BYTES - at % CHUNK_BYTES));
            let chunk = self.chunks.get(at / CHUNK_BYTES).ok_or_else(missing)?;
            span(chunk, at % CHUNK_BYTES, now.len()).copy_to(now);
            at += now.len();
            rest = later;
        }
        Ok(bytes)
    }
}

/// A view into a buffer; both numbers are at most its length.
fn span(chunk: &Uint8Array, start: usize, length: usize) -> Uint8Array {
    let number = |value: usize| u32::try_from(value).unwrap_or(0);
    chunk.subarray(number(start), number(start + length))
}
