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

use crate::json::{Member, Record, elements, members, offset_in};
use crate::limits::{PAGE_RECORDS, RECORD_DEPTH};

/// Field names taken for secrets wherever they stand, compared without case, `_` and `-`. Sorted.
const SECRET_NAMES: &[&str] = &[
    "accesstoken",
    "apikey",
    "apisecret",
    "apitoken",
    "authtoken",
    "backupcodes",
    "bearertoken",
    "clientsecret",
    "credential",
    "credentials",
    "encryptionkey",
    "hashedpassword",
    "idtoken",
    "mfasecret",
    "otpsecret",
    "passphrase",
    "passwd",
    "password",
    "passwordhash",
    "privatekey",
    "pwd",
    "recoverycodes",
    "refreshtoken",
    "secret",
    "secretaccesskey",
    "secretkey",
    "secrets",
    "sessiontoken",
    "signingkey",
    "token",
    "tokens",
    "totpsecret",
    "webhooksecret",
];

/// Endings of field names that are taken for secrets too ("sipPassword"), unless the value only says yes, no or nothing
/// ("hasPassword": true).
const SECRET_ENDINGS: &[&str] = &["apikey", "password", "passwordhash", "secret"];

/// Characters of a name that are looked at, from its end.
const NAME_CHARS: usize = 32;

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

/// A record that cannot be searched, and must not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the record is nested deeper than {RECORD_DEPTH} levels, or a value in it has more than {PAGE_RECORDS} parts")]
pub struct Unsearchable;

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
    /// [`Unsearchable`] where the record is too deep or too wide; it must not be written then.
    pub fn redact<'a>(&self, record: &'a RawValue, removed: &mut RemovedFields) -> Result<Redacted<'a>, Unsearchable> {
        self.redact_record(&Record::new(record), removed)
    }

    /// The same for a record that was looked into before.
    pub(crate) fn redact_record<'a>(
        &self,
        record: &Record<'a>,
        removed: &mut RemovedFields,
    ) -> Result<Redacted<'a>, Unsearchable> {
        let mut cut = Cutter { rules: self, path: Vec::new(), depth: 1, removed };
        let text = match &record.members {
            Some(members) => cut.members(record.text, members)?,
            None => cut.nested(record.text)?,
        };
        Ok(Redacted(text.map_or(Cow::Borrowed(record.text), Cow::Owned)))
    }

    fn removes(&self, path: &[Cow<'_, str>], value: &RawValue) -> bool {
        let is = |pointer: &Vec<String>| pointer.len() == path.len() && pointer.iter().zip(path).all(|(a, b)| a == b);
        let Some(name) = path.last() else { return false };
        self.remove.iter().any(is) || (is_secret(name, value) && !self.readmit.iter().any(is))
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
    /// An inner value's new text, or nothing where it stays as it is.
    fn value(&mut self, value: &'a RawValue) -> Result<Option<String>, Unsearchable> {
        if !is_nested(value) {
            return Ok(None);
        }
        if self.depth == RECORD_DEPTH {
            return Err(Unsearchable);
        }
        self.depth += 1;
        let changed = self.nested(value.get())?;
        self.depth -= 1;
        Ok(changed)
    }

    fn nested(&mut self, text: &'a str) -> Result<Option<String>, Unsearchable> {
        match members(text) {
            Some(members) => self.members(text, &members),
            None => self.array(text),
        }
    }

    fn members(&mut self, text: &'a str, members: &[Member<'a>]) -> Result<Option<String>, Unsearchable> {
        let mut pieces = Pieces::new(text);
        for (name, value) in members {
            self.path.push(name.clone());
            if self.rules.removes(&self.path, value) {
                *self.removed.entry(name.to_string()).or_default() += 1;
                pieces.skip(value.get());
            } else {
                pieces.keep(value.get(), self.value(value)?);
            }
            self.path.pop();
        }
        Ok(pieces.finish())
    }

    fn array(&mut self, text: &'a str) -> Result<Option<String>, Unsearchable> {
        let mut pieces = Pieces::new(text);
        if !text.starts_with('[') {
            return if text.starts_with('{') { Err(Unsearchable) } else { Ok(None) };
        }
        for element in elements(text).ok_or(Unsearchable)? {
            pieces.keep(element.get(), self.value(element)?);
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

/// Whether a field is taken for a secret.
fn is_secret(name: &str, value: &RawValue) -> bool {
    let folded = name.bytes().rev().filter(|byte| !matches!(byte, b'_' | b'-')).map(|byte| byte.to_ascii_lowercase());
    let mut ending = [0u8; NAME_CHARS];
    let mut start = NAME_CHARS;
    for byte in folded.take(NAME_CHARS) {
        start -= 1;
        if let Some(place) = ending.get_mut(start) {
            *place = byte;
        }
    }
    let ending = ending.get(start..).unwrap_or_default();
    let is_flag = || matches!(value.get(), "true" | "false" | "null");
    SECRET_NAMES.binary_search_by(|secret| secret.as_bytes().cmp(ending)).is_ok()
        || (SECRET_ENDINGS.iter().any(|secret| ending.ends_with(secret.as_bytes())) && !is_flag())
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

    fn secret(name: &str, value: &str) -> bool {
        is_secret(name, serde_json::from_str(value).unwrap())
    }

    #[test]
    fn names_are_compared_without_case_and_separators() {
        for name in ["password", "Password_Hash", "MFA-SECRET", "recovery_codes", "apiKey", "sipPassword", "hashed_password"] {
            assert!(secret(name, "\"x\""), "{name}");
        }
        for name in ["tokenCount", "passwordChangedAt", "secretaryName", "", "webhooksecretsent", "id", "keyboard"] {
            assert!(!secret(name, "\"x\""), "{name}");
        }
        let long = "x".repeat(100);
        assert!(secret(&format!("{long}Password"), "\"x\"") && !secret(&format!("{long}token"), "\"x\""));
        assert!(SECRET_NAMES.is_sorted() && SECRET_NAMES.iter().all(|name| name.len() < NAME_CHARS));
    }

    #[test]
    fn a_field_that_only_says_whether_there_is_a_secret_stays() {
        assert!(!secret("hasPassword", "true") && !secret("client_has_secret", "false") && !secret("sipPassword", "null"));
        assert!(secret("password", "null") && secret("mfaSecret", "null") && secret("hasPassword", "\"yes\""));
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
                map.retain(|name, value| !secret(name, &value.to_string()));
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
