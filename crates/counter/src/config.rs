//! The configuration: one TOML file. An error names the key and says what is expected.
//!
//! Relative paths are taken from the folder of the file.

mod url;

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use carryall_protocol::counter::{Confirmation, CooldownFrom};
use serde::Deserialize;
use thiserror::Error;

use crate::policy::{LeaseTerms, Policy};
pub use url::{HttpUrl, Origin, PageUrl};

/// Everything an operator says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The address people and mails use, with the mount path if there is one; the address listened on where absent.
    pub public_url: Option<HttpUrl>,
    /// The SQLite file.
    pub database: PathBuf,
    /// The signing key, made on the first start.
    pub key: PathBuf,
    /// The pages that may ask.
    pub allowed_origins: Vec<Origin>,
    /// Where a formal request can be made; part of every refusal.
    pub contact: Option<String>,
    /// The settings page, linked from mails and from the confirmation page.
    pub return_url: Option<PageUrl>,
    /// Who is asking.
    pub identity: IdentityConfig,
    /// What is allowed.
    #[serde(default)]
    pub policy: PolicyConfig,
    /// How a running export is kept alive.
    #[serde(default)]
    pub lease: LeaseConfig,
    /// How mail leaves.
    pub mail: Option<MailConfig>,
}

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

/// A preset, and what differs from it. Durations are in seconds.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PolicyConfig {
    /// `talkif` (the default), `fluxer` or `x`.
    pub preset: Preset,
    /// `none`, `email` or `reauthentication`.
    pub confirmation: Option<Confirmation>,
    /// How long a confirmation is awaited.
    pub confirmation_window_seconds: Option<u64>,
    /// How long ago the password may have been entered.
    pub reauthentication_age_seconds: Option<u64>,
    /// How long a confirmed export may wait for its start.
    pub start_window_seconds: Option<u64>,
    /// How long a run may take.
    pub run_window_seconds: Option<u64>,
    /// The wait between two exports.
    pub cooldown_seconds: Option<u64>,
    /// `request` or `completion`.
    pub cooldown_from: Option<CooldownFrom>,
    /// How long a finished export may be saved.
    pub download_window_seconds: Option<u64>,
    /// Whether an export that may still be saved blocks the next request.
    pub available_blocks: Option<bool>,
    /// How often a finished export may be run again.
    pub reruns: Option<u32>,
    /// How many runs without a result are given back within one cooldown.
    pub refunds: Option<u32>,
    /// How many requests an account may make in any 24 hours.
    pub requests_per_day: Option<u32>,
}

/// A policy to begin with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// [`Policy::talkif`].
    #[default]
    Talkif,
    /// [`Policy::fluxer`].
    Fluxer,
    /// [`Policy::x`].
    X,
}

/// How a running export is kept alive.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LeaseConfig {
    /// How long a lease is held without a heartbeat.
    pub ttl_seconds: u64,
    /// The time from one heartbeat to the next.
    pub heartbeat_seconds: u64,
}

impl Default for LeaseConfig {
    fn default() -> Self {
        let LeaseTerms { ttl, heartbeat } = Policy::talkif().lease;
        Self { ttl_seconds: ttl.as_secs(), heartbeat_seconds: heartbeat.as_secs() }
    }
}

/// How mail leaves: into a folder, or by SMTP.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailConfig {
    /// The sender: `Name <address>`.
    pub from: String,
    /// A folder that gets one `.eml` file per mail.
    pub folder: Option<PathBuf>,
    /// A mail server.
    pub smtp: Option<SmtpConfig>,
}

/// A mail server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpConfig {
    /// Its name.
    pub host: String,
    /// Its port; the usual one of the encryption where absent.
    pub port: Option<u16>,
    /// `tls` (the default), `starttls`, or `none` for a server on the same machine.
    #[serde(default)]
    pub encryption: Encryption,
    /// The user, where it wants one.
    pub user: Option<String>,
    /// The file that holds the user's password.
    pub password_file: Option<PathBuf>,
}

/// How the way to the mail server is protected.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encryption {
    /// From the first byte on.
    #[default]
    Tls,
    /// After a greeting in the clear; never without.
    Starttls,
    /// Not at all.
    None,
}

/// Why a configuration cannot be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The text is not TOML.
    #[error("the configuration is not TOML: {0}")]
    Toml(String),
    /// A key does not say what it should.
    #[error("{key}: {expected}")]
    Key {
        /// The key, "identity.whoami_url".
        key: String,
        /// What is wrong, and what is expected.
        expected: String,
    },
}

impl Config {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], naming the key.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::File { path: path.to_owned(), source })?;
        Self::parse(&text, path.parent().unwrap_or(Path::new(".")))
    }

    /// Reads the text of a file that lies in `folder`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], naming the key.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, ConfigError> {
        let toml = toml::Deserializer::parse(text).map_err(|error| ConfigError::Toml(error.to_string()))?;
        let mut config: Self = serde_path_to_error::deserialize(toml).map_err(|error| {
            let key = error.path().to_string();
            ConfigError::Key { key, expected: error.into_inner().message().to_owned() }
        })?;
        config.place_paths(folder);
        config.check()?;
        Ok(config)
    }

    /// The policy: the preset and what differs from it.
    #[must_use]
    pub fn policy(&self) -> Policy {
        let of = &self.policy;
        let base = match of.preset {
            Preset::Talkif => Policy::talkif(),
            Preset::Fluxer => Policy::fluxer(),
            Preset::X => Policy::x(),
        };
        let seconds = |given: Option<u64>, preset| given.map_or(preset, Duration::from_secs);
        Policy {
            confirmation: of.confirmation.unwrap_or(base.confirmation),
            confirmation_window: seconds(of.confirmation_window_seconds, base.confirmation_window),
            reauthentication_age: seconds(of.reauthentication_age_seconds, base.reauthentication_age),
            start_window: seconds(of.start_window_seconds, base.start_window),
            run_window: seconds(of.run_window_seconds, base.run_window),
            cooldown: seconds(of.cooldown_seconds, base.cooldown),
            cooldown_from: of.cooldown_from.unwrap_or(base.cooldown_from),
            download_window: seconds(of.download_window_seconds, base.download_window),
            available_blocks: of.available_blocks.unwrap_or(base.available_blocks),
            reruns: of.reruns.unwrap_or(base.reruns),
            refunds: of.refunds.unwrap_or(base.refunds),
            requests_per_day: of.requests_per_day.unwrap_or(base.requests_per_day),
            lease: LeaseTerms {
                ttl: Duration::from_secs(self.lease.ttl_seconds),
                heartbeat: Duration::from_secs(self.lease.heartbeat_seconds),
            },
        }
    }

    fn place_paths(&mut self, folder: &Path) {
        let mail = self.mail.as_mut();
        let (mail_folder, smtp) = mail.map_or((None, None), |mail| (mail.folder.as_mut(), mail.smtp.as_mut()));
        let password = smtp.and_then(|smtp| smtp.password_file.as_mut());
        for path in [Some(&mut self.database), Some(&mut self.key), mail_folder, password].into_iter().flatten() {
            *path = folder.join(&*path);
        }
    }

    fn check(&self) -> Result<(), ConfigError> {
        let policy = self.policy();
        let mail = self.mail.as_ref();
        let rules = [
            ("lease.heartbeat_seconds", policy.lease.heartbeat < policy.lease.ttl, "expected less than lease.ttl_seconds"),
            ("lease.heartbeat_seconds", !policy.lease.heartbeat.is_zero(), "expected at least 1"),
            ("policy.requests_per_day", policy.requests_per_day > 0, "expected at least 1"),
            (
                "mail",
                mail.is_some() || policy.confirmation != Confirmation::Email,
                "expected [mail] with `from` and `folder` or `smtp`, because the policy confirms by mail",
            ),
            ("mail", mail.is_none_or(|mail| mail.folder.is_some() != mail.smtp.is_some()), "expected either `folder` or `smtp`"),
        ];
        let broken = rules.into_iter().find(|(_, holds, _)| !holds);
        broken.map_or(Ok(()), |(key, _, expected)| Err(key_error(key, expected)))?;
        self.check_windows(&policy)?;
        self.check_identity()
    }

    /// Every window must let something happen, and none may reach beyond what a calendar holds.
    fn check_windows(&self, policy: &Policy) -> Result<(), ConfigError> {
        const TEN_YEARS: Duration = Duration::from_secs(3653 * 24 * 3600);
        let windows = BTreeMap::from([
            ("policy.confirmation_window_seconds", policy.confirmation_window),
            ("policy.reauthentication_age_seconds", policy.reauthentication_age),
            ("policy.start_window_seconds", policy.start_window),
            ("policy.run_window_seconds", policy.run_window),
            ("policy.download_window_seconds", policy.download_window),
        ]);
        for (key, window) in windows {
            if window.is_zero() || window > TEN_YEARS {
                return Err(key_error(key, "expected 1 second to ten years"));
            }
        }
        if policy.cooldown > TEN_YEARS {
            return Err(key_error("policy.cooldown_seconds", "expected at most ten years"));
        }
        Ok(())
    }

    fn check_identity(&self) -> Result<(), ConfigError> {
        let Pointers { subject, account, roles, mail, mail_verified, locale, auth_time } = &self.identity.pointers;
        if self.identity.forward_headers.is_empty() && self.identity.cookie.is_none() {
            return Err(key_error("identity.forward_headers", "expected at least one header, or a cookie"));
        }
        for pointer in [subject, account, roles, mail, mail_verified, locale, auth_time] {
            if !pointer.starts_with('/') {
                return Err(key_error("identity.pointers", "expected JSON Pointers, which begin with /"));
            }
        }
        Ok(())
    }
}

/// A key that does not say what it should.
pub(crate) fn key_error(key: impl Into<String>, expected: impl Into<String>) -> ConfigError {
    ConfigError::Key { key: key.into(), expected: expected.into() }
}

fn authorization() -> Vec<String> {
    vec!["authorization".to_owned()]
}

const fn five() -> u64 {
    5
}
