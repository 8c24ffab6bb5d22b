//! Laws of shaping: cutting text equals changing values, and nothing that was removed comes back.

#![allow(clippy::unwrap_used, clippy::string_slice, reason = "a test fails by panicking")]

mod model;

use carryall_protocol::catalog::Stream;
use carryall_records::page::slice;
use carryall_records::redact::RemovedFields;
use carryall_records::shape::{ShapeCounts, Shaper, Sides, Values};
use proptest::prelude::*;
use serde_json::{Value, json};

/// What a secret holds; nothing else does.
const SECRET: &str = "hunter2";

const NAMES: [&str; 9] = ["a", "b", "id", "text", "list", "token", "api_key", "urls", "Password"];

fn stream(rules: &Value) -> Stream {
    let mut stream = json!({"id": "s", "request": {"path": "/s"}, "records": {"pointer": "/data"}});
    stream.as_object_mut().unwrap().extend(rules.as_object().unwrap().clone());
    serde_json::from_value(stream).unwrap()
}

/// Shapes the one record of a page, given as its text.
fn shaped(rules: &Value, record: &str, users: &Value) -> (String, RemovedFields, u64) {
    let stream = stream(rules);
    let mut shaper = Shaper::of(&stream);
    let places: Vec<_> = Sides::places(&stream).collect();
    let body = format!("{{\"users\":{users},\"data\":[{record}]}}");
    let mut arena = String::new();
    let slices = slice(body.as_bytes(), &stream.records, &places, &mut arena).unwrap();
    let sides = Sides::of(&stream, &slices.found);
    let values = Values { names: &["account".into()], values: &["me".into()] };
    let (mut removed, mut missing) = (RemovedFields::new(), 0);
    let counts = ShapeCounts { removed_fields: &mut removed, includes_missing: &mut missing, attachments: &mut Vec::new() };
    let shaped = shaper.shape(slices.records[0], &stream, &sides, values, counts).unwrap().as_str().to_owned();
    (shaped, removed, missing)
}

fn values() -> impl Strategy<Value = Value> {
    let texts = prop::sample::select(vec!["1", "t/a", "é t/ab\n", "\"t/a\\", "2026-02-28T12:00:00.5Z", ""]);
    let leaf = prop_oneof![
        (0..4).prop_map(Value::from),
        any::<i16>().prop_map(|quarters| Value::from(f64::from(quarters) / 4.0)),
        texts.prop_map(Value::from),
        any::<Option<bool>>().prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            2 => prop::collection::btree_map(prop::sample::select(NAMES.to_vec()), inner, 0..6)
                .prop_map(|members| members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    });
    value.prop_map(|mut value| {
        hide(&mut value, false);
        value
    })
}

/// Lets every text below a secret's name, and no other, hold a secret.
fn hide(value: &mut Value, is_secret: bool) {
    match value {
        Value::Object(members) => {
            members.iter_mut().for_each(|(name, value)| hide(value, is_secret || model::is_secret(name)));
        }
        Value::Array(list) => list.iter_mut().for_each(|value| hide(value, is_secret)),
        scalar if is_secret => *scalar = SECRET.into(),
        _ => {}
    }
}

fn records() -> impl Strategy<Value = Value> {
    let with_links = (values(), prop::sample::subsequence(vec!["t/a", "t/ab", "", "\n"], 0..4)).prop_map(|(value, links)| {
        let links = links.iter().map(|short| json!({"text": short, "a": "t/a!", "b": "", "token": SECRET}));
        json!({"text": "see t/abt/a", "urls": links.collect::<Vec<_>>(), "list": [{"text": "\n/t/a"}, value]})
    });
    let with_references = (0_u8..4, prop::collection::vec(0_u8..6, 0..3)).prop_map(|(id, list)| json!({"id": id, "list": list}));
    prop_oneof![4 => values().prop_filter("object", Value::is_object), 1 => values(), 3 => with_links, 3 => with_references]
}

/// Objects that records are likely to name.
fn users() -> impl Strategy<Value = Value> {
    let user = (values(), 0_u8..4, any::<bool>()).prop_map(|(value, id, is_text)| {
        let mut user = json!({"about": value, "id": id});
        if is_text {
            user["id"] = id.to_string().into();
        }
        hide(&mut user, false);
        user
    });
    prop::collection::vec(prop_oneof![6 => user, 1 => values()], 0..5).prop_map(Value::from)
}

/// A place that is likely to be there.
fn places() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(NAMES.to_vec()), 1..3).prop_map(|names| format!("/{}", names.join("/")))
}

fn names() -> impl Strategy<Value = String> {
    prop::sample::select(["a", "b", "new", "n\"ew", "token"].map(String::from).to_vec())
}

fn formats() -> impl Strategy<Value = Value> {
    let formats = [json!("rfc3339"), json!("unix"), json!("unix_ms"), json!("date"), json!("x_archive"), json!({"snowflake": 5})];
    prop::sample::select(formats.to_vec())
}

fn list(rule: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop::collection::vec(rule, 0..3).prop_map(Value::from)
}

fn derivations() -> impl Strategy<Value = Value> {
    let from = prop_oneof![
        places().prop_map(|from| json!({"from": from})),
        prop::collection::vec(places(), 1..3).prop_map(|from| json!({"from": from})),
        places().prop_map(|place| json!({"text": format!("at \"{{{place}}}")})),
    ];
    (prop_oneof![2 => Just(String::new()), 1 => places()], from, places()).prop_map(|(at, mut rule, to)| {
        rule["at"] = at.into();
        rule["to"] = to.into();
        rule
    })
}

/// Any rules, but for fields that are readmitted.
fn rules() -> impl Strategy<Value = Value> {
    let by = prop_oneof![Just("/id".to_owned()), Just("/list".to_owned()), places()];
    let include = (by, names()).prop_map(|(by, name)| json!({"pointer": "/users", "key": "/id", "by": by, "as": name}));
    let linked = prop_oneof![Just("/text".to_owned()), Just("/list/text".to_owned()), places()];
    let from = prop_oneof![2 => Just("/urls".to_owned()), 1 => places()];
    let links = (linked, from, prop::sample::select(NAMES.to_vec()))
        .prop_map(|(text, from, full)| json!({"text": text, "from": from, "short": "/text", "full": format!("/{full}")}));
    // Which of two members comes first to one name depends on their order, which values do not have.
    let renames = prop::collection::btree_map(names(), places(), 0..3)
        .prop_map(|renames| renames.into_iter().map(|(name, place)| (place, Value::from(name))).collect::<Value>());
    let added = prop::sample::select(vec![json!(7), json!(true), json!("{account}"), json!("{}"), json!("2026-02-28T00:00:00Z")]);
    let added = prop::collection::btree_map(names(), added, 0..3);
    let times = (places(), formats(), formats()).prop_map(|(place, from, to)| json!({"pointer": place, "from": from, "to": to}));
    let removed = prop_oneof![Just("remove_fields"), Just("keep_fields")];
    let derived = list(derivations());
    let parts =
        (list(include), list(links), (removed, list(places().prop_map(Value::from))), renames, added, list(times), derived);
    (parts, any::<bool>(), prop::option::of(names())).prop_map(|(parts, numbers, wrap)| {
        let (include, links, (removed, removed_places), renames, added, times, derived) = parts;
        json!({
            "include": include, "expand_links": links, removed: removed_places, "rename_fields": renames, "add_fields": added,
            "time_formats": times, "numbers_as_strings": numbers, "wrap": wrap, "derive_fields": derived,
        })
    })
}

fn text(value: &Value, is_pretty: bool) -> String {
    if is_pretty { format!("{value:#}") } else { value.to_string() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn editing_text_equals_changing_values(
        record in records(), mut rules in rules(), users in users(),
        readmitted in list(places().prop_map(Value::from)), is_pretty in any::<bool>(),
    ) {
        rules["readmit_fields"] = readmitted;
        let (found, _, found_missing) = shaped(&rules, &text(&record, is_pretty), &users);
        let mut missing = 0;
        let expected = model::shaped(&rules, record, &users, &mut missing);
        let names = |text: &str| text.matches("\":").count();
        prop_assert_eq!(names(&found), names(&expected.to_string()), "a name stands twice: {}", found);
        prop_assert_eq!(serde_json::from_str::<Value>(&found).unwrap(), expected, "{}", found);
        prop_assert_eq!(found_missing, missing);
    }

    #[test]
    fn a_secret_never_survives(
        record in records(), rules in rules(), users in users(), is_pretty in any::<bool>(),
    ) {
        let (found, ..) = shaped(&rules, &text(&record, is_pretty), &users);
        prop_assert!(!found.contains(SECRET), "{}", found);
    }

    #[test]
    fn what_no_rule_touches_stays_byte_for_byte(record in "[ \n]?\\{ ?\"x\" : (1\\.50|-0e400|\"\\\\u00e9\\\\/\"|\\[ 1 ,\n\\{ \\} \\]) ?\\}") {
        let elsewhere = json!({
            "include": [{"pointer": "/users", "key": "/id", "by": "/z", "as": "y"}],
            "expand_links": [{"text": "/x", "from": "/z", "short": "/text", "full": "/a"}],
            "remove_fields": ["/z", "/x/y"], "rename_fields": {"/z": "a", "/y/x": "b"},
            "time_formats": [{"pointer": "/x", "to": "unix"}],
        });
        prop_assert_eq!(shaped(&elsewhere, &record, &json!([])).0, record.trim());
        let there = shaped(&json!({"rename_fields": {"/x": "longer"}, "add_fields": {"y": 1}}), &record, &json!([])).0;
        let back = shaped(&json!({"rename_fields": {"/longer": "x"}, "remove_fields": ["/y"]}), &there, &json!([])).0;
        prop_assert_eq!(back, record.trim());
    }
}

#[test]
fn a_stream_without_rules_gives_the_slice_of_the_page() {
    let stream = stream(&json!({}));
    let mut shaper = Shaper::of(&stream);
    let mut arena = String::new();
    let slices = slice(br#"{"data":[{"id": 1.50}]}"#, &stream.records, &[], &mut arena).unwrap();
    let record = slices.records[0];
    let counts =
        ShapeCounts { removed_fields: &mut RemovedFields::new(), includes_missing: &mut 0, attachments: &mut Vec::new() };
    let shaped = shaper.shape(record, &stream, &Sides::default(), Values::default(), counts).unwrap();
    assert!(std::ptr::eq(shaped.as_str(), record.text()));
}

#[test]
fn a_whole_post_takes_its_form() {
    let rules = json!({
        "include": [
            {"pointer": "/users", "key": "/id", "by": "/author_id", "as": "author"},
            {"pointer": "/users", "key": "/id", "by": "/mentions/id", "as": "mentioned"},
        ],
        "expand_links": [{"text": "/text", "from": "/urls", "short": "/url", "full": "/expanded"}],
        "remove_fields": ["/author/mail"],
        "rename_fields": {"/text": "full_text"},
        "add_fields": {"account": "{account}"},
        "time_formats": [{"pointer": "/created_at", "to": "x_archive"}],
        "numbers_as_strings": true,
        "wrap": "tweet",
    });
    let record = r#"{ "id": 1, "text": "see https:\/\/t.co/a", "author_id":"7", "urls":[{"url":"https://t.co/a","expanded":"https:\/\/x.org"}],
        "created_at":"2026-02-28T12:00:00.000Z","mentions":[{"id":8},{"id":9}]}"#;
    let users = json!([{"id": 7, "mail": "m", "password": "p"}, {"id": "8", "n": 1}]);
    let expected = r#"{"tweet":{ "id": "1", "full_text": "see https:\/\/x.org", "author_id":"7", "urls":[{"url":"https://t.co/a","expanded":"https:\/\/x.org"}],
        "created_at":"Sat Feb 28 12:00:00 +0000 2026","mentions":[{"id":"8"},{"id":"9"}],"author":{"id":"7"},"mentioned":[{"id":"8","n":"1"}],"account":"me"}}"#;
    let (found, removed, missing) = shaped(&rules, record, &users);
    assert_eq!(found, expected);
    assert_eq!(missing, 1);
    assert_eq!(removed, RemovedFields::from([("mail".to_owned(), 1), ("password".to_owned(), 1)]));
}
