//! How many records a file holds, counted while it streams by.
//!
//! **No record is held**: values are skipped, and what would make skipping dear (endless nesting, an endless text) ends the count.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use serde::Deserializer;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Levels of nesting; a record has 128 at most.
const DEPTH: usize = 256;
/// Bytes of one text; a record has 20 MiB at most.
const TEXT_BYTES: usize = 64 << 20;
/// Bytes of what stands before the list in a script.
const LEAD_BYTES: u64 = 300;

/// How records stand in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `[record, record, ...]`
    List,
    /// A record a line.
    Lines,
    /// `window.YTD.<name>.part<N> = [record, ...]`
    Script,
    /// `{..., "data": {<key>: [record, ...], ...}}`
    Document,
}

/// What was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tally {
    /// Records.
    Records(u64),
    /// Records by key.
    Keys(Vec<(String, u64)>),
    /// The file is not of the form it should have; says why.
    Malformed(String),
}

impl Tally {
    /// Counts. What is left of the bytes afterwards is of no matter.
    pub(crate) fn read(form: Form, bytes: &mut dyn Read) -> Self {
        let guard = Guard { bytes, depth: 0, text: None, escaped: false, lines: 0 };
        let mut bytes = BufReader::with_capacity(64 << 10, guard);
        let counted = match form {
            Form::List => whole(&mut bytes, Elements).map(Self::Records),
            Form::Script => script(&mut bytes).map(Self::Records),
            Form::Lines => lines(&mut bytes).map(Self::Records),
            Form::Document => whole(&mut bytes, Document).map(Self::Keys),
        };
        counted.unwrap_or_else(Self::Malformed)
    }
}

type Guarded<'a> = BufReader<Guard<'a>>;

fn whole<'de, S: DeserializeSeed<'de>>(bytes: &mut Guarded<'_>, seed: S) -> Result<S::Value, String> {
    let mut json = serde_json::Deserializer::from_reader(bytes);
    let value = seed.deserialize(&mut json).map_err(|error| error.to_string())?;
    json.end().map_err(|error| error.to_string())?;
    Ok(value)
}

fn script(bytes: &mut Guarded<'_>) -> Result<u64, String> {
    let mut lead = Vec::new();
    bytes.by_ref().take(LEAD_BYTES).read_until(b'=', &mut lead).map_err(|error| error.to_string())?;
    let part = str::from_utf8(&lead).ok().and_then(|lead| {
        let (name, part) = lead.strip_prefix("window.YTD.")?.strip_suffix(" =")?.rsplit_once(".part")?;
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        part.parse::<u32>().ok().filter(|_| is_name)
    });
    part.ok_or_else(|| "it does not begin with `window.YTD.<name>.part<number> =`".to_owned())?;
    whole(bytes, Elements)
}

fn lines(bytes: &mut Guarded<'_>) -> Result<u64, String> {
    let mut records = 0;
    for record in serde_json::Deserializer::from_reader(&mut *bytes).into_iter::<IgnoredAny>() {
        record.map_err(|error| error.to_string())?;
        records += 1;
    }
    let lines = bytes.get_ref().lines;
    if lines == records { Ok(records) } else { Err(format!("it has {records} records on {lines} lines")) }
}

/// Passes bytes on as long as they nest no deeper and hold no longer text than records do.
struct Guard<'a> {
    bytes: &'a mut dyn Read,
    depth: usize,
    /// Bytes of the text that is being read.
    text: Option<usize>,
    escaped: bool,
    lines: u64,
}

impl Guard<'_> {
    fn see(&mut self, byte: u8) -> bool {
        match (&mut self.text, byte) {
            (Some(_), _) if self.escaped => self.escaped = false,
            (Some(_), b'\\') => self.escaped = true,
            (Some(_), b'"') => self.text = None,
            (Some(length), _) => *length += 1,
            (None, b'"') => self.text = Some(0),
            (None, b'[' | b'{') => self.depth += 1,
            (None, b']' | b'}') => self.depth = self.depth.saturating_sub(1),
            (None, b'\n') => self.lines += 1,
            _ => {}
        }
        self.depth <= DEPTH && self.text.is_none_or(|length| length <= TEXT_BYTES)
    }
}

impl Read for Guard<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        let is_bounded = buffer.get(..read).unwrap_or_default().iter().all(|byte| self.see(*byte));
        if is_bounded { Ok(read) } else { Err(io::Error::other("it nests deeper, or has a longer text, than a record may")) }
    }
}

/// Counts the elements of an array.
struct Elements;

impl<'de> DeserializeSeed<'de> for Elements {
    type Value = u64;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<u64, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Elements {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<u64, A::Error> {
        let mut count = 0;
        while elements.next_element::<IgnoredAny>()?.is_some() {
            count += 1;
        }
        Ok(count)
    }
}

/// Counts the records of the document, by key.
struct Document;

impl<'de> DeserializeSeed<'de> for Document {
    type Value = Vec<(String, u64)>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Document {
    type Value = Vec<(String, u64)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `data`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut data = None;
        while let Some(name) = members.next_key::<String>()? {
            if name == "data" && data.is_none() {
                data = Some(members.next_value_seed(Data)?);
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        data.ok_or_else(|| serde::de::Error::missing_field("data"))
    }
}

/// Counts the records below each key.
struct Data;

impl<'de> DeserializeSeed<'de> for Data {
    type Value = Vec<(String, u64)>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Data {
    type Value = Vec<(String, u64)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of lists of records")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut keys = Vec::new();
        while let Some(key) = members.next_key()? {
            keys.push((key, members.next_value_seed(Elements)?));
        }
        Ok(keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(form: Form, text: &str) -> Tally {
        Tally::read(form, &mut text.as_bytes())
    }

    #[test]
    fn records_are_counted_in_every_form() {
        assert_eq!(tally(Form::List, "[\n{\"a\":[1,2]},\n\"b\", 3\n]\n"), Tally::Records(3));
        assert_eq!(tally(Form::List, "[]"), Tally::Records(0));
        assert_eq!(tally(Form::Lines, "{\"a\":\"\\n\"}\n[1,\t2]\n"), Tally::Records(2));
        assert_eq!(tally(Form::Lines, ""), Tally::Records(0));
        assert_eq!(tally(Form::Script, "window.YTD.tweets.part0 = [ {\"tweet\": {}} ]"), Tally::Records(1));
        let keys = vec![("a".to_owned(), 2), ("b".to_owned(), 0)];
        assert_eq!(tally(Form::Document, r#"{"v":"1.0","data":{"a":[1,{}],"b":[]}}"#), Tally::Keys(keys));
    }

    #[test]
    fn what_is_not_of_its_form_is_malformed() {
        for (form, text) in [
            (Form::List, "{}"),
            (Form::List, "[1,]"),
            (Form::List, "[1]]"),
            (Form::List, "[1"),
            (Form::Lines, "{}{}\n"),
            (Form::Lines, "{\n}\n"),
            (Form::Lines, "{}"),
            (Form::Script, "window.YTD.a b.part0 = []"),
            (Form::Script, "alert(1); window.YTD.a.part0 = []"),
            (Form::Script, "window.YTD.a.part0 = []; alert(1)"),
            (Form::Document, r#"{"data":[]}"#),
            (Form::Document, r#"{"dat":{}}"#),
        ] {
            assert!(matches!(tally(form, text), Tally::Malformed(_)), "{form:?} {text:?}: {:?}", tally(form, text));
        }
    }

    #[test]
    fn endless_nesting_and_endless_texts_end_the_count() {
        assert!(matches!(tally(Form::List, &"[".repeat(1_000_000)), Tally::Malformed(why) if why.contains("nests")));
        let text = format!("[\"{}\"]", "x".repeat(TEXT_BYTES + 1));
        assert!(matches!(tally(Form::List, &text), Tally::Malformed(why) if why.contains("longer text")));
        assert_eq!(tally(Form::List, "[\"[[[{\\\"[[[\"]"), Tally::Records(1));
    }
}
