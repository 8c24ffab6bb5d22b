//! SplitMix64 (Steele, Lea, Flood 2014): the source of everything invented here.
//!
//! **A value depends on its coordinates alone** (seed, account, stream, index), never on what was drawn before, so any
//! record can be made without making its neighbours. Not for secrets: those come from the operating system.

/// A short run of numbers that belongs to one record.
pub(crate) struct Random {
    state: u64,
}

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Random {
    /// The run at these coordinates.
    pub(crate) fn at(coordinates: &[u64]) -> Self {
        Self { state: coordinates.iter().fold(STEP, |state, part| mix(state ^ part.wrapping_mul(STEP))) }
    }

    /// The next 64 bits.
    pub(crate) const fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        mix(self.state)
    }

    /// The next number below `bound`; 0 where `bound` is 0.
    pub(crate) const fn below(&mut self, bound: u64) -> u64 {
        ((self.next() as u128 * bound as u128) >> 64) as u64
    }

    /// The next number from `low` to `high`, both possible.
    pub(crate) const fn within(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// True once in `n` times.
    pub(crate) const fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// One of these.
    pub(crate) const fn pick<T: Copy, const N: usize>(&mut self, from: &[T; N]) -> T {
        from[self.below(N as u64) as usize]
    }
}

/// Spreads 64 bits over 64 bits, reversibly.
pub(crate) const fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_coordinates_give_the_same_run() {
        let run = |parts: &[u64]| {
            let mut random = Random::at(parts);
            [random.next(), random.next(), random.next()]
        };
        assert_eq!(run(&[7, 1, 2]), run(&[7, 1, 2]));
        assert_ne!(run(&[7, 1, 2]), run(&[7, 2, 1]));
        assert_ne!(run(&[7, 1, 2]), run(&[8, 1, 2]));
    }

    #[test]
    fn a_number_stays_within_its_bounds() {
        let mut random = Random::at(&[1]);
        assert!((0..10_000).all(|_| random.below(3) < 3));
        assert!((0..10_000).all(|_| (5..=9).contains(&random.within(5, 9))));
        assert_eq!(random.below(0), 0);
    }
}
