//! Pages of which each names the address of the next, in a header or in the body.

use carryall_core::page::Page;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Family, Paging, headed, page, page_in};
use crate::call::Call;
use crate::drive::{BASE, ORIGIN};
use crate::shelf::{Leaf, Shelf, hash};

pub(super) fn all() -> Vec<Paging> {
    let next = |place: &str| json!({"type": "next_url", "token": place});
    let new = |name, paginator, serve| Paging::new(name, Family::Chained, paginator, serve).with("request", sized(name));
    vec![
        new("link", json!({"type": "link_header"}), |shelf, call| linked(shelf, call, "link", "next")),
        new("link-rel", json!({"type": "link_header", "rel": "https://rels.example/more"}), |shelf, call| {
            linked(shelf, call, "link-rel", "https://rels.example/more")
        }),
        new("next-drf", next("/next"), |shelf, call| {
            let (leaf, query) = read(shelf, call, "cursor");
            page_in(
                "results",
                &leaf,
                &json!({"next": query.map(|query| format!("{ORIGIN}{BASE}/next-drf?{query}")), "previous": null}),
            )
        })
        .with("records", json!({"pointer": "/results", "may_be_absent": true})),
        new("next-jsonapi", next("/links/next"), json_api),
        new("next-hal", next("/_links/next"), |shelf, call| {
            let (leaf, query) = read(shelf, call, "cursor");
            let next = query.map(|query| json!({"href": format!("{BASE}/next-hal?{query}"), "templated": false}));
            let mut links = json!({"self": {"href": "/"}});
            links.as_object_mut().unwrap().extend(next.map(|next| ("next".to_owned(), next)));
            page(&leaf, &json!({"_links": links}))
        }),
        new("next-odata", next("/@odata.nextLink"), |shelf, call| {
            let (leaf, query) = read(shelf, call, "$skiptoken");
            let next = query.map(|query| ("@odata.nextLink".to_owned(), json!(format!("next-odata?{query}"))));
            page_in("value", &leaf, &Value::Object(next.into_iter().collect()))
        })
        .with("records", json!({"pointer": "/value", "may_be_absent": true})),
        new("next-path", json!({"type": "next_url", "token": "/next", "path_prefix": "/pages"}), |shelf, call| {
            // The next page lies beside the first one, its token in the path; a proxy takes the host for http.
            let token = (call.path[0] == "pages").then(|| call.path[2].as_str());
            let leaf = shelf.followed(token, SIZE);
            let address = |token: &String| format!("http://app.example{BASE}/pages/next-path/{}", encoded(token));
            page(&leaf, &json!({"next": leaf.next.as_ref().map(address)}))
        }),
    ]
}

/// Records on a page of a host that does not let itself be told.
const SIZE: usize = 20;

fn sized(name: &str) -> Value {
    json!({"path": format!("/{name}"), "query": {"view": "all"}})
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// A page, and the query of the next one.
fn read(shelf: &mut Shelf, call: &Call, param: &str) -> (Leaf, Option<String>) {
    assert_eq!(call.param("view"), Some("all"));
    let leaf = shelf.followed(call.param(param), SIZE);
    let query = leaf.next.as_ref().map(|token| format!("{param}={}&view=all", encoded(token)));
    (leaf, query)
}

/// A string, or an object with the address in it.
fn json_api(shelf: &mut Shelf, call: &Call) -> Page {
    let (leaf, query) = read(shelf, call, "page[cursor]");
    let next = match query {
        None => Value::Null,
        Some(query) if shelf.served.is_multiple_of(2) => json!({"href": format!("?{query}"), "meta": {"count": 7}}),
        Some(query) => json!(format!("{ORIGIN}:443{BASE}/next-jsonapi?{query}")),
    };
    page(&leaf, &json!({"links": {"self": "/", "next": next}}))
}

/// Every way in which a `Link` header may be written.
fn linked(shelf: &mut Shelf, call: &Call, name: &str, rel: &str) -> Page {
    let (leaf, query) = read(shelf, call, "cursor");
    let page = page(&leaf, &json!({}));
    let Some(query) = query else { return headed(page, "link", format!("<{BASE}/{name}>; rel=\"first\"")) };
    let here = format!("{BASE}/{name}?{query}");
    let unquoted = if rel == "next" { "next".to_owned() } else { format!("\"{rel}\"") };
    let header = match hash(leaf.rows.first().map_or(0, |row| row.seq)) % 8 {
        0 => format!("<{ORIGIN}{here}>; rel=\"{rel}\""),
        1 => format!("<?{query}>; rel={unquoted}"),
        2 => format!("<{BASE}/{name}?ids=1,2;3>; rel=\"prev\", <{name}?{query}>; rel=\"last {}\"", rel.to_uppercase()),
        3 => format!("<{here}&ids=1,2;3>; title=\"a, \\\"b\\\"; rel=next <x>\" ; REL = \"{rel}\""),
        4 => format!("</{name}>;rel=\"first\";rel=\"{rel}\" , <{here}>; crossorigin; rel={unquoted}; title=plain"),
        5 => format!(", ,<{here}>;rel=\"{rel}\";"),
        6 => format!("<https://evil.example/>; rel=\"{rel}\"; anchor=\"/elsewhere\",\t<{here}#part>; rel=\"{rel}\""),
        _ => format!("<{here}>; title*=UTF-8''n%c3%a4chste; rel=\"{rel}\"; type=\"application/json\", <x>; rel=up"),
    };
    headed(page, "link", header)
}
