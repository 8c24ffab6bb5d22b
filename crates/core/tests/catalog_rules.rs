//! Every rule of a catalog, by one catalog that breaks it; and what the rules must leave alone. The JSON Schema is held against
//! the same lists.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use carryall_core::catalog::{errors, parse};
use serde_json::{Value, json};

#[path = "catalogs/changed.rs"]
mod changed;

use changed::{BROKEN, GOOD, STREAM, base, changed, entries};

#[test]
fn what_keeps_the_rules_passes() {
    let entries = entries(GOOD);
    let refused = entries.iter().map(|entry| (&entry["why"], errors("app.json", &changed(entry).to_string())));
    assert_eq!(refused.filter(|(_, errors)| !errors.is_empty()).collect::<Vec<_>>(), []);
    assert!(entries.iter().all(|entry| parse("app.json", &changed(entry).to_string()).is_ok()));
}

#[test]
fn what_breaks_a_rule_is_refused_once_at_its_place_and_told_what_was_expected() {
    let entries = entries(BROKEN);
    let otherwise = entries.iter().filter_map(|entry| {
        let errors = errors("app.json", &changed(entry).to_string());
        let told: Vec<_> = errors.iter().map(|error| (error.pointer.as_str(), error.problem.as_str())).collect();
        let at = entry["at"].as_str().unwrap();
        let at = if entry["stream"].is_null() { at.to_owned() } else { format!("{STREAM}{at}") };
        let says = entry["says"].as_str().unwrap();
        let is_told = matches!(told[..], [(pointer, problem)] if pointer == at && problem.contains(says));
        (!is_told).then(|| format!("{entry}\n    {told:?}"))
    });
    let otherwise: Vec<String> = otherwise.collect();
    assert!(otherwise.is_empty(), "{}", otherwise.join("\n"));
}

#[test]
fn every_broken_rule_is_told_in_the_order_of_the_catalog() {
    let entry = json!({
        "catalog": {"base_url": "x"},
        "stream": {"request": {"path": "items", "headers": {"Cookie": "a"}}, "paginator": {"type": "offset", "page_size": 0}, "wrap": ""},
    });
    let told: Vec<String> = errors("app.json", &changed(&entry).to_string()).into_iter().map(|error| error.pointer).collect();
    let within = ["/request/path", "/request/headers/Cookie", "/paginator/page_size", "/wrap"];
    assert_eq!(told, [vec!["/base_url".to_owned()], within.map(|at| format!("{STREAM}{at}")).to_vec()].concat());
}

#[test]
fn a_chain_of_streams_hands_its_values_down_and_ends_somewhere() {
    let chain = |levels: usize, name: &dyn Fn(usize) -> String, path: &str| {
        let mut catalog = base();
        let streams = catalog.pointer_mut("/categories/0/streams").unwrap().as_array_mut().unwrap();
        for level in 1..=levels {
            let parent = if level == 1 { "people".to_owned() } else { format!("level{}", level - 1) };
            streams.push(json!({
                "id": format!("level{level}"), "request": {"path": path.replace("NAME", &name(level))}, "records": {"single": ""},
                "for_each": {"stream": parent, "key": "/id", "as": name(level)},
            }));
        }
        errors("app.json", &catalog.to_string())
    };
    let own = |level: usize| format!("v{level}");
    assert_eq!(chain(4, &own, "/{NAME}"), []);
    assert_eq!(chain(3, &own, "/{v1}/x/{NAME}"), []);
    let [deep] = chain(5, &own, "/{NAME}").try_into().unwrap();
    assert_eq!((deep.pointer.as_str(), deep.problem.contains("at most 4")), ("/categories/0/streams/7/for_each", true));
    let again = chain(2, &|_| "same".to_owned(), "/{NAME}");
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].pointer, "/categories/0/streams/4/for_each/as");
}

#[test]
fn a_parent_may_stand_in_an_earlier_category_and_not_in_a_later_one() {
    let catalog = |first: Value, second: Value| {
        let mut catalog = base();
        catalog["categories"] = json!([
            {"id": "one", "title": "One", "streams": [first]}, {"id": "two", "title": "Two", "streams": [second]},
        ]);
        errors("app.json", &catalog.to_string())
    };
    let parent = json!({"id": "parent", "request": {"path": "/parent"}, "records": {"single": ""}});
    let child = json!({
        "id": "child", "request": {"path": "/parent/{key}"}, "records": {"single": ""},
        "for_each": {"stream": "parent", "key": "/id", "as": "key"},
    });
    assert_eq!(catalog(parent.clone(), child.clone()), []);
    assert_eq!(catalog(child, parent)[0].pointer, "/categories/0/streams/0/for_each/stream");
}
