//! What may stand where addresses and headers are made: paths, names of values, header names.

use carryall_protocol::catalog::KEPT_HEADERS;

/// An address that every path can follow.
pub(super) fn is_base(base: &str) -> bool {
    let rest = base.strip_prefix("https://").map_or(base, |rest| rest.find('/').map_or("/", |at| rest.split_at(at).1));
    !base.ends_with('/') && is_path(rest)
}

/// A path that stays below the base address.
pub(super) fn is_path(path: &str) -> bool {
    let is_plain = !path.contains(|c: char| matches!(c, '?' | '#' | '\\') || c.is_control() || c == ' ');
    path.starts_with('/') && !path.starts_with("//") && is_plain && !path.split('/').any(is_dots)
}

/// A segment that means this directory or the one above, in any of its spellings.
fn is_dots(segment: &str) -> bool {
    matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}

/// Whether this can be the name of a value.
pub(super) fn is_name(name: &str) -> bool {
    (1..=48).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// A token (RFC 9110 section 5.6.2).
pub(super) fn is_header_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

/// Whether a catalog may send this header.
pub(super) fn may_be_sent(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_kept = |kept: &str| kept.strip_suffix('*').map_or(name == kept, |stem| name.starts_with(stem));
    !KEPT_HEADERS.split_ascii_whitespace().any(is_kept)
}
