//! One response, cut into raw slices of records.
//!
//! The body is read once: the record array is found by its pointer, its elements are borrowed slices of the body, and a
//! claimed total is picked up on the way. **No value is built.**

mod error;

use carryall_protocol::catalog::{Records, RecordsAt};
use carryall_protocol::pointer::Pointer;

use crate::json::{Name, NotJson, Scanner, lookup};
use crate::limits::{PAGE_RECORDS, RECORD_DEPTH};
use crate::redact::{ends_like_secret, is_secret};
pub use error::PageError;

/// A record as it stands on its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    text: &'a str,
    is_plain: bool,
}

impl<'a> Record<'a> {
    /// Its exact text.
    #[must_use]
    pub const fn text(&self) -> &'a str {
        self.text
    }

    /// Whether no name in it can be a secret's, and it is not too deep to be searched: noticed while the page was read.
    #[must_use]
    pub const fn is_plain(&self) -> bool {
        self.is_plain
    }
}

/// A page's records and what else was looked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Slices<'a> {
    /// The records, in order.
    pub records: Vec<Record<'a>>,
    /// What stands at the other places, in their order: the value's exact text, nothing where there is none.
    pub found: Vec<Option<&'a str>>,
    /// Elements that hold no record: null, or without the part that is one.
    pub hollow: u64,
    /// Names of entries that are secrets, which became no records.
    pub secret_entries: Vec<String>,
}

/// Cuts a body into records, and finds what else is looked for in it. `arena` holds the text of records that do not stand in
/// the body as they are: the entries of an object.
///
/// # Errors
///
/// [`PageError`] where the body is no UTF-8, no JSON, or has no records at their place.
pub fn slice<'a>(body: &'a [u8], records: &Records, others: &[&Pointer], arena: &'a mut String) -> Result<Slices<'a>, PageError> {
    // A body that breaks off within a character was cut, like one that breaks off elsewhere.
    let text = std::str::from_utf8(body).map_err(|error| error.error_len().map_or(PageError::NotJson, |_| PageError::NotUtf8))?;
    let scanner = Scanner::looking_for(text, ends_like_secret);
    let mut cut = Cut { text, scanner, at: &records.at, list: None, found: vec![None; others.len()] };
    let others = others.iter().map(|pointer| pointer.tokens()).enumerate().collect();
    cut.value(&Wanted { records: Some(records.pointer().tokens()), others })?;
    if !cut.scanner.is_at_end() {
        return Err(PageError::NotJson);
    }
    let mut slices = Slices { found: cut.found, ..Slices::default() };
    let list = match cut.list {
        None if records.may_be_absent => return Ok(slices),
        None => return Err(PageError::RecordsMissing),
        Some(List::Null) if records.may_be_absent => return Ok(slices),
        Some(List::Null | List::Other) => return Err(PageError::RecordsNotArray),
        Some(List::TooMany) => return Err(PageError::TooManyRecords),
        Some(List::Records(list)) => list,
        Some(List::Entries(entries)) => slices.entries(&entries, arena),
    };
    slices.records = list;
    if let Some(each) = &records.each {
        slices.keep_parts(each.tokens());
    }
    Ok(slices)
}

impl<'a> Slices<'a> {
    /// Makes a record of each entry, in the arena. An entry whose name is a secret's becomes none.
    fn entries(&mut self, entries: &[Entry<'_>], arena: &'a mut String) -> Vec<Record<'a>> {
        arena.clear();
        let mut ends = Vec::with_capacity(entries.len());
        for Entry { name, value, is_plain } in entries {
            if is_secret(&name.said(), value) {
                self.secret_entries.push(name.said().into_owned());
                continue;
            }
            for piece in ["{\"key\":\"", name.raw(), "\",\"value\":", value, "}"] {
                arena.push_str(piece);
            }
            ends.push((arena.len(), *is_plain));
        }
        let arena: &'a str = arena;
        let mut start = 0;
        let mut record = |(end, is_plain)| {
            let text = arena.get(start..end).unwrap_or_default();
            start = end;
            Record { text, is_plain }
        };
        ends.into_iter().map(&mut record).collect()
    }

    /// Replaces each element by the part of it that is the record.
    fn keep_parts(&mut self, tokens: &[String]) {
        let elements = self.records.len();
        let part =
            |record: Record<'a>| lookup(record.text, tokens).filter(|text| *text != "null").map(|text| Record { text, ..record });
        self.records = std::mem::take(&mut self.records).into_iter().filter_map(part).collect();
        self.hollow = (elements - self.records.len()) as u64;
    }
}

/// What is looked for below a value: the rest of each pointer.
struct Wanted<'p> {
    records: Option<&'p [String]>,
    others: Vec<(usize, &'p [String])>,
}

impl<'p> Wanted<'p> {
    /// What is looked for below a member or an element.
    fn below(&self, is: impl Fn(&str) -> bool) -> Self {
        let rest = |tokens: &'p [String]| tokens.split_first().filter(|(first, _)| is(first)).map(|(_, rest)| rest);
        let others = self.others.iter().filter_map(|(which, tokens)| Some((*which, rest(tokens)?)));
        Self { records: self.records.and_then(rest), others: others.collect() }
    }

    fn is_deeper(&self) -> bool {
        self.records.is_some() || self.others.iter().any(|(_, tokens)| !tokens.is_empty())
    }
}

/// One reading of a body, and what it has found. That what stands at the records' place is no list of records is only told
/// where the whole body is JSON.
struct Cut<'a, 'r> {
    text: &'a str,
    scanner: Scanner<'a>,
    at: &'r RecordsAt,
    list: Option<List<'a>>,
    found: Vec<Option<&'a str>>,
}

/// What stands at the records' place.
enum List<'a> {
    Records(Vec<Record<'a>>),
    Entries(Vec<Entry<'a>>),
    Null,
    Other,
    TooMany,
}

/// A member of the object whose members are the records.
struct Entry<'a> {
    name: Name<'a>,
    value: &'a str,
    is_plain: bool,
}

impl<'a> Cut<'a, '_> {
    /// Reads a value. A name that stands twice counts the last time, as everywhere in JSON.
    fn value(&mut self, wanted: &Wanted<'_>) -> Result<(), NotJson> {
        let next = self.scanner.peek();
        let start = self.scanner.at();
        match (wanted.records, next) {
            (Some([]), _) => self.list = Some(self.list()?),
            (_, Some(b'{')) if wanted.is_deeper() => self.object(wanted)?,
            (_, Some(b'[')) if wanted.is_deeper() => self.array(wanted)?,
            _ => drop(self.scanner.value()?),
        }
        let text = self.text.get(start..self.scanner.at()).unwrap_or_default();
        let is_list = wanted.records.is_some_and(<[String]>::is_empty);
        for (which, tokens) in wanted.others.iter().filter(|(_, tokens)| tokens.is_empty() || is_list) {
            if let Some(found) = self.found.get_mut(*which) {
                *found = lookup(text, tokens);
            }
        }
        Ok(())
    }

    fn object(&mut self, wanted: &Wanted<'_>) -> Result<(), NotJson> {
        self.scanner.eat(b'{');
        let mut member = self.scanner.first_member()?;
        while let Some(name) = member {
            self.value(&wanted.below(|token| name.is(token)))?;
            member = self.scanner.next_member()?;
        }
        Ok(())
    }

    fn array(&mut self, wanted: &Wanted<'_>) -> Result<(), NotJson> {
        self.scanner.eat(b'[');
        let mut at = 0_usize;
        let mut is_there = self.scanner.first_element();
        while is_there {
            self.value(&wanted.below(|token| token.parse() == Ok(at)))?;
            is_there = self.scanner.next_element()?;
            at += 1;
        }
        Ok(())
    }

    /// Reads what stands at the records' place.
    fn list(&mut self) -> Result<List<'a>, NotJson> {
        match (self.at, self.scanner.peek()) {
            (RecordsAt::Single(_), _) => self.single(),
            (RecordsAt::Pointer(_), Some(b'[')) => self.elements(),
            (RecordsAt::Entries(_), Some(b'{')) => self.entries(),
            _ => Ok(if self.scanner.value()? == "null" { List::Null } else { List::Other }),
        }
    }

    /// One record; `null` is none.
    fn single(&mut self) -> Result<List<'a>, NotJson> {
        let record = self.record()?;
        Ok(if record.text == "null" { List::Null } else { List::Records(vec![record]) })
    }

    fn elements(&mut self) -> Result<List<'a>, NotJson> {
        self.scanner.eat(b'[');
        let mut records = Vec::new();
        let mut are_too_many = false;
        let mut is_there = self.scanner.first_element();
        while is_there {
            let record = self.record()?;
            are_too_many |= records.len() == PAGE_RECORDS;
            if !are_too_many {
                records.push(record);
            }
            is_there = self.scanner.next_element()?;
        }
        Ok(if are_too_many { List::TooMany } else { List::Records(records) })
    }

    fn entries(&mut self) -> Result<List<'a>, NotJson> {
        self.scanner.eat(b'{');
        let mut entries = Vec::new();
        let mut are_too_many = false;
        let mut member = self.scanner.first_member()?;
        while let Some(name) = member {
            let Record { text, is_plain } = self.record()?;
            are_too_many |= entries.len() == PAGE_RECORDS;
            if !are_too_many {
                entries.push(Entry { name, value: text, is_plain });
            }
            member = self.scanner.next_member()?;
        }
        Ok(if are_too_many { List::TooMany } else { List::Entries(entries) })
    }

    fn record(&mut self) -> Result<Record<'a>, NotJson> {
        self.scanner.take_noticed();
        let text = self.scanner.value()?;
        let (may_have_secrets, levels) = self.scanner.take_noticed();
        Ok(Record { text, is_plain: !may_have_secrets && levels < RECORD_DEPTH })
    }
}

#[cfg(test)]
mod tests;
