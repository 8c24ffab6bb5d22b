//! The rules of one stream: whom it is read for, what it asks, what answers mean.

use carryall_protocol::catalog::{Injection, Method, ResponseAction, Scalar, Stream};

use super::address::{is_header_name, is_name, is_path, may_be_sent};
use super::check::{CONCURRENCY, check_numbers, check_rate};
use super::finding::Findings;
use super::rule::Rule;
use super::values::Values;
use super::{paging, shaping, written};

/// Streams above a stream, at most.
const DEPTH: usize = 4;

/// Notes what is broken in a stream that was read from this text and stands after those.
pub(super) fn check(found: &mut Findings, stream: &Stream, earlier: &[&Stream], siblings: &[&Stream], text: &str) {
    let key = stream.primary_key.as_ref().map_or(1, |key| key.pointers().len());
    found.need(key > 0, "/primary_key", Rule::AtLeastOne);
    let mut values = values_known(found, stream, earlier);
    check_request(found, stream, &mut values);
    let is_asked = values.is_own_used();
    found.need(is_asked, "/request", Rule::KeyUnused);
    paging::check(found, stream, &written::names(text, "paginator"));
    if let Some(other) = &stream.instead_of {
        let other = siblings.iter().find(|sibling| sibling.id == *other);
        found.hold(other.is_some(), "/instead_of", Rule::Sibling, &stream.instead_of);
        let ends = |other: &&Stream| other.on_response.iter().any(|rule| rule.action == ResponseAction::SwitchedOff);
        found.need(other.is_none_or(ends), "/instead_of", Rule::SwitchedOff);
    }
    shaping::check(found, stream, &mut values);
    check_answers(found, stream);
}

/// The names of the values that a walk of this stream knows.
fn values_known<'a>(found: &mut Findings, stream: &'a Stream, earlier: &[&'a Stream]) -> Values<'a> {
    let mut names = vec!["account"];
    let mut each = stream.for_each.as_ref();
    let mut depth = 0;
    while let Some(above) = each
        && depth <= DEPTH
    {
        depth += 1;
        let parent = earlier.iter().find(|earlier| earlier.id == above.stream);
        if depth == 1 {
            found.hold(parent.is_some(), "/for_each/stream", Rule::Earlier, &above.stream.as_str());
        } else {
            names.push(above.name.as_str());
        }
        each = parent.and_then(|parent| parent.for_each.as_ref());
    }
    found.need(depth <= DEPTH, "/for_each", Rule::Depth);
    let own = stream.for_each.as_ref().map(|each| each.name.as_str());
    if let Some(own) = own {
        found.hold(is_name(own) && !names.contains(&own), "/for_each/as", Rule::ValueName, &own);
    }
    names.extend(own);
    Values::new(names, own.filter(|own| is_name(own)))
}

fn check_request(found: &mut Findings, stream: &Stream, values: &mut Values<'_>) {
    let request = &stream.request;
    let is_post = request.method == Method::Post;
    found.inside("request", |found| {
        found.need(!is_post || request.safe, "/safe", Rule::Safe);
        found.need(is_post || request.body.is_none(), "/body", Rule::NoBody);
        found.hold(is_path(&request.path), "/path", Rule::Path, &request.path);
        let paginator = &stream.paginator;
        let place = (paginator.inject_into == Some(Injection::Path)).then(|| paginator.param());
        values.check_path(found, &request.path, place);
        found.members("query", &request.query, |found, name, value| {
            found.need(!name.is_empty(), "", Rule::Name);
            values.check_text(found, value);
        });
        found.members("headers", &request.headers, |found, name, value| {
            found.hold(is_header_name(name), "", Rule::HeaderName, &name);
            found.need(may_be_sent(name), "", Rule::Credential);
            found.need(!value.contains(char::is_control), "", Rule::HeaderValue);
        });
        if let Some(body) = &request.body {
            found.inside("body", |found| values.check_json(found, body));
        }
    });
}

/// What answers mean, how often is asked, how long is waited.
fn check_answers(found: &mut Findings, stream: &Stream) {
    found.each("on_response", &stream.on_response, |found, rule| {
        check_numbers(found, [("/status", Some(u32::from(rule.status)), Rule::Range(100, 599))]);
        let is_whole = rule.equals.is_none() || rule.body_pointer.is_some();
        found.need(is_whole, "", Rule::With("body_pointer", "equals"));
    });
    if let Some(rate) = &stream.rate {
        check_rate(found, rate.requests, rate.seconds);
        check_numbers(found, [("/rate/max_concurrency", rate.max_concurrency.map(u32::from), CONCURRENCY)]);
    }
    let retry = &stream.retry;
    check_numbers(
        found,
        [
            ("/retry/max_attempts", Some(retry.max_attempts), Rule::Range(1, 100)),
            ("/retry/max_wait", Some(retry.max_wait), Rule::Range(1, 86_400)),
            ("/retry/patience", Some(retry.patience), Rule::Range(0, 86_400)),
        ],
    );
}

/// Either of the two values of a condition stands there, and its names are known.
pub(super) fn check_condition(
    found: &mut Findings,
    values: &mut Values<'_>,
    equals: Option<&Scalar>,
    not_equals: Option<&Scalar>,
) {
    found.need(equals.is_some() != not_equals.is_some(), "", Rule::Either("equals", "not_equals"));
    for (at, value) in [("equals", equals), ("not_equals", not_equals)] {
        if let Some(Scalar::Text(text)) = value {
            found.inside(at, |found| values.check_text(found, text));
        }
    }
}
