//! Text into deflated data, in chunks of a fixed size.

use flate2::{Compress, Compression, Crc, FlushCompress, Status};
use sha2::{Digest, Sha256};

use super::Segment;
use crate::blocks::Blocks;
use crate::limits::{CHUNK_BYTES, PART_DEFLATED_BYTES, PART_JSON_BYTES};

/// Deflate level: the archive is as small as what the browsers' own compression makes. Level 4 takes a quarter less time for deflating,
/// a tenth of an export over the fastest network, and 3% more bytes.
const LEVEL: u32 = 6;

/// Deflates text in chunks of a fixed size.
#[derive(Debug)]
pub struct Deflater {
    /// From the first chunk that is full on: it costs a third of a MiB.
    compress: Option<Compress>,
    chunk: Vec<u8>,
    deflated: Blocks,
    bytes: u64,
    crc32: Crc,
    sha256: Option<Sha256>,
}

impl Deflater {
    /// An empty segment; `hashed` decides whether its SHA-256 is taken.
    #[must_use]
    pub fn new(hashed: bool) -> Self {
        Self {
            compress: None,
            chunk: Vec::new(),
            deflated: Blocks::default(),
            bytes: 0,
            crc32: Crc::new(),
            sha256: hashed.then(Sha256::new),
        }
    }

    /// Adds text.
    pub fn write(&mut self, mut text: &[u8]) {
        while !text.is_empty() {
            let room = CHUNK_BYTES - self.chunk.len();
            let (now, later) = text.split_at(room.min(text.len()));
            self.chunk.extend_from_slice(now);
            if self.chunk.len() == CHUNK_BYTES {
                self.compress_chunk(FlushCompress::None);
            }
            text = later;
        }
    }

    /// Bytes so far, before compression.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes + self.chunk.len() as u64
    }

    /// Whether it holds as much as a part may.
    pub(super) fn is_full(&self) -> bool {
        self.bytes() >= PART_JSON_BYTES || self.deflated.len() >= PART_DEFLATED_BYTES
    }

    /// Ends a whole entry and begins the next segment.
    pub fn finish(&mut self) -> Segment {
        self.end(FlushCompress::Finish)
    }

    /// Ends a piece on a byte border, with more to come in the same entry, and begins the next segment.
    pub fn cut(&mut self) -> Segment {
        self.end(FlushCompress::Full)
    }

    /// Whether nothing had to be deflated yet.
    pub(super) const fn is_light(&self) -> bool {
        self.compress.is_none()
    }

    fn end(&mut self, flush: FlushCompress) -> Segment {
        self.compress_chunk(flush);
        if let Some(compress) = &mut self.compress {
            compress.reset();
        }
        Segment {
            deflated: std::mem::take(&mut self.deflated),
            bytes: std::mem::take(&mut self.bytes),
            crc32: std::mem::take(&mut self.crc32).sum(),
            sha256: self.sha256.as_mut().map(|sha256| sha256.finalize_reset().into()),
        }
    }

    fn compress_chunk(&mut self, flush: FlushCompress) {
        self.bytes += self.chunk.len() as u64;
        self.crc32.update(&self.chunk);
        if let Some(sha256) = &mut self.sha256 {
            sha256.update(&self.chunk);
        }
        let compress = self.compress.get_or_insert_with(|| Compress::new(Compression::new(LEVEL), false));
        let mut rest = self.chunk.as_slice();
        loop {
            let room = self.deflated.room();
            let before = compress.total_in();
            let status = compress.compress_vec(rest, room, flush);
            let is_full = room.len() == room.capacity();
            let taken = usize::try_from(compress.total_in() - before).unwrap_or(rest.len());
            rest = rest.get(taken..).unwrap_or_default();
            let is_over = matches!(status, Ok(Status::StreamEnd) | Err(_));
            if is_over || (rest.is_empty() && !is_full && flush != FlushCompress::Finish) {
                break;
            }
        }
        self.chunk.clear();
    }
}
