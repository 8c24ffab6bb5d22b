//! `[mail]`: how mail leaves.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{ConfigError, key_error};

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
    /// A folder of languages: a file `fr.toml` adds French, a file `de.toml` replaces the German that is built in.
    pub languages: Option<PathBuf>,
    /// The language of those who ask for none that is there; English where absent.
    pub default_language: Option<String>,
    /// The time zone of the moments in mails, as the time zone database names it; UTC where absent.
    pub time_zone: Option<String>,
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

impl MailConfig {
    pub(super) fn place_paths(&mut self, own: &Path) {
        let password = self.smtp.as_mut().and_then(|smtp| smtp.password_file.as_mut());
        for path in self.folder.iter_mut().chain(&mut self.languages).chain(password) {
            *path = own.join(&*path);
        }
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let one_way = self.folder.is_some() != self.smtp.is_some();
        if one_way { Ok(()) } else { Err(key_error("mail", "expected either `folder` or `smtp`")) }
    }
}
