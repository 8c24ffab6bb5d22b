//! The mails: written from the outbox, after the transaction that gave them their reason.
//!
//! **At least once**: a mail is noted as sent after it was handed over, so a crash between the two sends it again, with
//! the same Message-ID. No mail carries data of the account. Addresses are never logged.

mod folder;
mod letter;
mod moment;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use carryall_protocol::Timestamp;
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use thiserror::Error;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use tracing::{info, warn};

use crate::clock::Clock;
use crate::config::{ConfigError, Encryption, MailConfig, SmtpConfig, key_error};
use crate::html::escape;
use crate::languages::Languages;
use crate::ledger::{DueMail, Ledger, LetterKind, MailOutcome};
use letter::Written;
use moment::Zone;

/// How often the outbox is looked at while a mail fails.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// The longest wait between two tries of one mail.
const MAX_WAIT: Duration = Duration::from_secs(15 * 60);

/// How long the mail server may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Whether mail can leave as configured, as far as files tell: languages, time zone, sender, password. Opens nothing.
///
/// # Errors
///
/// [`ConfigError`], naming the key, or the file of a language and the key in it.
pub fn check(config: &MailConfig) -> Result<(), ConfigError> {
    Languages::load(Some(config))?;
    Zone::named(config.time_zone.as_deref())?;
    sender(config)?;
    config.smtp.as_ref().map(smtp_transport).transpose().map(|_| ())
}

/// Hands over what waits in the outbox.
pub struct Postman {
    transport: Transport,
    from: Mailbox,
    links: Links,
    languages: Arc<Languages>,
    zone: Zone,
    ledger: Arc<dyn Ledger>,
    clock: Arc<dyn Clock>,
    bell: Arc<Notify>,
}

/// The addresses that mails link to.
#[derive(Debug, Clone)]
pub struct Links {
    /// The counter's own.
    pub public_url: String,
    /// The host's settings page.
    pub return_url: Option<String>,
    /// The host by its name on the network: the settings page's, else the counter's own.
    pub host: String,
}

enum Transport {
    Folder(PathBuf),
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
}

/// Why a mail was not handed over.
#[derive(Debug, Error)]
enum MailError {
    #[error("it cannot be written: {0}")]
    Message(#[from] lettre::error::Error),
    #[error("the address cannot be read")]
    Address,
    #[error("the folder does not take it: {0}")]
    Folder(#[from] std::io::Error),
    #[error("the mail server does not take it: {0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
    #[error("the mail server does not answer")]
    Timeout,
}

impl Postman {
    /// Prepares to hand mails over.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], naming the key.
    pub fn new(
        config: &MailConfig,
        links: Links,
        languages: Arc<Languages>,
        ledger: Arc<dyn Ledger>,
        clock: Arc<dyn Clock>,
        bell: Arc<Notify>,
    ) -> Result<Self, ConfigError> {
        let from = sender(config)?;
        let zone = Zone::named(config.time_zone.as_deref())?;
        let transport = match (&config.folder, &config.smtp) {
            (Some(folder), None) => {
                let unusable = |error| key_error("mail.folder", format!("cannot be made: {error}"));
                folder::create(folder).map_err(unusable)?;
                Transport::Folder(folder.clone())
            }
            (None, Some(smtp)) => Transport::Smtp(Box::new(smtp_transport(smtp)?)),
            _ => return Err(key_error("mail", "expected either `folder` or `smtp`")),
        };
        Ok(Self { transport, from, links, languages, zone, ledger, clock, bell })
    }

    /// Hands mails over until it is dropped. The bell rings when a transaction has put one into the outbox.
    pub async fn work(self) {
        loop {
            let waiting = self.hand_over().await;
            if waiting {
                let _ = timeout(LOOK_AGAIN, self.bell.notified()).await;
            } else {
                self.bell.notified().await;
            }
        }
    }

    /// Hands over what is due; says whether something may still wait.
    async fn hand_over(&self) -> bool {
        let mails = match self.ledger.due_mails().await {
            Ok(mails) => mails,
            Err(error) => {
                warn!(%error, "the outbox cannot be read");
                sleep(LOOK_AGAIN).await;
                return true;
            }
        };
        for mail in &mails.due {
            let outcome = self.try_one(mail).await;
            if let Err(error) = self.ledger.note_mail(mail.id, outcome).await {
                warn!(%error, "the outbox cannot be written");
                sleep(LOOK_AGAIN).await;
            }
        }
        mails.waiting
    }

    async fn try_one(&self, mail: &DueMail) -> MailOutcome {
        match self.send(mail).await {
            Ok(()) => {
                info!(outbox = mail.id, "mail handed over");
                MailOutcome::Sent
            }
            Err(error) => {
                warn!(outbox = mail.id, attempts = mail.attempts + 1, reason = error.public(), "mail not handed over");
                MailOutcome::TryAgainAt(next_try(mail.attempts, self.clock.now()))
            }
        }
    }

    async fn send(&self, mail: &DueMail) -> Result<(), MailError> {
        let message = self.write(mail)?;
        match &self.transport {
            Transport::Folder(folder) => {
                folder::put(folder, &Self::name(mail), &message.formatted()).await.map_err(MailError::from)
            }
            Transport::Smtp(smtp) => {
                let sent = timeout(TIMEOUT, smtp.send(message)).await.map_err(|_| MailError::Timeout)?;
                sent.map(|_| ()).map_err(MailError::from)
            }
        }
    }

    fn write(&self, mail: &DueMail) -> Result<Message, MailError> {
        let language = self.languages.find(mail.letter.locale.as_deref());
        let written = Written::new(mail, language, &self.links, &self.zone);
        let to = mail.letter.to.parse().map_err(|_| MailError::Address)?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(written.subject)
            .message_id(Some(self.message_id(mail)))
            .date_now()
            .header(AutoSubmitted)
            .multipart(MultiPart::alternative_plain_html(written.plain, written.html))?;
        Ok(message)
    }

    /// The same for every try of one mail, so that a double is seen to be one.
    fn message_id(&self, mail: &DueMail) -> String {
        format!("<{}@{}>", Self::name(mail), self.from.email.domain())
    }

    /// What tells one mail from every other.
    fn name(mail: &DueMail) -> String {
        let kind = match mail.letter.kind {
            LetterKind::Confirmation { .. } => "confirmation",
            LetterKind::Ready { .. } => "ready",
        };
        format!("{}.{kind}.{}", mail.export.id, mail.id)
    }
}

impl MailError {
    /// The reason without what a server may have said about the address.
    const fn public(&self) -> &'static str {
        match self {
            Self::Message(_) => "it cannot be written",
            Self::Address => "the address cannot be read",
            Self::Folder(_) => "the folder does not take it",
            Self::Smtp(_) => "the mail server does not take it",
            Self::Timeout => "the mail server does not answer",
        }
    }
}

fn sender(config: &MailConfig) -> Result<Mailbox, ConfigError> {
    let expected = "expected a sender like Exports <no-reply@example.org>";
    config.from.parse().map_err(|_| key_error("mail.from", expected))
}

/// Twice as long after each try, from five seconds on.
fn next_try(attempts: u32, now: Timestamp) -> Timestamp {
    let wait = Duration::from_secs(5).saturating_mul(2_u32.saturating_pow(attempts.min(16)));
    now.after(wait.min(MAX_WAIT))
}

fn smtp_transport(config: &SmtpConfig) -> Result<AsyncSmtpTransport<Tokio1Executor>, ConfigError> {
    let mut builder = match config.encryption {
        #[cfg(feature = "tls")]
        Encryption::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(&config.host)
            .map_err(|error| key_error("mail.smtp.host", error.to_string()))?,
        #[cfg(feature = "tls")]
        Encryption::Starttls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&config.host)
            .map_err(|error| key_error("mail.smtp.host", error.to_string()))?,
        #[cfg(not(feature = "tls"))]
        Encryption::Tls | Encryption::Starttls => {
            return Err(key_error("mail.smtp.encryption", "this counter was built without TLS; expected none"));
        }
        Encryption::None => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.host),
    };
    if let Some(port) = config.port {
        builder = builder.port(port);
    }
    match (&config.user, &config.password_file) {
        (Some(user), Some(file)) => {
            let unreadable = |error| key_error("mail.smtp.password_file", format!("cannot be read: {error}"));
            let password = std::fs::read_to_string(file).map_err(unreadable)?;
            builder = builder.credentials(Credentials::new(user.clone(), password.trim_end().to_owned()));
        }
        (None, None) => {}
        _ => return Err(key_error("mail.smtp", "expected both `user` and `password_file`, or neither")),
    }
    Ok(builder.timeout(Some(TIMEOUT)).build())
}

/// RFC 3834: no out-of-office answers, please.
#[derive(Clone)]
struct AutoSubmitted;

impl lettre::message::header::Header for AutoSubmitted {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        lettre::message::header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_mail_is_tried_ever_more_rarely() {
        let now = Timestamp::from_secs(1000);
        let waits: Vec<_> = [0, 1, 2, 30].map(|attempts| next_try(attempts, now).since(now).as_secs()).to_vec();
        assert_eq!(waits, [5, 10, 20, 900]);
    }
}
