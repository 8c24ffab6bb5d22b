//! `[identity.pointers]`: where a source says what.

use axum::http::HeaderName;
use serde::Deserialize;

use crate::config::{ConfigError, key_error};

/// What is given of the pointers; the source's own are taken for the others.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PointersConfig {
    /// The person: text or a number.
    pub subject: Option<String>,
    /// Their account: text or a number.
    pub account: Option<String>,
    /// Their role, or an array of roles; in a header, roles between commas.
    pub roles: Option<String>,
    /// Their mail address.
    pub mail: Option<String>,
    /// Whether it was verified: a boolean; in a header, `true`.
    pub mail_verified: Option<String>,
    /// Their language: a BCP 47 tag.
    pub locale: Option<String>,
    /// When they last entered their password: RFC 3339, or seconds since 1970.
    pub auth_time: Option<String>,
}

/// JSON Pointers (RFC 6901) into whoami's answer, a token's claims, or the object of a proxy's headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointers {
    /// The person.
    pub subject: String,
    /// Their account.
    pub account: String,
    /// Their roles.
    pub roles: String,
    /// Their mail address.
    pub mail: String,
    /// Whether it was verified.
    pub mail_verified: String,
    /// Their language.
    pub locale: String,
    /// When they last entered their password.
    pub auth_time: String,
}

impl PointersConfig {
    pub(super) fn over(&self, base: Pointers) -> Pointers {
        let given = |given: &Option<String>, base| given.clone().unwrap_or(base);
        Pointers {
            subject: given(&self.subject, base.subject),
            account: given(&self.account, base.account),
            roles: given(&self.roles, base.roles),
            mail: given(&self.mail, base.mail),
            mail_verified: given(&self.mail_verified, base.mail_verified),
            locale: given(&self.locale, base.locale),
            auth_time: given(&self.auth_time, base.auth_time),
        }
    }
}

impl Pointers {
    /// Into the answer of the sample host's whoami.
    #[must_use]
    pub fn of_whoami() -> Self {
        Self::new(["/user/id", "/account/id", "/user/role", "/user/email", "/user/emailVerified", "/user/locale", "/authTime"])
    }

    /// Into the claims that OpenID Connect knows. A person is their account there.
    #[must_use]
    pub fn of_claims() -> Self {
        Self::new(["/sub", "/sub", "/roles", "/email", "/email_verified", "/locale", "/auth_time"])
    }

    /// Into the headers that authenticating proxies send. A person is their account there.
    #[must_use]
    pub fn of_headers() -> Self {
        let [user, groups] = ["/remote-user", "/remote-groups"];
        Self::new([user, user, groups, "/remote-email", "/remote-email-verified", "/remote-locale", "/remote-auth-time"])
    }

    fn new(pointers: [&str; 7]) -> Self {
        let [subject, account, roles, mail, mail_verified, locale, auth_time] = pointers.map(str::to_owned);
        Self { subject, account, roles, mail, mail_verified, locale, auth_time }
    }

    /// Every pointer with the key that sets it.
    #[must_use]
    pub fn all(&self) -> [(&'static str, &str); 7] {
        [
            ("identity.pointers.subject", &self.subject),
            ("identity.pointers.account", &self.account),
            ("identity.pointers.roles", &self.roles),
            ("identity.pointers.mail", &self.mail),
            ("identity.pointers.mail_verified", &self.mail_verified),
            ("identity.pointers.locale", &self.locale),
            ("identity.pointers.auth_time", &self.auth_time),
        ]
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        match self.all().into_iter().find(|(_, pointer)| !pointer.starts_with('/')) {
            Some((key, _)) => Err(key_error(key, "expected a JSON Pointer, which begins with /")),
            None => Ok(()),
        }
    }

    /// Where they point at headers, each is one name in lower case.
    pub(super) fn check_headers(&self) -> Result<(), ConfigError> {
        let names_header = |pointer: &str| {
            let name = pointer.trim_start_matches('/');
            HeaderName::try_from(name).is_ok_and(|header| header.as_str() == name)
        };
        match self.all().into_iter().find(|(_, pointer)| !names_header(pointer)) {
            Some((key, _)) => Err(key_error(key, "expected / and a header's name in lower case, like /x-user-id")),
            None => Ok(()),
        }
    }
}
