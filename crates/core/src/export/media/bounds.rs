//! Where files may come from and how large they may be, as the catalog says.

use carryall_protocol::catalog::{MediaLimit, MediaOptions};

/// Whether an address lies in one of the catalog's origins.
pub(super) fn is_allowed(options: &MediaOptions, url: &str) -> bool {
    options.origins.iter().any(|origin| lies_in(url, origin))
}

fn lies_in(url: &str, origin: &str) -> bool {
    url.strip_prefix(origin).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
}

/// Bytes of one file at most.
pub(super) fn file_limit(options: &MediaOptions, media_type: Option<&str>) -> Option<u64> {
    options.limits.iter().filter(|limit| applies(limit, media_type)).filter_map(|limit| limit.max_file_bytes).min()
}

/// Whether a file of which its record tells this is larger than one may be.
pub(super) fn is_too_large(options: &MediaOptions, size: Option<u64>, media_type: Option<&str>) -> bool {
    size.is_some_and(|size| file_limit(options, media_type).is_some_and(|limit| size > limit))
}

/// Whether a limit is for files of a type.
pub(super) fn applies(limit: &MediaLimit, media_type: Option<&str>) -> bool {
    let begins = |of: &str| of.get(..limit.media_type.len()).is_some_and(|start| start.eq_ignore_ascii_case(&limit.media_type));
    limit.media_type.is_empty() || media_type.is_some_and(begins)
}
