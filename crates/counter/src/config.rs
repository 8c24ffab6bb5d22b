//! The configuration: one TOML file, and the environment over it. An error names the key and says what is expected.
//!
//! Relative paths are taken from the folder of the file. `docs/counter.md` lists every key.

mod admin;
mod environment;
mod http;
mod identity;
#[cfg(test)]
mod keys;
mod mail;
mod policy;
mod retention;
mod suggestion;
mod summary;
mod url;

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use carryall_protocol::counter::Confirmation;
use serde::Deserialize;
use thiserror::Error;

use crate::clock::Clock;
use crate::identity::IdentitySource;
use crate::policy::Policy;
pub use admin::AdminConfig;
use environment::Environment;
pub use http::{ForwardedHeader, HttpConfig, ShieldConfig, TrustedNetwork};
pub use identity::{
    IdentityConfig, IntrospectionConfig, JwtAlgorithm, JwtConfig, JwtKeys, Pointers, PointersConfig, ProxyConfig, SourceConfig,
};
pub use mail::{Encryption, MailConfig, SmtpConfig};
pub use policy::{LeaseConfig, PolicyConfig, Preset};
pub use retention::RetentionConfig;
pub use summary::Summary;
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
    /// The folder of the signing keys, made on the first start.
    pub keys: PathBuf,
    /// The pages that may ask.
    pub allowed_origins: Vec<Origin>,
    /// Where a formal request can be made; part of every refusal.
    pub contact: Option<String>,
    /// The settings page, linked from mails and from the confirmation page.
    pub return_url: Option<PageUrl>,
    /// What a peer may hold.
    #[serde(default)]
    pub http: HttpConfig,
    /// How much one address may ask.
    #[serde(default)]
    pub shield: ShieldConfig,
    /// Who is asking.
    pub identity: IdentityConfig,
    /// What is allowed.
    #[serde(default)]
    pub policy: PolicyConfig,
    /// How a running export is kept alive.
    #[serde(default)]
    pub lease: LeaseConfig,
    /// The operator's own listener.
    pub admin: Option<AdminConfig>,
    /// How long things are kept that no decision needs any more.
    #[serde(default)]
    pub retention: RetentionConfig,
    /// How mail leaves.
    pub mail: Option<MailConfig>,
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
        /// The key, "identity.introspection.whoami_url".
        key: String,
        /// What is wrong, and what is expected.
        expected: String,
    },
}

impl Config {
    /// Reads the file, and what the environment says over it.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], naming the key, and the variable where it came from one.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::File { path: path.to_owned(), source })?;
        let environment = Environment::of(std::env::vars_os())?;
        Self::read(&text, &environment, path.parent().unwrap_or(Path::new(".")))
    }

    /// Reads the text of a file that lies in `folder`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], naming the key.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, ConfigError> {
        Self::read(text, &Environment::default(), folder)
    }

    fn read(text: &str, environment: &Environment, folder: &Path) -> Result<Self, ConfigError> {
        let mut table: toml::Table = text.parse().map_err(|error: toml::de::Error| ConfigError::Toml(error.to_string()))?;
        environment.overlay(&mut table)?;
        let config = serde_path_to_error::deserialize(table).map_err(|error| {
            let key = error.path().to_string();
            ConfigError::Key { key, expected: suggestion::suggest(error.into_inner().message()) }
        });
        let placed = config.and_then(|mut config: Self| {
            config.place_paths(folder);
            config.check().map(|()| config)
        });
        placed.map_err(|error| environment.name(error))
    }

    /// Reads what the files hold that the configuration names, keys and languages above all. Opens nothing for writing, and asks nobody.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], naming the key.
    pub fn check_files(&self, clock: Arc<dyn Clock>) -> Result<(), ConfigError> {
        IdentitySource::new(&self.identity, clock)?;
        self.mail.as_ref().map_or(Ok(()), crate::mail::check)
    }

    /// What holds under it, in words.
    #[must_use]
    pub const fn summary(&self) -> Summary<'_> {
        Summary(self)
    }

    /// What is allowed, with every preset and default filled in.
    #[must_use]
    pub fn policy(&self) -> Policy {
        self.policy.over_preset(self.lease)
    }

    fn place_paths(&mut self, folder: &Path) {
        self.database = folder.join(&self.database);
        self.keys = folder.join(&self.keys);
        if let Some(jwt) = &mut self.identity.jwt {
            jwt.place_paths(folder);
        }
        if let Some(admin) = &mut self.admin {
            admin.place_paths(folder);
        }
        if let Some(mail) = &mut self.mail {
            mail.place_paths(folder);
        }
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.http.check()?;
        self.shield.check()?;
        self.identity.check()?;
        self.lease.check()?;
        self.policy.check()?;
        self.retention.check()?;
        let policy = self.policy();
        policy::check(&policy)?;
        match &self.mail {
            Some(mail) => mail.check(),
            None if policy.confirmation == Confirmation::Email => {
                let expected = "expected [mail] with `from` and `folder` or `smtp`, because the policy confirms by mail";
                Err(key_error("mail", expected))
            }
            None => Ok(()),
        }
    }
}

/// A key that does not say what it should.
pub(crate) fn key_error(key: impl Into<String>, expected: impl Into<String>) -> ConfigError {
    ConfigError::Key { key: key.into(), expected: expected.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../counter.example.toml");

    fn parse(text: &str) -> Result<Config, String> {
        Config::parse(text, Path::new("/etc/carryall")).map_err(|error| error.to_string())
    }

    #[test]
    fn the_example_is_what_it_says_and_its_values_are_the_presets() {
        let config = parse(EXAMPLE).unwrap();
        assert_eq!(config.database, Path::new("/etc/carryall/counter.sqlite3"));
        assert_eq!(config.policy(), Policy::talkif());
        let uncommented = EXAMPLE.replace("\n# ", "\n").replace("folder = \"mail\"\n", "");
        let all = parse(&uncommented).unwrap();
        assert_eq!(all.policy(), Policy::talkif(), "a default in the example is out of date");
        assert!(all.mail.unwrap().smtp.is_some());
    }

    #[test]
    fn a_mistake_is_named_with_its_key_and_what_is_expected() {
        for (good, bad, told) in [
            ("listen = \"127.0.0.1:9000\"", "listen = \"x\"", "listen: invalid socket address"),
            ("[\"https://app.example\"]", "[\"https://app.example/\"]", "allowed_origins[0]: "),
            ("# idle_seconds = 75", "trusted_proxies = [\"x\"]", "http.trusted_proxies[0]: \"x\" is no address"),
            ("# idle_seconds = 75", "idle_seconds = 0", "http.idle_seconds: expected 1 to 3600"),
            ("preset = \"talkif\"", "preset = \"y\"", "policy.preset: unknown variant `y`"),
            ("preset = \"talkif\"", "cooldown = 1", "policy.cooldown: unknown field"),
            ("preset = \"talkif\"", "run_window_seconds = 0", "policy.run_window_seconds: expected 1 second"),
            ("preset = \"talkif\"", "requests_per_day = 0", "policy.requests_per_day: expected at least 1"),
            ("folder = \"mail\"", "", "mail: expected either `folder` or `smtp`"),
            ("whoami_url = \"https:", "whoami_url = \"ftp:", "identity.introspection.whoami_url: "),
            ("[policy]", "[lease]\nttl_seconds = 30\n[policy]", "lease.heartbeat_seconds: expected less than"),
            ("[policy]", "[identity.pointers]\nsubject = \"id\"\n[policy]", "identity.pointers.subject: expected a JSON Pointer"),
        ] {
            let text = EXAMPLE.replacen("# [http]", "[http]", 1).replacen(good, bad, 1);
            assert_ne!(text, EXAMPLE, "{good:?} is not in the example");
            let error = parse(&text).unwrap_err();
            assert!(error.starts_with(told), "{bad:?}: {error}");
        }
    }

    #[test]
    fn without_mail_nothing_can_be_confirmed_by_mail() {
        let (without, _) = EXAMPLE.split_once("[mail]").unwrap();
        assert!(parse(without).unwrap_err().starts_with("mail: expected [mail]"));
        assert!(parse(&without.replace("\"talkif\"", "\"fluxer\"")).is_ok());
    }
}
