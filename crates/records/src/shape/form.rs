//! The form of a redacted record: names, added fields, how moments and numbers are written, what is put around it.
//!
//! **A form is made of the catalog alone**, so whatever it does brings nothing back that was removed.

mod walk;

use std::borrow::Cow;

use carryall_protocol::catalog::{MomentFormat, Scalar, Stream, TimeFormat};
use carryall_protocol::pointer::Pointer;

use super::Values;
use super::addition::{Additions, GivenName};
use crate::draft::Draft;
use crate::json::quoted;
use crate::moment;
use crate::places::Places;
use crate::redact::Unsearchable;
use walk::Walk;

/// The form of one stream's records.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    renames: Option<Places>,
    /// The names that members get, one for each rule.
    renamed: Vec<GivenName>,
    /// The names of added members, one for each.
    added: Vec<GivenName>,
    moments: Option<Places>,
    wrap: Option<GivenName>,
}

impl Form {
    /// The form that a stream's catalog entry asks for; nothing where it asks for none.
    pub(super) fn of(stream: &Stream) -> Option<Self> {
        let (mut renames, mut moments) = (Places::default(), Places::default());
        for (rule, (place, _)) in stream.rename_fields.iter().enumerate() {
            // The core refuses a catalog with another text here.
            if let Ok(place) = Pointer::new(place) {
                renames.add(&place, rule);
            }
        }
        stream.time_formats.iter().enumerate().for_each(|(rule, format)| moments.add(&format.pointer, rule));
        let form = Self {
            renames: renames.any(),
            renamed: stream.rename_fields.iter().map(|(_, name)| GivenName::of(name)).collect(),
            added: stream.add_fields.iter().map(|(name, _)| GivenName::of(name)).collect(),
            moments: moments.any(),
            wrap: stream.wrap.as_deref().map(GivenName::of),
        };
        let changes_values = form.renames.is_some() || form.moments.is_some() || stream.numbers_as_strings;
        (changes_values || form.wrap.is_some() || !form.added.is_empty()).then_some(form)
    }

    /// Gives a record this form.
    ///
    /// # Errors
    ///
    /// [`Unsearchable`] where the record is too deep.
    pub(crate) fn give<'a>(
        &self,
        record: &'a str,
        stream: &Stream,
        values: Values<'_>,
        room: &'a mut String,
    ) -> Result<&'a str, Unsearchable> {
        let mut draft = Draft::of(record, room);
        if let Some(name) = &self.wrap {
            draft.replace(0..0, &["{", &name.json, ":"]);
        }
        let mut draft = Walk::of(self, stream, record, self.additions(stream, values), draft).record()?;
        if self.wrap.is_some() {
            draft.replace(record.len()..record.len(), &["}"]);
        }
        draft.finish()
    }

    fn additions(&self, stream: &Stream, values: Values<'_>) -> Additions<'_> {
        let mut additions = Additions::default();
        for (name, (_, value)) in self.added.iter().zip(&stream.add_fields) {
            let json = json(value, values);
            let place = self.moments.as_ref().and_then(|places| places.below(&name.said));
            let json = moment(&json, place, &stream.time_formats).unwrap_or(json);
            let is_bare = stream.numbers_as_strings && is_number(&json);
            additions.push(name, Cow::Owned(if is_bare { in_quotes(&json) } else { json }));
        }
        additions
    }
}

/// The JSON text of what is added. A text that is no `{name}` as a whole, or whose name stands for nothing, says itself.
fn json(value: &Scalar, values: Values<'_>) -> String {
    match value {
        Scalar::Bool(value) => if *value { "true" } else { "false" }.to_owned(),
        Scalar::Integer(value) => value.to_string(),
        Scalar::Text(text) => {
            let name = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
            quoted(name.and_then(|name| values.of(name)).unwrap_or(text))
        }
    }
}

/// A moment in its new format: a text, but for seconds and milliseconds since 1970 that were a number before. Nothing where it is
/// none, or cannot be read.
fn moment(value: &str, place: Option<&Places>, formats: &[TimeFormat]) -> Option<String> {
    let formats = place?.rules().iter().filter_map(|rule| formats.get(*rule));
    let (moment, to) = formats.filter_map(|format| Some((moment::read(value, format.from)?, format.to))).next()?;
    let text = moment::write(moment, to);
    let stays_number = is_number(value) && matches!(to, MomentFormat::Unix | MomentFormat::UnixMillis);
    Some(if stays_number { text } else { in_quotes(&text) })
}

fn is_number(value: &str) -> bool {
    value.starts_with(['-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
}

fn in_quotes(text: &str) -> String {
    ["\"", text, "\""].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::RECORD_DEPTH;
    use serde_json::json;

    fn stream(rules: serde_json::Value) -> Stream {
        let mut stream = json!({"id": "s", "request": {"path": "/s"}, "records": {"pointer": ""}});
        stream.as_object_mut().unwrap().extend(rules.as_object().unwrap().clone());
        serde_json::from_value(stream).unwrap()
    }

    fn given(rules: serde_json::Value, record: &str) -> String {
        let names = ["account", "guild"].map(String::from);
        let values = ["12\"3", "7"].map(Box::from);
        let values = Values { names: &names, values: &values };
        let stream = stream(rules);
        Form::of(&stream).unwrap().give(record, &stream, values, &mut String::new()).unwrap().to_owned()
    }

    #[test]
    fn a_stream_that_asks_for_no_form_has_none() {
        assert!(Form::of(&stream(json!({"remove_fields": ["/a"], "include": []}))).is_none());
    }

    #[test]
    fn a_renamed_member_keeps_its_place_and_every_other_byte_stays() {
        let rules = json!({"rename_fields": {"/a": "b", "/list/x": "y\"", "/u/in/z": "Z"}});
        let record = r#"{ "\u0061" :1.50, "list":[{"x":{"x":1}},[{"q":0,"x" : 2}]],"u":{"in":{"z":null},"z":1},"x":0}"#;
        let expected = r#"{ "b" :1.50, "list":[{"y\"":{"x":1}},[{"q":0,"y\"" : 2}]],"u":{"in":{"Z":null},"z":1},"x":0}"#;
        assert_eq!(given(rules, record), expected);
    }

    #[test]
    fn no_name_comes_to_stand_twice() {
        let rules = json!({"rename_fields": {"/a": "c", "/b": "c", "/e": "d"}});
        assert_eq!(given(rules.clone(), r#"{"a":1,"b":2,"e":3,"d":4}"#), r#"{"c":1,"b":2,"e":3,"d":4}"#);
        assert_eq!(given(rules, r#"{"b":2,"e":3}"#), r#"{"c":2,"d":3}"#);
    }

    #[test]
    fn added_fields_come_at_the_end_or_in_the_place_of_their_name() {
        let rules =
            json!({"rename_fields": {"/old": "who"}, "add_fields": {"who": "{account}", "n": 5, "yes": true, "{}": "{nobody}"}});
        let added = r#""yes":true,"{}":"{nobody}""#;
        let who = r#""12\"3""#;
        assert_eq!(given(rules.clone(), r#"{ "id":1 }"#), format!(r#"{{ "id":1,"n":5,"who":{who},{added} }}"#));
        assert_eq!(given(rules.clone(), r#"{"old": {"who":[]},"id":1}"#), format!(r#"{{"who": {who},"id":1,"n":5,{added}}}"#));
        assert_eq!(given(rules.clone(), "{ }"), format!(r#"{{"n":5,"who":{who},{added} }}"#));
        assert_eq!(given(rules, "[{}]"), "[{}]");
    }

    #[test]
    fn a_moment_changes_its_format_and_what_is_none_stays() {
        let rule = |place: &str, from: &str, to: &str| json!({"pointer": place, "from": from, "to": to});
        let rules = json!({
            "rename_fields": {"/t": "time"},
            "time_formats": [
                rule("/time", "rfc3339", "x_archive"), rule("/s", "unix", "unix_ms"), rule("/list/at", "unix_ms", "rfc3339"),
                rule("/s", "rfc3339", "unix"),
            ],
        });
        let record =
            r#"{"t":"2026-02-28T13:00:00+01:00","s":[1.5,"2",null,"1970-01-01T00:00:03Z"],"list":[{"at":1000},{"at":"x"}]}"#;
        let expected = r#"{"time":"Sat Feb 28 12:00:00 +0000 2026","s":[1500,"2000",null,"3"],"list":[{"at":"1970-01-01T00:00:01Z"},{"at":"x"}]}"#;
        assert_eq!(given(rules, record), expected);
    }

    #[test]
    fn numbers_become_texts_with_the_digits_they_had() {
        let rules = json!({
            "numbers_as_strings": true, "wrap": "tw\"eet", "add_fields": {"n": -5, "a": "{guild}"},
            "time_formats": [{"pointer": "/t", "from": "unix", "to": "unix_ms"}],
        });
        let record = r#"{"id":9223372036854775809, "x":[-0.50e+3,"1",true,{"y":0}],"t":1}"#;
        let expected =
            r#"{"tw\"eet":{"id":"9223372036854775809", "x":["-0.50e+3","1",true,{"y":"0"}],"t":"1000","a":"7","n":"-5"}}"#;
        assert_eq!(given(rules.clone(), record), expected);
        assert_eq!(given(rules, "12.50"), r#"{"tw\"eet":"12.50"}"#);
    }

    #[test]
    fn a_record_too_deep_to_walk_is_refused() {
        let stream = stream(json!({"numbers_as_strings": true}));
        let form = Form::of(&stream).unwrap();
        let deep = |levels| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
        let give = |record: &str| form.give(record, &stream, Values::default(), &mut String::new()).is_ok();
        assert!(give(&deep(RECORD_DEPTH)) && !give(&deep(RECORD_DEPTH + 1)));
    }
}
