//! A paginator.

use carryall_protocol::catalog::{Aggregate, Comparison, Injection, Paginator, PaginatorKind, UpperBound};

use super::object::Object;
use super::scalar::{flag, moment, moment_format, pointer, text, whole, word};
use crate::json::Misread;

pub(super) fn paginator(value: &str) -> Result<Paginator, Misread> {
    let mut object = Object::open(value)?;
    let o = &mut object;
    let read = Paginator {
        kind: o.required("type", |value| word(value, PaginatorKind::ALL, PaginatorKind::as_str))?,
        page_size: o.optional("page_size", whole),
        page_size_param: o.optional("page_size_param", text),
        param: o.optional("param", text),
        inject_into: o.optional("inject_into", |value| word(value, Injection::ALL, Injection::as_str)),
        start_page: o.optional("start_page", whole),
        token: o.optional("token", pointer),
        token_header: o.optional("token_header", text),
        has_more: o.optional("has_more", pointer),
        total: o.optional("total", pointer),
        total_header: o.optional("total_header", text),
        total_is_estimate: o.or_default("total_is_estimate", flag),
        rel: o.optional("rel", text),
        path_prefix: o.optional("path_prefix", text),
        record_key: o.optional("record_key", pointer),
        compare: o.or_default("compare", |value| word(value, Comparison::ALL, Comparison::as_str)),
        aggregate: o.or_default("aggregate", |value| word(value, Aggregate::ALL, Aggregate::as_str)),
        from_param: o.optional("from_param", text),
        to_param: o.optional("to_param", text),
        start: o.optional("start", moment),
        window: o.optional("window", whole),
        result_cap: o.optional("result_cap", whole),
        format: o.or_default("format", moment_format),
        upper_bound: o.optional("upper_bound", upper_bound),
        stop_on_short_page: o.or_default("stop_on_short_page", flag),
        max_pages: o.optional("max_pages", whole),
        ceiling: o.optional("ceiling", whole),
    };
    object.end(read)
}

fn upper_bound(value: &str) -> Result<UpperBound, Misread> {
    let mut object = Object::open(value)?;
    let read = UpperBound { param: object.required("param", text)?, format: object.or_default("format", moment_format) };
    object.end(read)
}
