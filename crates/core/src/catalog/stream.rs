//! The rules of a stream that need to see several places: whom it is read for, what it asks, where its parameters go.

use carryall_protocol::catalog::{Comparison, Injection, Json, Method, PaginatorKind, ResponseAction, Stream};
use carryall_protocol::pointer::Pointer;

use super::address::{is_header_name, is_name, may_be_sent};
use super::check::Check;
use super::place::{children, go_in, member, texts, visit};
use super::rule::Rule;
use super::table::TEMPLATES;
use crate::values::{ACCOUNT, name_in};

/// Streams above a stream, at most.
const DEPTH: usize = 4;

/// Notes what is broken in a stream that was read from this text and stands after those, the first of its category among them
/// at a place.
pub(super) fn check(check: &mut Check<'_>, stream: &Stream, text: &str, earlier: &[&Stream], siblings: usize) {
    let names = names_known(check, stream, earlier);
    check_values(check, stream, text, &names);
    check_paginator(check, stream, member(text, "paginator").unwrap_or_default());
    check_parameters(check, stream);
    check_names(check, stream);
    if let Some(id) = &stream.instead_of {
        let other = earlier.iter().skip(siblings).find(|sibling| sibling.id == *id);
        check.hold(other.is_some(), Rule::Sibling, "/instead_of", id.as_str());
        let ends = |other: &&Stream| other.on_response.iter().any(|rule| rule.action == ResponseAction::SwitchedOff);
        check.hold(other.is_none_or(ends), Rule::SwitchedOff, "/instead_of", id.as_str());
    }
}

/// The names of the values that a walk of this stream knows; its own is the last.
fn names_known<'a>(check: &mut Check<'_>, stream: &'a Stream, earlier: &[&'a Stream]) -> Vec<&'a str> {
    let mut names = vec![ACCOUNT];
    let mut each = stream.for_each.as_ref();
    while let Some(above) = each
        && names.len() <= DEPTH + 1
    {
        let parent = earlier.iter().find(|earlier| earlier.id == above.stream);
        check.hold(parent.is_some() || names.len() > 1, Rule::Earlier, "/for_each/stream", above.stream.as_str());
        names.push(above.name.as_str());
        each = parent.and_then(|parent| parent.for_each.as_ref());
    }
    check.hold(names.len() <= DEPTH + 1, Rule::Depth, "/for_each", "");
    if let Some(own) = &stream.for_each {
        let above = names.iter().skip(2);
        check.hold(above.into_iter().all(|name| *name != own.name), Rule::ValueName, "/for_each/as", &own.name);
    }
    names
}

/// Every `{name}` is known, and the walk asks for what it is read for.
fn check_values(check: &mut Check<'_>, stream: &Stream, text: &str, names: &[&str]) {
    let own = stream.for_each.as_ref().map(|each| each.name.as_str());
    let mut is_asked = own.is_none_or(|own| !is_name(own));
    let paginator = &stream.paginator;
    let place = (paginator.inject_into == Some(Injection::Path)).then(|| paginator.param());
    for name in stream.request.path.split('/').filter_map(name_in).filter(|name| is_name(name)) {
        is_asked |= own == Some(name);
        check.hold(names.contains(&name) || place == Some(name), Rule::Template, "/request/path", name);
    }
    let is_placed = place.is_none_or(|place| stream.request.path.split('/').filter_map(name_in).any(|name| name == place));
    check.hold(is_placed, Rule::PathPlace, "/request/path", "");
    for place in TEMPLATES {
        visit(text, place, &mut String::new(), &mut |at, _, value| {
            texts(value, &mut at.to_owned(), &mut |at, said| {
                let Some(name) = name_in(said).filter(|name| is_name(name)) else { return };
                is_asked |= own == Some(name) && at.starts_with("/request");
                check.hold(names.contains(&name), Rule::Template, at, name);
            });
        });
    }
    check.hold(is_asked, Rule::KeyUnused, "/request", "");
}

/// The fields of a paginator are those that its type needs and takes.
fn check_paginator(check: &mut Check<'_>, stream: &Stream, text: &str) {
    let kind = stream.paginator.kind;
    let fields = children(text);
    let stands = |field: &str| fields.iter().any(|(name, _)| name == field);
    for (name, _) in &fields {
        let is_taken = name == "type" || kind.fields().all().any(|field| field == name);
        check.hold(is_taken, Rule::Takes(kind), &format!("/paginator/{name}"), "");
    }
    for field in kind.fields().needs() {
        check.hold(stands(field), Rule::With(field, kind.as_str()), "/paginator", "");
    }
    let token = kind != PaginatorKind::Cursor || stands("token") != stands("token_header");
    check.hold(token, Rule::Either("token", "token_header"), "/paginator", "");
    let into = stream.paginator.inject_into;
    let is_body = kind != PaginatorKind::Relay || into.is_none_or(|into| into == Injection::Body);
    check.hold(is_body, Rule::RelayBody, "/paginator/inject_into", "");
    let is_by_time = kind == PaginatorKind::LastRecord && stream.paginator.compare == Comparison::Time;
    let needs_key = is_by_time || kind == PaginatorKind::TimeWindow;
    let with = Rule::With("primary_key", if is_by_time { "compare" } else { kind.as_str() });
    check.hold(!needs_key || stream.primary_key.is_some(), with, "", "");
}

/// The parameters of a stream have names that fit where they go.
fn check_parameters(check: &mut Check<'_>, stream: &Stream) {
    let (paginator, request) = (&stream.paginator, &stream.request);
    let usual = if request.method == Method::Post { Injection::Body } else { Injection::Query };
    let into = paginator.inject_into.unwrap_or(usual);
    let own = paginator.kind.fields().all().any(|field| field == "param").then(|| paginator.param());
    if let (Some(own), Injection::Header) = (own, into) {
        check.hold(is_header_name(own), Rule::HeaderName, "/paginator/param", own);
        check.hold(may_be_sent(own), Rule::Credential, "/paginator/param", own);
    }
    let range = stream.date_range.as_ref();
    let mut taken = Vec::new();
    for (at, name) in [
        ("/paginator/param", own.filter(|_| matches!(into, Injection::Query | Injection::Body))),
        ("/paginator/page_size_param", paginator.page_size.and_then(|_| paginator.page_size_param())),
        ("/paginator/from_param", paginator.from_param.as_deref()),
        ("/paginator/to_param", paginator.to_param.as_deref()),
        // What the first page is asked with may be what a later page replaces.
        ("/paginator/upper_bound/param", paginator.upper_bound.as_ref().map(|bound| bound.param.as_str())),
        ("/date_range/since_param", range.and_then(|range| range.since_param.as_deref())),
        ("/date_range/until_param", range.and_then(|range| range.until_param.as_deref())),
    ] {
        let Some(name) = name else { continue };
        let fits = into != Injection::Body || (name.starts_with('/') && Pointer::new(name).is_ok());
        check.hold(fits, Rule::Pointer, at, name);
        check.hold(!name.is_empty(), Rule::Name, at, "");
        check.hold(!taken.contains(&name) || at.ends_with("bound/param") || at.starts_with("/d"), Rule::Twice, at, name);
        taken.push(name);
    }
    let is_needed = into == Injection::Body && (paginator.inject_into.is_some() || !taken.is_empty());
    let has_place = request.method == Method::Post && matches!(request.body, Some(Json::Object(_)));
    check.hold(!is_needed || has_place, Rule::Body, "/request/body", "");
}

/// Names that come into a record stand there once.
fn check_names(check: &mut Check<'_>, stream: &Stream) {
    let mut taken = Vec::new();
    let mut take = |list: &str, name: &str, field: &str, object: &str| {
        let mut at = list.to_owned();
        go_in(&mut at, name);
        check.hold_once(&mut taken, format!("{object}/{field}"), Rule::Twice, &at);
    };
    for (at, include) in stream.include.iter().enumerate() {
        take(&format!("/include/{at}"), "as", &include.name, "");
    }
    for (place, name) in &stream.rename_fields {
        take("/rename_fields", place, name, place.rsplit_once('/').map_or("", |(object, _)| object));
    }
    for (name, _) in &stream.add_fields {
        take("/add_fields", name, name, "");
    }
}
