//! Bytes in blocks of one size.
//!
//! **They grow without being copied and leave no holes**: in a memory that never shrinks, six buffers that grow side by side
//! would cost several times what they hold.

/// Bytes of one block.
const BLOCK_BYTES: usize = 256 << 10;
/// Less room than this at a block's end is left empty: a deflater wants more than a few bytes at a time.
const LEAST_ROOM: usize = 4 << 10;

/// A row of blocks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Blocks {
    full: Vec<Vec<u8>>,
    last: Vec<u8>,
}

impl Blocks {
    /// Bytes in all blocks.
    #[must_use]
    pub fn len(&self) -> usize {
        self.full.iter().map(Vec::len).sum::<usize>() + self.last.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All bytes, copied into one piece.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        let mut bytes = self.full.concat();
        bytes.extend_from_slice(&self.last);
        bytes
    }

    /// The block that is being filled; a new one where the last has little room. It must not grow beyond its capacity.
    pub(crate) fn room(&mut self) -> &mut Vec<u8> {
        if self.last.capacity() - self.last.len() < LEAST_ROOM {
            let last = std::mem::replace(&mut self.last, Vec::with_capacity(BLOCK_BYTES));
            if !last.is_empty() {
                self.full.push(last);
            }
        }
        &mut self.last
    }
}

impl IntoIterator for Blocks {
    type Item = Vec<u8>;
    type IntoIter = std::iter::Chain<std::vec::IntoIter<Vec<u8>>, std::option::IntoIter<Vec<u8>>>;

    fn into_iter(self) -> Self::IntoIter {
        let last = (!self.last.is_empty()).then_some(self.last);
        self.full.into_iter().chain(last)
    }
}
