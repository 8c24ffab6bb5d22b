//! Records into parts: deflated text with its checksums, bounded by constants only.
//!
//! | kind | what a part is | its text |
//! |---|---|---|
//! | [`Kind::Array`] | a file | a JSON array, an element a line |
//! | [`Kind::Lines`] | a file | an element a line and nothing else (NDJSON) |
//! | [`Kind::Table`] | a file | rows of cells (CSV): a view of the array beside it |
//! | [`Kind::Script`] | a file | the array beside it, behind a name for it |
//! | [`Kind::Index`] | a file | a JSON array of what is told beside the records |
//! | [`Kind::Piece`] | a raw-deflate segment that ends on a byte border (a full flush) | elements of a larger array |
//!
//! An element is a record, or several of one key that were gathered. **Part boundaries depend on the records alone**: text is
//! compressed in chunks of a fixed size, so neither the size of pages nor their order of arrival moves a boundary. Where a
//! stream has two kinds of files, those of one number hold the same records.

mod deflater;
mod outputs;
mod writer;

use carryall_protocol::StreamId;

use crate::blocks::Blocks;
pub use deflater::Deflater;
pub use outputs::Outputs;
pub(crate) use writer::Writer;

/// What the text of a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A JSON array, a file of its own.
    Array,
    /// An element a line, a file of its own.
    Lines,
    /// A table for spreadsheets, a file of its own.
    Table,
    /// A script that gives a JSON array a name, a file of its own.
    Script,
    /// Elements of a larger array.
    Piece,
    /// A JSON array of what is told beside the records, a file of its own.
    Index,
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
    /// What its text is.
    pub kind: Kind,
    /// Its place among the stream's parts of its kind, from 1.
    pub number: u32,
    /// Records in it.
    pub records: u64,
    /// Elements in it: as many, unless records are gathered.
    pub elements: u64,
    /// Its text.
    pub segment: Segment,
}
