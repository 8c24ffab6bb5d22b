//! `[identity]`: where it is told who asks, by exactly one of three sources.

mod jwt;
mod pointers;

use serde::Deserialize;

use super::http::TrustedNetwork;
use super::{ConfigError, PageUrl, key_error};
pub use jwt::{JwtAlgorithm, JwtConfig, JwtKeys};
pub use pointers::{Pointers, PointersConfig};

/// Who is asking: the one source that tells it, and where in what it tells.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityConfig {
    /// The host's whoami is shown the caller's own credentials.
    pub introspection: Option<IntrospectionConfig>,
    /// The caller shows a token that the host signed.
    pub jwt: Option<JwtConfig>,
    /// A reverse proxy has found it out and says so in headers.
    pub proxy: Option<ProxyConfig>,
    /// The roles that may export; all of them where empty.
    #[serde(default)]
    pub allowed_roles: Vec<String>,
    /// Where the source says what.
    #[serde(default)]
    pub pointers: PointersConfig,
}

/// The source an operator chose.
#[derive(Debug, Clone, Copy)]
pub enum SourceConfig<'c> {
    /// `[identity.introspection]`
    Introspection(&'c IntrospectionConfig),
    /// `[identity.jwt]`
    Jwt(&'c JwtConfig),
    /// `[identity.proxy]`
    Proxy(&'c ProxyConfig),
}

/// The host's whoami is shown the caller's own credentials.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntrospectionConfig {
    /// The host's whoami: answers 200 with JSON, or 401.
    pub whoami_url: PageUrl,
    /// The headers shown to it; no other is.
    #[serde(default = "authorization")]
    pub forward_headers: Vec<String>,
    /// The one cookie shown to it, where the host uses cookies.
    pub cookie: Option<String>,
    /// How long an answer is used again, in seconds.
    #[serde(default = "five")]
    pub cache_seconds: u64,
}

/// A reverse proxy says in headers who asks.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProxyConfig {
    /// The addresses it speaks from ("10.0.0.7", or a network like "10.0.0.0/8"). From any other address the same headers say nothing.
    pub addresses: Vec<TrustedNetwork>,
}

impl IdentityConfig {
    /// The one source there is.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], where there is none or more than one.
    pub fn source(&self) -> Result<SourceConfig<'_>, ConfigError> {
        match (&self.introspection, &self.jwt, &self.proxy) {
            (Some(introspection), None, None) => Ok(SourceConfig::Introspection(introspection)),
            (None, Some(jwt), None) => Ok(SourceConfig::Jwt(jwt)),
            (None, None, Some(proxy)) => Ok(SourceConfig::Proxy(proxy)),
            _ => Err(key_error(
                "identity",
                "expected exactly one of [identity.introspection], [identity.jwt] and [identity.proxy]",
            )),
        }
    }

    /// Where the source says what, with its defaults filled in.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], where there is no one source, or one that cannot be pointed into like that.
    pub fn pointers(&self) -> Result<Pointers, ConfigError> {
        let pointers = match self.source()? {
            SourceConfig::Introspection(_) => self.pointers.over(Pointers::of_whoami()),
            SourceConfig::Jwt(_) => self.pointers.over(Pointers::of_claims()),
            SourceConfig::Proxy(_) => self.pointers.over(Pointers::of_headers()),
        };
        pointers.check()?;
        Ok(pointers)
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let pointers = self.pointers()?;
        match self.source()? {
            SourceConfig::Introspection(introspection) => introspection.check(),
            SourceConfig::Jwt(jwt) => jwt.check(),
            SourceConfig::Proxy(proxy) => proxy.check().and_then(|()| pointers.check_headers()),
        }
    }
}

impl IntrospectionConfig {
    fn check(&self) -> Result<(), ConfigError> {
        if self.forward_headers.is_empty() && self.cookie.is_none() {
            return Err(key_error("identity.introspection.forward_headers", "expected at least one header, or a cookie"));
        }
        Ok(())
    }
}

impl ProxyConfig {
    fn check(&self) -> Result<(), ConfigError> {
        let expected = "expected the addresses the proxy speaks from, like [\"127.0.0.1\", \"::1\"]";
        let anyone = self.addresses.iter().any(|TrustedNetwork(network)| network.prefix_len() == 0);
        if self.addresses.is_empty() || anyone { Err(key_error("identity.proxy.addresses", expected)) } else { Ok(()) }
    }
}

fn authorization() -> Vec<String> {
    vec!["authorization".to_owned()]
}

const fn five() -> u64 {
    5
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::config::Config;

    const JWT: &str = "issuer = \"i\"\naudience = \"a\"\n";

    fn told(identity: &str) -> String {
        let text = format!(
            "listen = \"127.0.0.1:0\"\ndatabase = \"d\"\nkeys = \"k\"\nallowed_origins = []\n{identity}\n[policy]\npreset = \"x\"\n"
        );
        Config::parse(&text, Path::new("/")).map_or_else(|error| error.to_string(), |_| "fine".to_owned())
    }

    #[test]
    fn there_is_exactly_one_source() {
        let proxy = "[identity.proxy]\naddresses = [\"10.0.0.1/32\"]\n";
        let whoami = "[identity.introspection]\nwhoami_url = \"https://app.example/me\"\n";
        assert_eq!((told(proxy), told(whoami)), ("fine".to_owned(), "fine".to_owned()));
        for none_or_two in ["[identity]", &format!("{proxy}{whoami}")] {
            assert!(told(none_or_two).starts_with("identity: expected exactly one of"), "{}", told(none_or_two));
        }
        assert!(told("").starts_with(".: missing field `identity`") || told("").contains("identity"), "{}", told(""));
    }

    #[test]
    fn a_proxy_is_trusted_by_address_and_read_by_header() {
        for (lines, expected) in [
            ("addresses = []", "identity.proxy.addresses: expected the addresses"),
            ("addresses = [\"0.0.0.0/0\"]", "identity.proxy.addresses: expected the addresses"),
            ("addresses = [\"10.0.0.x\"]", "identity.proxy.addresses[0]: "),
            (
                "addresses = [\"10.0.0.1/32\"]\n[identity.pointers]\nsubject = \"/user/id\"",
                "identity.pointers.subject: expected / and",
            ),
            (
                "addresses = [\"10.0.0.1/32\"]\n[identity.pointers]\nroles = \"/X-Roles\"",
                "identity.pointers.roles: expected / and",
            ),
        ] {
            let told = told(&format!("[identity.proxy]\n{lines}"));
            assert!(told.starts_with(expected), "{lines:?}: {told}");
        }
    }

    #[test]
    fn a_token_has_one_kind_of_key_and_algorithms_that_fit_it() {
        let (url, file, shared) = ("jwks_url = \"https://id.example/keys\"\n", "key_file = \"k\"\n", "shared_key_file = \"s\"\n");
        for (keys, algorithms, expected) in [
            (url, "[\"RS256\", \"PS256\", \"ES256\", \"EdDSA\"]", "fine"),
            (file, "[\"EdDSA\"]", "fine"),
            (shared, "[\"HS256\"]", "fine"),
            ("", "[\"RS256\"]", "identity.jwt: expected exactly one of"),
            (&format!("{url}{shared}"), "[\"RS256\"]", "identity.jwt: expected exactly one of"),
            (url, "[]", "identity.jwt.algorithms: expected some"),
            (url, "[\"HS256\"]", "identity.jwt.algorithms: expected some"),
            (url, "[\"RS256\", \"HS256\"]", "identity.jwt.algorithms: expected some"),
            (file, "[\"HS256\"]", "identity.jwt.algorithms: expected some"),
            (shared, "[\"HS256\", \"RS256\"]", "identity.jwt.algorithms: expected some"),
            (url, "[\"none\"]", "identity.jwt.algorithms[0]: unknown variant `none`"),
            (url, "[\"RS256\"]\nleeway_seconds = 3600", "identity.jwt.leeway_seconds: expected at most 600"),
        ] {
            let told = told(&format!("[identity.jwt]\n{JWT}{keys}algorithms = {algorithms}"));
            assert!(told.starts_with(expected), "{keys:?} {algorithms}: {told}");
        }
    }
}
