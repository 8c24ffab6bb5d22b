//! Files that a record tells of, as the catalog says.
//!
//! **Looked for in what is left after redaction**: an address that is taken for a secret leads nowhere.

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::{Attachments, MomentFormat};
use carryall_protocol::pointer::Pointer;

use crate::condition::{equals, meets};
use crate::json::{Scanner, lookup, scalar_text};
use crate::moment;
use crate::redact::Redacted;

/// A file that a record tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The rule it was found by, by its place in the catalog's list.
    pub rule: usize,
    /// Its address; nothing where the host has it no more.
    pub url: Option<String>,
    /// What tells it from others of the same record.
    pub id: Option<String>,
    /// The name it had.
    pub name: Option<String>,
    /// Its size in bytes, as the host says.
    pub size: Option<u64>,
    /// Its media type, as the host says.
    pub media_type: Option<String>,
    /// When its address ends.
    pub expires: Option<Timestamp>,
}

/// Files that one record can tell of; further ones are not looked at.
const MOST: usize = 20_001;

/// Adds the files that a record tells of, in the order of the rules and of the record.
pub fn find(record: Redacted<'_>, rules: &[Attachments], found: &mut Vec<Attachment>) {
    for (at, rule) in rules.iter().enumerate() {
        objects(record.as_str(), rule.at.tokens(), &mut |objects| add(at, rule, objects, found));
    }
}

/// Adds what the objects of one array tell of, or the one that stands alone.
fn add(at: usize, rule: &Attachments, mut objects: Vec<&str>, found: &mut Vec<Attachment>) {
    objects.retain(|object| rule.when.iter().all(|condition| meets(condition, object, equals)));
    if let Some(greatest) = &rule.greatest {
        let number = |object: &&str| said(object, Some(greatest)).and_then(|number| number.parse::<u64>().ok());
        let best = objects.iter().copied().filter(|object| number(object).is_some()).max_by_key(number);
        objects = best.into_iter().collect();
    }
    let room = MOST.saturating_sub(found.len());
    found.extend(objects.into_iter().filter_map(|object| attachment(at, rule, object)).take(room));
}

/// Nothing where the object has neither an address nor a sign that there was one.
fn attachment(at: usize, rule: &Attachments, object: &str) -> Option<Attachment> {
    let (url, id) = (said(object, Some(&rule.url)), said(object, rule.id.as_ref()));
    if url.is_none() && id.is_none() {
        return None;
    }
    let expires = rule.expires.as_ref().and_then(|place| lookup(object, place.tokens()));
    Some(Attachment {
        rule: at,
        url,
        id,
        name: said(object, rule.name.as_ref()),
        size: said(object, rule.size.as_ref()).and_then(|size| size.parse().ok()),
        media_type: said(object, rule.media_type.as_ref()),
        expires: expires.and_then(|value| moment::read(value, MomentFormat::Rfc3339)),
    })
}

/// What a text or number at a place says; nothing where it is empty.
fn said(object: &str, place: Option<&Pointer>) -> Option<String> {
    let text = scalar_text(lookup(object, place?.tokens())?)?;
    (!text.is_empty() && text != "null").then(|| text.into_owned())
}

/// Gives what stands at a place: the elements of an array together, or a value alone. The way leads through arrays.
fn objects<'a>(value: &'a str, tokens: &[String], give: &mut dyn FnMut(Vec<&'a str>)) {
    let elements = elements(value);
    match (tokens.split_first(), elements) {
        (None, Some(elements)) => give(elements),
        (None, None) => give(vec![value]),
        (Some(_), Some(elements)) => elements.into_iter().for_each(|element| objects(element, tokens, give)),
        (Some((first, rest)), None) => {
            if let Some(below) = lookup(value, std::slice::from_ref(first)) {
                objects(below, rest, give);
            }
        }
    }
}

/// The elements of an array; nothing where the value is none.
fn elements(value: &str) -> Option<Vec<&str>> {
    let mut scanner = Scanner::new(value);
    if !scanner.eat(b'[') {
        return None;
    }
    let mut elements = Vec::new();
    let mut is_there = scanner.first_element();
    while is_there {
        elements.push(scanner.value().ok()?);
        is_there = scanner.next_element().ok()?;
    }
    Some(elements)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::{Redactor, RemovedFields};
    use serde_json::json;

    fn found(rules: serde_json::Value, record: &str) -> Vec<Attachment> {
        let rules: Vec<Attachments> = serde_json::from_value(rules).unwrap();
        let (mut redactor, mut found) = (Redactor::default(), Vec::new());
        find(redactor.redact_text(record, false, &mut RemovedFields::new()).unwrap(), &rules, &mut found);
        found
    }

    fn urls(rules: serde_json::Value, record: &str) -> Vec<String> {
        found(rules, record).into_iter().map(|attachment| attachment.url.unwrap_or_default()).collect()
    }

    #[test]
    fn a_file_is_told_with_all_that_the_host_says_of_it() {
        let rules =
            json!([{"at": "/files", "url": "/url", "id": "/id", "name": "/n", "size": "/s", "type": "/t", "expires": "/e"}]);
        let record = r#"{"files":[{"url":"https:\/\/m.example\/1","id":9223372036854775809,"n":"a\u00e9","s":"12","t":"image/png","e":"2026-02-28T12:00:00Z"},
            {"id":"2","url":null},{"n":"nothing"},{"url":""}]}"#;
        let [whole, gone] = found(rules, record).try_into().unwrap();
        let expected = Attachment {
            rule: 0,
            url: Some("https://m.example/1".to_owned()),
            id: Some("9223372036854775809".to_owned()),
            name: Some("aé".to_owned()),
            size: Some(12),
            media_type: Some("image/png".to_owned()),
            expires: Some(Timestamp::from_secs(1_772_280_000)),
        };
        assert_eq!(whole, expected);
        assert_eq!((gone.url, gone.id.as_deref()), (None, Some("2")));
    }

    #[test]
    fn the_way_leads_through_arrays_and_of_several_versions_the_best_counts() {
        let rules = json!([
            {"at": "/media", "url": "/url"},
            {"at": "/media/variants", "url": "/url", "greatest": "/rate"},
            {"at": "", "url": "/picture"},
            {"at": "/links", "url": ""},
        ]);
        let record = r#"{"picture":"p","links":["l1","l2"],"media":[
            {"url":"m1"},
            {"variants":[{"url":"low","rate":9},{"url":"high","rate":832000},{"url":"list"}]},
            {"variants":[{"url":"other","rate":"1"}]}, {"variants":[{"url":"none"}]}]}"#;
        assert_eq!(urls(rules, record), ["m1", "high", "other", "p", "l1", "l2"]);
    }

    #[test]
    fn an_object_that_does_not_fit_is_none_and_one_without_an_address_is_known_by_its_id() {
        let rule = |when| json!([{"at": "/media", "when": when, "url": "/url", "id": "/id"}]);
        let record = r#"{"media":[{"type":"photo","id":1},{"type":"video","id":2},{"id":3,"yes":true,"n":7}]}"#;
        let ids = |when| found(rule(when), record).into_iter().map(|found| found.id.unwrap()).collect::<Vec<_>>();
        assert_eq!(ids(json!([{"pointer": "/type", "equals": "photo"}])), ["1"]);
        assert_eq!(ids(json!([{"pointer": "/type", "not_equals": "photo"}])), ["2", "3"]);
        assert_eq!(ids(json!([{"pointer": "/yes", "equals": true}, {"pointer": "/n", "equals": 7}])), ["3"]);
        assert!(ids(json!([{"pointer": "/yes", "equals": true}, {"pointer": "/n", "equals": 8}])).is_empty());
    }

    #[test]
    fn what_was_removed_leads_nowhere() {
        assert!(urls(json!([{"at": "/files", "url": "/token"}]), r#"{"files":[{"token":"https://m.example/1"}]}"#).is_empty());
        assert!(urls(json!([{"at": "/no/where", "url": "/url"}]), r#"{"no":1}"#).is_empty());
    }
}
