//! What is asked for one page: address, headers, body.
//!
//! **A value from a record cannot leave its path segment**: it is percent-encoded as one segment, and `.` or `..` is refused,
//! also between slashes.

use carryall_protocol::Timestamp;
use carryall_protocol::catalog::{Injection, Json, Members, Method, MomentFormat, Paginator, Scalar, Stream};
use carryall_protocol::pointer::Pointer;
use carryall_records::moment;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::ask::Ask;
use super::range::Range;
use crate::address::is_dots_decoded;
use crate::values::{Values, name_in};

/// Everything but the unreserved characters of RFC 3986 section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request below the catalog's base address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) target: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<String>,
}

/// The stream's path with values in their places, or nothing where one of them cannot stand there, or in the header that it
/// goes to. The place of the paginator's own parameter stays.
pub(super) fn path(stream: &Stream, values: Values<'_>) -> Option<String> {
    let own = path_param(&stream.paginator);
    let segment = |segment: &str| match name_in(segment) {
        Some(name) if own != Some(name) => encoded_segment(values.of(name)?),
        _ => Some(segment.to_owned()),
    };
    let is_sendable = stream.request.headers.iter().all(|(_, value)| is_header_value(values.fill(value)));
    let segments: Option<Vec<String>> = stream.request.path.split('/').map(segment).collect();
    segments.filter(|_| is_sendable).map(|segments| segments.join("/"))
}

/// Whether a header can carry a value as it is: browsers refuse line breaks and most of what is beyond ASCII, and cut off spaces.
fn is_header_value(value: &str) -> bool {
    value.trim_ascii() == value && value.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// A value as one segment. Many a proxy decodes a path before it follows its dots, so none may stand between slashes either.
fn encoded_segment(value: &str) -> Option<String> {
    let has_dots = value.split(['/', '\\']).any(is_dots_decoded);
    (!value.is_empty() && !has_dots).then(|| encoded(value))
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

fn path_param(paginator: &Paginator) -> Option<&str> {
    matches!(paginator.inject_into, Some(Injection::Path)).then(|| paginator.param())
}

/// The moment after which the host is asked to keep records out: the export's start in whole seconds, where the catalog
/// says how to ask.
pub(super) fn upper_bound(stream: &Stream, started_at: Timestamp) -> Option<Timestamp> {
    stream.paginator.upper_bound.as_ref().map(|_| Timestamp::from_secs(started_at.as_secs()))
}

/// The request for a page of a walk with this path. Nothing where a key cannot stand in the path.
pub(super) fn request(
    stream: &Stream,
    path: &str,
    values: Values<'_>,
    ask: &Ask,
    range: &Range,
    started_at: Timestamp,
) -> Option<Request> {
    let fixed = &stream.request;
    let body = fixed.body.as_ref().map(|body| filled(body, values));
    let mut draft = Draft { query: Vec::new(), headers: Vec::new(), body, path: path.to_owned(), method: fixed.method };
    draft.headers.extend(fixed.headers.iter().map(|(name, value)| (name.clone(), values.fill(value).to_owned())));
    if let Ask::Link(target) = ask {
        return Some(draft.finish_with(target.clone()));
    }
    draft.query.extend(fixed.query.iter().map(|(name, value)| (name.clone(), values.fill(value).to_owned())));
    let paginator = &stream.paginator;
    draft.bounds(stream, range, started_at);
    if let (Some(size), Some(name)) = (page_size(paginator, ask), paginator.page_size_param()) {
        draft.put(name, Scalar::Integer(i64::from(size)));
    }
    draft.ask(paginator, ask)?;
    Some(draft.finish())
}

fn page_size(paginator: &Paginator, ask: &Ask) -> Option<u32> {
    match ask {
        Ask::Window { limit, .. } => Some(*limit),
        _ => paginator.page_size,
    }
}

/// A request that is being put together.
struct Draft {
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Option<Json>,
}

impl Draft {
    /// What keeps out records that are too new or too old.
    fn bounds(&mut self, stream: &Stream, range: &Range, started_at: Timestamp) {
        if let (Some(bound), Some(moment)) = (&stream.paginator.upper_bound, upper_bound(stream, started_at)) {
            self.put_moment(&bound.param, moment, bound.format);
        }
        let Some(rule) = &stream.date_range else { return };
        if let (Some(name), Some(since)) = (&rule.since_param, range.since) {
            self.put_moment(name, since, rule.format);
        }
        if let (Some(name), Some(until)) = (&rule.until_param, range.until) {
            // The last day may not be over; what is new since the start stays out all the same.
            let frozen = upper_bound(stream, started_at).unwrap_or(until);
            self.put_moment(name, until.min(frozen), rule.format);
        }
    }

    /// What tells this page from the others.
    fn ask(&mut self, paginator: &Paginator, ask: &Ask) -> Option<()> {
        match ask {
            Ask::Plain | Ask::Link(_) => {}
            Ask::Window { offset, .. } => self.inject(paginator, number(*offset))?,
            Ask::Number(page) => self.inject(paginator, number(*page))?,
            Ask::Token(token) => self.inject(paginator, Scalar::Text(token.clone()))?,
            Ask::Members(members) => members.iter().for_each(|(name, value)| self.put(name, Scalar::Text(value.clone()))),
            Ask::Slice { from, to } => {
                let (from, to) = slice(*from, *to, paginator.format);
                for (name, moment) in [(&paginator.from_param, from), (&paginator.to_param, to)] {
                    self.put_moment(name.as_deref().unwrap_or_default(), moment, paginator.format);
                }
            }
        }
        if let (Some(name), Ask::Plain) = (path_param(paginator), ask) {
            // The first page of a walk whose token stands in the path is the path without it.
            self.path = self.path.replace(&format!("/{{{name}}}"), "");
        }
        Some(())
    }

    fn inject(&mut self, paginator: &Paginator, value: Scalar) -> Option<()> {
        let name = paginator.param();
        match paginator.inject_into {
            Some(Injection::Path) => {
                let segment = encoded_segment(&text(&value))?;
                self.path = self.path.replace(&format!("{{{name}}}"), &segment);
            }
            Some(Injection::Header) => {
                let value = Some(text(&value)).filter(|value| is_header_value(value))?;
                self.headers.push((name.to_owned(), value));
            }
            Some(Injection::Query) => self.put_query(name, text(&value)),
            Some(Injection::Body) | None => self.put(name, value),
        }
        Some(())
    }

    fn put_moment(&mut self, name: &str, moment: Timestamp, format: MomentFormat) {
        self.put(name, Scalar::Text(moment::write(moment, format)));
    }

    /// Into the body where the name is a place in it, else into the query.
    fn put(&mut self, name: &str, value: Scalar) {
        let place = Pointer::new(name).ok().filter(|place| self.body.is_some() && !place.tokens().is_empty());
        match (place, &mut self.body) {
            (Some(place), Some(body)) => set(body, place.tokens(), value),
            _ => self.put_query(name, text(&value)),
        }
    }

    /// A name stands once in a query.
    fn put_query(&mut self, name: &str, value: String) {
        match self.query.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value,
            None => self.query.push((name.to_owned(), value)),
        }
    }

    fn finish(mut self) -> Request {
        let mut target = std::mem::take(&mut self.path);
        for (at, (name, value)) in self.query.iter().enumerate() {
            target.push(if at == 0 { '?' } else { '&' });
            target.push_str(&encoded(name));
            target.push('=');
            target.push_str(&encoded(value));
        }
        self.finish_with(target)
    }

    fn finish_with(self, target: String) -> Request {
        let body = self.body.map(|body| {
            let mut text = String::new();
            write(&body, &mut text);
            text
        });
        Request { method: self.method, target, headers: self.headers, body }
    }
}

/// A slice as it is asked for. Hosts count its borders in or out, both or neither: it begins a second early, and it ends no
/// earlier than its end can be written. What comes twice is dropped by its key.
fn slice(from: Timestamp, to: Timestamp, format: MomentFormat) -> (Timestamp, Timestamp) {
    let (early, grain) = match format {
        MomentFormat::Date => (0, 86_400),
        MomentFormat::Unix => (1, 1),
        _ => return (Timestamp::from_millis(from.as_millis().saturating_sub(1000)), to),
    };
    let end = to.as_millis().div_ceil(grain * 1000) * grain;
    (Timestamp::from_secs(from.as_secs().saturating_sub(early)), Timestamp::from_secs(end))
}

fn number(value: u64) -> Scalar {
    Scalar::Integer(i64::try_from(value).unwrap_or(i64::MAX))
}

fn text(value: &Scalar) -> String {
    match value {
        Scalar::Bool(value) => value.to_string(),
        Scalar::Integer(value) => value.to_string(),
        Scalar::Text(text) => text.clone(),
    }
}

/// A body with values in the places of their names.
fn filled(body: &Json, values: Values<'_>) -> Json {
    match body {
        Json::Null => Json::Null,
        Json::Scalar(scalar) => Json::Scalar(values.fill_scalar(scalar)),
        Json::List(list) => Json::List(list.iter().map(|value| filled(value, values)).collect()),
        Json::Object(members) => {
            Json::Object(Members(members.iter().map(|(name, value)| (name.clone(), filled(value, values))).collect()))
        }
    }
}

/// Puts a value at a place; what is on the way and is no object becomes one.
fn set(body: &mut Json, tokens: &[String], value: Scalar) {
    let Some((name, rest)) = tokens.split_first() else {
        *body = Json::Scalar(value);
        return;
    };
    if !matches!(body, Json::Object(_)) {
        *body = Json::Object(Members::default());
    }
    let Json::Object(Members(members)) = body else { return };
    let at = members.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
        members.push((name.clone(), Json::Null));
        members.len() - 1
    });
    if let Some((_, member)) = members.get_mut(at) {
        set(member, rest, value);
    }
}

/// A value of the catalog as JSON.
pub(super) fn json_text(value: &Json) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(body: &Json, out: &mut String) {
    let list = |out: &mut String, marks: [char; 2], count: usize, each: &mut dyn FnMut(usize, &mut String)| {
        out.push(marks[0]);
        for at in 0..count {
            if at > 0 {
                out.push(',');
            }
            each(at, out);
        }
        out.push(marks[1]);
    };
    match body {
        Json::Null => out.push_str("null"),
        Json::Scalar(Scalar::Text(text)) => out.push_str(&crate::json::quoted(text)),
        Json::Scalar(scalar) => out.push_str(&text(scalar)),
        Json::List(values) => list(out, ['[', ']'], values.len(), &mut |at, out| {
            if let Some(value) = values.get(at) {
                write(value, out);
            }
        }),
        Json::Object(Members(members)) => list(out, ['{', '}'], members.len(), &mut |at, out| {
            if let Some((name, value)) = members.get(at) {
                out.push_str(&crate::json::quoted(name));
                out.push(':');
                write(value, out);
            }
        }),
    }
}

#[cfg(test)]
mod tests;
