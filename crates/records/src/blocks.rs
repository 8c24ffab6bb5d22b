//! Bytes in blocks of one size.
//!
//! **They grow without being copied and leave no holes**: in a memory that never shrinks, six buffers that grow side by side
//! would cost several times what they hold.

use std::sync::Arc;

/// Bytes of one block.
const BLOCK_BYTES: usize = 256 << 10;
/// Less room than this at a block's end is left empty: a deflater wants more than a few bytes at a time.
const LEAST_ROOM: usize = 4 << 10;

/// A row of blocks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Blocks {
    /// Shared where the same data stands in two entries.
    full: Vec<Arc<Vec<u8>>>,
    last: Vec<u8>,
}

impl Blocks {
    /// Bytes in all blocks.
    #[must_use]
    pub fn len(&self) -> usize {
        self.full.iter().map(|block| block.len()).sum::<usize>() + self.last.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All bytes, copied into one piece.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.len());
        self.full.iter().for_each(|block| bytes.extend_from_slice(block));
        bytes.extend_from_slice(&self.last);
        bytes
    }

    /// These bytes, and others behind them. None is copied but those of the last block.
    #[must_use]
    pub(crate) fn followed_by(mut self, other: Self) -> Self {
        self.full.push(Arc::new(std::mem::take(&mut self.last)));
        self.full.extend(other.full);
        Self { full: self.full, last: other.last }
    }

    /// The block that is being filled; a new one where the last has little room. It must not grow beyond its capacity.
    pub(crate) fn room(&mut self) -> &mut Vec<u8> {
        if self.last.capacity() - self.last.len() < LEAST_ROOM {
            let last = std::mem::replace(&mut self.last, Vec::with_capacity(BLOCK_BYTES));
            if !last.is_empty() {
                self.full.push(Arc::new(last));
            }
        }
        &mut self.last
    }
}

impl IntoIterator for Blocks {
    type Item = Vec<u8>;
    type IntoIter = Row;

    fn into_iter(self) -> Row {
        Row { full: self.full.into_iter(), last: self.last }
    }
}

/// The blocks of a row, one after the other; one that another row has too is copied.
#[derive(Debug)]
pub struct Row {
    full: std::vec::IntoIter<Arc<Vec<u8>>>,
    last: Vec<u8>,
}

impl Iterator for Row {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let last = || Some(std::mem::take(&mut self.last)).filter(|last| !last.is_empty());
        self.full.next().map(Arc::unwrap_or_clone).or_else(last)
    }
}
