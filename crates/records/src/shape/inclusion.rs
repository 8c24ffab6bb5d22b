//! Side-loaded objects are put into the records that name them.

use std::borrow::Cow;

use carryall_protocol::catalog::{Include, Stream};

use super::addition::{Additions, GivenName};
use super::side::{Side, Sides};
use super::spot::{Spot, spots};
use crate::draft::Draft;
use crate::json::{NotJson, Scanner, scalar_text};
use crate::limits::SHAPED_BYTES;
use crate::places::Places;
use crate::redact::Unsearchable;

/// What comes into the records of one stream.
#[derive(Debug, Clone)]
pub(super) struct Inclusions {
    /// The names that objects have in the record, one for each rule.
    names: Vec<GivenName>,
    /// What names the objects in a record.
    by: Places,
    text: String,
}

impl Inclusions {
    /// Those of a stream; nothing where it has none.
    pub(super) fn of(stream: &Stream) -> Option<Self> {
        let mut by = Places::default();
        stream.include.iter().enumerate().for_each(|(rule, include)| by.add(&include.by, rule));
        let names: Vec<_> = stream.include.iter().map(|include| GivenName::of(&include.name)).collect();
        (!names.is_empty()).then_some(Self { names, by, text: String::new() })
    }

    /// Where a record is put together.
    pub(super) const fn room(&mut self) -> &mut String {
        &mut self.text
    }

    /// The record with the objects it names; as it is where it is no object, or names none. Counts those that are missing.
    ///
    /// # Errors
    ///
    /// [`Unsearchable`] where it is too deep, or becomes too large.
    pub(super) fn put<'a>(
        &'a mut self,
        record: &'a str,
        rules: &[Include],
        sides: &Sides<'_>,
        missing: &mut u64,
    ) -> Result<&'a str, Unsearchable> {
        let mut scanner = Scanner::new(record);
        if !scanner.eat(b'{') {
            return Ok(record);
        }
        let spots = spots(record, &self.by)?;
        let mut additions = Additions::default();
        for (rule, (include, name)) in rules.iter().zip(&self.names).enumerate() {
            let references = spots.iter().filter(|spot| spot.rules.contains(&rule));
            if let Some(side) = sides.of_rule(rules, include)
                && let Some(value) = included(references, side, missing)?
            {
                additions.push(name, value);
            }
        }
        if additions.is_empty() {
            return Ok(record);
        }
        let mut draft = Draft::of(record, &mut self.text);
        add(&mut scanner, &mut additions, &mut draft)?;
        draft.finish()
    }
}

/// The object that is referred to, or an array of those where the way leads through one. Nothing where nothing is referred
/// to, or the one object is missing.
///
/// # Errors
///
/// [`Unsearchable`] where one object is named so often that the record becomes too large.
fn included<'r, 's>(
    references: impl Iterator<Item = &'r Spot<'r, 'r>>,
    side: &Side<'s>,
    missing: &mut u64,
) -> Result<Option<Cow<'s, str>>, Unsearchable> {
    let mut array = None;
    for reference in references {
        let Some(key) = scalar_text(reference.value) else { continue };
        let object = side.object(&key);
        *missing += u64::from(object.is_none());
        if !reference.is_one_of_many {
            return Ok(object.map(Cow::Borrowed));
        }
        let array = array.get_or_insert_with(|| "[".to_owned());
        if let Some(object) = object {
            if array.len() + object.len() > SHAPED_BYTES {
                return Err(Unsearchable);
            }
            array.push_str(if array.len() > 1 { "," } else { "" });
            array.push_str(object);
        }
    }
    Ok(array.map(|array| Cow::Owned(array + "]")))
}

/// Puts members into the object that the scanner has gone into.
fn add(scanner: &mut Scanner<'_>, additions: &mut Additions<'_>, draft: &mut Draft<'_>) -> Result<(), NotJson> {
    let mut end = scanner.at();
    let mut member = scanner.first_member()?;
    while let Some(name) = member {
        scanner.peek();
        let value = scanner.at();
        scanner.value()?;
        end = scanner.at();
        if let Some(other) = additions.in_place_of(&name.said()) {
            draft.replace(value..end, &[other]);
        }
        member = scanner.next_member()?;
    }
    // An object that names others is not empty.
    additions.append(end, false, draft);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const USERS: &str = r#"[{"id":"1","name":"a"},{"id":2 ,"name":"b"},{"id":"3"}]"#;

    fn put(record: &str) -> (String, u64) {
        let stream =
            serde_json::from_value(json!({"id": "s", "request": {"path": "/s"}, "records": {"pointer": ""}, "include": [
                {"pointer": "/users", "key": "/id", "by": "/author_id", "as": "author"},
                {"pointer": "/users", "key": "/id", "by": "/mentions/id", "as": "mentioned"},
                {"pointer": "/media", "key": "/key", "by": "/keys", "as": "me\"dia"},
            ]}));
        let stream = stream.unwrap();
        let mut inclusions = Inclusions::of(&stream).unwrap();
        let sides = Sides::of(&stream, &[Some(USERS), Some(USERS), None]);
        let mut missing = 0;
        let text = inclusions.put(record, &stream.include, &sides, &mut missing).unwrap().to_owned();
        (text, missing)
    }

    #[test]
    fn a_named_object_comes_as_it_is_at_the_end() {
        assert_eq!(
            put("{ \"author_id\": \"2\"\n}"),
            ("{ \"author_id\": \"2\",\"author\":{\"id\":2 ,\"name\":\"b\"}\n}".into(), 0)
        );
        let (text, missing) = put(r#"{"mentions":[{"id":3},{"id":"9"},{"id":1},{"id":null}]}"#);
        let expected =
            r#"{"mentions":[{"id":3},{"id":"9"},{"id":1},{"id":null}],"mentioned":[{"id":"3"},{"id":"1","name":"a"}]}"#;
        assert_eq!((text.as_str(), missing), (expected, 1));
    }

    #[test]
    fn a_member_of_that_name_gives_it_its_place() {
        let (text, _) = put(r#"{"\u0061uthor": null,"author_id":3}"#);
        assert_eq!(text, r#"{"\u0061uthor": {"id":"3"},"author_id":3}"#);
    }

    #[test]
    fn an_object_that_is_named_without_end_is_refused() {
        let stream: Stream = serde_json::from_value(json!({"id": "s", "request": {"path": "/s"}, "records": {"pointer": ""},
            "include": [{"pointer": "/users", "key": "/id", "by": "/ids", "as": "users"}]}))
        .unwrap();
        let users = format!(r#"[{{"id":1,"text":"{}"}}]"#, "x".repeat(1 << 20));
        let sides = Sides::of(&stream, &[Some(&users)]);
        let put = |times| {
            let record = format!("{{\"ids\":{:?}}}", vec![1; times]);
            Inclusions::of(&stream).unwrap().put(&record, &stream.include, &sides, &mut 0).is_ok()
        };
        assert!(put(10) && !put(100_000));
    }

    #[test]
    fn what_is_missing_is_counted_and_absent() {
        assert_eq!(put(r#"{"author_id":"9"}"#), (r#"{"author_id":"9"}"#.into(), 1));
        assert_eq!(put(r#"{"keys":["x","y"]}"#), (r#"{"keys":["x","y"],"me\"dia":[]}"#.into(), 2));
        for record in [r#"{"author_id":null,"mentions":[]}"#, "{}", "7", "[{\"author_id\":1}]"] {
            assert_eq!(put(record), (record.into(), 0));
        }
    }
}
