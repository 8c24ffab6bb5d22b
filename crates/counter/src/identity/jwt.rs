//! The token the caller shows, signed by the host (RFC 7519).
//!
//! **The algorithms are the configuration's, never the token's choice**, and a key serves only the algorithms of its own
//! kind. The times are checked by the counter's clock.
//!
//! | module | what it is |
//! |---|---|
//! | [`key`] | a key, read from PEM, a secret or a JWK |
//! | [`published`] | the keys the host publishes, fetched when needed |
//! | [`check`] | the signature itself |

mod check;
mod key;
mod published;

use std::sync::Arc;

use axum::http::{HeaderMap, header};
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header};
use serde_json::Value;

use super::{Identity, IdentityError, cookies, read};
use crate::clock::Clock;
use crate::config::{ConfigError, JwtAlgorithm, JwtConfig, JwtKeys, Pointers};
use key::Key;
use published::Published;

/// Checks the tokens of one host.
pub(super) struct Jwt {
    cookie: Option<String>,
    keys: Keys,
    algorithms: Vec<Algorithm>,
    issuer: String,
    audience: String,
    leeway_seconds: u64,
    pointers: Pointers,
    clock: Arc<dyn Clock>,
}

enum Keys {
    One(Key),
    Published(Published),
}

impl Jwt {
    /// Reads the key that lies in a file; one that is published is fetched with the first token.
    pub(super) fn new(config: &JwtConfig, pointers: Pointers, clock: Arc<dyn Clock>) -> Result<Self, ConfigError> {
        check::install();
        let algorithms: Vec<Algorithm> = config.algorithms.iter().copied().map(algorithm).collect();
        let keys = match config.keys()? {
            JwtKeys::Url(url) => Keys::Published(Published::at(url.url(), Arc::clone(&clock))?),
            JwtKeys::Public(file) => Keys::One(Key::from_pem_file(file, &algorithms)?),
            JwtKeys::Shared(file) => Keys::One(Key::from_secret_file(file)?),
        };
        let JwtConfig { cookie, issuer, audience, leeway_seconds, .. } = config.clone();
        Ok(Self { cookie, keys, algorithms, issuer, audience, leeway_seconds, pointers, clock })
    }

    /// Whether the token comes in a cookie.
    pub(super) const fn uses_cookies(&self) -> bool {
        self.cookie.is_some()
    }

    /// Who the token says it is.
    pub(super) async fn identify(&self, headers: &HeaderMap) -> Result<Identity, IdentityError> {
        let token = self.token(headers).ok_or(IdentityError::Unauthenticated)?;
        let header = decode_header(token).map_err(|_| IdentityError::Unauthenticated)?;
        // An extension marked as critical must be understood (RFC 7515, section 4.1.11); none is.
        if header.crit.is_some() || !self.algorithms.contains(&header.alg) {
            return Err(IdentityError::Unauthenticated);
        }
        let keys = match &self.keys {
            Keys::One(key) => vec![key.clone()],
            Keys::Published(published) => published.fitting(&header).await?,
        };
        let claims = keys.iter().find_map(|key| self.claims(token, &header, key)).ok_or(IdentityError::Unauthenticated)?;
        if !self.is_now(&claims) {
            return Err(IdentityError::Unauthenticated);
        }
        read(&claims, &self.pointers)
    }

    fn token<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        if let Some(name) = &self.cookie {
            return cookies(headers).find(|(found, _)| found == name).map(|(_, token)| token);
        }
        let mut values = headers.get_all(header::AUTHORIZATION).iter();
        let value = values.next().filter(|_| values.next().is_none())?;
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }

    /// The claims, if this key signed them, for this audience.
    fn claims(&self, token: &str, header: &Header, key: &Key) -> Option<Value> {
        let mut validation = Validation::new(header.alg);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        validation.validate_exp = false; // by the library's clock it would be; `is_now` asks the counter's
        decode(token, key.decoding(), &validation).ok().map(|data| data.claims)
    }

    /// Whether `exp` has not passed and `nbf` has, give or take the leeway.
    fn is_now(&self, claims: &Value) -> bool {
        #[allow(clippy::cast_precision_loss, reason = "seconds since 1970 are exact for 285 million years")]
        let (now, leeway) = (self.clock.now().as_secs() as f64, self.leeway_seconds as f64);
        let lasts = claims.get("exp").and_then(Value::as_f64).is_some_and(|exp| now < exp + leeway);
        let begun = claims.get("nbf").is_none_or(|nbf| nbf.as_f64().is_some_and(|nbf| now + leeway >= nbf));
        lasts && begun
    }
}

const fn algorithm(algorithm: JwtAlgorithm) -> Algorithm {
    match algorithm {
        JwtAlgorithm::RS256 => Algorithm::RS256,
        JwtAlgorithm::PS256 => Algorithm::PS256,
        JwtAlgorithm::ES256 => Algorithm::ES256,
        JwtAlgorithm::EdDSA => Algorithm::EdDSA,
        JwtAlgorithm::HS256 => Algorithm::HS256,
    }
}
