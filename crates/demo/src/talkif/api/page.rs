//! One page of a list: `{"<key>":[..],"meta":{"total":..,"limit":..,"offset":..}}`.

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

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
