//! Holds a catalog against its rules, and notes everything that is broken.

use carryall_protocol::StreamId;
use carryall_protocol::catalog::{Catalog, Stream};
use carryall_records::json::scalar_text;

use super::judge::keeps;
use super::place::{children, member, visit};
use super::rule::Rule;
use super::table::{CATALOG, CATEGORY, STREAM};
use super::{CatalogError, stream};
use crate::json::quoted;

/// Everything that is broken in the catalog that was read from this text.
pub(super) fn check(file: &str, catalog: &Catalog, text: &str) -> Vec<CatalogError> {
    let mut check = Check { file, at: String::new(), errors: Vec::new() };
    check.hold_all(text, CATALOG);
    let mut taken = Taken { files: vec!["media", "manifest"], ..Taken::default() };
    let texts = children(member(text, "categories").unwrap_or_default());
    for (at, (category, (_, text))) in catalog.categories.iter().zip(texts).enumerate() {
        check.at = format!("/categories/{at}");
        check.hold_all(text, CATEGORY);
        check.hold_taken(&mut taken.categories, category.id.as_str(), "/id");
        let siblings = taken.streams.len();
        for (at, (stream, (_, text))) in
            category.streams.iter().zip(children(member(text, "streams").unwrap_or_default())).enumerate()
        {
            let before = check.at.len();
            check.at.push_str(&format!("/streams/{at}"));
            check.hold_all(text, STREAM);
            stream::check(&mut check, stream, text, &taken.streams, siblings);
            let id = stream.id.as_str();
            check.hold_taken(&mut taken.ids, id, "/id");
            check.hold_taken(&mut taken.document_keys, stream.document_key.as_deref().unwrap_or(id), "/document_key");
            check.hold_files(&mut taken, stream);
            taken.streams.push(stream);
            check.at.truncate(before);
        }
    }
    check.at.clear();
    if let Some(owner) = &catalog.archive.owner {
        let id = owner.stream.as_str();
        check.hold(taken.ids.contains(&id), Rule::Stream, "/archive/owner/stream", id);
    }
    check.errors
}

/// What earlier categories and streams have taken.
#[derive(Default)]
struct Taken<'a> {
    categories: Vec<&'a str>,
    ids: Vec<&'a str>,
    document_keys: Vec<&'a str>,
    files: Vec<&'a str>,
    directories: Vec<&'a str>,
    streams: Vec<&'a Stream>,
}

/// The way through a catalog, and what was broken on it.
pub(super) struct Check<'f> {
    file: &'f str,
    /// Where it is.
    pub(super) at: String,
    errors: Vec<CatalogError>,
}

impl Check<'_> {
    /// Notes a broken rule, unless it is kept: `at` is the rest of the way, `found` what stands there, where that can be shown.
    pub(super) fn hold(&mut self, is_kept: bool, rule: Rule, at: &str, found: &str) {
        if is_kept {
            return;
        }
        let pointer = format!("{}{at}", self.at);
        let problem = match found.bytes().next() {
            None => rule.to_string(),
            Some(b'0'..=b'9') => format!("found {found}, {rule}"),
            Some(_) => format!("found {}, {rule}", quoted(found)),
        };
        self.errors.push(CatalogError { file: self.file.to_owned(), pointer, problem, rule: Some(rule) });
    }

    fn hold_all(&mut self, text: &str, rules: &[(&str, Rule)]) {
        for (place, rule) in rules {
            let (place, is_name) = place.strip_suffix('=').map_or((*place, false), |place| (place, true));
            let mut at = String::new();
            let mut look = |at: &str, name: &str, value: &str| {
                let said = if is_name { name.into() } else { scalar_text(value).unwrap_or_default() };
                self.hold(keeps(*rule, &said, value), *rule, at, &said);
            };
            if place.is_empty() {
                look("", "", text);
            } else {
                visit(text, place, &mut at, &mut look);
            }
        }
    }

    /// The names of a stream's files and folders are its own, with all their parts.
    fn hold_files<'a>(&mut self, taken: &mut Taken<'a>, stream: &'a Stream) {
        let (file, at) = (stream.file(), if stream.file.is_some() { "/file" } else { "/id" });
        // An id that stands twice was told before.
        let is_same = |other: &str| other == file && (stream.file.is_some() || !taken.ids.contains(&other));
        let is_free = !taken.files.iter().any(|other| is_same(other) || is_part(other, file) || is_part(file, other));
        self.hold(is_free, Rule::PartTaken, at, file);
        taken.files.push(file);
        let mut own: Vec<&str> = Vec::new();
        for (at, attachments) in stream.attachments.iter().enumerate() {
            let Some(directory) = attachments.directory.as_ref().map(StreamId::as_str) else { continue };
            let is_free = directory != "media" && !taken.directories.contains(&directory);
            self.hold(is_free, Rule::PartTaken, &format!("/attachments/{at}/directory"), directory);
            own.push(directory);
        }
        taken.directories.extend(own);
    }

    fn hold_taken<'a>(&mut self, taken: &mut Vec<&'a str>, name: &'a str, at: &str) {
        self.hold_once(taken, name, Rule::Taken, at);
    }

    /// Nobody else has this name.
    pub(super) fn hold_once<T: PartialEq + AsRef<str>>(&mut self, taken: &mut Vec<T>, name: T, rule: Rule, at: &str) {
        self.hold(!taken.contains(&name), rule, at, name.as_ref());
        taken.push(name);
    }
}

/// Whether a name is what a further part of these files is called.
fn is_part(name: &str, files: &str) -> bool {
    let rest = name.strip_prefix(files).and_then(|rest| rest.strip_prefix('-'));
    let number = rest.map(|rest| rest.strip_prefix("part").unwrap_or(rest));
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}
