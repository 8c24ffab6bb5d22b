//! Catalogs that try to send a request elsewhere, or with what only the embedding page may send. **They are refused before
//! anything is asked.**

use serde_json::{Value, json};

use crate::drive::{catalog_of, category};

fn good() -> Value {
    let parents = json!({"id": "parents", "request": {"path": "/parents"}, "records": {"pointer": ""}});
    let children = json!({"id": "children", "request": {"path": "/of/{value}", "headers": {"X-A": "a"}, "query": {"q": "a"}},
        "records": {"pointer": ""}, "for_each": {"stream": "parents", "key": "/id", "as": "value"},
        "paginator": {"type": "cursor", "token": "/next", "param": "X-Next", "inject_into": "header"}});
    catalog_of(&[category("parents", &[parents]), category("children", &[children])])
}

/// Where the catalog is refused with this value in it; nothing where it passes.
fn refused(place: &[&str], value: &Value) -> Option<String> {
    let mut catalog = good();
    let (name, parents) = place.split_last().unwrap();
    let parent = parents.iter().fold(&mut catalog, |at, name| match at {
        Value::Array(list) => &mut list[name.parse::<usize>().unwrap()],
        object => &mut object[*name],
    });
    parent[*name] = value.clone();
    carryall_core::catalog::parse("hostile.json", &catalog.to_string()).err().map(|error| error.pointer)
}

/// The same for the stream that is read for each record of another.
fn child(place: &[&str], value: &Value) -> Option<String> {
    refused(&[&["categories", "1", "streams", "0"], place].concat(), value)
}

#[test]
fn a_catalog_that_keeps_to_its_host_passes() {
    assert!(carryall_core::catalog::parse("good.json", &good().to_string()).is_ok());
    assert_eq!(refused(&["base_url"], &json!("https://api.example/v2")), None);
    assert_eq!(child(&["request", "headers", "Accept"], &json!("application/json")), None);
}

const BASES: [&str; 17] = [
    "//evil.example",
    "http://evil.example/api",
    "https:evil.example",
    "https:///api",
    "/api/../..",
    "/api/%2e%2e",
    "/api\\..",
    "/a pi",
    "/api\t",
    "/api?x=1",
    "/api#x",
    "/api/",
    "javascript:x",
    "https://user@app.example/api",
    "https://user:pass@app.example/api",
    "/api/..%2f..",
    "/api\u{a0}",
];

const PATHS: [&str; 16] = [
    "",
    "items",
    "//evil.example/x",
    "https://evil.example/x",
    "/\\evil.example",
    "/a/../b",
    "/a/./b",
    "/a/%2E%2e/b",
    "/a/.%2e",
    "/a/..%2Fb",
    "/a\\..\\b",
    "/a?b",
    "/a#b",
    "/a\tb",
    "/a\nb",
    "/a b",
];

#[test]
fn an_address_that_could_leave_the_host_is_refused() {
    for base in BASES {
        assert_eq!(refused(&["base_url"], &json!(base)).as_deref(), Some("/base_url"), "{base:?}");
    }
    let here = "/categories/1/streams/0";
    for path in PATHS.into_iter().chain(["/a/{nobody}", "/a/x{value}", "/a/{value"]) {
        let at = child(&["request", "path"], &json!(path));
        assert!(at.as_deref().is_some_and(|at| at.starts_with(&format!("{here}/request"))), "{path:?}: {at:?}");
        let at = child(&["paginator"], &json!({"type": "next_url", "token": "/next", "path_prefix": path}));
        assert_eq!(at, Some(format!("{here}/paginator/path_prefix")), "{path:?}");
    }
}

const KEPT: [&str; 21] = [
    "Authorization",
    "authorization",
    "Cookie",
    "cookie2",
    "Proxy-Authorization",
    "X-CSRF-Token",
    "x-xsrf-token",
    "X-Auth-Token",
    "X-Api-Key",
    "Host",
    "Origin",
    "Referer",
    "Content-Length",
    "Sec-Fetch-Site",
    "Connection",
    "Transfer-Encoding",
    "X Y",
    "X:Y",
    "X\r\nY",
    "",
    "é",
];

#[test]
fn a_header_that_only_the_page_may_send_is_refused() {
    for name in KEPT {
        assert!(child(&["request", "headers", name], &json!("x")).is_some(), "{name:?}");
        let paginator = json!({"type": "cursor", "token": "/next", "param": name, "inject_into": "header"});
        assert!(child(&["paginator"], &paginator).is_some(), "{name:?} by the paginator");
    }
    for value in ["a\r\nCookie: x", "a\nb", "a\u{0}b", "a\u{7f}"] {
        assert!(child(&["request", "headers", "X-A"], &json!(value)).is_some(), "{value:?}");
    }
}

#[test]
fn a_post_is_safe_or_refused() {
    for request in [
        json!({"method": "POST", "path": "/of/{value}"}),
        json!({"method": "DELETE", "safe": true, "path": "/of/{value}"}),
        json!({"method": "PUT", "safe": true, "path": "/of/{value}"}),
        json!({"path": "/of/{value}", "body": {}}),
    ] {
        assert!(child(&["request"], &request).is_some(), "{request}");
    }
}

#[test]
fn a_link_for_people_is_https_or_mail() {
    for link in ["javascript:alert(1)", "http://evil.example", "data:text/html,x", "//evil.example", "/privacy", "https://a\r\nb"]
    {
        for name in ["formal_request", "privacy_policy", "deletion", "account_deletion", "correction", "complaint"] {
            assert_eq!(refused(&["links"], &json!({name: link})), Some(format!("/links/{name}")), "{link}");
        }
    }
}
