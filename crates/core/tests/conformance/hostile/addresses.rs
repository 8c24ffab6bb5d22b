//! Addresses of the next page that lead somewhere else.

use carryall_protocol::job::StreamStatus;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{run, stream};
use crate::outcome::reasons;
use crate::paging::{headed, text};

/// Another origin, another path, another scheme, another port, and every spelling of them that a browser understands.
const ELSEWHERE: [&str; 61] = [
    "https://evil.example/api/v1/items?page=2",
    "https://app.example.evil.example/api/v1/items",
    "https://app.example@evil.example/api/v1/items",
    "https://app.example:pass@evil.example/api/v1/items",
    "https://user@app.example/api/v1/items",
    "https://user:pass@app.example/api/v1/items",
    "https://:@app.example/api/v1/items",
    "https://app.example:8443/api/v1/items",
    "https://app.example:/../api/v1/items",
    "https://app.example./api/v1/items",
    "https://app。example/api/v1/items",
    "https://аpp.example/api/v1/items",
    "https://app%2Eexample/api/v1/items",
    "https://xn--pp-7ka.example/api/v1/items",
    "http://app.example:8080/api/v1/items",
    "ftp://app.example/api/v1/items",
    "ws://app.example/api/v1/items",
    "file:///api/v1/items",
    "blob:https://app.example/api/v1/items",
    "javascript:alert(1)//api/v1/items",
    "data:application/json,{\"data\":[]}",
    "view-source:https://app.example/api/v1/items",
    "https:/api/v1/items",
    "https:api/v1/items",
    "https:items",
    "https:///api/v1/items",
    "https:\\\\evil.example\\api\\v1\\items",
    "//evil.example/api/v1/items",
    "//app.example/api/v1/items",
    "///evil.example/api/v1/items",
    "////evil.example",
    "\\\\evil.example/api/v1/items",
    "/\\evil.example/api/v1/items",
    "\\/evil.example/api/v1/items",
    "/\t/evil.example/api/v1/items",
    "\t//evil.example/api/v1/items",
    "/api/v1/items\t/../../admin",
    "ht\ntps://evil.example/api/v1/items",
    "/api/v1/items\r\nAuthorization: x",
    " //evil.example",
    "\u{0}//evil.example",
    "/api/v1/admin",
    "/api/v1/items-of-others",
    "/api/v1/itemsandmore?page=2",
    "/api/v10/items",
    "/api/v1",
    "/api/v1/",
    "/",
    "/items?page=2",
    "..",
    "../items",
    "./../admin",
    "items/../../admin",
    "/api/v1/items/../admin",
    "/api/v1/items/..",
    "/api/v1/items/.",
    "/api/v1/items/%2e%2e/admin",
    "/api/v1/items/.%2E/admin",
    "/api/v1/items/..%2fadmin",
    "/api/v1/items/..%5C..%5cadmin",
    "/api/v1/items/..;/admin/..",
];

/// The same page in ways that are odd and allowed.
const HERE: [&str; 9] = [
    "https://app.example/api/v1/items?page=2",
    "HTTPS://APP.EXAMPLE:443/api/v1/items?page=2",
    "http://app.example/api/v1/items?page=2",
    "/api/v1/items?page=2#https://evil.example",
    "?page=2&next=https://evil.example/../..",
    "items?page=2",
    "/api/v1/items/?page=2",
    "/api/v1/items/after/7?page=2",
    "/api/v1/items/..a?page=2",
];

/// A page that names another one.
type Naming = fn(&str) -> carryall_core::page::Page;

/// Every paginator that takes an address, and how a page names one.
fn ways() -> [(Value, Naming); 3] {
    [
        (json!({"type": "next_url", "token": "/next"}), |next| text(&json!({"data": [{"id": 1}], "next": next}).to_string())),
        (json!({"type": "next_url", "token": "/next"}), |next| {
            text(&json!({"data": [{"id": 1}], "next": {"href": next}}).to_string())
        }),
        (json!({"type": "link_header"}), |next| {
            let page = text(&json!({"data": [{"id": 1}]}).to_string());
            headed(page, "link", format!("<{next}>; rel=\"next\""))
        }),
    ]
}

#[test]
fn an_address_elsewhere_is_never_asked_for_and_the_export_says_so() {
    for next in ELSEWHERE {
        for (paginator, page) in ways() {
            let (outcome, calls) = run(stream(paginator), |_| page(next));
            assert_eq!(calls.len(), 1, "{next:?} is asked for");
            assert_eq!(reasons(outcome.stream("items")), ["next_address_elsewhere"], "{next:?}");
            assert_eq!(outcome.stream("items").status, StreamStatus::Partial);
            assert_eq!(outcome.records("items"), ["{\"id\":1}"]);
        }
    }
}

#[test]
fn an_address_here_is_asked_for_however_it_is_written() {
    for next in HERE {
        for (paginator, page) in ways() {
            let (outcome, calls) = run(stream(paginator), |_| page(next));
            assert_eq!(calls.len(), 2, "{next:?} is not asked for: {:?}", reasons(outcome.stream("items")));
            assert_eq!(calls[1].param("page"), Some("2"), "{next:?}");
            assert!(outcome.report.complete);
        }
    }
}

#[test]
fn a_path_prefix_opens_what_it_says_and_nothing_beside_it() {
    let paginator = json!({"type": "next_url", "token": "/next", "path_prefix": "/pages"});
    for (next, is_asked) in [
        ("/api/v1/pages/2", true),
        ("/api/v1/pages", true),
        ("/api/v1/pages2", false),
        ("/api/v1/items?page=2", false),
        ("/api/v1/pages/../items", false),
        ("https://evil.example/api/v1/pages/2", false),
    ] {
        let page = text(&json!({"data": [{"id": 1}], "next": next}).to_string());
        let (_, calls) = run(stream(paginator.clone()), |_| page.clone());
        assert_eq!(calls.len() == 2, is_asked, "{next}");
    }
}

/// Pieces of which addresses are made, those that browsers treat in their own way among them.
const PIECES: [&str; 39] = [
    "https",
    "http",
    "javascript",
    ":",
    "/",
    "//",
    "\\",
    "?",
    "#",
    "@",
    "%2e",
    "%2E",
    ".",
    "..",
    "%2f",
    "%5c",
    "app.example",
    "evil.example",
    ":443",
    ":80",
    ":8443",
    "api",
    "v1",
    "api/v1/items",
    "/api/v1/items",
    "items",
    "\t",
    "\n",
    " ",
    "%00",
    "é",
    ";",
    "[::1]",
    "page=2",
    "&",
    "%",
    "\u{202e}",
    "\u{ff0f}",
    "|",
];

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![8 => prop::sample::select(&PIECES[..]).prop_map(str::to_owned), 1 => any::<String>()]
}

#[test]
fn a_path_need_not_be_text() {
    let (paginator, page) = ways()[0].clone();
    let (_, calls) = run(stream(paginator), |_| page("/api/v1/items/%a0"));
    assert_eq!(calls[1].path, ["items", "\u{fffd}"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_reference_leads_astray(
        start in prop::sample::select(vec!["", "/api/v1/items", "https://app.example", "//", "?"]),
        pieces in prop::collection::vec(piece(), 0..8),
        way in 0usize..3,
        prefix in any::<bool>(),
    ) {
        let next = start.to_owned() + &pieces.concat();
        let (mut paginator, page) = ways()[way].clone();
        if prefix {
            paginator["path_prefix"] = json!("/items/pages");
        }
        // The drive holds every request against the law.
        let (_, calls) = run(stream(paginator), |_| page(&next));
        prop_assert!(calls.len() <= 2);
    }
}
