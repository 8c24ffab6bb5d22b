//! Everything that is wrong with a catalog, each with its place and what to do.
//!
//! A type's reader stops at the first thing it does not know. Here that one is noted and taken out, and the rest is read again,
//! so that an operator sees all misspelt fields at once.

use std::fmt;

use carryall_core::CatalogError;
use carryall_core::catalog::errors;
use carryall_core::json::{self, Misread};
use carryall_protocol::catalog::Catalog;
use carryall_protocol::pointer::Pointer;
use serde_json::Value;

use crate::place::Place;
use crate::suggestion::{meant_name, suggestion};

/// Things of the wrong shape that are told at once.
const SHAPES: usize = 50;

/// One thing that is wrong.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Explanation {
    file: String,
    place: Place,
    pointer: String,
    problem: String,
    suggestion: Option<String>,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pointer = if self.pointer.is_empty() { "the top" } else { &self.pointer };
        write!(f, "{}:{}: at {pointer}\n    {}", self.file, self.place, self.problem)?;
        self.suggestion.as_ref().map_or(Ok(()), |suggestion| write!(f, "\n    help: {suggestion}"))
    }
}

/// Everything that is wrong, in the order of the file.
pub(crate) fn explain(file: &str, text: &str) -> Vec<Explanation> {
    let rest: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => return vec![not_json(file, &error)],
    };
    let mut explanations: Vec<Explanation> = found(file, text, rest.clone())
        .into_iter()
        .map(|error| Explanation {
            file: file.to_owned(),
            place: Place::find(text, &error.pointer),
            suggestion: suggestion(&error, &rest),
            pointer: error.pointer,
            problem: error.problem,
        })
        .collect();
    explanations.sort_by_key(|explanation| explanation.place);
    explanations
}

fn not_json(file: &str, error: &serde_json::Error) -> Explanation {
    let problem = error.to_string();
    Explanation {
        file: file.to_owned(),
        place: Place::new(error.line(), error.column()),
        pointer: String::new(),
        problem: format!("not JSON: {}", problem.split(" at line").next().unwrap_or(&problem)),
        suggestion: Some("JSON has no comments, no comma before } or ], and double quotes around every name and text".to_owned()),
    }
}

fn found(file: &str, text: &str, mut rest: Value) -> Vec<CatalogError> {
    let mut all: Vec<CatalogError> = Vec::new();
    let mut now = errors_in_order(file, text);
    while let [error] = now.as_slice()
        && error.rule.is_none()
        && all.len() < SHAPES
        && repair(&mut rest, error)
    {
        all.append(&mut now);
        now = errors_in_order(file, &rest.to_string());
    }
    // What is said of a place where something was taken out may be said only because of that.
    let taken: Vec<String> = all.iter().map(|error| error.pointer.clone()).collect();
    let follows = |error: &CatalogError| taken.iter().any(|taken| taken.starts_with(&format!("{}/", error.pointer)));
    all.extend(now.into_iter().filter(|error| !follows(error)));
    all
}

/// The first thing of the wrong shape, or every broken rule. serde's reader goes by the order of the text, so that it meets a
/// misspelt field before it misses the right one; the core's own, which agrees with it otherwise, asks for what it needs first.
fn errors_in_order(file: &str, text: &str) -> Vec<CatalogError> {
    match json::read::<Catalog>(text) {
        Ok(_) => errors(file, text),
        Err(Misread { pointer, problem }) => vec![CatalogError { file: file.to_owned(), pointer, problem, rule: None }],
    }
}

/// Gives a misspelt member the name that was meant, and takes out any other that is not understood. Elements stay, because those
/// behind them would move; what is missing cannot be known.
fn repair(catalog: &mut Value, error: &CatalogError) -> bool {
    let Some((parent, _)) = error.pointer.rsplit_once('/') else { return false };
    let name = Pointer::new(&error.pointer).ok().and_then(|pointer| pointer.tokens().last().cloned());
    let members = catalog.pointer_mut(parent).and_then(Value::as_object_mut);
    let Some((members, name)) = members.zip(name).filter(|_| !error.problem.starts_with("missing")) else { return false };
    let Some(value) = members.remove(&name) else { return false };
    if let Some(meant) = meant_name(&error.problem).filter(|meant| !members.contains_key(meant)) {
        members.insert(meant, value);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const TALKIF: &str = include_str!("../../../catalogs/talkif.json");

    fn told(text: &str) -> Vec<(String, String)> {
        explain("c.json", text).into_iter().map(|said| (said.place.to_string(), said.pointer)).collect()
    }

    #[test]
    fn a_good_catalog_needs_no_explanation() {
        assert_eq!(told(TALKIF), []);
    }

    #[test]
    fn all_that_is_wrong_is_told_in_the_order_of_the_file() {
        let text = TALKIF
            .replacen(r#""primary_key": "/id""#, r#""primry_key": "/id""#, 1)
            .replacen(r#""page_size": 100"#, r#""page_size": "many""#, 1)
            .replacen(r#""base_url": "/api/v1""#, r#""base_url": "api""#, 1)
            .replacen(r#""request": {"path": "/contacts"}"#, r#""request": {"url": "/contacts"}"#, 1);
        let contacts = "/categories/2/streams/0/request";
        let pointers: Vec<String> = told(&text).into_iter().map(|(_, pointer)| pointer).collect();
        let users = ["primry_key", "paginator/page_size"].map(|at| format!("/categories/1/streams/0/{at}"));
        assert_eq!(pointers[0], "/base_url", "{pointers:?}");
        assert_eq!(pointers[1..3], users);
        assert_eq!(pointers[3..], [format!("{contacts}/url")]);
    }

    #[test]
    fn what_is_no_json_is_placed() {
        let broken = TALKIF.replacen(r#""title": "Talkif","#, r#""title": "Talkif",,"#, 1);
        let [error] = explain("c.json", &broken).try_into().unwrap();
        assert_eq!(error.place.to_string(), "4:21");
        assert!(error.to_string().starts_with("c.json:4:21: at the top\n    not JSON: "), "{error}");
    }

    #[test]
    fn an_explanation_says_where_what_and_what_to_do() {
        let text = TALKIF.replacen(r#""primary_key": "/id""#, r#""primry_key": "/id""#, 1);
        let [error] = explain("c.json", &text).try_into().unwrap();
        let lines: Vec<String> = error.to_string().lines().map(str::to_owned).collect();
        assert_eq!(lines[0], "c.json:23:11: at /categories/1/streams/0/primry_key");
        assert!(lines[1].starts_with("    unknown field `primry_key`, expected one of "), "{error}");
        assert_eq!(lines[2], "    help: did you mean `primary_key`?");
    }
}
