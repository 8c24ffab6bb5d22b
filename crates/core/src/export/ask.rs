//! What one request asks beside what its stream always asks.

use carryall_protocol::Timestamp;

/// What tells one page of a walk from the others.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Ask {
    /// Nothing: the first page of a walk that goes from page to page, or the only one.
    Plain,
    /// So many records from an offset on.
    Window {
        /// Records before it.
        offset: u64,
        /// Records asked for.
        limit: u32,
    },
    /// The page of this number.
    Number(u64),
    /// What the answer before named: a cursor, or a record's key.
    Token(String),
    /// The address that the answer before named: path and query below the base address.
    Link(String),
    /// Members that the answer before named, all of them query parameters.
    Members(Vec<(String, String)>),
    /// A slice of time.
    Slice {
        /// Its beginning.
        from: Timestamp,
        /// Its end.
        to: Timestamp,
    },
}
