//! A paginator.

use carryall_protocol::catalog::{Aggregate, Comparison, Injection, Paginator, PaginatorKind, UpperBound};

use super::object::Object;
use super::scalar::{flag, moment, moment_format, pointer, text, whole, word};
use crate::json::Misread;

pub(super) fn paginator(value: &str) -> Result<Paginator, Misread> {
    let mut object = Object::open(value)?;
    let o = &mut object;
    let mut read = Paginator {
        kind: o.required("type", |value| word(value, PaginatorKind::ALL, PaginatorKind::as_str))?,
        ..Paginator::default()
    };
    o.fill(&mut read.page_size, "page_size", whole);
    o.fill(&mut read.page_size_param, "page_size_param", text);
    o.fill(&mut read.param, "param", text);
    o.fill(&mut read.inject_into, "inject_into", |value| word(value, Injection::ALL, Injection::as_str));
    o.fill(&mut read.start_page, "start_page", whole);
    o.fill(&mut read.token, "token", pointer);
    o.fill(&mut read.token_header, "token_header", text);
    o.fill(&mut read.has_more, "has_more", pointer);
    o.fill(&mut read.total, "total", pointer);
    o.fill(&mut read.total_header, "total_header", text);
    o.set(&mut read.total_is_estimate, "total_is_estimate", flag);
    o.fill(&mut read.rel, "rel", text);
    o.fill(&mut read.path_prefix, "path_prefix", text);
    o.fill(&mut read.record_key, "record_key", pointer);
    o.set(&mut read.compare, "compare", |value| word(value, Comparison::ALL, Comparison::as_str));
    o.set(&mut read.aggregate, "aggregate", |value| word(value, Aggregate::ALL, Aggregate::as_str));
    o.fill(&mut read.from_param, "from_param", text);
    o.fill(&mut read.to_param, "to_param", text);
    o.fill(&mut read.start, "start", moment);
    o.fill(&mut read.window, "window", whole);
    o.fill(&mut read.result_cap, "result_cap", whole);
    o.set(&mut read.format, "format", moment_format);
    o.fill(&mut read.upper_bound, "upper_bound", upper_bound);
    o.set(&mut read.stop_on_short_page, "stop_on_short_page", flag);
    o.fill(&mut read.max_pages, "max_pages", whole);
    o.fill(&mut read.ceiling, "ceiling", whole);
    object.end(read)
}

fn upper_bound(value: &str) -> Result<UpperBound, Misread> {
    let mut object = Object::open(value)?;
    let read = UpperBound { param: object.required("param", text)?, format: object.or_default("format", moment_format) };
    object.end(read)
}
