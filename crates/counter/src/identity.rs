//! Who is asking, told by one of three sources: the host's whoami, a token the host signed, or a trusted proxy.
//!
//! | module | what it is |
//! |---|---|
//! | `introspection` | shows the caller's credentials to the host's whoami |
//! | `jwt` | checks the token the caller shows, by the host's keys |
//! | `proxy` | reads the headers a trusted reverse proxy sets |
//! | `fetch` | the one client the host is asked with |
//!
//! All three tell a JSON value that the same pointers map. **If it cannot be found out who asks, nobody is anybody**: the
//! counter grants nothing.

mod cache;
mod fetch;
mod introspection;
mod jwt;
mod proxy;

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::{HeaderMap, header};
use carryall_protocol::{AccountId, Timestamp};
use lettre::Address;
use serde::Deserialize as _;
use serde_json::Value;
use thiserror::Error;

use crate::clock::Clock;
use crate::config::{ConfigError, IdentityConfig, Pointers, SourceConfig};
use crate::rule::Asker;
use crate::rule::history::SubjectId;
use introspection::Introspection;
use jwt::Jwt;
use proxy::Proxy;

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
    /// The source does not tell, or not in a way that can be understood.
    #[error("{0}")]
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

/// What of a request tells who sent it.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'r> {
    /// Its headers.
    pub headers: &'r HeaderMap,
    /// The address at the other end of the connection, where that is known.
    pub peer: Option<IpAddr>,
}

/// Where it is told who asks.
pub struct IdentitySource {
    way: Way,
    allowed_roles: Vec<String>,
}

enum Way {
    Introspection(Introspection),
    Jwt(Jwt),
    Proxy(Proxy),
}

impl IdentitySource {
    /// Reads the keys that lie in files, and asks nobody yet.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], where a header's name is none, a key file holds none, or https is wanted and cannot be had.
    pub fn new(config: &IdentityConfig, clock: Arc<dyn Clock>) -> Result<Self, ConfigError> {
        let pointers = config.pointers()?;
        let way = match config.source()? {
            SourceConfig::Introspection(config) => Way::Introspection(Introspection::new(config, pointers, clock)?),
            SourceConfig::Jwt(config) => Way::Jwt(Jwt::new(config, pointers, clock)?),
            SourceConfig::Proxy(config) => Way::Proxy(Proxy::new(config, pointers)),
        };
        Ok(Self { way, allowed_roles: config.allowed_roles.clone() })
    }

    /// Whether pages must send cookies along. A proxy that knows people knows them by a cookie, as a rule.
    #[must_use]
    pub const fn uses_cookies(&self) -> bool {
        match &self.way {
            Way::Introspection(introspection) => introspection.uses_cookies(),
            Way::Jwt(jwt) => jwt.uses_cookies(),
            Way::Proxy(_) => true,
        }
    }

    /// Finds out who sent a request.
    ///
    /// # Errors
    ///
    /// [`IdentityError`].
    pub async fn identify(&self, shown: Shown<'_>, freshness: Freshness) -> Result<Identity, IdentityError> {
        match &self.way {
            Way::Introspection(introspection) => introspection.identify(shown.headers, freshness).await,
            Way::Jwt(jwt) => jwt.identify(shown.headers).await,
            Way::Proxy(proxy) => proxy.identify(shown),
        }
    }

    /// The person as the rule needs to know them.
    #[must_use]
    pub fn asker(&self, identity: &Identity) -> Asker {
        let allowed = &self.allowed_roles;
        Asker {
            account: identity.account.clone(),
            subject: identity.subject.clone(),
            role_allowed: allowed.is_empty() || identity.roles.iter().any(|role| allowed.contains(role)),
            has_mail: identity.mail.is_some(),
            authenticated_at: identity.authenticated_at,
        }
    }
}

/// The cookies of a request: names and values.
fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let sent = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    sent.flat_map(|value| value.split(';')).filter_map(|cookie| cookie.trim().split_once('='))
}

/// The identity in what a source tells, mapped by the pointers.
fn read(answer: &Value, at: &Pointers) -> Result<Identity, IdentityError> {
    let subject = text(answer, &at.subject).and_then(SubjectId::new);
    let account = text(answer, &at.account).and_then(|account| AccountId::new(account).ok());
    let verified = answer.pointer(&at.mail_verified).and_then(Value::as_bool) == Some(true);
    let mail = text(answer, &at.mail).filter(|mail| verified && mail.parse::<Address>().is_ok());
    Ok(Identity {
        subject: subject.ok_or_else(|| unavailable(format!("who asks is told without a subject at {}", at.subject)))?,
        account: account.ok_or_else(|| unavailable(format!("who asks is told without an account at {}", at.account)))?,
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
        let identity = read(&answer, &Pointers::of_whoami()).unwrap();
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
            assert_eq!(read(&answer, &Pointers::of_whoami()).unwrap().mail, None, "{mail:?}");
        }
    }

    #[test]
    fn an_answer_without_a_subject_is_no_identity() {
        let answer = json!({"account": {"id": "a"}});
        assert!(matches!(read(&answer, &Pointers::of_whoami()), Err(IdentityError::Unavailable(_))));
    }
}
