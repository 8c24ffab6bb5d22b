//! What a host answers to one request. How its body becomes records is the business of [`carryall_records::page`].

use std::collections::BTreeSet;

use carryall_protocol::catalog::{Catalog, PaginatorKind};
use thiserror::Error;

pub use carryall_records::page::{PageError, Record, Slices, slice};

/// What the host answered to one request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The HTTP status.
    pub status: u16,
    /// The headers that [`header_names`] names and that could be read, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as received, at most [`PAGE_BYTES`](crate::limits::PAGE_BYTES).
    pub body: Vec<u8>,
}

impl Page {
    /// The value of a header, by its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Response headers that tell when to ask again, or how much may still be asked.
const HINTS: [&str; 9] = [
    "date",
    "retry-after",
    "ratelimit",
    "ratelimit-remaining",
    "ratelimit-reset",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-rate-limit-remaining",
    "x-rate-limit-reset",
];

/// The response headers that an export by this catalog reads, in lower case: hints, links, and what paginators name.
#[must_use]
pub fn header_names(catalog: &Catalog) -> Vec<String> {
    let mut names: BTreeSet<String> = BTreeSet::new();
    names.extend(HINTS.map(str::to_owned));
    for stream in catalog.categories.iter().flat_map(|category| &category.streams) {
        let paginator = &stream.paginator;
        names.extend((paginator.kind == PaginatorKind::LinkHeader).then(|| "link".to_owned()));
        let named = [&paginator.token_header, &paginator.total_header];
        names.extend(named.into_iter().flatten().map(|name| name.to_ascii_lowercase()));
    }
    names.into_iter().collect()
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FetchError {
    /// The connection could not be made, or broke.
    #[error("the connection failed")]
    Connection,
    /// The body passed the limit while it streamed; the rest was not read.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// Bytes allowed.
        limit: usize,
    },
    /// The page could not provide credentials.
    #[error("the page could not provide credentials")]
    Unauthorized,
    /// The address lies outside what the page allows.
    #[error("the address is not one this page allows")]
    Forbidden,
}

impl FetchError {
    /// The stable word on the wire.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Connection => "connection_failed",
            Self::TooLarge { .. } => "page_too_large",
            Self::Unauthorized => "session_ended",
            Self::Forbidden => "address_not_allowed",
        }
    }
}
