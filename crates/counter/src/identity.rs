//! Who is asking: the host is asked, with the caller's own credentials.
//!
//! **Only the configured headers and the one named cookie are shown to the host, and only the host's whoami gets them.**
//! An answer is used again for a few seconds, under the SHA-256 of the credentials. If the host cannot be asked, nobody
//! is anybody: the counter grants nothing.

mod cache;
mod whoami;

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use carryall_protocol::{AccountId, Timestamp};
use lettre::Address;
use serde::Deserialize as _;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::clock::Clock;
use crate::config::{ConfigError, IdentityConfig, Pointers, key_error};
use crate::rule::Asker;
use crate::rule::history::SubjectId;
use cache::Cache;
use whoami::Whoami;

/// The person asking, as the host knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Who they are.
    pub subject: SubjectId,
    /// The account they act for.
    pub account: AccountId,
    /// Their roles.
    pub roles: Vec<String>,
    /// Their mail address, if it is verified.
    pub mail: Option<String>,
    /// Their language.
    pub locale: Option<String>,
    /// When they last entered their password.
    pub authenticated_at: Option<Timestamp>,
}

/// Why it is not known who asks.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IdentityError {
    /// No credentials, or none the host knows.
    #[error("the host does not know these credentials")]
    Unauthenticated,
    /// The host does not answer, or not in a way that can be understood.
    #[error("the host's whoami {0}")]
    Unavailable(String),
}

/// Whether an answer the host gave seconds ago will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// It will.
    Recent,
    /// The host is to be asked now.
    Now,
}

/// Asks the host's whoami.
pub struct Introspection {
    whoami: Whoami,
    config: IdentityConfig,
    headers: Vec<HeaderName>,
    cache: Cache<Identity>,
    clock: Arc<dyn Clock>,
}

impl Introspection {
    /// Prepares to ask.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], where a header's name is none, or https is wanted and cannot be had.
    pub fn new(config: IdentityConfig, clock: Arc<dyn Clock>) -> Result<Self, ConfigError> {
        let whoami = Whoami::at(config.whoami_url.url())?;
        let name = |name: &String| {
            let bad = || key_error("identity.forward_headers", format!("{name:?} is no name of a header"));
            HeaderName::try_from(name.as_str()).map_err(|_| bad())
        };
        let headers = config.forward_headers.iter().map(name).collect::<Result<_, _>>()?;
        let cache = Cache::new(Duration::from_secs(config.cache_seconds));
        Ok(Self { whoami, config, headers, cache, clock })
    }

    /// Whether pages must send cookies along.
    #[must_use]
    pub const fn uses_cookies(&self) -> bool {
        self.config.cookie.is_some()
    }

    /// Finds out who sent a request with these headers.
    ///
    /// # Errors
    ///
    /// [`IdentityError`].
    pub async fn identify(&self, headers: &HeaderMap, freshness: Freshness) -> Result<Identity, IdentityError> {
        let credentials = self.credentials(headers);
        if credentials.is_empty() {
            return Err(IdentityError::Unauthenticated);
        }
        let key = fingerprint(&credentials);
        let known = self.cache.find(&key, self.clock.now()).filter(|_| freshness == Freshness::Recent);
        if let Some(identity) = known {
            return Ok(identity);
        }
        let answer = self.whoami.ask(credentials).await?;
        let identity = read(&answer, &self.config.pointers)?;
        self.cache.keep(key, identity.clone(), self.clock.now());
        Ok(identity)
    }

    /// The person as the rule needs to know them.
    #[must_use]
    pub fn asker(&self, identity: &Identity) -> Asker {
        let allowed = &self.config.allowed_roles;
        Asker {
            account: identity.account.clone(),
            subject: identity.subject.clone(),
            role_allowed: allowed.is_empty() || identity.roles.iter().any(|role| allowed.contains(role)),
            has_mail: identity.mail.is_some(),
            authenticated_at: identity.authenticated_at,
        }
    }

    /// What of the request's headers is shown to the host.
    fn credentials(&self, headers: &HeaderMap) -> HeaderMap {
        let mut shown = HeaderMap::new();
        for name in &self.headers {
            for value in headers.get_all(name) {
                shown.append(name, value.clone());
            }
        }
        if let Some(cookie) = self.config.cookie.as_deref().and_then(|name| one_cookie(headers, name)) {
            shown.insert(header::COOKIE, cookie);
        }
        shown
    }
}

/// The named cookie out of all that were sent, and no other.
fn one_cookie(headers: &HeaderMap, name: &str) -> Option<HeaderValue> {
    let sent = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies = sent.flat_map(|value| value.split(';')).map(str::trim);
    let named = |cookie: &&str| cookie.split_once('=').is_some_and(|(found, _)| found == name);
    cookies.find(named).and_then(|cookie| HeaderValue::from_str(cookie).ok())
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

fn read(answer: &Value, at: &Pointers) -> Result<Identity, IdentityError> {
    let subject = text(answer, &at.subject).and_then(SubjectId::new);
    let account = text(answer, &at.account).and_then(|account| AccountId::new(account).ok());
    let verified = answer.pointer(&at.mail_verified).and_then(Value::as_bool) == Some(true);
    let mail = text(answer, &at.mail).filter(|mail| verified && mail.parse::<Address>().is_ok());
    Ok(Identity {
        subject: subject.ok_or_else(|| unavailable(format!("has no subject at {}", at.subject)))?,
        account: account.ok_or_else(|| unavailable(format!("has no account at {}", at.account)))?,
        roles: roles(answer.pointer(&at.roles)),
        mail,
        locale: text(answer, &at.locale),
        authenticated_at: answer.pointer(&at.auth_time).and_then(moment),
    })
}

fn text(answer: &Value, pointer: &str) -> Option<String> {
    match answer.pointer(pointer)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn roles(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(role)) => vec![role.clone()],
        Some(Value::Array(roles)) => roles.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn moment(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Number(seconds) => seconds.as_u64().map(Timestamp::from_secs),
        _ => Timestamp::deserialize(value).ok(),
    }
}

fn unavailable(reason: impl Into<String>) -> IdentityError {
    IdentityError::Unavailable(reason.into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_sample_hosts_answer_is_understood() {
        let answer = json!({
            "user": {"id": "u1", "email": "a@example.org", "emailVerified": true, "role": "owner", "locale": "de"},
            "account": {"id": 7, "name": "A"},
            "authTime": "2026-02-28T12:00:00Z",
        });
        let identity = read(&answer, &Pointers::default()).unwrap();
        assert_eq!(identity.subject.as_str(), "u1");
        assert_eq!(identity.account.as_str(), "7");
        assert_eq!(identity.roles, ["owner"]);
        assert_eq!(identity.mail.as_deref(), Some("a@example.org"));
        assert_eq!(identity.authenticated_at, Some(Timestamp::from_secs(1_772_280_000)));
    }

    #[test]
    fn an_unverified_or_malformed_address_is_none() {
        for (mail, verified) in [("a@example.org", false), ("a@example.org\r\nBcc: b@example.org", true), ("", true)] {
            let answer = json!({"user": {"id": "u", "email": mail, "emailVerified": verified}, "account": {"id": "a"}});
            assert_eq!(read(&answer, &Pointers::default()).unwrap().mail, None, "{mail:?}");
        }
    }

    #[test]
    fn an_answer_without_a_subject_is_no_identity() {
        let answer = json!({"account": {"id": "a"}});
        assert!(matches!(read(&answer, &Pointers::default()), Err(IdentityError::Unavailable(_))));
    }

    #[test]
    fn of_all_cookies_only_the_named_one_is_shown() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("theme=dark; session=abc; other=x"));
        assert_eq!(one_cookie(&headers, "session").unwrap(), "session=abc");
        assert_eq!(one_cookie(&headers, "sess"), None);
    }
}
