//! The rules of a paginator: which fields its type needs and takes, and where its parameters go.

use carryall_protocol::catalog::{Comparison, Injection, Json, Method, PaginatorKind, Stream};
use carryall_protocol::pointer::Pointer;

use super::address::{is_header_name, is_path, may_be_sent};
use super::check::check_numbers;
use super::finding::Findings;
use super::rule::Rule;

/// Notes what is broken in the paginator of a stream, in which these fields stand.
pub(super) fn check(found: &mut Findings, stream: &Stream, written: &[String]) {
    let paginator = &stream.paginator;
    let kind = paginator.kind;
    let stands = |name: &str| written.iter().any(|written| written == name);
    let takes = |name: &str| kind.fields().all().any(|field| field == name);
    found.inside("paginator", |found| {
        for name in written {
            found.need(name == "type" || takes(name), &format!("/{name}"), Rule::Takes(kind));
        }
        for name in kind.fields().needs() {
            found.need(stands(name), "", Rule::Needs(kind, name));
        }
        if kind == PaginatorKind::Cursor {
            found.need(stands("token") != stands("token_header"), "", Rule::Either("token", "token_header"));
        }
        found.need(!stands("total") || !stands("total_header"), "", Rule::NotBoth("total", "total_header"));
        for name in ["page_size_param", "stop_on_short_page"] {
            let is_told = kind.fields().needs().any(|needed| needed == "page_size") || !takes(name);
            found.need(is_told || !stands(name) || stands("page_size"), "", Rule::With("page_size", name));
        }
        let ceiling = paginator.ceiling.map(|most| u32::try_from(most).unwrap_or(u32::MAX));
        let some = Rule::Range(1, u32::MAX);
        check_numbers(
            found,
            [
                ("/page_size", paginator.page_size, Rule::Range(1, 10_000)),
                ("/window", paginator.window, some),
                ("/result_cap", paginator.result_cap, some),
                ("/max_pages", paginator.max_pages, some),
                ("/ceiling", ceiling, some),
            ],
        );
        for (at, name) in [("/token_header", &paginator.token_header), ("/total_header", &paginator.total_header)] {
            found.hold(name.as_deref().is_none_or(is_header_name), at, Rule::HeaderName, name);
        }
        found.need(paginator.rel.as_deref() != Some(""), "/rel", Rule::Name);
        let prefix = paginator.path_prefix.as_deref().unwrap_or("/");
        found.hold(is_path(prefix) && !prefix.contains(['{', '}']), "/path_prefix", Rule::Path, &prefix);
        let is_injected = kind != PaginatorKind::Relay || paginator.inject_into.is_none_or(|into| into == Injection::Body);
        found.need(is_injected, "/inject_into", Rule::RelayBody);
    });
    let same = match (kind, paginator.compare) {
        (PaginatorKind::TimeWindow, _) => "time_window",
        (PaginatorKind::LastRecord, Comparison::Time) => "compare",
        _ => "",
    };
    found.need(same.is_empty() || stream.primary_key.is_some(), "", Rule::With("primary_key", same));
    check_parameters(found, stream);
}

/// The parameters of a stream have names that fit where they go, and no two have the same.
fn check_parameters(found: &mut Findings, stream: &Stream) {
    let (paginator, request) = (&stream.paginator, &stream.request);
    let usual = if request.method == Method::Post { Injection::Body } else { Injection::Query };
    let into = paginator.inject_into.unwrap_or(usual);
    let is_in_body = into == Injection::Body;
    let mut taken: Vec<&str> = Vec::new();
    let takes_one = paginator.kind.fields().all().any(|field| field == "param");
    let own = takes_one.then(|| paginator.param());
    if let (Some(own), Injection::Header) = (own, into) {
        found.hold(is_header_name(own), "/paginator/param", Rule::HeaderName, &own);
        found.need(may_be_sent(own), "/paginator/param", Rule::Credential);
    }
    let range = stream.date_range.as_ref();
    let others = [
        ("/paginator/param", own.filter(|_| matches!(into, Injection::Query | Injection::Body))),
        ("/paginator/page_size_param", paginator.page_size.and_then(|_| paginator.page_size_param())),
        ("/paginator/upper_bound/param", paginator.upper_bound.as_ref().map(|bound| bound.param.as_str())),
        ("/paginator/from_param", paginator.from_param.as_deref()),
        ("/paginator/to_param", paginator.to_param.as_deref()),
        ("/date_range/since_param", range.and_then(|range| range.since_param.as_deref())),
        ("/date_range/until_param", range.and_then(|range| range.until_param.as_deref())),
    ];
    for (at, name) in others {
        let Some(name) = name else { continue };
        if is_in_body {
            found.hold(name.starts_with('/') && Pointer::new(name).is_ok(), at, Rule::Pointer, &name);
        } else {
            found.need(!name.is_empty(), at, Rule::Name);
        }
        // A bound, or a value of the query, may be what the first page is asked with; a later page replaces it.
        let is_first = at.ends_with("bound/param") || at.starts_with("/date_range");
        found.hold(is_first || !taken.contains(&name), at, Rule::Twice, &name);
        taken.push(name);
    }
    let is_needed = is_in_body && (paginator.inject_into.is_some() || !taken.is_empty());
    let has_place = request.method == Method::Post && matches!(request.body, Some(Json::Object(_)));
    found.need(!is_needed || has_place, "/request/body", Rule::Body);
}
