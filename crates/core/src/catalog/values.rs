//! The values that `{name}` can stand for on a walk.

use carryall_protocol::catalog::{Json, Scalar};

use super::address::template;
use super::finding::Findings;
use super::rule::Rule;

/// The names that are known, and whether the walk's own was used.
pub(super) struct Values<'a> {
    names: Vec<&'a str>,
    own: Option<&'a str>,
    is_own_used: bool,
}

impl<'a> Values<'a> {
    pub(super) const fn new(names: Vec<&'a str>, own: Option<&'a str>) -> Self {
        Self { names, is_own_used: own.is_none(), own }
    }

    /// Whether every walk asks for something else.
    pub(super) const fn is_own_used(&self) -> bool {
        self.is_own_used
    }

    /// A text that is `{name}` as a whole names a value.
    pub(super) fn check_text(&mut self, found: &mut Findings, text: &str) {
        if let Some(name) = template(text) {
            self.is_own_used |= self.own == Some(name);
            found.hold(self.names.contains(&name), "", Rule::Template, &text);
        }
    }

    /// The same, wherever in a body.
    pub(super) fn check_json(&mut self, found: &mut Findings, json: &Json) {
        match json {
            Json::Scalar(Scalar::Text(text)) => self.check_text(found, text),
            Json::List(list) => list.iter().enumerate().for_each(|(at, value)| {
                found.inside(&at.to_string(), |found| self.check_json(found, value));
            }),
            Json::Object(members) => members.iter().for_each(|(name, value)| {
                found.inside(name, |found| self.check_json(found, value));
            }),
            Json::Null | Json::Scalar(_) => {}
        }
    }

    /// Braces in a path stand around whole segments: the names of values, and of the paginator's parameter where it goes there.
    pub(super) fn check_path(&mut self, found: &mut Findings, path: &str, place: Option<&str>) {
        let mut is_placed = place.is_none();
        for segment in path.split('/').filter(|segment| segment.contains(['{', '}'])) {
            match template(segment) {
                None => found.hold(false, "/path", Rule::PathTemplate, &segment),
                name if name == place => is_placed = true,
                Some(_) => found.inside("path", |found| self.check_text(found, segment)),
            }
        }
        found.need(is_placed, "/path", Rule::PathPlace);
    }
}
