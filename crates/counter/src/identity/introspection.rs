//! The host's whoami, shown the caller's own credentials.
//!
//! **Only the configured headers and the one named cookie are shown to the host, and only its whoami gets them.** An
//! answer is used again for a few seconds, under the SHA-256 of the credentials.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use sha2::{Digest as _, Sha256};

use super::cache::Cache;
use super::fetch::{FetchError, Resource};
use super::{Freshness, Identity, IdentityError, cookies, read, unavailable};
use crate::clock::Clock;
use crate::config::{ConfigError, IntrospectionConfig, Pointers, key_error};

/// Asks the host's whoami.
pub(super) struct Introspection {
    whoami: Resource,
    headers: Vec<HeaderName>,
    cookie: Option<String>,
    pointers: Pointers,
    cache: Cache<Identity>,
    clock: Arc<dyn Clock>,
}

impl Introspection {
    /// Prepares to ask.
    pub(super) fn new(config: &IntrospectionConfig, pointers: Pointers, clock: Arc<dyn Clock>) -> Result<Self, ConfigError> {
        let whoami = Resource::at(config.whoami_url.url(), "identity.introspection.whoami_url")?;
        let name = |name: &String| {
            let bad = || key_error("identity.introspection.forward_headers", format!("{name:?} is no name of a header"));
            HeaderName::try_from(name.as_str()).map_err(|_| bad())
        };
        let headers = config.forward_headers.iter().map(name).collect::<Result<_, _>>()?;
        let cache = Cache::new(Duration::from_secs(config.cache_seconds));
        Ok(Self { whoami, headers, cookie: config.cookie.clone(), pointers, cache, clock })
    }

    /// Whether the host knows people by a cookie.
    pub(super) const fn uses_cookies(&self) -> bool {
        self.cookie.is_some()
    }

    /// What the host says about whoever sent these headers.
    pub(super) async fn identify(&self, headers: &HeaderMap, freshness: Freshness) -> Result<Identity, IdentityError> {
        let credentials = self.credentials(headers);
        if credentials.is_empty() {
            return Err(IdentityError::Unauthenticated);
        }
        let key = fingerprint(&credentials);
        let known = self.cache.find(&key, self.clock.now()).filter(|_| freshness == Freshness::Recent);
        if let Some(identity) = known {
            return Ok(identity);
        }
        let answer = self.whoami.get(credentials).await.map_err(|error| match error {
            FetchError::Refused => IdentityError::Unauthenticated,
            FetchError::Failed(reason) => unavailable(format!("the host's whoami {reason}")),
        })?;
        let identity = read(&answer, &self.pointers)?;
        self.cache.keep(key, identity.clone(), self.clock.now());
        Ok(identity)
    }

    /// What of the request's headers is shown to the host.
    fn credentials(&self, headers: &HeaderMap) -> HeaderMap {
        let mut shown = HeaderMap::new();
        for name in &self.headers {
            for value in headers.get_all(name) {
                shown.append(name, value.clone());
            }
        }
        if let Some(cookie) = self.cookie.as_deref().and_then(|name| one_cookie(headers, name)) {
            shown.insert(header::COOKIE, cookie);
        }
        shown
    }
}

/// The named cookie out of all that were sent, and no other.
fn one_cookie(headers: &HeaderMap, name: &str) -> Option<HeaderValue> {
    let (name, value) = cookies(headers).find(|(found, _)| *found == name)?;
    HeaderValue::from_str(&format!("{name}={value}")).ok()
}

/// SHA-256 over names and values, each with its length before it.
fn fingerprint(credentials: &HeaderMap) -> [u8; 32] {
    let mut hash = Sha256::new();
    for (name, value) in credentials {
        for part in [name.as_str().as_bytes(), value.as_bytes()] {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_all_cookies_only_the_named_one_is_shown() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("theme=dark; session=abc; other=x"));
        assert_eq!(one_cookie(&headers, "session").unwrap(), "session=abc");
        assert_eq!(one_cookie(&headers, "sess"), None);
    }
}
