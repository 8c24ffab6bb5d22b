//! The content of an entry, as a reader that inflates, sums and **stops where more comes than the entry says it holds**.

use std::io::{self, BufRead, BufReader, Read};

use flate2::{Crc, Decompress, FlushDecompress, Status};
use sha2::{Digest, Sha256};

use super::source::{Range, Source};
use super::zip::{Entry, Zip};

/// Read from the file at a time.
const READ_BYTES: usize = 256 << 10;

/// What is wrong with a content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Damage {
    /// It does not inflate.
    #[error("its data is damaged")]
    Deflate,
    /// Its data is over before its content is.
    #[error("its data ends too early")]
    Cut,
    /// Data is left when the content is over.
    #[error("its data goes on after its end")]
    Rest,
    /// It has more bytes than stated: reading was stopped there.
    #[error("it has more bytes than it says; it was not read further")]
    Longer,
    /// It has fewer.
    #[error("it has fewer bytes than it says")]
    Shorter,
    /// Its CRC-32 is another.
    #[error("its checksum (CRC-32) is wrong")]
    Sum,
}

impl Damage {
    /// The damage that an error of reading stands for.
    ///
    /// # Errors
    ///
    /// The error itself, where the file could not be read.
    pub(crate) fn of(error: io::Error) -> io::Result<Self> {
        error.downcast()
    }

    fn error(self) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, self)
    }
}

/// A content that is being read.
pub(crate) struct Content<'a> {
    raw: BufReader<Range<'a>>,
    /// Nothing where the data is the content.
    inflate: Option<Decompress>,
    ended: bool,
    crc: Crc,
    sha256: Sha256,
    read: u64,
    stated: u64,
    crc32: u32,
}

impl<'a> Content<'a> {
    pub(crate) fn of(source: &'a Source, entry: &Entry) -> Self {
        let range = source.range(entry.data, entry.data.saturating_add(entry.deflated));
        // A small entry needs no large buffer: there may be many.
        let room = usize::try_from(entry.deflated).map_or(READ_BYTES, |bytes| bytes.clamp(512, READ_BYTES));
        Self {
            raw: BufReader::with_capacity(room, range),
            inflate: (!entry.is_stored).then(|| Decompress::new(false)),
            ended: false,
            crc: Crc::new(),
            sha256: Sha256::new(),
            read: 0,
            stated: entry.bytes,
            crc32: entry.crc32,
        }
    }

    /// Reads what is left, and gives the SHA-256 of all.
    ///
    /// # Errors
    ///
    /// A [`Damage`], or where the file cannot be read.
    pub(crate) fn finish(mut self) -> io::Result<[u8; 32]> {
        let mut buffer = vec![0; READ_BYTES.min(usize::try_from(self.stated).unwrap_or(READ_BYTES)).max(512)];
        while self.read(&mut buffer)? > 0 {}
        if self.read < self.stated {
            return Err(Damage::Shorter.error());
        }
        if !self.raw.fill_buf()?.is_empty() {
            return Err(Damage::Rest.error());
        }
        match self.crc.sum() == self.crc32 {
            true => Ok(self.sha256.finalize().into()),
            false => Err(Damage::Sum.error()),
        }
    }

    fn inflate(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let Some(inflate) = &mut self.inflate else { return self.raw.read(out) };
        while !self.ended {
            let input = self.raw.fill_buf()?;
            let is_over = input.is_empty();
            let (taken, given) = (inflate.total_in(), inflate.total_out());
            let status = inflate.decompress(input, out, FlushDecompress::None).map_err(|_| Damage::Deflate.error())?;
            self.raw.consume(usize::try_from(inflate.total_in() - taken).unwrap_or(usize::MAX));
            self.ended = status == Status::StreamEnd;
            match usize::try_from(inflate.total_out() - given) {
                Ok(given) if given > 0 => return Ok(given),
                _ if is_over && !self.ended => return Err(Damage::Cut.error()),
                _ => {}
            }
        }
        Ok(0)
    }
}

impl Read for Content<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        let given = self.inflate(out)?;
        self.read += given as u64;
        if self.read > self.stated {
            return Err(Damage::Longer.error());
        }
        let content = out.get(..given).unwrap_or_default();
        self.crc.update(content);
        self.sha256.update(content);
        Ok(given)
    }
}

/// The content of a file that is small enough to be held; or why there is none, in words.
///
/// # Errors
///
/// Where the file cannot be read.
pub(crate) fn small(zip: &Zip<'_>, name: &str, limit: u64) -> io::Result<Result<Vec<u8>, String>> {
    let Some(entry) = zip.entry(name) else { return Ok(Err(format!("{name} is missing"))) };
    if entry.bytes > limit {
        return Ok(Err(format!("{name} has {} bytes; at most {limit} are read", entry.bytes)));
    }
    let mut content = Content::of(zip.source, entry);
    let mut bytes = Vec::new();
    let read = content.read_to_end(&mut bytes).and_then(|_| content.finish());
    match read {
        Ok(_) => Ok(Ok(bytes)),
        Err(error) => Ok(Err(format!("{name}: {}", Damage::of(error)?))),
    }
}
