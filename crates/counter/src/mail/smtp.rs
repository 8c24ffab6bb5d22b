//! Mail by SMTP, to one server.
//!
//! **A server that offers no encryption where it is wanted, or cannot prove who it is, gets neither password nor mail.**
//! What a server says about a recipient is never logged, nor what it says about a password; only its three digits are.

#![cfg_attr(not(feature = "tls"), allow(deprecated, reason = "without TLS there is no other type for none"))]

use std::path::Path;
use std::time::Duration;

use lettre::Message;
use lettre::transport::smtp;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Code;
use thiserror::Error;
use tokio::time::timeout;

use crate::config::{ConfigError, Encryption, SmtpConfig, key_error};

/// How long the mail server may take for one mail.
const TIMEOUT: Duration = Duration::from_secs(30);

/// How long it may take to say good-bye: by then it has the mail.
const FAREWELL: Duration = Duration::from_secs(2);

/// It wants a password first (RFC 4954 section 6): that is about the counter, not about the mail.
const PASSWORD_WANTED: u16 = 530;

/// A mail server.
pub(super) struct Server {
    host: String,
    port: u16,
    encryption: Encryption,
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
    own_name: ClientId,
}

/// Why a mail was not handed over.
#[derive(Debug, Error)]
pub(super) enum SmtpError {
    /// No connection, or none that is encrypted as it should be.
    #[error("the mail server cannot be reached: {0}")]
    Connect(#[source] smtp::Error),
    /// It does not answer.
    #[error("the mail server does not answer")]
    Timeout,
    /// It offers no STARTTLS.
    #[error("the mail server offers no STARTTLS")]
    NoStarttls,
    /// It does not take the password.
    #[error("the mail server does not take user and password{}", digits(*.0))]
    Password(Option<Code>),
    /// It does not take the mail now.
    #[error("the mail server does not take the mail now{}", digits(*.0))]
    Later(Option<Code>),
    /// It will not take the mail to this address at all.
    #[error("the mail server refuses the mail{}", digits(*.0))]
    Refused(Option<Code>),
}

/// " (550)", or nothing where there was no reply.
fn digits(code: Option<Code>) -> String {
    code.map(|code| format!(" ({code})")).unwrap_or_default()
}

impl Server {
    /// Reads the files the configuration names; connects to nothing.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], naming the key.
    pub(super) fn new(config: &SmtpConfig) -> Result<Self, ConfigError> {
        let usual_port = match config.encryption {
            Encryption::Tls => 465,
            Encryption::Starttls => 587,
            Encryption::None => 25,
        };
        Ok(Self {
            host: config.host.clone(),
            port: config.port.unwrap_or(usual_port),
            encryption: config.encryption,
            tls: tls(config)?,
            credentials: credentials(config)?,
            own_name: ClientId::default(),
        })
    }

    /// Hands one mail over. Once the server has accepted it, it is handed over, whatever happens to the connection.
    pub(super) async fn send(&self, mail: &Message) -> Result<(), SmtpError> {
        let mut connection = timeout(TIMEOUT, self.deliver(mail)).await.map_err(|_| SmtpError::Timeout)??;
        let _ = timeout(FAREWELL, connection.quit()).await;
        Ok(())
    }

    async fn deliver(&self, mail: &Message) -> Result<AsyncSmtpConnection, SmtpError> {
        let mut connection = self.connect().await?;
        if let Some(credentials) = &self.credentials {
            let refused = |error: smtp::Error| SmtpError::Password(error.status());
            connection.auth(DEFAULT_MECHANISMS, credentials).await.map_err(refused)?;
        }
        connection.send(mail.envelope(), &mail.formatted()).await.map_err(|error| verdict(&error))?;
        Ok(connection)
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, SmtpError> {
        let server = (self.host.as_str(), self.port);
        let at_once = self.tls.clone().filter(|_| self.encryption == Encryption::Tls);
        let mut connection = AsyncSmtpConnection::connect_tokio1(server, Some(TIMEOUT), &self.own_name, at_once, None)
            .await
            .map_err(SmtpError::Connect)?;
        if let Some(tls) = self.tls.clone().filter(|_| self.encryption == Encryption::Starttls) {
            if !connection.can_starttls() {
                return Err(SmtpError::NoStarttls);
            }
            connection.starttls(tls, &self.own_name).await.map_err(SmtpError::Connect)?;
        }
        Ok(connection)
    }
}

/// Whether what was said to the mail itself is for good. An address that needs more than the server can do is refused too.
fn verdict(error: &smtp::Error) -> SmtpError {
    let code = error.status();
    let for_good = error.is_client() || (error.is_permanent() && code.map(u16::from) != Some(PASSWORD_WANTED));
    if for_good { SmtpError::Refused(code) } else { SmtpError::Later(code) }
}

fn credentials(config: &SmtpConfig) -> Result<Option<Credentials>, ConfigError> {
    match (&config.user, &config.password_file) {
        (Some(user), Some(file)) => {
            let password = read(file, "mail.smtp.password_file")?;
            Ok(Some(Credentials::new(user.clone(), password.trim_end().to_owned())))
        }
        (None, None) => Ok(None),
        _ => Err(key_error("mail.smtp", "expected both `user` and `password_file`, or neither")),
    }
}

fn read(file: &Path, key: &str) -> Result<String, ConfigError> {
    std::fs::read_to_string(file).map_err(|error| key_error(key, format!("{} cannot be read: {error}", file.display())))
}

#[cfg(feature = "tls")]
fn tls(config: &SmtpConfig) -> Result<Option<TlsParameters>, ConfigError> {
    use lettre::transport::smtp::client::{Certificate, CertificateStore};

    if config.encryption == Encryption::None {
        return Ok(None);
    }
    let mut builder = TlsParameters::builder(config.host.clone());
    if let Some(file) = &config.ca_file {
        let key = "mail.smtp.ca_file";
        let text = read(file, key)?;
        let expected = || key_error(key, format!("{} holds no certificate; expected PEM", file.display()));
        let certificate = Certificate::from_pem(text.as_bytes()).map_err(|_| expected())?;
        if !text.contains("-----BEGIN CERTIFICATE-----") {
            return Err(expected());
        }
        builder = builder.certificate_store(CertificateStore::None).add_root_certificate(certificate);
    }
    builder.build().map(Some).map_err(|error| key_error("mail.smtp.host", error.to_string()))
}

#[cfg(not(feature = "tls"))]
fn tls(config: &SmtpConfig) -> Result<Option<TlsParameters>, ConfigError> {
    match config.encryption {
        Encryption::None => Ok(None),
        _ => Err(key_error("mail.smtp.encryption", "this counter was built without TLS; expected none")),
    }
}
