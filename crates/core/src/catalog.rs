//! Reading a catalog: its shape, then the rules that no shape can say.
//!
//! **Every error names the file, the JSON Pointer and what was expected.** A catalog that passes here can be planned.

use std::collections::BTreeSet;

use carryall_protocol::catalog::{CATALOG_VERSION, Catalog, Category, Paginator, PaginatorKind, Stream};
use thiserror::Error;

use crate::json::{self, Misread};

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
}

/// Reads and checks a catalog.
///
/// # Errors
///
/// [`CatalogError`] for text that is no JSON, a field that is unknown, missing or of another type, and for broken rules:
/// ids and keys used twice, a `for_each` without its parent or its place in the path, addresses that could leave the host.
pub fn parse(file: &str, text: &str) -> Result<Catalog, CatalogError> {
    let catalog = json::read(text).map_err(|Misread { pointer, problem }| fault(file, &pointer, problem))?;
    check(&catalog).map_err(|(pointer, problem)| fault(file, &pointer, problem))?;
    Ok(catalog)
}

fn fault(file: &str, pointer: &str, problem: String) -> CatalogError {
    CatalogError { file: file.to_owned(), pointer: pointer.to_owned(), problem }
}

type Broken = (String, String);

fn broken<T>(pointer: impl Into<String>, problem: impl Into<String>) -> Result<T, Broken> {
    Err((pointer.into(), problem.into()))
}

fn check(catalog: &Catalog) -> Result<(), Broken> {
    if catalog.catalog_version != CATALOG_VERSION {
        let found = catalog.catalog_version;
        return broken("/catalog_version", format!("version {found} is not known here, expected {CATALOG_VERSION}"));
    }
    if !is_base(&catalog.base_url) {
        return broken("/base_url", "expected a path that begins with /, or an https:// address, without ? # or a trailing /");
    }
    if catalog.categories.is_empty() {
        return broken("/categories", "expected at least one category");
    }
    check_links(catalog)?;
    let mut known = Known::default();
    catalog.categories.iter().enumerate().try_for_each(|(at, category)| known.check_category(at, category))
}

fn check_links(catalog: &Catalog) -> Result<(), Broken> {
    let links = [("formal_request", &catalog.links.formal_request), ("privacy_policy", &catalog.links.privacy_policy)];
    for (name, link) in links {
        if link.as_ref().is_some_and(|link| !link.starts_with("https://") && !link.starts_with("mailto:")) {
            return broken(format!("/links/{name}"), "expected an https: or mailto: address");
        }
    }
    Ok(())
}

/// What earlier categories and streams have taken.
#[derive(Default)]
struct Known<'a> {
    categories: BTreeSet<&'a str>,
    streams: BTreeSet<&'a str>,
    document_keys: BTreeSet<&'a str>,
}

impl<'a> Known<'a> {
    fn check_category(&mut self, at: usize, category: &'a Category) -> Result<(), Broken> {
        let here = format!("/categories/{at}");
        if !self.categories.insert(category.id.as_str()) {
            return broken(format!("{here}/id"), format!("{:?} is taken, expected an id of its own", category.id.as_str()));
        }
        if category.streams.is_empty() {
            return broken(format!("{here}/streams"), "expected at least one stream");
        }
        let mut streams = category.streams.iter().enumerate();
        streams.try_for_each(|(at, stream)| self.check_stream(&format!("{here}/streams/{at}"), category, stream))
    }

    fn check_stream(&mut self, here: &str, category: &Category, stream: &'a Stream) -> Result<(), Broken> {
        check_request(here, stream)?;
        check_paginator(here, &stream.paginator)?;
        if let Some(for_each) = &stream.for_each {
            let sibling = category.streams.iter().take_while(|other| other.id != stream.id);
            if !sibling.into_iter().any(|other| other.id == for_each.stream) {
                return broken(
                    format!("{here}/for_each/stream"),
                    "expected a stream that stands before this one in its category",
                );
            }
        }
        if stream.primary_key.as_ref().is_some_and(|key| key.pointers().is_empty()) {
            return broken(format!("{here}/primary_key"), "expected a JSON Pointer, or a list of at least one");
        }
        let key = stream.document_key.as_deref().unwrap_or(stream.id.as_str());
        if key.is_empty() || !self.document_keys.insert(key) {
            return broken(format!("{here}/document_key"), format!("{key:?} is empty or taken, expected a key of its own"));
        }
        if !self.streams.insert(stream.id.as_str()) {
            return broken(format!("{here}/id"), format!("{:?} is taken, expected an id of its own", stream.id.as_str()));
        }
        Ok(())
    }
}

const PATH_RULE: &str = "expected a path that begins with / and has no .. segment, no ? and no #";

fn check_request(here: &str, stream: &Stream) -> Result<(), Broken> {
    let place = format!("{here}/request/path");
    let path = &stream.request.path;
    if !is_path(path) {
        return broken(place, PATH_RULE);
    }
    let expected = stream.for_each.as_ref().map(|for_each| format!("{{{}}}", for_each.name));
    let rest = expected.as_ref().map_or_else(|| path.clone(), |name| path.replacen(name.as_str(), "", 1));
    if let Some(name) = expected.filter(|name| !path.split('/').any(|segment| segment == name)) {
        return broken(place, format!("expected a segment {name}, the place of the parent's key"));
    }
    if rest.contains(['{', '}']) {
        return broken(place, "expected { and } only around the name that for_each hands down, once");
    }
    Ok(())
}

fn check_paginator(here: &str, paginator: &Paginator) -> Result<(), Broken> {
    match (paginator.kind, paginator.page_size) {
        (PaginatorKind::SinglePage, None) => Ok(()),
        (PaginatorKind::Offset, None) => broken(format!("{here}/paginator"), "missing field `page_size`"),
        (PaginatorKind::Offset, Some(1..=10_000)) => Ok(()),
        (PaginatorKind::Offset, _) => broken(format!("{here}/paginator/page_size"), "expected 1 to 10000"),
        (PaginatorKind::SinglePage, _) => broken(format!("{here}/paginator/page_size"), "`single_page` takes no other field"),
        _ => broken(format!("{here}/paginator/type"), "this way of paging is not read yet"),
    }
}

fn is_base(base: &str) -> bool {
    let rest = base.strip_prefix("https://").map_or(base, |rest| rest.find('/').map_or("/", |at| rest.split_at(at).1));
    let plain = !base.contains(['?', '#', '\\']) && !base.ends_with('/');
    plain && rest.starts_with('/') && !rest.starts_with("//") && !has_dots(rest)
}

fn is_path(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && !path.contains(['?', '#', '\\']) && !has_dots(path)
}

fn has_dots(path: &str) -> bool {
    path.split('/').any(|segment| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | ".."))
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
        assert_eq!(parse("talkif.json", TALKIF).unwrap().categories.len(), 12);
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
    fn rules_that_no_shape_can_say_are_held() {
        for (from, to, pointer) in [
            (r#""catalog_version": 1"#, r#""catalog_version": 2"#, "/catalog_version"),
            (r#""base_url": "/api/v1""#, r#""base_url": "http://evil.example/api""#, "/base_url"),
            (r#""base_url": "/api/v1""#, r#""base_url": "//evil.example""#, "/base_url"),
            (r#""path": "/users""#, r#""path": "/../admin""#, "/categories/1/streams/0/request/path"),
            (r#""path": "/users""#, r#""path": "/%2E./admin""#, "/categories/1/streams/0/request/path"),
            (r#""id": "users","#, r#""id": "account","#, "/categories/1/id"),
            (r#"/calls/{call}/transcript"#, r#"/calls/x{call}/transcript"#, "/categories/3/streams/1/request/path"),
            (r#""for_each": {"stream": "calls""#, r#""for_each": {"stream": "users""#, "/categories/3/streams/1/for_each/stream"),
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
            (r#""title": "Talkif""#, r#""title": {"en": 1}"#, "/title/en".to_owned(), "a string"),
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
