//! Pages and records that are numbered, and lists that come whole.

use carryall_core::page::Page;
use serde_json::json;

use super::{Family, Paging, array, headed, page, page_in, text};
use crate::call::Call;
use crate::shelf::{Leaf, Shelf};

pub(super) fn all() -> Vec<Paging> {
    [single(), numbered(), by_offset()].concat()
}

fn single() -> Vec<Paging> {
    let single = |name, serve| Paging::new(name, Family::Single, json!({"type": "single_page"}), serve);
    let mut map = single("single-map", |shelf, _| {
        let leaf = shelf.placed(0, usize::MAX, false);
        let entries: Vec<String> = leaf.rows.iter().map(|row| format!("\"{}\": {}", row.seq, row.served)).collect();
        text(&format!("{{\"notes\": {{{}}}}}", entries.join(", ")))
    });
    map.kept = |row| format!("{{\"key\":\"{}\",\"value\":{}}}", row.seq, row.kept);
    vec![
        single("single", |shelf, _| page(&shelf.placed(0, usize::MAX, false), &json!({}))),
        single("single-array", |shelf, _| text(&array(&shelf.placed(0, usize::MAX, false))))
            .with("records", json!({"pointer": ""})),
        map.with("records", json!({"entries": "/notes"})).with("primary_key", json!("/key")),
    ]
}

fn numbered() -> Vec<Paging> {
    let sized = |rest: serde_json::Value| {
        let mut paginator = json!({"type": "page_number", "page_size": 1, "page_size_param": "per_page"});
        paginator.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        paginator
    };
    let new = |name, rest, serve| Paging::new(name, Family::Numbered, sized(rest), serve);
    let post = json!({"method": "POST", "safe": true, "path": "/number-post", "body": {"scope": "all"}});
    vec![
        new("number-total", json!({"total": "/meta/total"}), |shelf, call| {
            let leaf = number(shelf, call, "page", 1);
            page(&leaf, &json!({"meta": {"total": leaf.total}}))
        }),
        new("number-zero", json!({"start_page": 0, "total_header": "X-Total-Count", "param": "p"}), |shelf, call| {
            let leaf = number(shelf, call, "p", 0);
            headed(text(&array(&leaf)), "x-total-count", leaf.total.to_string())
        })
        .with("records", json!({"pointer": ""})),
        new("number-more", json!({"has_more": "/more"}), |shelf, call| {
            let leaf = number(shelf, call, "page", 1);
            page(&leaf, &json!({"more": leaf.has_more}))
        }),
        new("number-plain", json!({}), |shelf, call| page(&number(shelf, call, "page", 1), &json!({}))),
        new("number-keyless", json!({}), |shelf, call| page(&number(shelf, call, "page", 1), &json!({}))).without_key(),
        new("number-keyless-total", json!({"total": "/meta/total"}), |shelf, call| {
            let leaf = number(shelf, call, "page", 1);
            page(&leaf, &json!({"meta": {"total": leaf.total}}))
        })
        .without_key(),
        new("number-post", json!({"param": "/page", "page_size_param": "/per_page", "total": "/total"}), |shelf, call| {
            assert!(call.is_post && call.body["scope"] == "all");
            let leaf = number(shelf, call, "/page", 1);
            page_in("hits", &leaf, &json!({"total": leaf.total}))
        })
        .with("request", post)
        .with("records", json!({"pointer": "/hits", "may_be_absent": true})),
    ]
}

fn number(shelf: &mut Shelf, call: &Call, param: &str, first: usize) -> Leaf {
    let size = if call.is_post { "/per_page" } else { "per_page" };
    shelf.placed(call.number(param).unwrap() - first, call.number(size).unwrap(), true)
}

fn by_offset() -> Vec<Paging> {
    let sized = |rest: serde_json::Value| {
        let mut paginator = json!({"type": "offset", "page_size": 1});
        paginator.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        paginator
    };
    let new = |name, rest, serve| Paging::new(name, Family::Offset, sized(rest), serve);
    let post = json!({"method": "POST", "safe": true, "path": "/offset-post"});
    let plain = |shelf: &mut Shelf, call: &Call| page(&offset(shelf, call, "limit", "offset"), &json!({}));
    let with_total = |shelf: &mut Shelf, call: &Call| {
        let leaf = offset(shelf, call, "limit", "offset");
        page(&leaf, &json!({"meta": {"total": leaf.total}}))
    };
    vec![
        new("offset-total", json!({"total": "/meta/total"}), with_total),
        new("offset-plain", json!({}), plain),
        new(
            "offset-header",
            json!({"total_header": "X-Total", "page_size_param": "max", "param": "skip"}),
            |shelf, call| -> Page {
                let leaf = offset(shelf, call, "max", "skip");
                headed(text(&array(&leaf)), "x-total", leaf.total.to_string())
            },
        )
        .with("records", json!({"pointer": ""})),
        new("offset-more", json!({"has_more": "/more"}), |shelf, call| {
            let leaf = offset(shelf, call, "limit", "offset");
            page(&leaf, &json!({"more": leaf.has_more}))
        }),
        new(
            "offset-post",
            json!({"total": "/total", "page_size_param": "/page/limit", "param": "/page/offset"}),
            |shelf, call| {
                let leaf = offset(shelf, call, "/page/limit", "/page/offset");
                page(&leaf, &json!({"total": leaf.total}))
            },
        )
        .with("request", {
            let mut post = post;
            post["body"] = json!({"page": {}});
            post
        }),
        new("offset-keyless", json!({}), plain).without_key(),
        new("offset-keyless-total", json!({"total": "/meta/total"}), with_total).without_key(),
    ]
}

fn offset(shelf: &mut Shelf, call: &Call, limit: &str, offset: &str) -> Leaf {
    shelf.placed(call.number(offset).unwrap(), call.number(limit).unwrap(), false)
}
