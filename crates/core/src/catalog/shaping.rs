//! The rules of what becomes of records: which are kept, which fields go, come and change their names.

use carryall_protocol::catalog::{Scalar, Stream};
use carryall_protocol::pointer::Pointer;

use super::check::check_text;
use super::finding::Findings;
use super::rule::Rule;
use super::stream::check_condition;
use super::values::Values;

/// Notes what is broken in what becomes of a stream's records.
pub(super) fn check(found: &mut Findings, stream: &Stream, values: &mut Values<'_>) {
    if let Some(each) = &stream.for_each {
        found.inside("for_each", |found| {
            found.each("when", &each.when, |found, when| {
                check_condition(found, values, when.equals.as_ref(), when.not_equals.as_ref());
            });
        });
    }
    found.each("exclude_records", &stream.exclude_records, |found, exclusion| {
        check_condition(found, values, exclusion.equals.as_ref(), exclusion.not_equals.as_ref());
        if let Some(reason) = &exclusion.reason {
            check_text(found, "/reason", reason);
        }
    });
    let is_one = stream.keep_fields.is_empty() || stream.remove_fields.is_empty();
    found.need(is_one, "", Rule::NotBoth("keep_fields", "remove_fields"));
    check_places(found, stream);
    check_names(found, stream);
    found.members("add_fields", &stream.add_fields, |found, _, value| {
        if let Scalar::Text(text) = value {
            values.check_text(found, text);
        }
    });
}

/// Names that come into a record stand there once.
fn check_names(found: &mut Findings, stream: &Stream) {
    let mut taken: Vec<(&str, &str)> = Vec::new();
    let mut take = |found: &mut Findings, at: &str, object, name| {
        found.need(!str::is_empty(name), at, Rule::Name);
        found.hold(!taken.contains(&(object, name)), at, Rule::Twice, &name);
        taken.push((object, name));
    };
    found.each("include", &stream.include, |found, include| take(found, "/as", "", &include.name));
    found.members("rename_fields", &stream.rename_fields, |found, place, name| {
        found.need(Pointer::new(place).is_ok_and(|pointer| !pointer.tokens().is_empty()), "", Rule::Inside);
        take(found, "", place.rsplit_once('/').map_or("", |(object, _)| object), name);
    });
    found.members("add_fields", &stream.add_fields, |found, name, _| take(found, "", "", name));
    found.need(stream.wrap.as_deref() != Some(""), "/wrap", Rule::Name);
}

/// Places are inside of the record.
fn check_places(found: &mut Findings, stream: &Stream) {
    let hold = |found: &mut Findings, at: &str, pointer: &Pointer| {
        found.need(!pointer.tokens().is_empty(), at, Rule::Inside);
    };
    for (name, places) in [
        ("keep_fields", &stream.keep_fields),
        ("remove_fields", &stream.remove_fields),
        ("readmit_fields", &stream.readmit_fields),
    ] {
        found.each(name, places, |found, pointer| hold(found, "", pointer));
    }
    found.each("time_formats", &stream.time_formats, |found, moment| hold(found, "/pointer", &moment.pointer));
    found.each("include", &stream.include, |found, include| hold(found, "/by", &include.by));
    found.each("expand_links", &stream.expand_links, |found, links| hold(found, "/text", &links.text));
    if let Some(range) = &stream.date_range {
        hold(found, "/date_range/field", &range.field);
    }
}
