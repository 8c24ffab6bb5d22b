//! Secrets leave a record before anything can write it.
//!
//! **Only this module makes a [`Redacted`], and writers take nothing else**: no part can see an unredacted record. A
//! record that nothing touches passes through as the slice it was; of a touched one only the removed members are cut out
//! and every other byte stays.

use std::borrow::Cow;
use std::collections::BTreeMap;

use carryall_protocol::catalog::Stream;
use serde_json::value::RawValue;
use thiserror::Error;

use crate::json::{elements, members, offset_in};
use crate::limits::RECORD_DEPTH;

/// Field names taken for secrets wherever they stand, compared without case, `_` and `-`. Sorted.
const SECRET_NAMES: &[&str] = &[
    "accesstoken",
    "apikey",
    "apisecret",
    "authtoken",
    "backupcodes",
    "bearertoken",
    "clientsecret",
    "credential",
    "credentials",
    "encryptionkey",
    "idtoken",
    "mfasecret",
    "otpsecret",
    "passwd",
    "password",
    "passwordhash",
    "privatekey",
    "pwd",
    "recoverycodes",
    "refreshtoken",
    "secret",
    "secretkey",
    "sessiontoken",
    "signingkey",
    "token",
    "totpsecret",
    "webhooksecret",
];

/// The longest of them.
const LONGEST_NAME: usize = 13;

/// A record without secrets: the only thing that can be written into a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted<'a>(Cow<'a, str>);

impl Redacted<'_> {
    /// The record's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A record that cannot be looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the record is nested deeper than {limit} levels")]
pub struct TooDeep {
    /// Levels allowed.
    pub limit: usize,
}

/// Names of removed fields, and how often each was removed. Never their values.
pub type RemovedFields = BTreeMap<String, u64>;

/// What leaves the records of one stream.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    remove: Vec<Vec<String>>,
    readmit: Vec<Vec<String>>,
}

impl Redactor {
    /// The built-in secrets, and what the stream's catalog entry adds and takes back.
    #[must_use]
    pub fn of(stream: &Stream) -> Self {
        let tokens = |pointers: &[carryall_protocol::pointer::Pointer]| pointers.iter().map(|p| p.tokens().to_vec()).collect();
        Self { remove: tokens(&stream.remove_fields), readmit: tokens(&stream.readmit_fields) }
    }

    /// Removes secrets from a record and counts them by name.
    ///
    /// # Errors
    ///
    /// [`TooDeep`] where the record is nested deeper than can be searched; it must not be written then.
    pub fn redact<'a>(&self, record: &'a RawValue, removed: &mut RemovedFields) -> Result<Redacted<'a>, TooDeep> {
        let mut cut = Cutter { rules: self, path: Vec::new(), depth: 0, removed };
        let text = cut.value(record.get())?;
        Ok(Redacted(text.map_or(Cow::Borrowed(record.get()), Cow::Owned)))
    }

    fn removes(&self, path: &[Cow<'_, str>]) -> bool {
        let is = |pointer: &Vec<String>| pointer.len() == path.len() && pointer.iter().zip(path).all(|(a, b)| a == b);
        let Some(name) = path.last() else { return false };
        self.remove.iter().any(is) || (is_secret(name) && !self.readmit.iter().any(is))
    }
}

/// One walk down a record. The way is kept as unescaped names; array elements add nothing to it.
struct Cutter<'r, 'a> {
    rules: &'r Redactor,
    path: Vec<Cow<'a, str>>,
    depth: usize,
    removed: &'r mut RemovedFields,
}

impl<'a> Cutter<'_, 'a> {
    /// The value's new text, or nothing where it stays as it is.
    fn value(&mut self, text: &'a str) -> Result<Option<String>, TooDeep> {
        if self.depth == RECORD_DEPTH {
            return Err(TooDeep { limit: RECORD_DEPTH });
        }
        self.depth += 1;
        let changed = match text.as_bytes().first() {
            Some(b'{') => self.object(text)?,
            Some(b'[') => self.array(text)?,
            _ => None,
        };
        self.depth -= 1;
        Ok(changed)
    }

    fn object(&mut self, text: &'a str) -> Result<Option<String>, TooDeep> {
        let mut pieces = Pieces::new(text);
        for (name, value) in members(text).ok_or(TooDeep { limit: RECORD_DEPTH })? {
            self.path.push(name);
            if self.rules.removes(&self.path) {
                let name = self.path.last().map(ToString::to_string).unwrap_or_default();
                *self.removed.entry(name).or_default() += 1;
                pieces.skip(value.get());
            } else if is_nested(value) {
                let inner = self.value(value.get())?;
                pieces.keep(value.get(), inner);
            } else {
                pieces.keep(value.get(), None);
            }
            self.path.pop();
        }
        Ok(pieces.finish())
    }

    fn array(&mut self, text: &'a str) -> Result<Option<String>, TooDeep> {
        let mut pieces = Pieces::new(text);
        for element in elements(text).ok_or(TooDeep { limit: RECORD_DEPTH })? {
            let inner = if is_nested(element) { self.value(element.get())? } else { None };
            pieces.keep(element.get(), inner);
        }
        Ok(pieces.finish())
    }
}

fn is_nested(value: &RawValue) -> bool {
    value.get().starts_with(['{', '['])
}

/// Assembles an object's or array's text from pieces of the original; costs nothing while nothing changes.
struct Pieces<'a> {
    text: &'a str,
    /// The end of the last member that was looked at.
    at: usize,
    /// The new text, once something changed.
    out: Option<String>,
    kept: usize,
}

impl<'a> Pieces<'a> {
    const fn new(text: &'a str) -> Self {
        Self { text, at: 1, out: None, kept: 0 }
    }

    /// Keeps a member, with another value where one is given.
    fn keep(&mut self, value: &'a str, inner: Option<String>) {
        let start = offset_in(self.text, value);
        if inner.is_some() {
            self.begin();
        }
        if let Some(out) = &mut self.out {
            let lead = self.text.get(self.at..start).unwrap_or_default();
            let lead = if self.kept == 0 { lead.trim_start_matches([',', ' ', '\t', '\n', '\r']) } else { lead };
            out.push_str(lead);
            out.push_str(inner.as_deref().unwrap_or(value));
        }
        self.at = start + value.len();
        self.kept += 1;
    }

    /// Leaves a member out, with its name and its comma.
    fn skip(&mut self, value: &'a str) {
        self.begin();
        self.at = offset_in(self.text, value) + value.len();
    }

    /// The first change: what was kept so far is copied once.
    fn begin(&mut self) {
        let so_far = self.text.get(..self.at).unwrap_or_default();
        self.out.get_or_insert_with(|| so_far.to_owned());
    }

    fn finish(self) -> Option<String> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.out.map(|out| out + rest)
    }
}

/// Whether a field of this name is taken for a secret.
#[must_use]
pub fn is_secret(name: &str) -> bool {
    let mut folded = [0u8; LONGEST_NAME];
    let mut len = 0;
    for byte in name.bytes().filter(|b| !matches!(b, b'_' | b'-')) {
        let Some(place) = folded.get_mut(len) else { return false };
        *place = byte.to_ascii_lowercase();
        len += 1;
    }
    let folded = folded.get(..len).unwrap_or_default();
    SECRET_NAMES.binary_search_by(|name| name.as_bytes().cmp(folded)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pointers(list: &[&str]) -> Vec<Vec<String>> {
        list.iter().map(|p| carryall_protocol::pointer::Pointer::new(p).unwrap().tokens().to_vec()).collect()
    }

    fn redacted(redactor: &Redactor, json: &str) -> (String, RemovedFields) {
        let mut removed = RemovedFields::new();
        let record: &RawValue = serde_json::from_str(json).unwrap();
        (redactor.redact(record, &mut removed).unwrap().as_str().to_owned(), removed)
    }

    #[test]
    fn names_are_compared_without_case_and_separators() {
        assert!(["password", "Password_Hash", "MFA-SECRET", "recovery_codes", "apiKey"].iter().all(|n| is_secret(n)));
        assert!(!["tokenCount", "passwordChangedAt", "secretaryName", "", "webhooksecrets", "id"].iter().any(|n| is_secret(n)));
        assert!(SECRET_NAMES.is_sorted() && SECRET_NAMES.iter().all(|name| name.len() <= LONGEST_NAME));
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
        let record: &RawValue = serde_json::from_str(r#"{"tokenCount": 3 , "n":[1e400]}"#).unwrap();
        let redacted = Redactor::default().redact(record, &mut RemovedFields::new()).unwrap();
        assert!(matches!(redacted.0, Cow::Borrowed(text) if std::ptr::eq(text, record.get())));
    }

    #[test]
    fn a_catalog_adds_fields_and_readmits_by_exact_place_only() {
        let redactor = Redactor { remove: pointers(&["/login/pin"]), readmit: pointers(&["/token"]) };
        let (text, removed) = redacted(&redactor, r#"{"token":"data","a":{"token":"x"},"login":{"pin":1,"id":2},"pin":3}"#);
        assert_eq!(text, r#"{"token":"data","a":{},"login":{"id":2},"pin":3}"#);
        assert_eq!(removed, RemovedFields::from([("token".to_owned(), 1), ("pin".to_owned(), 1)]));
    }

    #[test]
    fn a_record_too_deep_to_search_is_refused() {
        let deep = format!("{}1{}", "[".repeat(RECORD_DEPTH + 1), "]".repeat(RECORD_DEPTH + 1));
        let record: Box<RawValue> = RawValue::from_string(deep).unwrap();
        assert!(Redactor::default().redact(&record, &mut RemovedFields::new()).is_err());
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
                map.retain(|name, _| !is_secret(name));
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
            let mut expected = value;
            strip(&mut expected);
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&cut).unwrap(), expected);
        }
    }
}
