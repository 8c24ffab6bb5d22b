//! The rules that need to see one place only, as tables: people wait for every byte of the code that holds them.
//!
//! A place is named from the catalog, the category or the stream on; `*` stands for every member or element, and a `=` at the
//! end for the member's name. What is absent or null keeps every rule.

use super::rule::Rule;
use super::rule::Rule::{
    AtLeastOne, Base, Credential, Either, HeaderName, HeaderValue, Inside, Link, Name, NoBody, NotBoth, Origin, Path, PathBraces,
    PlaceBraces, Positive, Prefix, Range, Safe, Text, ValueName, Version, With,
};

const CONCURRENCY: Rule = Range(1, 40);
const REQUESTS: Rule = Range(1, 10_000);
const DAY: Rule = Range(1, 86_400);

pub(super) const CATALOG: &[(&str, Rule)] = &[
    ("catalog_version", Version),
    ("base_url", Base),
    ("title", Text),
    ("rate/requests", REQUESTS),
    ("rate/seconds", DAY),
    ("max_concurrency", CONCURRENCY),
    ("categories", AtLeastOne),
    ("unavailable/*/title", Text),
    ("unavailable/*/reason", Text),
    ("links/*", Link),
    ("media/origins/*", Origin),
    ("media/max_concurrency", Range(1, 8)),
    ("media/limits/*/max_file_bytes", Positive),
    ("media/limits/*/max_total_bytes", Positive),
];

pub(super) const CATEGORY: &[(&str, Rule)] = &[("title", Text), ("description", Text), ("streams", AtLeastOne)];

pub(super) const STREAM: &[(&str, Rule)] = &[
    ("document_key", Name),
    ("primary_key", AtLeastOne),
    ("request", Safe),
    ("request", NoBody),
    ("request/path", Path),
    ("request/path", PathBraces),
    ("request/query/*=", Name),
    ("request/headers/*=", HeaderName),
    ("request/headers/*=", Credential),
    ("request/headers/*", HeaderValue),
    ("paginator", NotBoth("total", "total_header")),
    ("paginator", With("page_size", "page_size_param")),
    ("paginator", With("page_size", "stop_on_short_page")),
    ("paginator/page_size", Range(1, 10_000)),
    ("paginator/window", Positive),
    ("paginator/result_cap", Positive),
    ("paginator/max_pages", Positive),
    ("paginator/ceiling", Positive),
    ("paginator/token_header", HeaderName),
    ("paginator/total_header", HeaderName),
    ("paginator/rel", Name),
    ("paginator/path_prefix", Prefix),
    ("for_each/as", ValueName),
    ("for_each/when/*", Either("equals", "not_equals")),
    ("exclude_records/*", Either("equals", "not_equals")),
    ("exclude_records/*/reason", Text),
    ("", NotBoth("keep_fields", "remove_fields")),
    ("keep_fields/*", Inside),
    ("remove_fields/*", Inside),
    ("readmit_fields/*", Inside),
    ("rename_fields/*=", Inside),
    ("rename_fields/*", Name),
    ("add_fields/*=", Name),
    ("include/*/by", Inside),
    ("include/*/as", Name),
    ("expand_links/*/text", Inside),
    ("time_formats/*/pointer", Inside),
    ("derive_fields/*", Either("from", "text")),
    ("derive_fields/*/from", AtLeastOne),
    ("derive_fields/*/text", PlaceBraces),
    ("derive_fields/*/to", Inside),
    ("wrap", Name),
    ("group/by", Inside),
    ("group/key", Name),
    ("group/as", Name),
    ("group/wrap", Name),
    ("attachments/*/when/*", Either("equals", "not_equals")),
    ("attachments/*/note", Text),
    ("date_range/field", Inside),
    ("on_response/*/status", Range(100, 599)),
    ("on_response/*", With("body_pointer", "equals")),
    ("rate", With("seconds", "requests")),
    ("rate", With("requests", "seconds")),
    ("rate/requests", REQUESTS),
    ("rate/seconds", DAY),
    ("rate/max_concurrency", CONCURRENCY),
    ("retry/max_attempts", Range(1, 100)),
    ("retry/max_wait", DAY),
    ("retry/patience", Range(0, 86_400)),
];

/// Where texts may name values that the walk knows.
pub(super) const TEMPLATES: [&str; 6] =
    ["request/query", "request/headers", "request/body", "for_each/when", "exclude_records", "add_fields"];
