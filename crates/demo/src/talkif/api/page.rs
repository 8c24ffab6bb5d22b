//! One page of a list: `{"<key>":[..],"meta":{"total":..,"limit":..,"offset":..}}`.

use std::ops::Range;

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use carryall_protocol::Timestamp;

use super::asked::Asked;
use crate::json::{Json, Secrets};
use crate::random::mix;

/// Room for a record of most streams.
const BYTES_PER_RECORD: usize = 720;

/// The page asked for, of a list of `total` records whose record at a position `write` writes. No page is larger than
/// `largest`.
///
/// `meta.limit` is at some offsets the size asked for and at others the count returned: it is not to be trusted.
pub(super) fn page(key: &str, asked: &Asked, largest: u64, total: u64, mut write: impl FnMut(u64, &mut Json)) -> Response {
    let first = asked.offset.min(total);
    let count = asked.limit.min(largest).min(total - first);
    let room = usize::try_from(count).unwrap_or_default().saturating_mul(BYTES_PER_RECORD);
    let mut json = Json::with_capacity(Secrets::Served, room + 256);
    json.item(|json| {
        json.list(key, |json| (first..first + count).for_each(|position| write(position, json)));
        json.object("meta", |json| {
            json.number("total", total);
            json.number("limit", if mix(asked.offset) & 1 == 0 { asked.limit } else { count });
            json.number("offset", asked.offset);
        });
    });
    ([(CONTENT_TYPE, "application/json")], json.into_bytes()).into_response()
}

/// The positions whose date lies within the bounds asked for, in a list of `length` that is newest first.
pub(super) fn between(length: u64, date: impl Fn(u64) -> Timestamp, asked: &Asked) -> Range<u64> {
    let start = asked.to.map_or(0, |to| first_not(length, |position| date(position) > to));
    let end = asked.from.map_or(length, |from| first_not(length, |position| date(position) >= from));
    start..end.max(start)
}

/// The first position where `holds` is false, given that it never becomes true again.
fn first_not(length: u64, holds: impl Fn(u64) -> bool) -> u64 {
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
        let asked = |from: Option<u64>, to: Option<u64>| Asked {
            limit: 20,
            offset: 0,
            from: from.map(Timestamp::from_secs),
            to: to.map(Timestamp::from_secs),
        };
        assert_eq!(between(5, date, &asked(None, None)), 0..5);
        assert_eq!(between(5, date, &asked(Some(70), Some(90))), 1..4);
        assert_eq!(between(5, date, &asked(Some(71), Some(89))), 2..3);
        assert_eq!(between(5, date, &asked(Some(101), None)), 0..0);
        assert_eq!(between(5, date, &asked(Some(90), Some(70))), 3..3);
    }
}
