//! One walk down a record that is given its form.

use std::borrow::Cow;

use carryall_protocol::catalog::Stream;

use super::super::addition::{Additions, GivenName};
use super::{Form, is_number, moment};
use crate::draft::Draft;
use crate::json::{NotJson, Scanner};
use crate::limits::RECORD_DEPTH;
use crate::places::Places;
use crate::redact::Unsearchable;

/// The rules for a value and what is below: of names by the place that it had, of moments by the one that it has.
#[derive(Debug, Clone, Copy)]
struct At<'f> {
    renames: Option<&'f Places>,
    moments: Option<&'f Places>,
}

/// A walk, and what has become of the record so far.
pub(super) struct Walk<'f, 'a> {
    form: &'f Form,
    stream: &'f Stream,
    record: &'a str,
    scanner: Scanner<'a>,
    draft: Draft<'a>,
    /// What comes into the record, where it is an object.
    additions: Additions<'f>,
    depth: usize,
}

impl<'f, 'a> Walk<'f, 'a> {
    pub(super) fn of(form: &'f Form, stream: &'f Stream, record: &'a str, additions: Additions<'f>, draft: Draft<'a>) -> Self {
        Self { form, stream, record, scanner: Scanner::new(record), draft, additions, depth: 0 }
    }

    /// Walks down the whole record.
    ///
    /// # Errors
    ///
    /// [`Unsearchable`] where it is too deep.
    pub(super) fn record(mut self) -> Result<Draft<'a>, Unsearchable> {
        self.value(At { renames: self.form.renames.as_ref(), moments: self.form.moments.as_ref() })?;
        Ok(self.draft)
    }

    fn value(&mut self, at: At<'f>) -> Result<(), Unsearchable> {
        let is_of_interest = self.stream.numbers_as_strings || at.renames.is_some() || at.moments.is_some() || self.depth == 0;
        match self.scanner.peek() {
            Some(b'{' | b'[') if is_of_interest => self.inside(at),
            Some(b'{' | b'[') => {
                self.scanner.value()?;
                Ok(())
            }
            _ => Ok(self.scalar(at)?),
        }
    }

    fn inside(&mut self, at: At<'f>) -> Result<(), Unsearchable> {
        if self.depth == RECORD_DEPTH {
            return Err(Unsearchable);
        }
        self.depth += 1;
        let inside = if self.scanner.eat(b'{') { self.object(at) } else { self.array(at) };
        self.depth -= 1;
        inside
    }

    fn scalar(&mut self, at: At<'f>) -> Result<(), NotJson> {
        let start = self.scanner.at();
        let value = self.scanner.value()?;
        let moment = moment(value, at.moments, &self.stream.time_formats);
        let text = moment.as_deref().unwrap_or(value);
        let range = start..self.scanner.at();
        if self.stream.numbers_as_strings && is_number(text) {
            self.draft.replace(range, &["\"", text, "\""]);
        } else if moment.is_some() {
            self.draft.replace(range, &[text]);
        }
        Ok(())
    }

    fn array(&mut self, at: At<'f>) -> Result<(), Unsearchable> {
        self.scanner.eat(b'[');
        let mut is_there = self.scanner.first_element();
        while is_there {
            self.value(at)?;
            is_there = self.scanner.next_element()?;
        }
        Ok(())
    }

    fn object(&mut self, at: At<'f>) -> Result<(), Unsearchable> {
        let start = self.scanner.at();
        let mut end = start;
        let mut taken = self.taken(at)?;
        let mut member = self.scanner.first_member()?;
        while let Some(name) = member {
            let said = name.said();
            let renames = at.renames.and_then(|places| places.below(&said));
            let new = renames.and_then(|place| self.new_name(place, &mut taken));
            if let Some(new) = new {
                self.draft.replace(name.at()..name.at() + name.raw().len() + 2, &[&new.json]);
            }
            let said = new.map_or(said, |new| Cow::Borrowed(&new.said));
            let moments = at.moments.and_then(|places| places.below(&said));
            self.member(&said, At { renames, moments })?;
            end = self.scanner.at();
            member = self.scanner.next_member()?;
        }
        if self.depth == 1 {
            self.additions.append(end, end == start, &mut self.draft);
        }
        Ok(())
    }

    /// The value of a member, or what is added in its place.
    fn member(&mut self, said: &str, at: At<'f>) -> Result<(), Unsearchable> {
        if self.depth > 1 {
            return self.value(at);
        }
        let Some(other) = self.additions.in_place_of(said) else { return self.value(at) };
        self.scanner.peek();
        let start = self.scanner.at();
        self.scanner.value()?;
        self.draft.replace(start..self.scanner.at(), &[other]);
        Ok(())
    }

    /// The new names that the object that was just gone into has already.
    fn taken(&self, at: At<'f>) -> Result<Vec<&'f GivenName>, NotJson> {
        let news = |places: &'f Places| places.named_members().filter_map(|place| self.given(place)).collect();
        let news: Vec<_> = at.renames.map(news).unwrap_or_default();
        let mut taken = Vec::new();
        if news.is_empty() {
            return Ok(taken);
        }
        let mut scanner = Scanner::new(self.record);
        scanner.go_back(self.scanner.at());
        let mut member = scanner.first_member()?;
        while let Some(name) = member {
            let said = name.said();
            taken.extend(news.iter().find(|new| new.said == said && !has(&taken, new)));
            scanner.value()?;
            member = scanner.next_member()?;
        }
        Ok(taken)
    }

    /// The new name of a member. It keeps its own where the object has one of the new name already.
    fn new_name(&self, place: &'f Places, taken: &mut Vec<&'f GivenName>) -> Option<&'f GivenName> {
        let new = self.given(place).filter(|new| !has(taken, new))?;
        taken.push(new);
        Some(new)
    }

    fn given(&self, place: &'f Places) -> Option<&'f GivenName> {
        self.form.renamed.get(*place.rules().first()?)
    }
}

fn has(names: &[&GivenName], name: &GivenName) -> bool {
    names.iter().any(|known| known.said == name.said)
}
