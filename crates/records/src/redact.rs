//! Secrets leave a record before anything can write it.
//!
//! **Only this module makes a [`Redacted`], and writers take nothing else**: no part can see an unredacted record. A
//! record that nothing touches passes through as the slice it was; of a touched one only the removed members are cut out
//! and every other byte stays.

mod secret_names;

use std::collections::BTreeMap;
use std::ops::Range;

use carryall_protocol::catalog::Stream;
use carryall_protocol::pointer::Pointer;
use thiserror::Error;

use crate::json::{Name, NotJson, Scanner};
use crate::limits::RECORD_DEPTH;
use crate::page::Record;
pub(crate) use secret_names::{is_secret, may_be_secret};

/// A record without secrets: the only thing that can be written into a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Redacted<'a>(&'a str);

impl<'a> Redacted<'a> {
    /// The record's text.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.0
    }
}

/// A record that cannot be searched, and must not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the record is nested deeper than {RECORD_DEPTH} levels, or is not JSON")]
pub struct Unsearchable;

impl From<NotJson> for Unsearchable {
    fn from(_: NotJson) -> Self {
        Self
    }
}

/// Names of removed fields, and how often each was removed. Never their values.
pub type RemovedFields = BTreeMap<String, u64>;

/// What leaves the records of one stream, and the place where a touched record is put together again.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    rules: Rules,
    /// What is cut out of the record at hand, in order.
    cuts: Vec<Range<usize>>,
    text: String,
}

impl Redactor {
    /// The built-in secrets, and what the stream's catalog entry adds and takes back.
    #[must_use]
    pub fn of(stream: &Stream) -> Self {
        let tokens = |pointers: &[Pointer]| pointers.iter().map(|pointer| pointer.tokens().to_vec()).collect();
        let rules = Rules { remove: tokens(&stream.remove_fields), readmit: tokens(&stream.readmit_fields) };
        Self { rules, ..Self::default() }
    }

    /// Removes secrets from a record and counts them by name.
    ///
    /// # Errors
    ///
    /// [`Unsearchable`] where the record is too deep; it must not be written then.
    pub fn redact<'a>(&'a mut self, record: Record<'a>, removed: &mut RemovedFields) -> Result<Redacted<'a>, Unsearchable> {
        if record.is_plain() && self.rules.remove.is_empty() {
            return Ok(Redacted(record.text()));
        }
        self.search(record.text(), removed)
    }

    fn search<'a>(&'a mut self, record: &'a str, removed: &mut RemovedFields) -> Result<Redacted<'a>, Unsearchable> {
        self.cuts.clear();
        let scanner = Scanner::new(record);
        Walk { rules: &self.rules, scanner, path: Vec::new(), depth: 0, cuts: &mut self.cuts, removed }.value()?;
        if self.cuts.is_empty() {
            return Ok(Redacted(record));
        }
        self.text.clear();
        let mut at = 0;
        for cut in &self.cuts {
            self.text.push_str(record.get(at..cut.start).unwrap_or_default());
            at = cut.end;
        }
        self.text.push_str(record.get(at..).unwrap_or_default());
        Ok(Redacted(&self.text))
    }
}

/// Places that a catalog adds to the secrets, and takes back from them.
#[derive(Debug, Clone, Default)]
struct Rules {
    remove: Vec<Vec<String>>,
    readmit: Vec<Vec<String>>,
}

impl Rules {
    /// Whether a member may be one to remove, by its place alone.
    fn may_remove(&self, path: &[Name<'_>]) -> bool {
        !self.remove.is_empty() || path.last().is_some_and(|name| may_be_secret(name.raw()))
    }

    fn removes(&self, path: &[Name<'_>], value: &str) -> bool {
        let is_at = |place: &Vec<String>| path.len() == place.len() && path.iter().zip(place).all(|(name, token)| name.is(token));
        let is_secret = || path.last().is_some_and(|name| is_secret(&name.said(), value));
        self.remove.iter().any(is_at) || (is_secret() && !self.readmit.iter().any(is_at))
    }
}

/// One walk down a record. The way is kept as names; array elements add nothing to it.
struct Walk<'r, 'a> {
    rules: &'r Rules,
    scanner: Scanner<'a>,
    path: Vec<Name<'a>>,
    depth: usize,
    cuts: &'r mut Vec<Range<usize>>,
    removed: &'r mut RemovedFields,
}

impl Walk<'_, '_> {
    fn value(&mut self) -> Result<(), Unsearchable> {
        let Some(b'{' | b'[') = self.scanner.peek() else {
            self.scanner.value()?;
            return Ok(());
        };
        if self.depth == RECORD_DEPTH {
            return Err(Unsearchable);
        }
        self.depth += 1;
        let inside = if self.scanner.eat(b'{') { self.object() } else { self.array() };
        inside?;
        self.depth -= 1;
        Ok(())
    }

    /// A removed member goes with the comma before it, or with the one after it where nothing before it stays.
    fn object(&mut self) -> Result<(), Unsearchable> {
        let start = self.scanner.at();
        let (mut end, mut is_any_kept) = (start, false);
        let mut member = self.scanner.first_member()?;
        while let Some(name) = member {
            self.path.push(name);
            if self.goes_past_removed()? {
                self.cut(end..self.scanner.at());
                self.count(name);
            } else {
                if !is_any_kept && end > start {
                    self.cut(end..name.at());
                }
                is_any_kept = true;
                self.value()?;
            }
            self.path.pop();
            end = self.scanner.at();
            member = self.scanner.next_member()?;
        }
        Ok(())
    }

    fn array(&mut self) -> Result<(), Unsearchable> {
        self.scanner.eat(b'[');
        let mut is_there = self.scanner.first_element();
        while is_there {
            self.value()?;
            is_there = self.scanner.next_element()?;
        }
        Ok(())
    }

    /// Goes past the value of the member at the end of the path, if it is one to remove.
    fn goes_past_removed(&mut self) -> Result<bool, NotJson> {
        if !self.rules.may_remove(&self.path) {
            return Ok(false);
        }
        let start = self.scanner.at();
        let value = self.scanner.value()?;
        let removes = self.rules.removes(&self.path, value);
        if !removes {
            self.scanner.go_back(start);
        }
        Ok(removes)
    }

    fn cut(&mut self, range: Range<usize>) {
        match self.cuts.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => self.cuts.push(range),
        }
    }

    fn count(&mut self, name: Name<'_>) {
        let said = name.said();
        match self.removed.get_mut(said.as_ref()) {
            Some(count) => *count += 1,
            None => drop(self.removed.insert(said.into_owned(), 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::slice;
    use carryall_protocol::catalog::{Records, RecordsAt};
    use proptest::prelude::*;

    fn pointers(list: &[&str]) -> Vec<Vec<String>> {
        list.iter().map(|p| Pointer::new(p).unwrap().tokens().to_vec()).collect()
    }

    fn only(page: &str) -> Record<'_> {
        let records = Records::at(RecordsAt::Pointer(Pointer::default()));
        // Only entries need the arena.
        slice(page.as_bytes(), &records, &[], Box::leak(Box::default())).unwrap().records[0]
    }

    fn redacted(redactor: &Redactor, json: &str) -> (String, RemovedFields) {
        let mut removed = RemovedFields::new();
        let page = format!("[{json}]");
        (redactor.clone().redact(only(&page), &mut removed).unwrap().as_str().to_owned(), removed)
    }

    #[test]
    fn a_removed_member_takes_its_comma_and_leaves_every_other_byte() {
        for (json, expected) in [
            (r#"{"password":"x","id":1}"#, r#"{"id":1}"#),
            (r#"{"id":1,"password":"x"}"#, r#"{"id":1}"#),
            (r#"{"a":1.50, "token" : [1], "b":2}"#, r#"{"a":1.50, "b":2}"#),
            (r#"{"secret":1,"password":2}"#, "{}"),
            (r#"[{"token":1},{"x":[{"apiKey":"k","y":12.50}]}]"#, r#"[{},{"x":[{"y":12.50}]}]"#),
            (r#"{"pass\u0077ord":"x","é\n":"\u00e9"}"#, r#"{"é\n":"\u00e9"}"#),
            (r#"{"mfa":{"enabled":true,"totpSecret":"s"},"z":0}"#, r#"{"mfa":{"enabled":true},"z":0}"#),
        ] {
            assert_eq!(redacted(&Redactor::default(), json).0, expected);
        }
    }

    #[test]
    fn an_untouched_record_is_the_slice_it_was() {
        let record = r#"{"tokenCount": 3 , "n":[1e400], "hasPassword":true}"#;
        let mut redactor = Redactor::default();
        assert!(std::ptr::eq(redactor.search(record, &mut RemovedFields::new()).unwrap().as_str(), record));
    }

    #[test]
    fn a_catalog_adds_fields_and_readmits_by_exact_place_only() {
        let rules = Rules { remove: pointers(&["/login/pin"]), readmit: pointers(&["/token"]) };
        let redactor = Redactor { rules, ..Redactor::default() };
        let (text, removed) = redacted(&redactor, r#"{"token":"data","a":{"token":"x"},"login":{"pin":1,"id":2},"pin":3}"#);
        assert_eq!(text, r#"{"token":"data","a":{},"login":{"id":2},"pin":3}"#);
        assert_eq!(removed, RemovedFields::from([("token".to_owned(), 1), ("pin".to_owned(), 1)]));
    }

    #[test]
    fn a_record_too_deep_to_search_is_refused() {
        let deep = |levels| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
        let redact = |record: &str| Redactor::default().redact(only(&format!("[{record}]")), &mut RemovedFields::new()).is_ok();
        assert!(redact(&deep(RECORD_DEPTH)) && !redact(&deep(RECORD_DEPTH + 1)));
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let names = prop::sample::select(vec!["id", "password", "Token", "x", "api_key", "tokens"]);
        let leaf = prop_oneof![any::<i32>().prop_map(Into::into), any::<String>().prop_map(Into::into)];
        leaf.prop_recursive(4, 32, 5, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                prop::collection::vec((names.clone(), inner), 0..5)
                    .prop_map(|m| serde_json::Value::Object(m.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())),
            ]
        })
    }

    fn strip(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(map) => {
                map.retain(|name, value| !is_secret(name, &value.to_string()));
                map.values_mut().for_each(strip);
            }
            serde_json::Value::Array(list) => list.iter_mut().for_each(strip),
            _ => {}
        }
    }

    proptest! {
        #[test]
        fn cutting_text_equals_removing_values(value in json(), pretty in any::<bool>()) {
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
            let (cut, _) = redacted(&Redactor::default(), &text);
            let mut redactor = Redactor::default();
            prop_assert_eq!(&cut, redactor.search(&text, &mut RemovedFields::new()).unwrap().as_str());
            let mut expected = value;
            strip(&mut expected);
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&cut).unwrap(), expected);
        }
    }
}
