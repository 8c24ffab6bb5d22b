//! Which fields each way of paging needs and takes, and which headers no catalog may send: one table each, for the check of a
//! catalog and for its JSON Schema.

use super::PaginatorKind;

/// Request headers that say who asks or from where, and those that the browser says itself. A trailing `*` stands for any rest.
pub const KEPT_HEADERS: &str = "authorization cookie* proxy-* sec-* x-csrf* x-xsrf* x-auth* x-api-key host origin referer \
    content-length connection transfer-encoding";

/// The fields of one way of paging, beside `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaginatorFields {
    needs: &'static str,
    takes: &'static str,
    shared: &'static str,
}

/// What every way takes that reads more than one page.
const PAGES: &str =
    "page_size page_size_param has_more total total_header total_is_estimate stop_on_short_page max_pages ceiling upper_bound";
/// The same where the answer holds no word of its own about whether more follows.
const SLICES: &str = "page_size page_size_param max_pages ceiling";

impl PaginatorFields {
    /// Fields without which it cannot page.
    pub fn needs(self) -> impl Iterator<Item = &'static str> {
        self.needs.split_ascii_whitespace()
    }

    /// Every field that it takes, those that it needs first.
    pub fn all(self) -> impl Iterator<Item = &'static str> {
        [self.needs, self.takes, self.shared].into_iter().flat_map(str::split_ascii_whitespace)
    }
}

impl PaginatorKind {
    /// The fields that this way of paging needs and takes.
    #[must_use]
    pub const fn fields(self) -> PaginatorFields {
        let (needs, takes, shared) = match self {
            Self::SinglePage => ("", "page_size page_size_param ceiling", ""),
            Self::PageNumber => ("page_size", "param inject_into start_page", PAGES),
            Self::Offset => ("page_size", "param inject_into", PAGES),
            Self::Cursor => ("", "token token_header param inject_into", PAGES),
            Self::LinkHeader => ("", "rel path_prefix", PAGES),
            Self::NextUrl => ("token", "path_prefix", PAGES),
            Self::LastRecord => ("record_key", "compare aggregate param inject_into", PAGES),
            Self::ContinueObject => ("token", "", PAGES),
            Self::Relay => ("token param", "inject_into", PAGES),
            Self::TimeWindow => ("from_param to_param start window", "result_cap format", SLICES),
        };
        PaginatorFields { needs, takes, shared }
    }
}
