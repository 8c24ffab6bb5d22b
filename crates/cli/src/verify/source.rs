//! The file, read in ranges: **it is never held whole**.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// A file of known length.
#[derive(Debug)]
pub(crate) struct Source {
    file: File,
    length: u64,
}

impl Source {
    /// # Errors
    ///
    /// Where it cannot be read, or is no file that can be read from any place.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let data = file.metadata()?;
        if !data.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"));
        }
        Ok(Self { length: data.len(), file })
    }

    pub(crate) const fn length(&self) -> u64 {
        self.length
    }

    /// The bytes from one place to another, as far as there are any.
    pub(crate) fn range(&self, start: u64, end: u64) -> Range<'_> {
        Range { file: &self.file, at: start, end: end.min(self.length) }
    }

    /// A few bytes at a place, as far as there are any.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read.
    pub(crate) fn bytes(&self, start: u64, length: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.range(start, start.saturating_add(length)).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// A range of the file.
#[derive(Debug)]
pub(crate) struct Range<'a> {
    file: &'a File,
    at: u64,
    end: u64,
}

impl Read for Range<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let room = buffer.len().min(left);
        let Some(buffer) = buffer.get_mut(..room).filter(|buffer| !buffer.is_empty()) else { return Ok(0) };
        // Several ranges of a file are read in turn, so each knows its place.
        self.file.seek(SeekFrom::Start(self.at))?;
        let read = self.file.read(buffer)?;
        self.at += read as u64;
        Ok(read)
    }
}
