//! Secrets leave a record before anything can write it.
//!
//! **Only this module makes a [`Redacted`], and writers take nothing else**: no part can see an unredacted record. A
//! record that nothing touches passes through as the slice it was; of a touched one only the removed members are cut out
//! and every other byte stays. What is done to a record afterwards is done by a `Form` and `Derivations`, which know the catalog and
//! see the redacted text: nothing that was removed can come back.

mod rules;
mod secret_names;
mod walk;

use carryall_protocol::catalog::Stream;
use carryall_protocol::counts::Counts;
use carryall_protocol::pointer::Pointer;
use thiserror::Error;

use crate::draft::Draft;
use crate::json::NotJson;
use crate::limits::{RECORD_DEPTH, SHAPED_BYTES};
use crate::page::Record;
use crate::shape::{Derivations, Form, Values};
use rules::Rules;
pub(crate) use secret_names::{ends_like_secret, is_secret};
use walk::Walk;

/// A record without secrets: the only thing that can be written into a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Redacted<'a>(&'a str);

impl<'a> Redacted<'a> {
    /// The record's text.
    #[must_use]
    pub const fn as_str(&self) -> &'a str {
        self.0
    }

    /// The record in the form that the catalog gives it.
    ///
    /// # Errors
    ///
    /// [`Unsearchable`] where the record is too deep.
    pub(crate) fn formed(
        self,
        form: &Form,
        stream: &Stream,
        values: Values<'_>,
        room: &'a mut String,
    ) -> Result<Self, Unsearchable> {
        form.give(self.0, stream, values, room).map(Self)
    }

    /// The record with the fields that the catalog makes of it.
    pub(crate) fn derived(self, derivations: &'a mut Derivations) -> Self {
        Self(derivations.put(self.0))
    }
}

/// A record that cannot be searched or shaped, and must not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the record is nested deeper than {RECORD_DEPTH} levels, grows beyond {SHAPED_BYTES} bytes, or is not JSON")]
pub struct Unsearchable;

impl From<NotJson> for Unsearchable {
    fn from(_: NotJson) -> Self {
        Self
    }
}

/// Names of removed fields, and how often each was removed. Never their values.
pub type RemovedFields = Counts<String>;

/// Whether what stands at this place of a stream's records is taken for a secret: it must not be handed on either, into
/// addresses or other records.
#[must_use]
pub fn hides(stream: &Stream, place: &Pointer) -> bool {
    let is_named_so = place.tokens().last().is_some_and(|name| is_secret(name, ""));
    is_named_so && !stream.readmit_fields.contains(place)
}

/// Whether what stands at this place leaves every record of a stream: as a secret, or because the catalog says so. It must not come
/// back in a name or another record.
#[must_use]
pub fn removes(stream: &Stream, place: &Pointer) -> bool {
    let tokens = place.tokens();
    let is_below = |rule: &Pointer| tokens.starts_with(rule.tokens());
    let is_secret_at = |at: usize| {
        let is_named_so = tokens.get(at).is_some_and(|name| is_secret(name, ""));
        is_named_so && !stream.readmit_fields.iter().any(|place| tokens.get(..=at) == Some(place.tokens()))
    };
    let is_left_out = !stream.keep_fields.is_empty() && !stream.keep_fields.iter().any(is_below);
    is_left_out || stream.remove_fields.iter().any(is_below) || (0..tokens.len()).any(is_secret_at)
}

/// Names that are told one by one; a host may invent any number of them.
const NAMES_TOLD: usize = 200;

/// Counts a removed field by its name; beyond so many names all further ones together.
pub fn count(removed: &mut RemovedFields, name: &str) {
    let is_told = removed.contains_key(name) || removed.keys().count() < NAMES_TOLD;
    let name = if is_told { name } else { "(other names)" };
    match removed.get_mut(name) {
        Some(count) => *count += 1,
        None => removed.add(name.to_owned(), 1),
    }
}

/// What leaves the records of one stream, and the place where a touched record is put together again.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    rules: Rules,
    text: String,
}

impl Redactor {
    /// The built-in secrets, and what the stream's catalog entry adds and takes back.
    #[must_use]
    pub fn of(stream: &Stream) -> Self {
        Self { rules: Rules::of(stream), text: String::new() }
    }

    /// Where a record is put together.
    pub(crate) const fn room(&mut self) -> &mut String {
        &mut self.text
    }

    /// Removes secrets from a record and counts them by name. What is removed only because it is not among the fields to keep
    /// is counted under the name of the record's member that it stood in.
    ///
    /// # Errors
    ///
    /// [`Unsearchable`] where the record is too deep; it must not be written then.
    pub fn redact<'a>(&'a mut self, record: Record<'a>, removed: &mut RemovedFields) -> Result<Redacted<'a>, Unsearchable> {
        self.redact_text(record.text(), record.is_plain(), removed)
    }

    /// The same for a text that is perhaps no longer what stood on the page. Where it is plain, no name in it can be a secret's.
    pub(crate) fn redact_text<'a>(
        &'a mut self,
        text: &'a str,
        is_plain: bool,
        removed: &mut RemovedFields,
    ) -> Result<Redacted<'a>, Unsearchable> {
        if is_plain && !self.rules.remove_more() {
            return Ok(Redacted(text));
        }
        self.search(text, removed)
    }

    fn search<'a>(&'a mut self, text: &'a str, removed: &mut RemovedFields) -> Result<Redacted<'a>, Unsearchable> {
        let draft = Draft::of(text, &mut self.text);
        Walk::of(text, draft, removed).record(self.rules.top())?.finish().map(Redacted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::slice;
    use carryall_protocol::catalog::{Records, RecordsAt};
    use proptest::prelude::*;
    use serde_json::json;

    fn of(rules: serde_json::Value) -> Redactor {
        let mut stream = json!({"id": "s", "request": {"path": "/s"}, "records": {"pointer": ""}});
        stream.as_object_mut().unwrap().extend(rules.as_object().unwrap().clone());
        Redactor::of(&serde_json::from_value(stream).unwrap())
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
        let redactor = of(json!({"remove_fields": ["/login/pin"], "readmit_fields": ["/token"]}));
        let (text, removed) = redacted(&redactor, r#"{"token":"data","a":{"token":"x"},"login":{"pin":1,"id":2},"pin":3}"#);
        assert_eq!(text, r#"{"token":"data","a":{},"login":{"id":2},"pin":3}"#);
        assert_eq!(removed, RemovedFields::from([("token".to_owned(), 1), ("pin".to_owned(), 1)]));
    }

    #[test]
    fn only_kept_fields_stay_and_the_others_are_counted_by_the_member_they_stood_in() {
        let redactor = of(json!({"keep_fields": ["/id", "/user/name", "/list/x", "/token"]}));
        let json = r#"{ "a":{"b":1} , "id":12.50, "user":{"mail":"m","name":{"first":1,"password":"p"}}, "token":"t", "z":[]}"#;
        let (text, removed) = redacted(&redactor, json);
        assert_eq!(text, r#"{"id":12.50, "user":{"name":{"first":1}}}"#);
        assert_eq!(
            removed,
            [("a", 1), ("password", 1), ("token", 1), ("user", 1), ("z", 1)].map(|(n, c)| (n.to_owned(), c)).into()
        );
        let (text, removed) = redacted(&redactor, r#"{"list":[1, {"x":1}, null, [{"y":2,"x":3}, true]],"user":null}"#);
        assert_eq!(text, r#"{"list":[{"x":1}, [{"x":3}]]}"#);
        assert_eq!(removed, [("list", 4), ("user", 1)].map(|(n, c)| (n.to_owned(), c)).into());
        assert_eq!(redacted(&redactor, r#""id""#).0, "null");
        assert_eq!(redacted(&of(json!({"keep_fields": [""]})), r#"{"a":1,"token":2}"#).0, r#"{"a":1}"#);
    }

    #[test]
    fn a_place_of_a_secret_is_known_unless_the_catalog_readmits_it() {
        let stream = |readmit: &[&str]| -> Stream {
            let json =
                serde_json::json!({"id": "x", "request": {"path": "/x"}, "records": {"pointer": ""}, "readmit_fields": readmit});
            serde_json::from_value(json).unwrap()
        };
        let token = Pointer::new("/a/botToken").unwrap();
        assert!(hides(&stream(&[]), &token) && !hides(&stream(&["/a/botToken"]), &token));
        assert!(!hides(&stream(&[]), &Pointer::new("/a/id").unwrap()));
    }

    #[test]
    fn what_a_catalog_removes_is_known_by_its_place() {
        let stream = |rules: serde_json::Value| -> Stream {
            let mut json = serde_json::json!({"id": "x", "request": {"path": "/x"}, "records": {"pointer": ""}});
            json.as_object_mut().unwrap().extend(rules.as_object().unwrap().clone());
            serde_json::from_value(json).unwrap()
        };
        let place = |text: &str| Pointer::new(text).unwrap();
        let removing = stream(serde_json::json!({"remove_fields": ["/key", "/a/b"]}));
        assert!(["/key", "/key/id", "/a/b/c", "/token/id"].iter().all(|text| removes(&removing, &place(text))));
        assert!(["/a", "/keys", "/id"].iter().all(|text| !removes(&removing, &place(text))));
        let keeping = stream(serde_json::json!({"keep_fields": ["/id", "/token"], "readmit_fields": ["/token"]}));
        assert!(
            !removes(&keeping, &place("/id")) && !removes(&keeping, &place("/token/id")) && removes(&keeping, &place("/other"))
        );
    }

    #[test]
    fn a_host_that_invents_names_is_counted_in_a_bounded_list() {
        let mut removed = RemovedFields::new();
        (0..10_000).for_each(|at| count(&mut removed, &at.to_string()));
        assert_eq!((removed.keys().count(), removed.sum()), (NAMES_TOLD + 1, 10_000));
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
