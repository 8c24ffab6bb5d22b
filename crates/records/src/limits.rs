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

/// Bytes of a record that fields are derived for, and of one such field; a larger record stays as it is.
pub const DERIVED_BYTES: usize = 1 << 20;

/// Records on one page, and members or elements of one value, at most.
pub const PAGE_RECORDS: usize = 1 << 17;

/// Bytes of records that are gathered by a key, at most, but for the record that crosses the line.
pub const GATHERED_BYTES: usize = 4 << 20;

/// Records, and bytes of them, that tell a table its columns.
pub const TABLE_RECORDS: usize = 1000;
/// See [`TABLE_RECORDS`].
pub const TABLE_BYTES: usize = 256 << 10;

/// Columns of a table at most.
pub const TABLE_COLUMNS: usize = 500;

/// Levels of objects whose members are columns of their own.
pub const TABLE_DEPTH: usize = 4;

/// Records that a schema is inferred from one by one, before it looks at samples only.
pub const SCHEMA_RECORDS: u64 = 1000;

/// One record in so many is looked at after that.
pub const SCHEMA_SAMPLE: u64 = 64;

/// Levels that a schema describes.
pub const SCHEMA_DEPTH: usize = 8;

/// Names of one object that a schema tells one by one.
pub const SCHEMA_NAMES: usize = 200;

/// Places of one stream's records that a schema describes, at most.
pub const SCHEMA_PLACES: usize = 2000;
