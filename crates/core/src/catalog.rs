//! Reading a catalog: its shape, then the rules that no shape can say.
//!
//! **Every error names the file, the JSON Pointer and what was expected.** A catalog that passes here can be planned.

mod address;
mod check;
mod judge;
mod place;
pub(crate) mod reading;
mod rule;
mod stream;
mod table;

use carryall_protocol::catalog::Catalog;
use thiserror::Error;

use crate::json::Misread;

pub use rule::Rule;

/// What is wrong with a catalog, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file}: at {}: {problem}", if pointer.is_empty() { "the top" } else { pointer })]
pub struct CatalogError {
    /// The file's name or address.
    pub file: String,
    /// The place, as a JSON Pointer.
    pub pointer: String,
    /// What is there, and what was expected.
    pub problem: String,
    /// The rule that is broken; nothing where the text is no JSON or has another shape.
    pub rule: Option<Rule>,
}

/// Reads and checks a catalog. One that passes can be planned.
///
/// # Errors
///
/// The first [`CatalogError`]: text that is no JSON, a field that is unknown, missing or of another type, or a broken [`Rule`].
pub fn parse(file: &str, text: &str) -> Result<Catalog, CatalogError> {
    let catalog = shape(file, text)?;
    check::check(file, &catalog, text).into_iter().next().map_or(Ok(catalog), Err)
}

/// Everything that is wrong with a catalog: the first error of its shape, or every broken rule.
#[must_use]
pub fn errors(file: &str, text: &str) -> Vec<CatalogError> {
    match shape(file, text) {
        Ok(catalog) => check::check(file, &catalog, text),
        Err(error) => vec![error],
    }
}

fn shape(file: &str, text: &str) -> Result<Catalog, CatalogError> {
    let told = |Misread { pointer, problem }| CatalogError { file: file.to_owned(), pointer, problem, rule: None };
    reading::read(text).map_err(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TALKIF: &str = include_str!("../../../catalogs/talkif.json");

    fn broken_by(from: &str, to: &str) -> CatalogError {
        assert!(TALKIF.contains(from), "{from}");
        parse("talkif.json", &TALKIF.replacen(from, to, 1)).expect_err("the catalog is refused")
    }

    #[test]
    fn the_published_catalog_passes() {
        assert_eq!(parse("talkif.json", TALKIF).unwrap().categories.len(), 13);
    }

    #[test]
    fn an_unknown_field_is_named_with_its_place_and_what_was_expected() {
        let error = broken_by(r#""primary_key": "/id""#, r#""primry_key": "/id""#);
        assert_eq!(error.pointer, "/categories/1/streams/0/primry_key");
        assert!(error.problem.contains("expected one of") && error.problem.contains("primary_key"), "{error}");
        assert!(error.to_string().starts_with("talkif.json: at /categories/1/streams/0"), "{error}");
    }

    #[test]
    fn a_field_of_the_wrong_type_is_named() {
        let error = broken_by(r#""page_size": 100"#, r#""page_size": "many""#);
        assert_eq!(error.pointer, "/categories/1/streams/0/paginator/page_size");
        assert!(error.problem.contains("many") && error.problem.contains("u32"), "{error}");
    }

    #[test]
    fn an_api_may_stand_at_the_root_of_its_origin() {
        let rooted = TALKIF.replacen(r#""base_url": "/api/v1""#, r#""base_url": "/""#, 1);
        assert!(parse("catalog.json", &rooted).is_ok());
    }

    #[test]
    fn rules_that_no_shape_can_say_are_held() {
        for (from, to, pointer) in [
            (r#""catalog_version": 1"#, r#""catalog_version": 2"#, "/catalog_version"),
            (r#""base_url": "/api/v1""#, r#""base_url": "http://evil.example/api""#, "/base_url"),
            (r#""base_url": "/api/v1""#, r#""base_url": "//evil.example""#, "/base_url"),
            (r#""path": "/users""#, r#""path": "/../admin""#, "/categories/1/streams/0/request/path"),
            (r#""path": "/users""#, r#""path": "/%2E./admin""#, "/categories/1/streams/0/request/path"),
            (r#""id": "users","#, r#""id": "account","#, "/categories/1/id"),
            (r#"/calls/{call}/transcript"#, r#"/calls/x{call}/transcript"#, "/categories/3/streams/1/request/path"),
            (r#""for_each": {"stream": "calls""#, r#""for_each": {"stream": "flows""#, "/categories/3/streams/1/for_each/stream"),
            ("mailto:privacy", "javascript:privacy", "/links/formal_request"),
            (r#""page_size": 100"#, r#""page_size": 0"#, "/categories/1/streams/0/paginator/page_size"),
        ] {
            assert_eq!(broken_by(from, to).pointer, pointer, "{to}");
        }
    }

    #[test]
    fn whatever_is_wrong_is_named_where_it_stands() {
        let stream = "/categories/1/streams/0";
        for (from, to, pointer, problem) in [
            (r#""path": "/users""#, r#""query": {}"#, format!("{stream}/request"), "missing field `path`"),
            (
                r#""type": "offset""#,
                r#""type": "pages""#,
                format!("{stream}/paginator/type"),
                "`single_page`, `page_number`, `offset`",
            ),
            (r#""page_size": 100,"#, "", format!("{stream}/paginator"), "missing field `page_size`"),
            (r#""id": "users""#, r#""id": "Users""#, "/categories/1/id".to_owned(), "a category id"),
            (r#""primary_key": "/id""#, r#""primary_key": "id""#, format!("{stream}/primary_key"), "JSON Pointer"),
            (r#""primary_key": "/id""#, r#""primary_key": 7"#, format!("{stream}/primary_key"), "a JSON Pointer, or a list"),
            (r#""primary_key": "/id""#, r#""primary_key": ["/id", 7]"#, format!("{stream}/primary_key/1"), "a text"),
            (r#""records": {"pointer""#, r#""records": {"po/inter""#, format!("{stream}/records/po~1inter"), "`single`"),
            (r#""pointer": "/users"}"#, r#""pointer": "users"}"#, format!("{stream}/records/pointer"), "JSON Pointer"),
            (r#""status": 404"#, r#""status": 70000"#, "/categories/3/streams/1/on_response/0/status".to_owned(), "u16"),
            (r#""title": "Talkif""#, r#""title": {"en": 1}"#, "/title/en".to_owned(), "a text"),
        ] {
            let error = broken_by(from, to);
            assert_eq!(error.pointer, pointer, "{to}");
            assert!(error.problem.contains(problem), "{error}");
        }
    }

    #[test]
    fn text_after_the_catalog_is_refused() {
        assert!(parse("talkif.json", &format!("{TALKIF} {{}}")).is_err());
    }
}
