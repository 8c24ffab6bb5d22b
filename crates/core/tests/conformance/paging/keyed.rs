//! Pages that begin beyond a key of the page before.

use serde_json::{Value, json};

use super::{Family, Paging, array, page, text};
use crate::call::Call;
use crate::rows::read;
use crate::shelf::{Leaf, Shelf};

pub(super) fn all() -> Vec<Paging> {
    vec![
        new("key-newest", Family::Keyed, json!({"record_key": "/seq", "aggregate": "min"}), |shelf, call| {
            text(&array(&before(shelf, call)))
        })
        .with("records", json!({"pointer": ""})),
        new("key-oldest", Family::Keyed, json!({"record_key": "/seq", "aggregate": "max", "param": "after"}), |shelf, call| {
            let after: u64 = call.param("after").map_or(0, |after| after.parse().unwrap());
            page(&shelf.beyond(|row| row.seq > after, true, size(call)), &json!({}))
        }),
        new("key-last", Family::Keyed, json!({"record_key": "/seq", "has_more": "/more"}), |shelf, call| {
            let leaf = before(shelf, call);
            page(&leaf, &json!({"more": leaf.has_more}))
        }),
        new("key-total", Family::Keyed, json!({"record_key": "/seq", "total": "/total"}), |shelf, call| {
            let leaf = before(shelf, call);
            page(&leaf, &json!({"total": leaf.total}))
        }),
        new(
            "key-text",
            Family::Keyed,
            json!({"record_key": "/slug", "compare": "text", "aggregate": "max", "param": "from"}),
            |shelf, call| {
                let slug = call.param("from").unwrap_or("r-").to_owned();
                let is_beyond = |row: &crate::rows::Row| row.served.split("\"slug\":\"").nth(1).unwrap()[..9] > *slug;
                page(&shelf.beyond(is_beyond, true, size(call)), &json!({}))
            },
        ),
        new("time-newest", Family::Tied, json!({"record_key": "/at", "compare": "time", "aggregate": "min"}), |shelf, call| {
            let before = call.param("before").map_or(u64::MAX, read);
            page(&shelf.beyond(|row| row.at < before, false, size(call)), &json!({}))
        }),
        new(
            "time-oldest",
            Family::Tied,
            json!({"record_key": "/at", "compare": "time", "aggregate": "max", "param": "after"}),
            |shelf, call| {
                let after = call.param("after").map_or(0, read);
                page(&shelf.beyond(|row| row.at > after, true, size(call)), &json!({}))
            },
        ),
    ]
}

fn new(name: &'static str, family: Family, rest: Value, serve: fn(&mut Shelf, &Call) -> carryall_core::page::Page) -> Paging {
    let mut paginator = json!({"type": "last_record", "page_size": 1, "page_size_param": "limit"});
    paginator.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    Paging::new(name, family, paginator, serve)
}

fn size(call: &Call) -> usize {
    call.number("limit").unwrap()
}

fn before(shelf: &mut Shelf, call: &Call) -> Leaf {
    let before: u64 = call.param("before").map_or(u64::MAX, |before| before.parse().unwrap());
    shelf.beyond(|row| row.seq < before, false, size(call))
}
