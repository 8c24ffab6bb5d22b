//! One walk down a record that cuts out what must not stay.

use std::ops::Range;

use super::count;
use super::rules::{At, Kept};
use super::secret_names::{is_secret, may_be_secret};
use super::{RemovedFields, Unsearchable};
use crate::draft::Draft;
use crate::json::{Name, NotJson, Scanner};
use crate::limits::RECORD_DEPTH;

/// A walk, and what is left of the record so far.
pub(super) struct Walk<'r, 'a> {
    text: &'a str,
    scanner: Scanner<'a>,
    draft: Draft<'a>,
    /// The record's member that it is in.
    top: Option<Name<'a>>,
    depth: usize,
    removed: &'r mut RemovedFields,
}

impl<'r, 'a> Walk<'r, 'a> {
    pub(super) fn of(text: &'a str, draft: Draft<'a>, removed: &'r mut RemovedFields) -> Self {
        Self { text, scanner: Scanner::new(text), draft, top: None, depth: 0, removed }
    }

    /// Walks down the whole record. Of one that is no object and no array nothing is left where only some fields are kept: it
    /// becomes `null`.
    ///
    /// # Errors
    ///
    /// [`Unsearchable`] where it is too deep.
    pub(super) fn record(mut self, at: At<'r>) -> Result<Draft<'a>, Unsearchable> {
        if !self.is_lost(at) {
            self.value(at)?;
        } else if self.scanner.value()? != "null" {
            self.draft.replace(0..self.text.len(), &["null"]);
            self.count("");
        }
        Ok(self.draft)
    }

    fn value(&mut self, at: At<'r>) -> Result<(), Unsearchable> {
        let Some(b'{' | b'[') = self.scanner.peek() else {
            self.scanner.value()?;
            return Ok(());
        };
        if self.depth == RECORD_DEPTH {
            return Err(Unsearchable);
        }
        self.depth += 1;
        let inside = if self.scanner.eat(b'{') { self.object(at) } else { self.array(at) };
        inside?;
        self.depth -= 1;
        Ok(())
    }

    fn object(&mut self, at: At<'r>) -> Result<(), Unsearchable> {
        let is_top = self.top.is_none();
        let mut gap = Gap::after(self.scanner.at());
        let mut member = self.scanner.first_member()?;
        while let Some(name) = member {
            if is_top {
                self.top = Some(name);
            }
            match self.kept(name, at)? {
                None => self.draft.cut(gap.removed(self.scanner.at())),
                Some(below) => {
                    self.keep(&mut gap, name.at());
                    self.value(below)?;
                    gap.end = self.scanner.at();
                }
            }
            member = self.scanner.next_member()?;
        }
        if is_top {
            self.top = None;
        }
        Ok(())
    }

    fn array(&mut self, at: At<'r>) -> Result<(), Unsearchable> {
        self.scanner.eat(b'[');
        let mut gap = Gap::after(self.scanner.at());
        let mut is_there = self.scanner.first_element();
        while is_there {
            if self.is_lost(at) {
                self.scanner.value()?;
                self.draft.cut(gap.removed(self.scanner.at()));
                self.count_under_top();
            } else {
                self.keep(&mut gap, self.scanner.at());
                self.value(at)?;
                gap.end = self.scanner.at();
            }
            is_there = self.scanner.next_element()?;
        }
        Ok(())
    }

    /// What holds for a member that stays. Goes past the value of one that does not, and counts it.
    fn kept(&mut self, name: Name<'_>, at: At<'r>) -> Result<Option<At<'r>>, NotJson> {
        let below = at.below(name);
        if may_be_secret(name.raw()) && !below.is_readmitted() {
            let start = self.scanner.at();
            if is_secret(&name.said(), self.scanner.value()?) {
                self.count(&name.said());
                return Ok(None);
            }
            self.scanner.go_back(start);
        }
        if below.is_removed() {
            self.count(&name.said());
        } else if matches!(below.kept, Kept::Nothing) || self.is_lost(below) {
            self.count_under_top();
        } else {
            return Ok(Some(below));
        }
        self.scanner.value()?;
        Ok(None)
    }

    /// Whether the value that comes next only stands on the way to what is kept, and leads nowhere.
    fn is_lost(&mut self, at: At<'r>) -> bool {
        matches!(at.kept, Kept::Below(_)) && !matches!(self.scanner.peek(), Some(b'{' | b'['))
    }

    /// Cuts out what lies between the beginning and the first member or element that stays.
    fn keep(&mut self, gap: &mut Gap, start: usize) {
        if !gap.is_any_kept && gap.end > gap.start {
            self.draft.cut(gap.end..start);
        }
        gap.is_any_kept = true;
    }

    fn count(&mut self, name: &str) {
        count(self.removed, name);
    }

    fn count_under_top(&mut self) {
        let top = self.top.map(Name::said).unwrap_or_default();
        self.count(&top);
    }
}

/// Where the last member or element of an object or array ended. A removed one goes with the comma before it, or with the one
/// after it where nothing before it stays.
struct Gap {
    start: usize,
    end: usize,
    is_any_kept: bool,
}

impl Gap {
    const fn after(start: usize) -> Self {
        Self { start, end: start, is_any_kept: false }
    }

    /// The range of a removed one that ends here.
    const fn removed(&mut self, end: usize) -> Range<usize> {
        std::mem::replace(&mut self.end, end)..end
    }
}
