//! What is open around a place, as one bit a level: a page of brackets alone costs an eighth of its size.

/// What an opened level is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opened {
    Array,
    Object,
}

/// The open levels, innermost last. The innermost 64 lie in one word.
#[derive(Debug)]
pub(super) struct Nesting {
    word: u64,
    depth: usize,
    deepest: usize,
    outer: Vec<u64>,
}

impl Nesting {
    pub(super) const fn new() -> Self {
        Self { word: 0, depth: 0, deepest: 0, outer: Vec::new() }
    }

    /// Goes a level in.
    pub(super) fn open(&mut self, opened: Opened) {
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            self.outer.push(self.word);
        }
        self.word = self.word << 1 | u64::from(opened == Opened::Object);
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
    }

    /// The most levels that were open at once since this was asked the last time.
    pub(super) const fn take_deepest(&mut self) -> usize {
        std::mem::replace(&mut self.deepest, self.depth)
    }

    /// What the innermost level is.
    pub(super) const fn innermost(&self) -> Option<Opened> {
        match (self.depth, self.word & 1) {
            (0, _) => None,
            (_, 0) => Some(Opened::Array),
            _ => Some(Opened::Object),
        }
    }

    /// Goes a level out.
    pub(super) fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.word >>= 1;
        if self.depth > 0
            && self.depth.is_multiple_of(64)
            && let Some(word) = self.outer.pop()
        {
            self.word = word;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn levels_are_closed_in_the_order_they_were_opened(levels in prop::collection::vec(any::<bool>(), 0..300)) {
            let of = |object: bool| if object { Opened::Object } else { Opened::Array };
            let mut nesting = Nesting::new();
            levels.iter().for_each(|object| nesting.open(of(*object)));
            for object in levels.iter().rev() {
                prop_assert_eq!(nesting.innermost(), Some(of(*object)));
                nesting.close();
            }
            prop_assert_eq!(nesting.innermost(), None);
        }
    }
}
