//! Every bound in one place, so that the memory law can be added up (DESIGN section 9): six open parts, the look-ahead,
//! one page being packed and one part on its way to staging stay under 96 MiB of wasm memory, whatever the data.

/// Bytes of one page at most; a larger one is refused while it streams.
pub const PAGE_BYTES: usize = 16 << 20;

/// Bytes of JSON in one part at most, but for the record that crosses the line.
pub const PART_JSON_BYTES: u64 = 16 << 20;

/// Bytes of deflated data in one part at most, but for the last chunk.
pub const PART_DEFLATED_BYTES: usize = 6 << 20;

/// Parts being filled at the same time; a stream and those that are read for its records begin together, and may pass this.
pub const OPEN_PARTS: usize = 6;

/// Bytes of pages that arrived early and, as far as the largest page so far tells, of requests in flight, taken together.
pub const LOOKAHEAD_BYTES: usize = 16 << 20;

/// Requests in flight unless the page asks for another number.
pub const CONCURRENCY: u8 = 6;

/// Requests in flight at most, whatever is asked.
pub const MAX_CONCURRENCY: u8 = 40;

/// JSON is compressed in chunks of this size, so that part boundaries do not depend on the size of pages.
pub const CHUNK_BYTES: usize = 64 << 10;

/// Levels of nesting a record may have.
pub const RECORD_DEPTH: usize = 128;

/// Records on one page, and members or elements of one value, at most.
pub const PAGE_RECORDS: usize = 1 << 17;

/// Times in a row that the page's credentials are refreshed for one request.
pub const AUTH_REFRESHES: u32 = 2;

/// Bytes of parent keys waiting for their partitions, beyond which nothing more is asked of the parent.
pub const WAITING_KEY_BYTES: usize = 1 << 20;
