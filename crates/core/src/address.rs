//! Addresses that answers name: where the next page lies.
//!
//! **They stay on the origin of the API and below the path that the catalog allows**, whatever is written. What leaves here is
//! a path and a query below the catalog's base address, and nothing else: no scheme, no host, no credentials.

use thiserror::Error;

/// An address that leads somewhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the address of the next page leads away from the stream")]
pub(crate) struct Elsewhere;

/// What addresses are held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Home {
    /// The host and port of the API, in lower case; empty where the origin is none.
    authority: String,
    /// The path of the catalog's base address, without a slash at its end.
    base: String,
}

impl Home {
    /// The API at an origin, below a base address that may name that origin.
    pub(crate) fn new(origin: &str, base_url: &str) -> Self {
        let path = base_url.strip_prefix("https://").map_or(base_url, |rest| rest.find('/').map_or("", |at| rest.split_at(at).1));
        let authority = split_scheme(origin).map_or(String::new(), |(scheme, rest)| authority_of(scheme, rest).0);
        Self { authority, base: path.trim_end_matches('/').to_owned() }
    }

    /// The path and query, below the base address, that a reference means (RFC 3986 section 5) on a page at `current`, a path
    /// below the base address.
    ///
    /// # Errors
    ///
    /// [`Elsewhere`] where it is on another origin, not below `prefix`, or holds what no address should.
    pub(crate) fn target(&self, reference: &str, current: &str, prefix: &str) -> Result<String, Elsewhere> {
        let reference = reference.split('#').next().unwrap_or_default();
        if reference.is_empty() || reference.contains(|c: char| c == '\\' || c.is_control() || c.is_whitespace()) {
            return Err(Elsewhere);
        }
        let (path, query) = match reference.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (reference, None),
        };
        let below = self.path_below(path, current)?;
        let is_inside = below == prefix.trim_end_matches('/') || below.starts_with(&format!("{}/", prefix.trim_end_matches('/')));
        if !is_inside || below.split('/').any(is_dots) {
            return Err(Elsewhere);
        }
        Ok(query.map_or_else(|| below.clone(), |query| format!("{below}?{query}")))
    }

    fn path_below(&self, path: &str, current: &str) -> Result<String, Elsewhere> {
        if let Some((scheme, rest)) = split_scheme(path) {
            let (authority, path) = authority_of(scheme, rest);
            // Hosts behind a proxy often write http where they are asked by https; only path and query are used of it.
            let is_home = authority == self.authority && !authority.is_empty();
            return if is_home { self.strip(path) } else { Err(Elsewhere) };
        }
        if path.starts_with("//") || path.split('/').next().is_some_and(|first| first.contains(':')) {
            return Err(Elsewhere);
        }
        if path.starts_with('/') {
            return self.strip(path);
        }
        if path.is_empty() {
            return Ok(current.to_owned());
        }
        let directory = current.rfind('/').map_or("", |at| current.split_at(at).0);
        Ok(format!("{directory}/{path}"))
    }

    fn strip(&self, path: &str) -> Result<String, Elsewhere> {
        path.strip_prefix(self.base.as_str()).filter(|below| below.starts_with('/')).map(str::to_owned).ok_or(Elsewhere)
    }
}

fn split_scheme(address: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = address.split_once("://")?;
    (scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")).then_some((scheme, rest))
}

/// Host and port in lower case, without the port that the scheme has anyway, and the path after them.
fn authority_of<'a>(scheme: &str, rest: &'a str) -> (String, &'a str) {
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let usual = if scheme.eq_ignore_ascii_case("https") { ":443" } else { ":80" };
    (authority.strip_suffix(usual).unwrap_or(authority).to_ascii_lowercase(), path)
}

/// A segment that means this directory or the one above, in any of its spellings; to a proxy that decodes slashes first, or to
/// a server that leaves out what follows a semicolon, too.
pub(crate) fn is_dots(segment: &str) -> bool {
    let decoded = segment.to_ascii_lowercase().replace("%2e", ".").replace("%2f", "/").replace("%5c", "/").replace("%3b", ";");
    decoded.split('/').any(is_dots_decoded)
}

/// The same of what stands between two slashes, decoded.
pub(crate) fn is_dots_decoded(piece: &str) -> bool {
    matches!(piece.split(';').next(), Some("." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(reference: &str) -> Result<String, Elsewhere> {
        Home::new("https://app.example", "/api/v1").target(reference, "/items", "/items")
    }

    #[test]
    fn every_way_to_write_the_next_address_means_the_same() {
        for reference in [
            "https://app.example/api/v1/items?page=2",
            "HTTPS://APP.example:443/api/v1/items?page=2",
            "http://app.example/api/v1/items?page=2",
            "/api/v1/items?page=2",
            "?page=2",
            "items?page=2#top",
        ] {
            assert_eq!(target(reference).as_deref(), Ok("/items?page=2"), "{reference}");
        }
        assert_eq!(target("/api/v1/items/after/7").as_deref(), Ok("/items/after/7"));
    }

    #[test]
    fn an_address_elsewhere_is_refused() {
        for reference in [
            "",
            "https://evil.example/api/v1/items",
            "https://app.example.evil.example/api/v1/items",
            "https://app.example@evil.example/api/v1/items",
            "https://user:pass@app.example/api/v1/items",
            "https://app.example:8443/api/v1/items",
            "//evil.example/api/v1/items",
            "/\\evil.example/items",
            "\t//evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://app.example/api/v1/items",
            "/api/v1/admin",
            "/api/v1/items/../admin",
            "/api/v1/items/%2e%2E/admin",
            "/api/v1/items/..%2F..%5Cadmin",
            "/api/v1/items/..;/admin",
            "/api/v1/items/%2e%2E%3Bv=1/admin",
            "/api/v1/itemsandmore",
            "/api/v10/items",
            "../items",
            "https://app.example",
        ] {
            assert_eq!(target(reference), Err(Elsewhere), "{reference}");
        }
    }

    #[test]
    fn a_base_address_of_another_origin_is_home_too() {
        let home = Home::new("https://api.example:8443", "https://api.example:8443/v2");
        assert_eq!(home.target("https://api.example:8443/v2/x?a=b?c", "/x", "/x").as_deref(), Ok("/x?a=b?c"));
        assert!(home.target("https://api.example/v2/x", "/x", "/x").is_err());
        assert!(Home::new("", "").target("https:///x", "/x", "/x").is_err());
        let root = Home::new("https://app.example", "/");
        assert_eq!(root.target("/items?page=2", "/items", "/items").as_deref(), Ok("/items?page=2"));
        assert_eq!(root.target("/other", "/items", "/items"), Err(Elsewhere));
    }
}
