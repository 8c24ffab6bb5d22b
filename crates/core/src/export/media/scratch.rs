//! Where the bytes of files lie until they are whole: blocks of one size, used again and again.

use std::ops::Range;

use crate::media::BLOCK_BYTES;

/// Which blocks are free.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    free: Vec<u32>,
    /// Blocks that were ever used.
    used: u32,
}

impl Scratch {
    /// A block that nobody has.
    pub(super) fn take(&mut self) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            self.used += 1;
            self.used - 1
        })
    }

    /// Gives blocks back.
    pub(super) fn give(&mut self, blocks: &[u32]) {
        self.free.extend(blocks.iter().rev());
    }
}

/// Where a block begins.
pub(super) const fn start(block: u32) -> u64 {
    block as u64 * BLOCK_BYTES as u64
}

/// So many bytes in these blocks, those that lie next to each other as one range.
pub(super) fn ranges(blocks: &[u32], bytes: u64) -> Vec<Range<u64>> {
    let mut ranges: Vec<Range<u64>> = Vec::new();
    let mut left = bytes;
    for block in blocks {
        let (from, length) = (start(*block), left.min(BLOCK_BYTES as u64));
        left -= length;
        match ranges.last_mut().filter(|last| last.end == from) {
            Some(last) => last.end += length,
            None => ranges.push(from..from + length),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_used_again_and_neighbours_are_one_range() {
        let mut scratch = Scratch::default();
        let first: Vec<u32> = (0..3).map(|_| scratch.take()).collect();
        let second = scratch.take();
        scratch.give(&first);
        let again: Vec<u32> = (0..4).map(|_| scratch.take()).collect();
        assert_eq!((first, second, again.as_slice()), (vec![0, 1, 2], 3, &[0, 1, 2, 4][..]));
        let block = BLOCK_BYTES as u64;
        assert_eq!(ranges(&again, 3 * block + 5), [0..3 * block, 4 * block..4 * block + 5]);
        assert_eq!(ranges(&[], 0), []);
    }
}
