//! Files that records tell of, as the edge fetches them.
//!
//! ```text
//! Action::FetchMedia -> handle_media_head -> handle_media_bytes* -> handle_media_end
//!                            |                    |                     \-> Action::Keep | Action::FetchMedia again
//!                            \-> stop             \-> writes to the scratch
//! ```
//!
//! **A file comes into the archive only once it is whole**: until then its bytes lie in a scratch beside it, in blocks that are
//! used again. It is hashed once, while it comes.

use std::ops::Range;

use crate::archive::Content;
use crate::entry_name::EntryName;

/// Bytes of one block of the scratch; of a file in memory at most.
pub const BLOCK_BYTES: usize = 256 << 10;

/// The response headers that are read, in lower case. Those that a host does not expose are absent.
pub const HEADERS: [&str; 6] = ["content-length", "content-range", "content-type", "etag", "last-modified", "retry-after"];

/// Names one transfer from [`Action::FetchMedia`](crate::Action::FetchMedia) to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MediaId(pub(crate) u64);

/// What to fetch: with GET, without credentials, following no redirect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaRequest {
    /// To be handed back with whatever comes.
    pub id: MediaId,
    /// The address; its origin is one of the catalog's.
    pub url: String,
    /// What is there already: with more than nothing, `Range: bytes=<from>-` (RFC 9110 section 14.2).
    pub from: u64,
    /// `If-Range` (RFC 9110 section 13.1.5), where the host has given a validator.
    pub if_range: Option<String>,
}

/// The beginning of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MediaHead {
    /// The HTTP status.
    pub status: u16,
    /// Those of [`HEADERS`] that could be read.
    pub headers: Vec<(String, String)>,
}

impl MediaHead {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.header(name)?.trim().parse().ok()
    }
}

/// A whole file, to be put into the archive before the next poll: its blocks in the scratch in their order, then its rest.
#[derive(Debug, PartialEq, Eq)]
pub struct MediaFile {
    /// Its name there.
    pub name: EntryName,
    /// Its length and checksums.
    pub content: Content,
    /// Where it lies in the scratch.
    pub ranges: Vec<Range<u64>>,
    /// What never was there.
    pub rest: Vec<u8>,
}
