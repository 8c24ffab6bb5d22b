//! What may stand where addresses and headers are made: paths, names of values, header names.

use carryall_protocol::catalog::KEPT_HEADERS;

use crate::address::is_dots;

/// An address that every path can follow.
pub(super) fn is_base(base: &str) -> bool {
    let path = match base.strip_prefix("https://") {
        None => base,
        Some(rest) => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
            // Nobody's name and password stand there, and no host that a browser would have to guess.
            if authority.is_empty() || !authority.bytes().all(is_plain) {
                return false;
            }
            if path.is_empty() { "/" } else { path }
        }
    };
    base == "/" || !base.ends_with('/') && is_path(path)
}

/// An origin as a browser writes it, of https, or of this very machine.
pub(super) fn is_origin(origin: &str) -> bool {
    let host = origin.strip_prefix("https://").or_else(|| {
        let host = origin.strip_prefix("http://")?;
        let name = host.split(':').next().unwrap_or_default();
        (name == "localhost" || name == "127.0.0.1").then_some(host)
    });
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
    host.is_some_and(|host| {
        let (name, port) = host.split_once(':').unwrap_or((host, "1"));
        !name.is_empty() && name.bytes().all(is_plain) && !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// A path that stays below the base address.
pub(super) fn is_path(path: &str) -> bool {
    let is_plain = !path.contains(|c: char| matches!(c, '?' | '#' | '\\') || c.is_control() || c.is_whitespace());
    path.starts_with('/') && !path.starts_with("//") && is_plain && !path.split('/').any(is_dots)
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
