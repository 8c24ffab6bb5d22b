//! What one page, one record and one part may hold. The other bounds, and how they add up, are the core's.

/// Bytes of JSON in one part at most, but for the record that crosses the line.
pub const PART_JSON_BYTES: u64 = 16 << 20;

/// Bytes of deflated data in one part at most, but for the last chunk.
pub const PART_DEFLATED_BYTES: usize = 6 << 20;

/// JSON is compressed in chunks of this size, so that part boundaries do not depend on the size of pages.
pub const CHUNK_BYTES: usize = 64 << 10;

/// Levels of nesting a record may have.
pub const RECORD_DEPTH: usize = 128;

/// Bytes of one record once a catalog's rules have changed it, at most: a page of records, and some more.
pub const SHAPED_BYTES: usize = 20 << 20;

/// Records on one page, and members or elements of one value, at most.
pub const PAGE_RECORDS: usize = 1 << 17;
