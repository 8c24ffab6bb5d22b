//! Lists whose dates fall strictly: a bound is a binary search, and nothing is held.

use std::ops::{Range, RangeInclusive};

use carryall_protocol::Timestamp;

/// The positions whose date lies within the bounds, both inclusive, in a list of `length` that is newest first.
pub(crate) fn between(length: u64, date: impl Fn(u64) -> Timestamp, bounds: RangeInclusive<Option<Timestamp>>) -> Range<u64> {
    let (from, to) = bounds.into_inner();
    let start = to.map_or(0, |to| first_not(length, |position| date(position) > to));
    let end = from.map_or(length, |from| first_not(length, |position| date(position) >= from));
    start..end.max(start)
}

/// The first position where `holds` is false, given that it never becomes true again.
pub(crate) fn first_not(length: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, length);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_bounds_are_inclusive() {
        let date = |position: u64| Timestamp::from_secs(100 - position * 10);
        let found =
            |from: Option<u64>, to: Option<u64>| between(5, date, from.map(Timestamp::from_secs)..=to.map(Timestamp::from_secs));
        assert_eq!(found(None, None), 0..5);
        assert_eq!(found(Some(70), Some(90)), 1..4);
        assert_eq!(found(Some(71), Some(89)), 2..3);
        assert_eq!(found(Some(101), None), 0..0);
        assert_eq!(found(Some(90), Some(70)), 3..3);
    }
}
