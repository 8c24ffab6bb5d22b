//! `[identity.jwt]`: the caller shows a token that the host signed.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::config::{ConfigError, PageUrl, key_error};

/// The caller shows a token that the host signed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JwtConfig {
    /// The cookie that holds the token; `Authorization: Bearer` where absent.
    pub cookie: Option<String>,
    /// Where the host publishes its public keys: a JWK Set.
    pub jwks_url: Option<PageUrl>,
    /// Its public key: a PEM file, "BEGIN PUBLIC KEY".
    pub key_file: Option<PathBuf>,
    /// The secret it shares with the counter: a file of at least 32 bytes; white space at the end does not count.
    pub shared_key_file: Option<PathBuf>,
    /// The `iss` every token must have.
    pub issuer: String,
    /// What the `aud` of every token must be or contain.
    pub audience: String,
    /// The algorithms that are taken, and no other: `RS256`, `PS256`, `ES256` and `EdDSA`; or `HS256` for a shared key.
    pub algorithms: Vec<JwtAlgorithm>,
    /// How far `exp` and `nbf` may be off, because clocks are, in seconds.
    #[serde(default = "minute")]
    pub leeway_seconds: u64,
}

/// How the host signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum JwtAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RS256,
    /// RSASSA-PSS with SHA-256.
    PS256,
    /// ECDSA over P-256 with SHA-256.
    ES256,
    /// Ed25519.
    EdDSA,
    /// HMAC with SHA-256.
    HS256,
}

/// Where the keys that tokens are checked with come from.
#[derive(Debug, Clone, Copy)]
pub enum JwtKeys<'c> {
    /// The host publishes them.
    Url(&'c PageUrl),
    /// A file holds the public key.
    Public(&'c Path),
    /// A file holds the shared secret.
    Shared(&'c Path),
}

/// The longest leeway that still is about clocks.
const MAX_LEEWAY: u64 = 600;

impl JwtConfig {
    /// Where the keys come from.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], where that is said never or twice.
    pub fn keys(&self) -> Result<JwtKeys<'_>, ConfigError> {
        match (&self.jwks_url, &self.key_file, &self.shared_key_file) {
            (Some(url), None, None) => Ok(JwtKeys::Url(url)),
            (None, Some(file), None) => Ok(JwtKeys::Public(file)),
            (None, None, Some(file)) => Ok(JwtKeys::Shared(file)),
            _ => Err(key_error("identity.jwt", "expected exactly one of `jwks_url`, `key_file` and `shared_key_file`")),
        }
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let shared = matches!(self.keys()?, JwtKeys::Shared(_));
        let fits = |algorithm: &JwtAlgorithm| (*algorithm == JwtAlgorithm::HS256) == shared;
        // A public key taken for a secret would let everybody sign who knows it.
        if self.algorithms.is_empty() || !self.algorithms.iter().all(fits) {
            let expected = "expected some of RS256, PS256, ES256 and EdDSA for public keys, or HS256 alone for a shared one";
            return Err(key_error("identity.jwt.algorithms", expected));
        }
        for (key, text) in [("identity.jwt.issuer", &self.issuer), ("identity.jwt.audience", &self.audience)] {
            if text.is_empty() {
                return Err(key_error(key, "expected what every token says there"));
            }
        }
        if self.leeway_seconds > MAX_LEEWAY {
            return Err(key_error("identity.jwt.leeway_seconds", format!("expected at most {MAX_LEEWAY}")));
        }
        Ok(())
    }

    pub(in crate::config) fn place_paths(&mut self, own: &Path) {
        for path in self.key_file.as_mut().into_iter().chain(self.shared_key_file.as_mut()) {
            *path = own.join(&*path);
        }
    }
}

const fn minute() -> u64 {
    60
}
