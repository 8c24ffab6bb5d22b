//! Pages of which each names the next by a token.

use serde_json::{Value, json};

use super::{Family, Paging, headed, page, text};
use crate::call::Call;
use crate::shelf::Shelf;

pub(super) fn all() -> Vec<Paging> {
    let mut all = cursors();
    all.extend([continued(), relay()]);
    all
}

fn new(name: &'static str, rest: Value, serve: fn(&mut Shelf, &Call) -> carryall_core::page::Page) -> Paging {
    let mut paginator = json!({"type": "cursor", "token": "/next", "page_size": 1, "page_size_param": "limit"});
    paginator.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    Paging::new(name, Family::Chained, paginator, serve)
}

fn cursors() -> Vec<Paging> {
    let plain = |shelf: &mut Shelf, call: &Call| {
        let leaf = shelf.followed(call.param("cursor"), call.number("limit").unwrap());
        page(&leaf, &json!({"next": leaf.next}))
    };
    let in_body =
        json!({"method": "POST", "safe": true, "path": "/cursor-body", "body": {"filter": {"kind": "all"}, "limit": 0}});
    let mut by_header = new("cursor-from-header", json!({"token_header": "X-Next"}), |shelf, call| {
        let leaf = shelf.followed(call.param("cursor"), call.number("limit").unwrap());
        let page = page(&leaf, &json!({}));
        match leaf.next {
            Some(next) => headed(page, "x-next", next),
            None => page,
        }
    });
    by_header.stream["paginator"].as_object_mut().unwrap().remove("token");
    vec![
        new("cursor", json!({}), plain),
        new("cursor-keyless", json!({}), plain).without_key(),
        by_header,
        new("cursor-more", json!({"has_more": "/more", "total": "/total", "param": "after"}), |shelf, call| {
            let leaf = shelf.followed(call.param("after"), call.number("limit").unwrap());
            // A host that says that nothing follows may name a token all the same.
            page(&leaf, &json!({"next": leaf.next.as_deref().unwrap_or("t/0.0+=&?"), "more": leaf.has_more, "total": leaf.total}))
        }),
        new("cursor-in-header", json!({"param": "X-Cursor", "inject_into": "header"}), |shelf, call| {
            let leaf = shelf.followed(call.headers.get("X-Cursor").map(String::as_str), call.number("limit").unwrap());
            page(&leaf, &json!({"next": leaf.next.as_deref().unwrap_or_default()}))
        }),
        new("cursor-body", json!({"param": "/page/cursor", "page_size_param": "/limit"}), |shelf, call| {
            assert_eq!(call.body["filter"]["kind"], "all");
            let leaf = shelf.followed(call.body["page"]["cursor"].as_str(), call.number("/limit").unwrap());
            page(&leaf, &json!({"next": leaf.next}))
        })
        .with("request", in_body),
        new("cursor-path", json!({"param": "at", "inject_into": "path"}), |shelf, call| {
            let leaf = shelf.followed(call.path.get(1).map(String::as_str), call.number("limit").unwrap());
            page(&leaf, &json!({"next": leaf.next}))
        })
        .with("request", json!({"path": "/cursor-path/{at}"})),
    ]
}

fn continued() -> Paging {
    let serve = |shelf: &mut Shelf, call: &Call| {
        let token = call.param("rvcontinue");
        // All of the object must come back, or the host begins anew.
        assert_eq!(token.is_some(), call.param("n") == Some("7") && call.param("continue") == Some("||"));
        let leaf = shelf.followed(token, call.number("rvlimit").unwrap());
        match &leaf.next {
            Some(next) => {
                page(&leaf, &json!({"continue": {"rvcontinue": next, "n": 7, "continue": "||"}, "batchcomplete": true}))
            }
            None => page(&leaf, &json!({"batchcomplete": true})),
        }
    };
    let paginator = json!({"type": "continue_object", "token": "/continue", "page_size": 1, "page_size_param": "rvlimit"});
    Paging::new("continue", Family::Chained, paginator, serve)
        .with("request", json!({"path": "/continue", "query": {"action": "query", "continue": ""}}))
}

fn relay() -> Paging {
    let serve = |shelf: &mut Shelf, call: &Call| {
        let variables = &call.body["variables"];
        let leaf = shelf.followed(variables["after"].as_str(), call.number("/variables/first").unwrap());
        let edges: Vec<String> = leaf.rows.iter().map(|row| format!("{{\"cursor\": \"c\", \"node\": {}}}", row.served)).collect();
        let info = json!({"endCursor": leaf.next, "hasNextPage": leaf.has_more});
        let items = format!("{{\"items\": {{\"edges\": [{}], \"pageInfo\": {info}}}}}", edges.join(","));
        if leaf.errors > 0 {
            return text(&format!("{{\"data\": {items}, \"errors\": [{{\"message\": \"one of them could not be read\"}}]}}"));
        }
        if leaf.is_bare {
            return text(&format!("{{\"data\": {{\"items\": {{\"edges\": null, \"pageInfo\": {info}}}}}}}"));
        }
        text(&format!("{{\"data\": {items}}}"))
    };
    let paginator = json!({"type": "relay", "token": "/data/items/pageInfo", "param": "/variables/after", "page_size": 1,
        "page_size_param": "/variables/first"});
    let body = json!({"query": "query($first: Int, $after: String) { items { id } }", "variables": {"first": 0}});
    Paging::new("relay", Family::Chained, paginator, serve)
        .with("request", json!({"method": "POST", "safe": true, "path": "/relay", "body": body}))
        .with("records", json!({"pointer": "/data/items/edges", "each": "/node", "may_be_absent": true}))
}
