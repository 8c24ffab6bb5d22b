//! Values of records, tokens and continuations that try to leave their place.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{run, stream};
use crate::call::Call;
use crate::drive::{Drive, catalog};
use crate::outcome::reasons;
use crate::paging::text;

/// What could mean something to an address, a header or a proxy.
const AWKWARD: [&str; 27] = [
    "a/b",
    "a/../b",
    "../../admin",
    "..",
    ".",
    "%2e%2e",
    "..%2f",
    "a\\..\\..\\b",
    "a?b=c",
    "a#b",
    "a&b=c",
    "//evil.example",
    "https://evil.example/",
    "@evil.example",
    "a\tb",
    "a\r\nAuthorization: Bearer x",
    "a\r\n\r\nGET / HTTP/1.1",
    "a\u{0}b",
    "a\u{7f}b",
    "é\u{202e}\u{2028}",
    "{account}",
    "{at}",
    " a ",
    "+",
    "%",
    "a;b",
    "a,b",
];

/// A stream whose parent's key stands in its path, its query, a header and its body.
fn handed_down() -> [Value; 2] {
    let parents = json!({"id": "parents", "primary_key": "/n", "request": {"path": "/parents"}, "records": {"pointer": ""}});
    let children = json!({"id": "children", "records": {"pointer": ""},
        "request": {"method": "POST", "safe": true, "path": "/of/{value}/children", "query": {"q": "{value}"},
            "headers": {"X-Of": "{value}"}, "body": {"of": "{value}"}},
        "for_each": {"stream": "parents", "key": "/id", "as": "value"}});
    [parents, children]
}

fn hand_down(values: &[String]) -> Vec<Call> {
    let mut calls = Vec::new();
    let parents: Vec<Value> = values.iter().enumerate().map(|(n, id)| json!({"n": n, "id": id})).collect();
    let outcome = Drive::default().run(&catalog(handed_down()), &mut |call: &Call| match call.path[0].as_str() {
        "parents" => text(&json!(parents).to_string()),
        _ => {
            calls.push(call.clone());
            text("[]")
        }
    });
    let report = outcome.unwrap().stream("children").clone();
    let refused: u64 = report.errors.values().sum();
    let mut different: Vec<&String> = values.iter().collect();
    different.sort();
    different.dedup();
    assert_eq!(calls.len() as u64 + refused, different.len() as u64, "{:?}", report.errors);
    calls
}

#[test]
fn values_of_records_stay_where_the_catalog_puts_them() {
    let calls = hand_down(&AWKWARD.map(str::to_owned));
    assert!(calls.len() > 12, "{} of {}", calls.len(), AWKWARD.len());
    for call in calls {
        let value = call.path[1].as_str();
        assert_eq!((call.path.len(), call.path[2].as_str()), (3, "children"), "{value:?} leaves its segment");
        assert_eq!((call.param("q"), call.headers["X-Of"].as_str()), (Some(value), value));
        assert_eq!(call.body["of"], value);
    }
}

/// A stream whose token goes into one of the places that there are.
fn injected(into: &str) -> Value {
    let param = if into == "body" { "/deep/cursor" } else { "at" };
    let mut stream = stream(json!({"type": "cursor", "token": "/next", "param": param, "inject_into": into}));
    stream["request"] = match into {
        "body" => json!({"method": "POST", "safe": true, "path": "/items", "body": {"deep": {}}}),
        "path" => json!({"path": "/items/{at}"}),
        _ => json!({"path": "/items"}),
    };
    stream
}

/// What arrives of a token in the place that it goes to.
fn arrived<'a>(call: &'a Call, into: &str) -> Option<&'a str> {
    match into {
        "query" => call.param("at"),
        "header" => call.headers.get("at").map(String::as_str),
        "path" => call.path.get(1).map(String::as_str),
        _ => call.body["deep"]["cursor"].as_str(),
    }
}

#[test]
fn tokens_arrive_as_they_are_or_not_at_all() {
    for into in ["query", "header", "body", "path"] {
        let mut sent = 0;
        for token in AWKWARD {
            let (outcome, calls) = run(injected(into), |_| text(&json!({"data": [{"id": 1}], "next": token}).to_string()));
            match calls.get(1) {
                Some(call) => assert_eq!(arrived(call, into), Some(token), "{into}"),
                None => assert_eq!(reasons(outcome.stream("items")), ["token_not_usable"], "{into}: {token:?}"),
            }
            sent += calls.len() - 1;
        }
        let least = if matches!(into, "query" | "body") { AWKWARD.len() } else { 15 };
        assert!(sent >= least, "{into}: {sent} of {} tokens are sent", AWKWARD.len());
    }
}

#[test]
fn a_continuation_adds_parameters_and_nothing_else() {
    let names = ["a", "a&b", "view", "/deep", "a=b", "#", "..", "https://evil.example/", "a\r\nb", "é", ""];
    let named = names.iter().zip(AWKWARD).map(|(name, value)| ((*name).to_owned(), json!(value)));
    let members: serde_json::Map<String, Value> = named.collect();
    let page = text(&json!({"data": [{"id": 1}], "continue": members}).to_string());
    let (_, calls) = run(stream(json!({"type": "continue_object", "token": "/continue"})), |_| page.clone());
    assert_eq!((calls.len(), calls[1].path.as_slice()), (2, ["items".to_owned()].as_slice()));
    for (name, value) in names.iter().zip(AWKWARD) {
        assert_eq!(calls[1].param(name), Some(value), "{name:?}");
    }
    assert_eq!(calls[1].query.len(), names.len(), "the fixed parameter is replaced, nothing is added");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn no_value_leaves_its_place(
        values in prop::collection::vec(
            prop_oneof![any::<String>(), "[./\\\\%25ef]{1,9}", "[\\x00-\\x1f\\x7f]{0,2}[a-z]{1,3}"],
            1..8,
        ),
    ) {
        for call in hand_down(&values) {
            let value = call.path[1].as_str();
            prop_assert!(values.iter().any(|known| known == value) && call.path.len() == 3);
            prop_assert_eq!((call.param("q"), call.headers["X-Of"].as_str()), (Some(value), value));
        }
    }

    #[test]
    fn no_token_leaves_its_place(
        token in any::<String>(),
        into in prop::sample::select(vec!["query", "header", "body", "path"]),
    ) {
        let (_, calls) = run(injected(into), |_| text(&json!({"data": [{"id": 1}], "next": token}).to_string()));
        if let Some(call) = calls.get(1) {
            prop_assert_eq!(arrived(call, into), Some(token.as_str()));
        }
    }
}
