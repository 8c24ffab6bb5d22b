//! The form of a redacted record: names, added fields, how moments and numbers are written, what is put around it.
//!
//! **A form is made of the catalog alone**, so whatever it does brings nothing back that was removed.

mod walk;

use std::borrow::Cow;

use carryall_protocol::catalog::{MomentFormat, Scalar, Stream};
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
    names: Vec<GivenName>,
    added: Vec<(GivenName, Added)>,
    moments: Option<Places>,
    formats: Vec<(MomentFormat, MomentFormat)>,
    numbers_as_strings: bool,
    wrap: Option<GivenName>,
}

/// What is added.
#[derive(Debug, Clone)]
enum Added {
    /// This JSON text.
    Json(String),
    /// What this name stands for; the text as the catalog has it where it stands for nothing.
    Value(String),
}

impl Added {
    fn of(value: &Scalar) -> Self {
        match value {
            Scalar::Bool(value) => Self::Json(value.to_string()),
            Scalar::Integer(value) => Self::Json(value.to_string()),
            Scalar::Text(text) => match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
                Some(name) => Self::Value(name.to_owned()),
                None => Self::Json(quoted(text)),
            },
        }
    }

    fn json(&self, values: Values<'_>) -> Cow<'_, str> {
        match self {
            Self::Json(text) => Cow::Borrowed(text),
            Self::Value(name) => Cow::Owned(values.of(name).map_or_else(|| quoted(&["{", name, "}"].concat()), quoted)),
        }
    }
}

impl Form {
    /// The form that a stream's catalog entry asks for; nothing where it asks for none.
    pub(super) fn of(stream: &Stream) -> Option<Self> {
        let (mut renames, mut moments) = (Places::default(), Places::default());
        let mut names = Vec::new();
        for (place, name) in &stream.rename_fields {
            // The core refuses a catalog with another text here.
            if let Ok(place) = Pointer::new(place) {
                renames.add(&place, names.len());
                names.push(GivenName::of(name));
            }
        }
        stream.time_formats.iter().enumerate().for_each(|(rule, format)| moments.add(&format.pointer, rule));
        let form = Self {
            renames: renames.any(),
            names,
            added: stream.add_fields.iter().map(|(name, value)| (GivenName::of(name), Added::of(value))).collect(),
            moments: moments.any(),
            formats: stream.time_formats.iter().map(|rule| (rule.from, rule.to)).collect(),
            numbers_as_strings: stream.numbers_as_strings,
            wrap: stream.wrap.as_deref().map(GivenName::of),
        };
        let changes_values = form.renames.is_some() || form.moments.is_some() || form.numbers_as_strings;
        (changes_values || form.wrap.is_some() || !form.added.is_empty()).then_some(form)
    }

    /// Gives a record this form.
    ///
    /// # Errors
    ///
    /// [`Unsearchable`] where the record is too deep.
    pub(crate) fn give<'a>(&self, record: &'a str, values: Values<'_>, room: &'a mut String) -> Result<&'a str, Unsearchable> {
        let mut draft = Draft::of(record, room);
        if let Some(name) = &self.wrap {
            draft.replace(0..0, &["{", &name.json, ":"]);
        }
        let mut draft = Walk::of(self, record, self.additions(values), draft).record()?;
        if self.wrap.is_some() {
            draft.replace(record.len()..record.len(), &["}"]);
        }
        Ok(draft.finish())
    }

    fn additions(&self, values: Values<'_>) -> Additions<'_> {
        let mut additions = Additions::default();
        for (name, added) in &self.added {
            let json = added.json(values);
            let place = self.moments.as_ref().and_then(|places| places.below(&name.said));
            let json = self.moment(&json, place).map_or(json, Cow::Owned);
            additions.push(name, if self.quotes(&json) { Cow::Owned(in_quotes(&json)) } else { json });
        }
        additions
    }

    /// A moment in its new format: a text, but for seconds and milliseconds since 1970 that were a number before. Nothing where it is
    /// none, or cannot be read.
    fn moment(&self, value: &str, place: Option<&Places>) -> Option<String> {
        let formats = place?.rules().iter().filter_map(|rule| self.formats.get(*rule));
        let (moment, to) = formats.filter_map(|(from, to)| Some((moment::read(value, *from)?, *to))).next()?;
        let text = moment::write(moment, to);
        let stays_number = is_number(value) && matches!(to, MomentFormat::Unix | MomentFormat::UnixMillis);
        Some(if stays_number { text } else { in_quotes(&text) })
    }

    /// Whether a scalar is written in quotes that it does not have.
    fn quotes(&self, value: &str) -> bool {
        self.numbers_as_strings && is_number(value)
    }
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

    fn form(rules: serde_json::Value) -> Option<Form> {
        let mut stream = json!({"id": "s", "request": {"path": "/s"}, "records": {"pointer": ""}});
        stream.as_object_mut().unwrap().extend(rules.as_object().unwrap().clone());
        Form::of(&serde_json::from_value(stream).unwrap())
    }

    fn given(rules: serde_json::Value, record: &str) -> String {
        let names = ["account", "guild"].map(String::from);
        let values = ["12\"3", "7"].map(Box::from);
        let values = Values { names: &names, values: &values };
        form(rules).unwrap().give(record, values, &mut String::new()).unwrap().to_owned()
    }

    #[test]
    fn a_stream_that_asks_for_no_form_has_none() {
        assert!(form(json!({"remove_fields": ["/a"], "include": []})).is_none());
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
        let form = form(json!({"numbers_as_strings": true})).unwrap();
        let deep = |levels| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
        let give = |record: &str| form.give(record, Values::default(), &mut String::new()).is_ok();
        assert!(give(&deep(RECORD_DEPTH)) && !give(&deep(RECORD_DEPTH + 1)));
    }
}
