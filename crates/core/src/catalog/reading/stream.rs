//! A stream.

use carryall_protocol::StreamId;
use carryall_protocol::catalog::{
    Condition, DateRange, Derivation, Exclusion, ForEach, Include, LinkExpansion, Method, OnlyMine, Pointers, Rate, Records,
    RecordsAt, Request, ResponseAction, ResponseRule, Retry, Stream, TimeFormat,
};

use super::media::{attachments, group};
use super::object::{Object, list, misread, nothing};
use super::paginator::paginator;
use super::scalar::{flag, id, json, moment_format, pointer, pointers, scalar, scalars, text, texts, whole, word};
use super::words;
use crate::json::Misread;

pub(super) fn stream(value: &str) -> Result<Stream, Misread> {
    let mut object = Object::open(value)?;
    let o = &mut object;
    let (own_id, request, records) = (o.required("id", id)?, o.required("request", request)?, o.required("records", records)?);
    let mut read = nothing_but(own_id, request, records);
    o.fill(&mut read.file, "file", id);
    o.fill(&mut read.document_key, "document_key", text);
    o.fill(&mut read.primary_key, "primary_key", one_or_more);
    o.set(&mut read.paginator, "paginator", paginator);
    o.fill(&mut read.for_each, "for_each", for_each);
    o.fill(&mut read.instead_of, "instead_of", id);
    o.set(&mut read.exclude_records, "exclude_records", |value| list(value, exclusion));
    o.set(&mut read.keep_fields, "keep_fields", pointers);
    o.set(&mut read.remove_fields, "remove_fields", pointers);
    o.set(&mut read.readmit_fields, "readmit_fields", pointers);
    o.set(&mut read.rename_fields, "rename_fields", texts);
    o.set(&mut read.add_fields, "add_fields", scalars);
    o.fill(&mut read.wrap, "wrap", text);
    o.fill(&mut read.group, "group", group);
    o.set(&mut read.attachments, "attachments", |value| list(value, attachments));
    o.fill(&mut read.schema, "schema", json);
    o.set(&mut read.numbers_as_strings, "numbers_as_strings", flag);
    o.set(&mut read.time_formats, "time_formats", |value| list(value, time_format));
    o.set(&mut read.include, "include", |value| list(value, include));
    o.set(&mut read.derive_fields, "derive_fields", |value| list(value, derivation));
    o.set(&mut read.expand_links, "expand_links", |value| list(value, link_expansion));
    o.fill(&mut read.date_range, "date_range", date_range);
    o.fill(&mut read.only_mine, "only_mine", only_mine);
    o.fill(&mut read.errors, "errors", pointer);
    o.set(&mut read.empty_may_mean_refused, "empty_may_mean_refused", flag);
    o.set(&mut read.on_response, "on_response", |value| list(value, response_rule));
    o.fill(&mut read.rate, "rate", rate);
    o.set(&mut read.retry, "retry", retry);
    object.end(read)
}

/// A stream of which nothing but this is said.
fn nothing_but(id: StreamId, request: Request, records: Records) -> Stream {
    Stream {
        id,
        request,
        records,
        file: None,
        document_key: None,
        primary_key: None,
        paginator: Default::default(),
        for_each: None,
        instead_of: None,
        exclude_records: Vec::new(),
        keep_fields: Vec::new(),
        remove_fields: Vec::new(),
        readmit_fields: Vec::new(),
        rename_fields: Default::default(),
        add_fields: Default::default(),
        wrap: None,
        group: None,
        attachments: Vec::new(),
        schema: None,
        numbers_as_strings: false,
        time_formats: Vec::new(),
        include: Vec::new(),
        derive_fields: Vec::new(),
        expand_links: Vec::new(),
        date_range: None,
        only_mine: None,
        errors: None,
        empty_may_mean_refused: false,
        on_response: Vec::new(),
        rate: None,
        retry: Default::default(),
    }
}

fn one_or_more(value: &str) -> Result<Pointers, Misread> {
    match value.as_bytes().first() {
        Some(b'"') => pointer(value).map(Pointers::One),
        Some(b'[') => pointers(value).map(Pointers::Several),
        _ => Err(nothing(value, "a JSON Pointer, or a list of them")),
    }
}

fn request(value: &str) -> Result<Request, Misread> {
    let mut o = Object::open(value)?;
    let read = Request {
        method: o.or_default("method", |value| word(value, Method::ALL, Method::as_str)),
        safe: o.or_default("safe", flag),
        path: o.required("path", text)?,
        query: o.or_default("query", texts),
        headers: o.or_default("headers", texts),
        body: o.optional("body", json),
    };
    o.end(read)
}

fn records(value: &str) -> Result<Records, Misread> {
    const EXPECTED: &str = "an object with either `pointer`, `entries` or `single`";
    if !value.starts_with('{') {
        return Err(nothing(value, EXPECTED));
    }
    let mut o = Object::open(value)?;
    let places = [
        o.optional("pointer", pointer).map(RecordsAt::Pointer),
        o.optional("entries", pointer).map(RecordsAt::Entries),
        o.optional("single", pointer).map(RecordsAt::Single),
    ];
    let may_be_absent = o.or_default("may_be_absent", flag);
    let each = o.optional("each", pointer);
    let mut places = places.into_iter().flatten();
    match (places.next(), places.next()) {
        (Some(at), None) => o.end(Records { at, may_be_absent, each }),
        (None, _) => o.end(()).and_then(|()| Err(misread(format!("invalid length 0, expected {EXPECTED}")))),
        (Some(_), Some(_)) => Err(misread(format!("invalid length 2, expected {EXPECTED}"))),
    }
}

fn for_each(value: &str) -> Result<ForEach, Misread> {
    let mut o = Object::open(value)?;
    let read = ForEach {
        stream: o.required("stream", id)?,
        key: o.required("key", pointer)?,
        name: o.required("as", text)?,
        when: o.or_default("when", |value| list(value, condition)),
    };
    o.end(read)
}

pub(super) fn condition(value: &str) -> Result<Condition, Misread> {
    let mut o = Object::open(value)?;
    let read = Condition {
        pointer: o.required("pointer", pointer)?,
        equals: o.optional("equals", scalar),
        not_equals: o.optional("not_equals", scalar),
    };
    o.end(read)
}

fn exclusion(value: &str) -> Result<Exclusion, Misread> {
    let mut o = Object::open(value)?;
    let read = Exclusion {
        pointer: o.required("pointer", pointer)?,
        equals: o.optional("equals", scalar),
        not_equals: o.optional("not_equals", scalar),
        reason: o.optional("reason", words),
    };
    o.end(read)
}

fn time_format(value: &str) -> Result<TimeFormat, Misread> {
    let mut o = Object::open(value)?;
    let read = TimeFormat {
        pointer: o.required("pointer", pointer)?,
        from: o.or_default("from", moment_format),
        to: o.required("to", moment_format)?,
    };
    o.end(read)
}

fn include(value: &str) -> Result<Include, Misread> {
    let mut o = Object::open(value)?;
    let read = Include {
        pointer: o.required("pointer", pointer)?,
        key: o.required("key", pointer)?,
        by: o.required("by", pointer)?,
        name: o.required("as", text)?,
    };
    o.end(read)
}

fn derivation(value: &str) -> Result<Derivation, Misread> {
    let mut o = Object::open(value)?;
    let read = Derivation {
        at: o.or_default("at", pointer),
        from: o.optional("from", one_or_more),
        text: o.optional("text", text),
        to: o.required("to", pointer)?,
    };
    o.end(read)
}

fn link_expansion(value: &str) -> Result<LinkExpansion, Misread> {
    let mut o = Object::open(value)?;
    let read = LinkExpansion {
        text: o.required("text", pointer)?,
        from: o.required("from", pointer)?,
        short: o.required("short", pointer)?,
        full: o.required("full", pointer)?,
    };
    o.end(read)
}

fn date_range(value: &str) -> Result<DateRange, Misread> {
    let mut o = Object::open(value)?;
    let read = DateRange {
        field: o.required("field", pointer)?,
        format: o.or_default("format", moment_format),
        since_param: o.optional("since_param", text),
        until_param: o.optional("until_param", text),
        newest_first: o.or_default("newest_first", flag),
    };
    o.end(read)
}

fn only_mine(value: &str) -> Result<OnlyMine, Misread> {
    let mut o = Object::open(value)?;
    let read = OnlyMine { pointer: o.required("pointer", pointer)? };
    o.end(read)
}

fn response_rule(value: &str) -> Result<ResponseRule, Misread> {
    let mut o = Object::open(value)?;
    let read = ResponseRule {
        status: o.required("status", whole)?,
        body_pointer: o.optional("body_pointer", pointer),
        equals: o.optional("equals", scalar),
        action: o.required("action", |value| word(value, ResponseAction::ALL, ResponseAction::as_str))?,
    };
    o.end(read)
}

fn rate(value: &str) -> Result<Rate, Misread> {
    let mut o = Object::open(value)?;
    let read = Rate {
        requests: o.optional("requests", whole),
        seconds: o.optional("seconds", whole),
        max_concurrency: o.optional("max_concurrency", whole),
        per_partition: o.or_default("per_partition", flag),
    };
    o.end(read)
}

fn retry(value: &str) -> Result<Retry, Misread> {
    let (mut o, usual) = (Object::open(value)?, Retry::default());
    let read = Retry {
        max_attempts: o.given("max_attempts", whole).unwrap_or(usual.max_attempts),
        max_wait: o.given("max_wait", whole).unwrap_or(usual.max_wait),
        patience: o.given("patience", whole).unwrap_or(usual.patience),
        after_body: o.optional("after_body", pointer),
    };
    o.end(read)
}
