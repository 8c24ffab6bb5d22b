//! Fields that are made of others: the names and forms that other programs look for, beside those that the host uses.
//!
//! They are made of the record as it will be written, rule after rule, so that a rule may use what one before it has made.
//! **No name comes to stand twice**: what is there already stays. A record that is large, or would become so, stays without them: they
//! say nothing that is not there already.

use std::borrow::Cow;

use carryall_protocol::catalog::{Derivation, Piece, Pointers, Stream};
use carryall_protocol::pointer::Pointer;

use super::addition::GivenName;
use super::spot::spots;
use crate::draft::{Draft, give_back};
use crate::json::{Scanner, lookup, quoted};
use crate::limits::DERIVED_BYTES;
use crate::places::Places;
use crate::redact::Unsearchable;

/// What is made for the records of one stream, and the room where it is put into them.
#[derive(Debug, Clone)]
pub(crate) struct Derivations {
    rules: Vec<Rule>,
    now: String,
    next: String,
}

#[derive(Debug, Clone)]
struct Rule {
    /// The objects that get it.
    at: Places,
    source: Source,
    /// The names on the way to it; the last is its own.
    to: Vec<GivenName>,
}

#[derive(Debug, Clone)]
enum Source {
    Value(Pointer),
    /// Ways lead through arrays.
    List(Vec<Places>),
    Text(Vec<Piece>),
}

impl Derivations {
    /// Those of a stream; nothing where it has none.
    pub(super) fn of(stream: &Stream) -> Option<Self> {
        let rules: Vec<_> = stream.derive_fields.iter().filter_map(|rule| Rule::of(rule, stream.wrap.as_deref())).collect();
        (!rules.is_empty()).then(|| Self { rules, now: String::new(), next: String::new() })
    }

    /// Gives back the room that large records took.
    pub(super) fn rest(&mut self) {
        give_back(&mut self.now);
        give_back(&mut self.next);
    }

    /// The record with them; as it is where there is nothing to make them of, or where it is too large for that.
    pub(crate) fn put<'a>(&'a mut self, record: &'a str) -> &'a str {
        let Self { rules, now, next } = self;
        let mut is_changed = false;
        for rule in rules {
            let text = if is_changed { now.as_str() } else { record };
            if text.len() > DERIVED_BYTES {
                return record;
            }
            match rule.put(text, next) {
                Ok(true) => {
                    std::mem::swap(now, next);
                    is_changed = true;
                }
                Ok(false) => {}
                Err(Unsearchable) => return record,
            }
        }
        if is_changed { now } else { record }
    }
}

impl Rule {
    /// The core refuses a catalog whose rule has no source, or no name.
    fn of(rule: &Derivation, wrap: Option<&str>) -> Option<Self> {
        let at = wrap.map_or_else(|| rule.at.clone(), |name| rule.at.within(name));
        let source = match (&rule.from, &rule.text) {
            (Some(Pointers::One(from)), _) => Source::Value(from.clone()),
            (Some(Pointers::Several(from)), _) => Source::List(from.iter().map(places).collect()),
            (None, text) => Source::Text(Piece::read(text.as_deref()?)?),
        };
        let to: Vec<_> = rule.to.tokens().iter().map(|name| GivenName::of(name)).collect();
        (!to.is_empty()).then(|| Self { at: places(&at), source, to })
    }

    /// Puts it into every object of a record: whether there was one. What has become of the record lies in the room then.
    fn put(&self, record: &str, room: &mut String) -> Result<bool, Unsearchable> {
        let mut draft = Draft::of(record, room);
        for spot in spots(record, &self.at)? {
            if let Some(value) = self.source.value(spot.value)? {
                put_into(spot.value, spot.range.start, &self.to, &value, &mut draft)?;
            }
        }
        Ok(!std::ptr::eq(draft.finish()?, record))
    }
}

impl Source {
    /// What it makes of an object, as JSON; nothing where the object has not what it needs.
    fn value<'o>(&self, object: &'o str) -> Result<Option<Cow<'o, str>>, Unsearchable> {
        Ok(match self {
            _ if !object.starts_with('{') => None,
            Self::Value(from) => lookup(object, from.tokens()).map(Cow::Borrowed),
            Self::List(from) => Some(list(object, from)?.into()),
            Self::Text(pieces) => text(object, pieces)?.map(Cow::Owned),
        })
    }
}

/// The one place of a rule.
fn places(pointer: &Pointer) -> Places {
    let mut places = Places::default();
    places.add(pointer, 0);
    places
}

/// An array of what is at these places of an object.
fn list(object: &str, from: &[Places]) -> Result<String, Unsearchable> {
    let mut list = "[".to_owned();
    for places in from {
        for spot in spots(object, places)? {
            if list.len() + spot.value.len() > DERIVED_BYTES {
                return Err(Unsearchable);
            }
            list.push_str(if list.len() > 1 { "," } else { "" });
            list.push_str(spot.value);
        }
    }
    Ok(list + "]")
}

/// A text around texts and numbers of an object; nothing where one of them is not there.
fn text(object: &str, pieces: &[Piece]) -> Result<Option<String>, Unsearchable> {
    let mut text = "\"".to_owned();
    for piece in pieces {
        match piece {
            Piece::Text(said) => text.push_str(inner(&quoted(said))),
            Piece::Place(place) => {
                let value = lookup(object, place.tokens()).unwrap_or_default();
                let is_text_or_number = value.starts_with(['"', '-']) || value.starts_with(|first: char| first.is_ascii_digit());
                if !is_text_or_number {
                    return Ok(None);
                }
                if text.len() + value.len() > DERIVED_BYTES {
                    return Err(Unsearchable);
                }
                text.push_str(inner(value));
            }
        }
    }
    Ok(Some(text + "\""))
}

/// What stands between the quotes of a text; a number as it is.
fn inner(value: &str) -> &str {
    value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value)
}

/// Puts a value into an object that begins at a place of the draft, into objects on the way to the last name, which are made where they are
/// not there.
fn put_into(object: &str, start: usize, to: &[GivenName], value: &str, draft: &mut Draft<'_>) -> Result<(), Unsearchable> {
    let mut scanner = Scanner::new(object);
    let Some((name, rest)) = to.split_first().filter(|_| scanner.eat(b'{')) else { return Ok(()) };
    let (mut end, mut comma) = (scanner.at(), "");
    let mut member = scanner.first_member()?;
    while let Some(known) = member {
        scanner.peek();
        let begin = scanner.at();
        let inside = scanner.value()?;
        if known.is(&name.said) {
            return put_into(inside, start + begin, rest, value, draft);
        }
        (end, comma) = (scanner.at(), ",");
        member = scanner.next_member()?;
    }
    let mut pieces = vec![comma, &name.json, ":"];
    rest.iter().for_each(|name| pieces.extend(["{", &name.json, ":"]));
    pieces.push(value);
    pieces.extend(rest.iter().map(|_| "}"));
    draft.replace(start + end..start + end, &pieces);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn derived(rules: Value, record: &str) -> String {
        let stream = json!({"id": "s", "request": {"path": "/s"}, "records": {"pointer": ""}, "derive_fields": rules});
        let stream: Stream = serde_json::from_value(stream).unwrap();
        Derivations::of(&stream).unwrap().put(record).to_owned()
    }

    #[test]
    fn a_value_stands_in_a_second_place_too_and_objects_on_the_way_are_made() {
        let rules = json!([{"from": "/id", "to": "/id_str"}, {"from": "/m", "to": "/a/b/c"}, {"from": "/none", "to": "/x"}]);
        let given = |record: &str| derived(rules.clone(), record);
        assert_eq!(given(r#"{ "id": 1.50 }"#), r#"{ "id": 1.50,"id_str":1.50 }"#);
        assert_eq!(given(r#"{"m":[1, 2]}"#), r#"{"m":[1, 2],"a":{"b":{"c":[1, 2]}}}"#);
        assert_eq!(given(r#"{"a":{"x":0},"m":{}}"#), r#"{"a":{"x":0,"b":{"c":{}}},"m":{}}"#);
        assert_eq!(given(r#"{"m":null,"a":{"b":{ }}}"#), r#"{"m":null,"a":{"b":{"c":null }}}"#);
    }

    #[test]
    fn what_is_there_already_stays() {
        let rules = json!([{"from": "/id", "to": "/a/b"}, {"from": "/x", "to": "/y"}, {"from": "/z", "to": "/y"}]);
        for record in [r#"{"id":1,"a":7}"#, r#"{"id":1,"a":null}"#, r#"{"id":1,"a":{"\u0062":2}}"#, r#"{"x":1,"y":2}"#, "[]", "7"]
        {
            assert_eq!(derived(rules.clone(), record), record);
        }
        assert_eq!(derived(rules.clone(), r#"{"z":1}"#), r#"{"z":1,"y":1}"#);
        assert_eq!(derived(rules, r#"{"z":1,"x":2}"#), r#"{"z":1,"x":2,"y":2}"#);
    }

    #[test]
    fn every_object_at_a_place_gets_its_own() {
        let rules = json!([
            {"at": "/urls", "from": ["/start", "/end"], "to": "/indices"},
            {"at": "/urls", "text": "go:{/id}/\"{/url}", "to": "/text"},
            {"from": ["/urls/id"], "to": "/ids"},
        ]);
        let record = r#"{"urls":[{"start":"0","end":"5","id":7,"url":"a\"b"},3,[{"id":true}]],"ids":0}"#;
        let expected = concat!(
            r#"{"urls":[{"start":"0","end":"5","id":7,"url":"a\"b","indices":["0","5"],"text":"go:7/\"a\"b"},3,"#,
            r#"[{"id":true,"indices":[]}]],"ids":0}"#
        );
        assert_eq!(derived(rules, record), expected);
    }

    #[test]
    fn a_wrapper_is_gone_through() {
        let stream = json!({"id": "s", "request": {"path": "/s"}, "records": {"pointer": ""}, "wrap": "a/b",
            "derive_fields": [{"from": "/id", "to": "/x"}]});
        let stream: Stream = serde_json::from_value(stream).unwrap();
        assert_eq!(Derivations::of(&stream).unwrap().put(r#"{"a/b":{"id":1}}"#), r#"{"a/b":{"id":1,"x":1}}"#);
    }

    #[test]
    fn a_record_that_would_grow_without_end_stays_without() {
        let long = "x".repeat(DERIVED_BYTES / 3);
        let record = format!(r#"{{"a":"{long}"}}"#);
        let twice = |n| json!({"from": ["", ""], "to": format!("/{n}")});
        let lists: Vec<Value> = (0..40).map(twice).collect();
        let text = json!([{"text": "{/a}".repeat(1000), "to": "/b"}]);
        let once = json!([{"from": "/a", "to": "/b"}]);
        for rules in [Value::from(lists), text, json!([once[0], {"from": "", "to": "/c"}, {"from": "", "to": "/d"}])] {
            assert_eq!(derived(rules, &record), record);
        }
        assert_eq!(derived(once.clone(), &record).len(), record.len() + long.len() + r#","b":"""#.len());
        let large = format!(r#"{{"a":1,"b":"{}"}}"#, "x".repeat(DERIVED_BYTES));
        assert_eq!(derived(json!([{"from": "/a", "to": "/c"}]), &large), large);
    }
}
