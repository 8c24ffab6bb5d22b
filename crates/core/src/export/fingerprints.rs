//! What makes a record itself, in 64 bits.

use carryall_protocol::catalog::Pointers;
use carryall_records::json::{lookup, scalar_text};
use xxhash_rust::xxh64::{Xxh64, xxh64};

/// A record's key, or the whole of it where it has none.
#[derive(Debug, Clone)]
pub(super) struct Fingerprints {
    key: Option<Pointers>,
}

impl Fingerprints {
    pub(super) fn new(key: Option<&Pointers>) -> Self {
        Self { key: key.cloned() }
    }

    /// The fingerprint of a record in a walk with this scope: keys are compared within one partition.
    pub(super) fn of(&self, record: &str, scope: u64) -> u64 {
        self.of_key(record, scope).unwrap_or_else(|| xxh64(record.as_bytes(), scope))
    }

    /// Nothing where a part of the key is missing or is no text or number.
    fn of_key(&self, record: &str, scope: u64) -> Option<u64> {
        let mut hash = Xxh64::new(scope.wrapping_add(1));
        for pointer in self.key.as_ref()?.pointers() {
            let value = lookup(record, pointer.tokens())?;
            scalar_text(value)?;
            hash.update(value.as_bytes());
            hash.update(b"\n");
        }
        Some(hash.digest())
    }
}
