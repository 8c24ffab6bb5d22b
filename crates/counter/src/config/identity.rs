//! `[identity]`: where the host says who asks.

use serde::Deserialize;

use super::{ConfigError, PageUrl, key_error};

/// Who is asking: the host's whoami is shown the caller's own credentials.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityConfig {
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
    /// The roles that may export; all of them where empty.
    #[serde(default)]
    pub allowed_roles: Vec<String>,
    /// Where the answer says what.
    #[serde(default)]
    pub pointers: Pointers,
}

/// JSON Pointers (RFC 6901) into whoami's answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Pointers {
    /// The person: text or a number.
    pub subject: String,
    /// Their account: text or a number.
    pub account: String,
    /// Their role, or an array of roles.
    pub roles: String,
    /// Their mail address.
    pub mail: String,
    /// Whether it was verified: a boolean.
    pub mail_verified: String,
    /// Their language: a BCP 47 tag.
    pub locale: String,
    /// When they last entered their password: RFC 3339, or seconds since 1970.
    pub auth_time: String,
}

impl Default for Pointers {
    fn default() -> Self {
        Self {
            subject: "/user/id".to_owned(),
            account: "/account/id".to_owned(),
            roles: "/user/role".to_owned(),
            mail: "/user/email".to_owned(),
            mail_verified: "/user/emailVerified".to_owned(),
            locale: "/user/locale".to_owned(),
            auth_time: "/authTime".to_owned(),
        }
    }
}

impl IdentityConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let Pointers { subject, account, roles, mail, mail_verified, locale, auth_time } = &self.pointers;
        if self.forward_headers.is_empty() && self.cookie.is_none() {
            return Err(key_error("identity.forward_headers", "expected at least one header, or a cookie"));
        }
        let pointers = [subject, account, roles, mail, mail_verified, locale, auth_time];
        if pointers.iter().any(|pointer| !pointer.starts_with('/')) {
            return Err(key_error("identity.pointers", "expected JSON Pointers, which begin with /"));
        }
        Ok(())
    }
}

fn authorization() -> Vec<String> {
    vec!["authorization".to_owned()]
}

const fn five() -> u64 {
    5
}
