//! Every bound in one place, so that the memory law can be added up (DESIGN section 9): at most 96 MiB of wasm memory, whatever the
//! data. Six open parts are 40 MiB, the texts of the other open streams 2, pages that came early 8, the page being packed 16, the parts it finishes meanwhile 16; two
//! million keys take 16. A record that is changed takes its size twice while it is, given back whole with its page. Not all of these come together; `tests/memory.rs` measures
//! those that do. Bodies that are not whole yet are no business of the wasm memory.

pub use carryall_records::limits::{CHUNK_BYTES, PAGE_RECORDS, PART_DEFLATED_BYTES, PART_JSON_BYTES, RECORD_DEPTH};

/// Bytes of one page at most; a larger one is refused while it streams.
pub const PAGE_BYTES: usize = 16 << 20;

/// Parts being deflated at the same time: a table beside the records, and what is gathered by a key, count as one more each; streams that are read for each other's records may pass this.
pub const OPEN_PARTS: usize = 6;

/// Streams being read at the same time. All but those of the deflated parts hold one chunk of text at most.
pub const OPEN_STREAMS: usize = 40;

/// Bytes of pages that arrived early and, as far as the largest page so far tells, of requests in flight, taken together.
pub const LOOKAHEAD_BYTES: usize = 8 << 20;

/// Requests in flight unless the page asks for another number.
pub const CONCURRENCY: u8 = 8;

/// Requests in flight at most, whatever is asked.
pub const MAX_CONCURRENCY: u8 = 40;

/// Times in a row that the page's credentials are refreshed for one request.
pub const AUTH_REFRESHES: u32 = 2;

/// Bytes of parent keys waiting for their partitions, beyond which nothing more is asked of the parent.
pub const WAITING_KEY_BYTES: usize = 1 << 20;
