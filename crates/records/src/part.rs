//! Records into parts: deflated JSON with its checksums, bounded by constants only.
//!
//! In the `files` layout a part is one whole archive entry, a JSON array with a record a line. In the `document` layout
//! it is a raw-deflate segment that ends on a byte border (a full flush), so that segments written at different times join
//! into one entry. **Part boundaries depend on the records alone**: text is compressed in chunks of a fixed size, so
//! neither the size of pages nor their order of arrival moves a boundary.

use carryall_protocol::StreamId;
use flate2::{Compress, Compression, Crc, FlushCompress, Status};
use sha2::{Digest, Sha256};

use crate::blocks::Blocks;
use crate::limits::{CHUNK_BYTES, PART_DEFLATED_BYTES, PART_JSON_BYTES};
use crate::redact::Redacted;

/// Deflate level: the archive is as small as what the browsers' own compression makes. Level 4 takes a quarter less time for deflating,
/// a tenth of an export over the fastest network, and 3% more bytes.
const LEVEL: u32 = 6;

/// What stands around the records of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    /// `[` and `]`: the part is a file of its own.
    Array,
    /// Nothing: the part is a piece of a larger array.
    Piece,
}

/// Deflated text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Raw deflate data (RFC 1951).
    pub deflated: Blocks,
    /// Bytes before compression.
    pub bytes: u64,
    /// CRC-32 of them.
    pub crc32: u32,
    /// SHA-256 of them; absent in pieces, whose digest is taken over the joined entry.
    pub sha256: Option<[u8; 32]>,
}

/// Consecutive records of one stream, ready to be appended to the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The stream.
    pub stream: StreamId,
    /// Its place among the stream's parts, from 1.
    pub number: u32,
    /// Records in it.
    pub records: u64,
    /// It lists the files that the stream's records tell of, and not the records.
    pub is_index: bool,
    /// Its text.
    pub segment: Segment,
}

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

    fn is_full(&self) -> bool {
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
    const fn is_light(&self) -> bool {
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

/// Fills the parts of one stream, one after the other.
#[derive(Debug)]
pub struct PartWriter {
    stream: StreamId,
    frame: Frame,
    /// From the first record of the first part on.
    deflater: Option<Deflater>,
    number: u32,
    records: u64,
}

impl PartWriter {
    /// Nothing written yet.
    #[must_use]
    pub fn new(stream: StreamId, frame: Frame) -> Self {
        Self { stream, frame, deflater: None, number: 1, records: 0 }
    }

    /// Adds a record; answers with a finished part where that filled it.
    pub fn push(&mut self, record: &Redacted<'_>) -> Option<Part> {
        self.push_own(record.as_str())
    }

    /// Adds a line of carryall's own, made of what was redacted before.
    pub fn push_own(&mut self, record: &str) -> Option<Part> {
        let lead: &[u8] = match (self.records, self.frame) {
            (0, Frame::Array) => b"[\n",
            (0, Frame::Piece) if self.number == 1 => b"",
            _ => b",\n",
        };
        let deflater = self.deflater();
        deflater.write(lead);
        deflater.write(record.as_bytes());
        let is_full = deflater.is_full();
        self.records += 1;
        is_full.then(|| self.end_part())
    }

    /// Whether a page of so many bytes can be added before anything has to be deflated: until then a part costs a chunk of text at
    /// most.
    #[must_use]
    pub fn stays_light(&self, page: usize) -> bool {
        let text = self.deflater.as_ref().map_or(0, Deflater::bytes);
        let is_light = self.number == 1 && self.deflater.as_ref().is_none_or(Deflater::is_light);
        // Shaping may make a record longer.
        is_light && text + 2 * page as u64 <= CHUNK_BYTES as u64
    }

    /// Ends the stream: the last part, if there is one. A stream without records is still one file, an empty array.
    pub fn finish(&mut self) -> Option<Part> {
        let owes_a_file = self.frame == Frame::Array && self.number == 1;
        let last = (self.records > 0 || owes_a_file).then(|| self.end_part());
        self.deflater = None;
        last
    }

    fn deflater(&mut self) -> &mut Deflater {
        let is_hashed = self.frame == Frame::Array;
        self.deflater.get_or_insert_with(|| Deflater::new(is_hashed))
    }

    fn end_part(&mut self) -> Part {
        let (records, frame) = (self.records, self.frame);
        let deflater = self.deflater();
        let segment = match frame {
            Frame::Array => {
                deflater.write(if records == 0 { b"[]\n" } else { b"\n]\n" });
                deflater.finish()
            }
            Frame::Piece => deflater.cut(),
        };
        let part = Part { stream: self.stream.clone(), number: self.number, records, is_index: false, segment };
        self.number += 1;
        self.records = 0;
        part
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::slice;
    use crate::redact::{Redactor, RemovedFields};
    use carryall_protocol::catalog::{Records, RecordsAt};
    use carryall_protocol::pointer::Pointer;
    use std::io::Read;

    fn inflate(data: &[u8]) -> String {
        let mut text = String::new();
        flate2::read::DeflateDecoder::new(data).read_to_string(&mut text).unwrap();
        text
    }

    fn parts(frame: Frame, records: &[String]) -> Vec<Part> {
        let mut writer = PartWriter::new(StreamId::new("calls").unwrap(), frame);
        let mut parts = Vec::new();
        for record in records {
            let page = format!("[{record}]");
            let mut arena = String::new();
            let records = Records::at(RecordsAt::Pointer(Pointer::default()));
            let slices = slice(page.as_bytes(), &records, &[], &mut arena).unwrap();
            parts.extend(writer.push(&Redactor::default().redact(slices.records[0], &mut RemovedFields::new()).unwrap()));
        }
        parts.extend(writer.finish());
        parts
    }

    #[test]
    fn a_part_is_an_array_with_a_record_a_line_and_its_true_checksums() {
        let parts = parts(Frame::Array, &["1".into(), "{\"a\":12.50}".into()]);
        let text = inflate(&parts[0].segment.deflated.to_vec());
        assert_eq!(text, "[\n1,\n{\"a\":12.50}\n]\n");
        assert_eq!(parts[0].segment.crc32, crc32fast::hash(text.as_bytes()));
        assert_eq!(parts[0].segment.sha256, Some(Sha256::digest(text.as_bytes()).into()));
        assert_eq!((parts.len(), parts[0].records, parts[0].segment.bytes), (1, 2, text.len() as u64));
    }

    #[test]
    fn an_empty_stream_is_an_empty_file_and_no_piece() {
        assert_eq!(inflate(&parts(Frame::Array, &[])[0].segment.deflated.to_vec()), "[]\n");
        assert!(parts(Frame::Piece, &[]).is_empty());
    }

    #[test]
    fn pieces_join_into_one_text_and_one_checksum() {
        let records: Vec<String> = (0..400).map(|i| format!("\"{}\"", format!("{i} ").repeat(20_000))).collect();
        let pieces = parts(Frame::Piece, &records);
        assert!(pieces.len() > 1, "{} pieces", pieces.len());
        let mut crc = crc32fast::Hasher::new();
        let mut data = Vec::new();
        for piece in &pieces {
            crc.combine(&crc32fast::Hasher::new_with_initial_len(piece.segment.crc32, piece.segment.bytes));
            data.extend_from_slice(&piece.segment.deflated.to_vec());
        }
        data.extend_from_slice(&[0x03, 0x00]);
        let text = inflate(&data);
        assert_eq!(text, records.join(",\n"));
        assert_eq!(crc.finalize(), crc32fast::hash(text.as_bytes()));
    }

    #[test]
    fn a_part_of_what_does_not_compress_stays_under_its_bound() {
        let mut state = 1u64;
        let mut noise = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            format!("{state:016x}")
        };
        let records: Vec<String> = (0..300).map(|_| format!("\"{}\"", (0..4096).map(|_| noise()).collect::<String>())).collect();
        let parts = parts(Frame::Array, &records);
        assert!(parts.len() > 1);
        for part in parts {
            assert!(part.segment.deflated.len() < PART_DEFLATED_BYTES + 2 * CHUNK_BYTES, "{}", part.segment.deflated.len());
            assert!(part.segment.bytes < PART_JSON_BYTES + (80 << 10));
        }
    }
}
