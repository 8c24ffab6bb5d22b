//! `[mail]`: how mail leaves.

use std::net::IpAddr;
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
    /// The certificates (PEM) that alone may vouch for it, where a private authority does; the system's where absent.
    pub ca_file: Option<PathBuf>,
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
        let of_smtp = self.smtp.iter_mut().flat_map(|smtp| smtp.password_file.iter_mut().chain(&mut smtp.ca_file));
        for path in self.folder.iter_mut().chain(&mut self.languages).chain(of_smtp) {
            *path = own.join(&*path);
        }
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let one_way = self.folder.is_some() != self.smtp.is_some();
        if !one_way {
            return Err(key_error("mail", "expected either `folder` or `smtp`"));
        }
        self.smtp.as_ref().map_or(Ok(()), SmtpConfig::check)
    }
}

impl SmtpConfig {
    fn check(&self) -> Result<(), ConfigError> {
        let is_here = self.host == "localhost" || self.host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        if self.encryption == Encryption::None && self.user.is_some() && !is_here {
            let expected = "expected tls or starttls: a password crosses no network in the clear";
            return Err(key_error("mail.smtp.encryption", expected));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(smtp: &str) -> Result<(), String> {
        let text = format!("from = \"Exports <no-reply@app.example>\"\n[smtp]\n{smtp}");
        let mut config: MailConfig = toml::from_str(&text).map_err(|error| error.to_string())?;
        config.place_paths(Path::new("/nowhere"));
        config.check().and_then(|()| crate::mail::check(&config)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_password_crosses_no_network_in_the_clear() {
        let smtp = |host: &str| format!("host = {host:?}\nencryption = \"none\"\nuser = \"u\"\npassword_file = \"p\"");
        assert!(told(&smtp("smtp.app.example")).unwrap_err().starts_with("mail.smtp.encryption: expected tls or starttls"));
        for here in ["localhost", "127.0.0.1", "::1"] {
            assert!(told(&smtp(here)).unwrap_err().starts_with("mail.smtp.password_file: /nowhere/p cannot be read"), "{here}");
        }
    }

    #[test]
    #[cfg(feature = "tls")]
    fn what_is_no_certificate_is_told_so() {
        let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        let smtp = format!("host = \"smtp.app.example\"\nca_file = {readme:?}");
        assert!(told(&smtp).unwrap_err().starts_with("mail.smtp.ca_file: "));
        assert!(told(&smtp).unwrap_err().ends_with("holds no certificate; expected PEM"));
        assert!(told("host = \"smtp.app.example\"\nuser = \"u\"").unwrap_err().starts_with("mail.smtp: expected both"));
    }
}
