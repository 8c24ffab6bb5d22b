//! Test: every key there is stands in the example and in the documentation, and no other does.

use std::collections::BTreeSet;

use toml::{Table, Value};

use super::Config;

const EXAMPLE: &str = include_str!("../../counter.example.toml");
const DOCUMENTATION: &str = include_str!("../../../../docs/counter.md");

/// A key that no structure has.
const NONE: &str = "no_such_key";

/// The keys below a table, as the structure that is read from it names them when it meets one that it does not know; nothing
/// where no structure is.
fn fields(path: &[String]) -> Option<Vec<String>> {
    let innermost = Value::Table(Table::from_iter([(NONE.to_owned(), Value::Integer(0))]));
    let whole = path.iter().rev().fold(innermost, |inner, level| Value::Table(Table::from_iter([(level.clone(), inner)])));
    let error = serde_path_to_error::deserialize::<_, Config>(whole).unwrap_err();
    let at = error.path().to_string();
    let told = error.into_inner().message().to_owned();
    let known = told.strip_prefix(&format!("unknown field `{NONE}`"))?;
    let expected: Vec<&str> = path.iter().map(String::as_str).chain([NONE]).collect();
    assert_eq!(at, expected.join("."));
    Some(known.split('`').skip(1).step_by(2).map(str::to_owned).collect())
}

fn collect(path: &[String], keys: &mut BTreeSet<String>) {
    match fields(path) {
        Some(names) => names.into_iter().for_each(|name| collect(&[path, &[name]].concat(), keys)),
        None => drop(keys.insert(path.join("."))),
    }
}

fn is_key(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'.'))
}

/// The keys of the example, commented out or not.
fn of_example() -> BTreeSet<String> {
    let mut section = String::new();
    let mut keys = BTreeSet::new();
    for line in EXAMPLE.lines().map(|line| line.trim_start_matches('#').trim()) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')).filter(|name| is_key(name)) {
            section = format!("{name}.");
        } else if let Some((key, _)) = line.split_once(" = ").filter(|(key, _)| is_key(key)) {
            keys.insert(format!("{section}{key}"));
        }
    }
    keys
}

/// The keys in the first column of the documentation's first table.
fn of_documentation() -> BTreeSet<String> {
    let lines = DOCUMENTATION.lines().skip_while(|line| !line.starts_with("| key |")).skip(2);
    let rows = lines.take_while(|line| line.starts_with('|'));
    rows.filter_map(|row| row.split('`').nth(1)).map(str::to_owned).collect()
}

#[test]
fn every_key_stands_in_the_example_and_in_the_documentation_and_no_other_does() {
    let mut keys = BTreeSet::new();
    collect(&[], &mut keys);
    assert!(keys.len() > 40 && keys.contains("listen") && keys.contains("mail.smtp.host"), "{keys:?}");
    for (where_it_stands, told) in [("counter.example.toml", of_example()), ("docs/counter.md", of_documentation())] {
        let missing: Vec<_> = keys.difference(&told).collect();
        let stale: Vec<_> = told.difference(&keys).collect();
        assert!(missing.is_empty() && stale.is_empty(), "{where_it_stands} lacks {missing:?} and invents {stale:?}");
    }
}
