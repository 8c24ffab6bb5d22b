//! How one page leads to the next.
//!
//! On the wire a paginator is one flat object; which fields a type takes, and which it needs, the core's check says.

use serde::Deserialize;

use super::MomentFormat;
use crate::Timestamp;
use crate::pointer::Pointer;
use crate::text::words;

words! {
    /// The ways of paging.
    #[derive(Default)]
    pub enum PaginatorKind {
        /// One answer holds everything.
        #[default]
        SinglePage = "single_page",
        /// Pages are numbered.
        PageNumber = "page_number",
        /// Records are numbered: a page begins at the n-th.
        Offset = "offset",
        /// The answer holds a token that names the next page.
        Cursor = "cursor",
        /// The answer's `Link` header holds the next address (RFC 8288).
        LinkHeader = "link_header",
        /// The answer's body holds the next address.
        NextUrl = "next_url",
        /// The next page begins beyond a value of the records on this one: keyset paging.
        LastRecord = "last_record",
        /// The answer holds an object whose members all go into the next request (MediaWiki).
        ContinueObject = "continue_object",
        /// A GraphQL connection: `pageInfo` with `endCursor` and `hasNextPage`.
        Relay = "relay",
        /// Slices of time, each one answer.
        TimeWindow = "time_window",
    }
}

words! {
    /// Where a paginator's parameter goes.
    pub enum Injection {
        /// A query parameter.
        Query = "query",
        /// A request header.
        Header = "header",
        /// A place in the JSON body, named by a JSON Pointer.
        Body = "body",
        /// A segment `{param}` of the path.
        Path = "path",
    }
}

words! {
    /// Which record of a page the next one continues from.
    #[derive(Default)]
    pub enum Aggregate {
        /// The last one.
        #[default]
        Last = "last",
        /// The one with the smallest key.
        Min = "min",
        /// The one with the greatest key.
        Max = "max",
    }
}

words! {
    /// How record keys compare.
    #[derive(Default)]
    pub enum Comparison {
        /// As whole numbers of any size, also where they are written as texts.
        #[default]
        Integer = "integer",
        /// As moments (RFC 3339). Records of the same moment are asked for again, so that none is lost between two pages.
        Time = "time",
        /// As texts, by code point.
        Text = "text",
    }
}

/// How one page leads to the next. A field that a type does not use is an error.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Paginator {
    /// The way of paging.
    #[serde(rename = "type")]
    pub kind: PaginatorKind,
    /// Records asked for at a time; 1 to 10,000.
    #[serde(default)]
    pub page_size: Option<u32>,
    /// The parameter that carries the page size; in a body a JSON Pointer. Where absent: `limit` for offsets, else none is sent.
    #[serde(default)]
    pub page_size_param: Option<String>,
    /// The parameter that carries page number, offset, cursor or key; in a body a JSON Pointer.
    #[serde(default)]
    pub param: Option<String>,
    /// Where that parameter goes: the query where absent, the body of a POST.
    #[serde(default)]
    pub inject_into: Option<Injection>,
    /// The number of the first page; 1 where absent.
    #[serde(default)]
    pub start_page: Option<u32>,
    /// Where the body holds the token, the address, the object to continue with, or the `pageInfo`.
    #[serde(default)]
    pub token: Option<Pointer>,
    /// The response header that holds the token.
    #[serde(default)]
    pub token_header: Option<String>,
    /// Where the body says whether more follows; `false` ends the walk.
    #[serde(default)]
    pub has_more: Option<Pointer>,
    /// Where the body claims how many records there are.
    #[serde(default)]
    pub total: Option<Pointer>,
    /// The response header that claims how many records there are.
    #[serde(default)]
    pub total_header: Option<String>,
    /// The total counts records that are never handed out, such as deleted ones that a search index still knows: what is missing of
    /// it is reported and does not make the export incomplete.
    #[serde(default)]
    pub total_is_estimate: bool,
    /// The relation of the `Link` that leads on; `next` where absent.
    #[serde(default)]
    pub rel: Option<String>,
    /// Where next addresses may lie, below the base address; the stream's own path where absent.
    #[serde(default)]
    pub path_prefix: Option<String>,
    /// The value of a record that the next page continues from.
    #[serde(default)]
    pub record_key: Option<Pointer>,
    /// How such values compare.
    #[serde(default)]
    pub compare: Comparison,
    /// Which record's value counts.
    #[serde(default)]
    pub aggregate: Aggregate,
    /// The query parameter of a slice's beginning.
    #[serde(default)]
    pub from_param: Option<String>,
    /// The query parameter of a slice's end.
    #[serde(default)]
    pub to_param: Option<String>,
    /// When the first slice begins.
    #[serde(default)]
    pub start: Option<Timestamp>,
    /// Seconds of a slice.
    #[serde(default)]
    pub window: Option<u32>,
    /// Records that a slice gives at most: one that has as many is cut in two.
    #[serde(default)]
    pub result_cap: Option<u32>,
    /// How the slice's parameters are written.
    #[serde(default)]
    pub format: MomentFormat,
    /// Keeps out what is newer than the export's start.
    #[serde(default)]
    pub upper_bound: Option<UpperBound>,
    /// A page shorter than `page_size` is the last one. **Few APIs keep to that**: say so only where it is documented.
    #[serde(default)]
    pub stop_on_short_page: bool,
    /// Pages read at most.
    #[serde(default)]
    pub max_pages: Option<u32>,
    /// Records this API gives at most, whatever there is: a walk that received as many is called possibly truncated.
    #[serde(default)]
    pub ceiling: Option<u64>,
}

impl Paginator {
    /// The name of the parameter that carries page number, offset, cursor or key.
    #[must_use]
    pub fn param(&self) -> &str {
        let usual = match self.kind {
            PaginatorKind::PageNumber => "page",
            PaginatorKind::Offset => "offset",
            PaginatorKind::Cursor => "cursor",
            PaginatorKind::LastRecord => "before",
            _ => "",
        };
        self.param.as_deref().unwrap_or(usual)
    }

    /// The name of the parameter that carries the page size, where one is sent.
    #[must_use]
    pub fn page_size_param(&self) -> Option<&str> {
        let usual = matches!(self.kind, PaginatorKind::Offset).then_some("limit");
        self.page_size_param.as_deref().or(usual)
    }

    /// Records on a page, as far as the catalog says.
    #[must_use]
    pub fn size(&self) -> u32 {
        self.page_size.unwrap_or(1).max(1)
    }
}

/// A parameter that keeps out what is newer than the export's start.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UpperBound {
    /// The query parameter; in a body a JSON Pointer. Its value is the start of the export, in whole seconds.
    pub param: String,
    /// How it is written.
    #[serde(default)]
    pub format: MomentFormat,
}
