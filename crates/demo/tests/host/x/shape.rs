//! What the catalog says becomes of a record, done to a tree of its text: order and number texts stay. Slow and plain, and
//! with nothing of the exporter's.

use carryall_protocol::catalog::{Derivation, MomentFormat, Pointers, Scalar, Stream};
use carryall_protocol::pointer::Pointer;
use serde_json::value::RawValue;

use crate::redacted::Object;

/// JSON whose scalars keep their texts.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    Scalar(String),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl Json {
    pub(super) fn parse(text: &str) -> Self {
        if text.starts_with('{') {
            let Object(members) = serde_json::from_str(text).unwrap();
            return Self::Object(members.into_iter().map(|(name, value)| (name, Self::parse(value.get()))).collect());
        }
        if text.starts_with('[') {
            let items: Vec<&RawValue> = serde_json::from_str(text).unwrap();
            return Self::List(items.into_iter().map(|item| Self::parse(item.get())).collect());
        }
        Self::Scalar(text.to_owned())
    }

    pub(super) fn text(&self) -> String {
        match self {
            Self::Scalar(text) => text.clone(),
            Self::List(items) => format!("[{}]", items.iter().map(Self::text).collect::<Vec<_>>().join(",")),
            Self::Object(members) => {
                let member =
                    |(name, value): &(String, Self)| format!("{}:{}", serde_json::to_string(name).unwrap(), value.text());
                format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
            }
        }
    }

    pub(super) fn items(&self) -> &[Self] {
        if let Self::List(items) = self { items } else { &[] }
    }

    pub(super) fn string(&self) -> String {
        serde_json::from_str(&self.text()).unwrap()
    }

    /// All values at a place; the way leads through lists.
    pub(super) fn at(&self, tokens: &[String]) -> Vec<&Self> {
        match (self, tokens.split_first()) {
            (_, None) => vec![self],
            (Self::List(items), _) => items.iter().flat_map(|item| item.at(tokens)).collect(),
            (Self::Object(members), Some((first, rest))) => {
                members.iter().filter(|(name, _)| name == first).flat_map(|(_, value)| value.at(rest)).collect()
            }
            (Self::Scalar(_), _) => Vec::new(),
        }
    }

    fn members_mut(&mut self) -> &mut Vec<(String, Self)> {
        let Self::Object(members) = self else { panic!("{self:?} is no object") };
        members
    }

    /// Goes to every member, with its place.
    fn visit(&mut self, place: &str, change: &mut impl FnMut(&str, &mut (String, Self))) {
        match self {
            Self::Object(members) => {
                for member in members {
                    let place = format!("{place}/{}", member.0);
                    member.1.visit(&place, change);
                    change(&place, member);
                }
            }
            Self::List(items) => items.iter_mut().for_each(|item| item.visit(place, change)),
            Self::Scalar(_) => {}
        }
    }

    fn retain(&mut self, place: &str, keep: &impl Fn(&str) -> bool) {
        match self {
            Self::Object(members) => {
                members.retain(|(name, _)| keep(&format!("{place}/{name}")));
                members.iter_mut().for_each(|(name, value)| value.retain(&format!("{place}/{name}"), keep));
            }
            Self::List(items) => items.iter_mut().for_each(|item| item.retain(place, keep)),
            Self::Scalar(_) => {}
        }
    }

    /// Goes on to every object that gets a field.
    fn derive(&mut self, rule: &Derivation, way: &[String]) {
        match (self, way.split_first()) {
            (Self::List(items), _) => items.iter_mut().for_each(|item| item.derive(rule, way)),
            (Self::Object(members), Some((first, rest))) => {
                members.iter_mut().filter(|(name, _)| name == first).for_each(|(_, value)| value.derive(rule, rest));
            }
            (Self::Scalar(_), _) => {}
            (object, None) => {
                if let Some(value) = object.source(rule) {
                    object.put(rule.to.tokens(), value);
                }
            }
        }
    }

    /// The one value at a place; a way leads through no list.
    fn one(&self, tokens: &[String]) -> Option<&Self> {
        let Some((first, rest)) = tokens.split_first() else { return Some(self) };
        let Self::Object(members) = self else { return None };
        members.iter().find(|(name, _)| name == first)?.1.one(rest)
    }

    fn source(&self, rule: &Derivation) -> Option<Self> {
        match (&rule.from, &rule.text) {
            (Some(Pointers::One(from)), _) => self.one(from.tokens()).cloned(),
            (Some(Pointers::Several(from)), _) => {
                let found = from.iter().flat_map(|from| self.at(from.tokens()));
                let elements = found.flat_map(|found| match found {
                    Self::List(items) => items.clone(),
                    one => vec![one.clone()],
                });
                Some(Self::List(elements.collect()))
            }
            (None, text) => {
                let mut made = String::new();
                for piece in text.as_ref().unwrap().split_inclusive(['{', '}']) {
                    match piece.strip_suffix('}').filter(|place| place.starts_with('/')) {
                        Some(place) => made.push_str(inner_or_bare(&self.one(Pointer::new(place).unwrap().tokens())?.text())),
                        None => made.push_str(piece.trim_end_matches('{')),
                    }
                }
                Some(Self::Scalar(format!("\"{made}\"")))
            }
        }
    }

    fn put(&mut self, to: &[String], value: Self) {
        let (name, rest) = to.split_first().unwrap();
        let members = self.members_mut();
        match members.iter_mut().find(|(known, _)| known == name) {
            Some((_, inside)) if !rest.is_empty() => inside.put(rest, value),
            Some(_) => {}
            None => {
                let wrap = |value, name: &String| Self::Object(vec![(name.clone(), value)]);
                members.push((name.clone(), rest.iter().rev().fold(value, wrap)));
            }
        }
    }

    fn quote_numbers(&mut self) {
        match self {
            Self::Scalar(text) if text.starts_with(|first: char| first == '-' || first.is_ascii_digit()) => {
                *text = format!("\"{text}\"");
            }
            Self::Scalar(_) => {}
            Self::List(items) => items.iter_mut().for_each(Self::quote_numbers),
            Self::Object(members) => members.iter_mut().for_each(|(_, value)| value.quote_numbers()),
        }
    }
}

/// The record as an export must hold it; `value` is what a parent hands down.
pub(super) fn shaped(stream: &Stream, record: &Json, page: &Json, value: &str) -> String {
    let mut shaped = record.clone();
    include(stream, record, page, &mut shaped);
    expand(stream, record, &mut shaped);
    redact(stream, &mut shaped);
    shaped.visit("", &mut |place, member| {
        if let Some((_, name)) = stream.rename_fields.iter().find(|(from, _)| from == place) {
            member.0.clone_from(name);
        } else if stream.time_formats.iter().any(|rule| is_at(&rule.pointer, place) && rule.to == MomentFormat::XArchive) {
            member.1 = Json::Scalar(archived(&member.1.string()));
        }
    });
    for (name, added) in &stream.add_fields {
        assert!(matches!(added, Scalar::Text(text) if text.starts_with('{')), "{added:?}");
        shaped.members_mut().push((name.clone(), Json::Scalar(format!("\"{value}\""))));
    }
    if stream.numbers_as_strings {
        shaped.quote_numbers();
    }
    stream.derive_fields.iter().for_each(|rule| shaped.derive(rule, rule.at.tokens()));
    stream.wrap.as_ref().map_or_else(|| shaped.text(), |name| format!("{{\"{name}\":{}}}", shaped.text()))
}

fn is_at(pointer: &Pointer, place: &str) -> bool {
    pointer.to_string() == place
}

fn include(stream: &Stream, record: &Json, page: &Json, shaped: &mut Json) {
    for rule in &stream.include {
        let found = record.at(rule.by.tokens());
        let keys: Vec<_> = found
            .iter()
            .flat_map(|found| if found.items().is_empty() { std::slice::from_ref(*found) } else { found.items() })
            .collect();
        let objects: Vec<_> = page.at(rule.pointer.tokens()).into_iter().flat_map(Json::items).collect();
        let beside =
            |key: &Json| objects.iter().find(|object| object.at(rule.key.tokens()) == [key]).map(|object| (*object).clone());
        let is_named = !keys.is_empty();
        let beside: Vec<Json> = keys.into_iter().filter_map(beside).collect();
        let is_scalar = rule.by.tokens().len() == 1;
        match (is_scalar, beside.first()) {
            (true, None) => {}
            (true, Some(object)) => shaped.members_mut().push((rule.name.clone(), object.clone())),
            (false, _) if is_named => shaped.members_mut().push((rule.name.clone(), Json::List(beside))),
            (false, _) => {}
        }
    }
}

fn expand(stream: &Stream, record: &Json, shaped: &mut Json) {
    for rule in &stream.expand_links {
        for link in record.at(rule.from.tokens()).into_iter().flat_map(Json::items) {
            let [short, full] = [&rule.short, &rule.full].map(|place| link.at(place.tokens())[0].text());
            shaped.visit("", &mut |place, (_, text)| {
                if is_at(&rule.text, place) {
                    *text = Json::Scalar(text.text().replace(short.trim_matches('"'), inner(&full)));
                }
            });
        }
    }
}

/// A number as it is, of a text what stands between the quotation marks.
fn inner_or_bare(text: &str) -> &str {
    if text.starts_with('"') { inner(text) } else { text }
}

/// What stands between the quotation marks.
fn inner(text: &str) -> &str {
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap()
}

const SECRETS: [&str; 7] =
    ["password_hash", "totp_secret", "backup_codes", "session_token", "token", "consumer_secret", "access_token_secret"];

fn redact(stream: &Stream, shaped: &mut Json) {
    let is_named = |pointers: &[Pointer], place: &str| pointers.iter().any(|pointer| is_at(pointer, place));
    let kept = |place: &str| {
        let name = place.rsplit('/').next().unwrap();
        let is_secret = (SECRETS.contains(&name) || name == "access_token") && !is_named(&stream.readmit_fields, place);
        !is_secret && (stream.keep_fields.is_empty() || is_named(&stream.keep_fields, place))
    };
    shaped.retain("", &kept);
}

/// "2020-01-01T00:00:00.000Z" as the archive writes it; the day of the week by Sakamoto's rule.
fn archived(text: &str) -> String {
    let number = |from: usize, to: usize| text.get(from..to).unwrap().parse::<usize>().unwrap();
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let shifted = year - usize::from(month < 3);
    let week =
        (shifted + shifted / 4 - shifted / 100 + shifted / 400 + [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4][month - 1] + day) % 7;
    let name = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][week];
    let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month - 1];
    format!("\"{name} {month} {day:02} {} +0000 {year}\"", text.get(11..19).unwrap())
}
