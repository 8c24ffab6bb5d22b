//! The mails: written from the outbox, after the transaction that gave them their reason.
//!
//! **At least once**: a mail is noted as sent after it was handed over, so a crash between the two sends it again, with
//! the same Message-ID. No mail carries data of the account. Addresses are never logged.

mod folder;
mod letter;
mod moment;
mod smtp;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use carryall_protocol::Timestamp;
use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};
use thiserror::Error;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use tracing::{info, warn};

use crate::clock::Clock;
use crate::config::{ConfigError, MailConfig, key_error};
use crate::html::escape;
use crate::http::Waiters;
use crate::languages::Languages;
use crate::ledger::{DueMail, Ledger, LetterKind, MailOutcome};
use crate::metrics::Metrics;
use letter::Written;
use moment::Zone;
use smtp::{Server, SmtpError};

/// How often the outbox is looked at while a mail fails.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// The longest wait between two tries of one mail.
const MAX_WAIT: Duration = Duration::from_secs(15 * 60);

/// Whether mail can leave as configured, as far as files tell: languages, time zone, sender, password. Opens nothing.
///
/// # Errors
///
/// [`ConfigError`], naming the key, or the file of a language and the key in it.
pub fn check(config: &MailConfig) -> Result<(), ConfigError> {
    Languages::load(Some(config))?;
    Zone::named(config.time_zone.as_deref())?;
    sender(config)?;
    config.smtp.as_ref().map(Server::new).transpose().map(|_| ())
}

/// The longest address there is (RFC 5321 section 4.5.3.1.3).
const MAX_ADDRESS: usize = 254;

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
    metrics: Arc<Metrics>,
    waiters: Arc<Waiters>,
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
    Smtp(Box<Server>),
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
    #[error(transparent)]
    Smtp(#[from] SmtpError),
}

impl Postman {
    /// Prepares to hand mails over.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], naming the key.
    #[allow(clippy::too_many_arguments, reason = "each is a part of its own, put together once")]
    pub(crate) fn new(
        config: &MailConfig,
        links: Links,
        languages: Arc<Languages>,
        ledger: Arc<dyn Ledger>,
        clock: Arc<dyn Clock>,
        metrics: Arc<Metrics>,
        waiters: Arc<Waiters>,
    ) -> Result<Self, ConfigError> {
        let from = sender(config)?;
        let zone = Zone::named(config.time_zone.as_deref())?;
        let transport = match (&config.folder, &config.smtp) {
            (Some(folder), None) => {
                let unusable = |error| key_error("mail.folder", format!("cannot be made: {error}"));
                folder::create(folder).map_err(unusable)?;
                Transport::Folder(folder.clone())
            }
            (None, Some(smtp)) => Transport::Smtp(Box::new(Server::new(smtp)?)),
            _ => return Err(key_error("mail", "expected either `folder` or `smtp`")),
        };
        let bell = ledger.bell();
        Ok(Self { transport, from, links, languages, zone, ledger, clock, bell, metrics, waiters })
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
            self.metrics.mailed(outcome.as_str());
            self.note(mail, outcome).await;
        }
        mails.waiting
    }

    /// Notes what became of a mail, and tells who waits for news of it. Until that is written nothing else is sent, or a mail that
    /// was taken would be sent again.
    async fn note(&self, mail: &DueMail, outcome: MailOutcome) {
        loop {
            match self.ledger.note_mail(mail.id, outcome).await {
                Ok(account) => return account.iter().for_each(|account| self.waiters.call(account)),
                Err(error) => warn!(%error, "the outbox cannot be written"),
            }
            sleep(LOOK_AGAIN).await;
        }
    }

    async fn try_one(&self, mail: &DueMail) -> MailOutcome {
        let attempts = mail.attempts + 1;
        match self.send(mail).await {
            Ok(()) => {
                info!(outbox = mail.id, "mail handed over");
                MailOutcome::Sent
            }
            Err(reason) if reason.is_for_good() => {
                warn!(outbox = mail.id, attempts, %reason, "mail not handed over, and not tried again");
                MailOutcome::Refused
            }
            Err(reason) => {
                warn!(outbox = mail.id, attempts, %reason, "mail not handed over");
                MailOutcome::TryAgainAt(next_try(mail.attempts, self.clock.now()))
            }
        }
    }

    async fn send(&self, mail: &DueMail) -> Result<(), MailError> {
        let message = self.write(mail)?;
        match &self.transport {
            Transport::Folder(folder) => Ok(folder::put(folder, &Self::name(mail), &message.formatted()).await?),
            Transport::Smtp(server) => Ok(server.send(&message).await?),
        }
    }

    fn write(&self, mail: &DueMail) -> Result<Message, MailError> {
        let language = self.languages.find(mail.letter.locale.as_deref());
        let written = Written::new(mail, language, &self.links, &self.zone);
        let to = recipient(&mail.letter.to)?;
        let message = Message::builder()
            // It goes to this address and to no other, whatever the header looks like.
            .envelope(Envelope::new(Some(self.from.email.clone()), vec![to.clone()])?)
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(written.subject)
            .message_id(Some(self.message_id(mail)))
            .date(UNIX_EPOCH + Duration::from_secs(self.clock.now().as_secs()))
            // RFC 3834: no out-of-office answers, please.
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("Content-Language", &language.tag))
            .multipart(MultiPart::alternative_plain_html(written.plain, written.html))?;
        Ok(message)
    }

    /// The same for every try of one mail, so that a double is seen to be one.
    fn message_id(&self, mail: &DueMail) -> String {
        let domain = self.from.email.domain();
        format!("<{}@{}>", Self::name(mail), ascii(domain).as_deref().unwrap_or("localhost"))
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
    /// Whether another try could not go otherwise.
    const fn is_for_good(&self) -> bool {
        match self {
            Self::Message(_) | Self::Address | Self::Smtp(SmtpError::Refused(_)) => true,
            Self::Folder(_) | Self::Smtp(_) => false,
        }
    }
}

/// The address a mail goes to, its domain as DNS knows it. **What is no single address goes nowhere.**
fn recipient(text: &str) -> Result<Address, MailError> {
    let address: Address = text.parse().map_err(|_| MailError::Address)?;
    let domain = ascii(address.domain()).ok_or(MailError::Address)?;
    let address = Address::new(address.user(), domain).map_err(|_| MailError::Address)?;
    let is_plain = !text.chars().any(char::is_control) && text.len() <= MAX_ADDRESS;
    if is_plain { Ok(address) } else { Err(MailError::Address) }
}

/// A domain in ASCII (RFC 5891); a literal address as it is.
fn ascii(domain: &str) -> Option<String> {
    if domain.starts_with('[') {
        return Some(domain.to_owned());
    }
    url::Host::parse(domain).ok().map(|host| host.to_string())
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_goes_to_one_plain_address_or_nowhere() {
        for (text, to) in [
            ("ada@mail.example", Some("ada@mail.example")),
            ("o'neil+export@mail.example", Some("o'neil+export@mail.example")),
            ("\"ada lovelace\"@mail.example", Some("\"ada lovelace\"@mail.example")),
            ("ada@münchen.example", Some("ada@xn--mnchen-3ya.example")),
            ("ada@MAIL.example", Some("ada@mail.example")),
            ("ädä@mail.example", Some("ädä@mail.example")),
            ("Ada <ada@mail.example>", None),
            ("ada@mail.example, eve@evil.example", None),
            ("ada@mail.example\r\nBcc: eve@evil.example", None),
            ("\"ada\r\nBcc: eve@evil.example\"@mail.example", None),
            ("\"ada\nBcc\"@mail.example", None),
            ("ada@mail.example>", None),
            ("ada>\0@mail.example", None),
            ("ada@mail\u{2028}.example", None),
            ("ada", None),
            ("", None),
        ] {
            assert_eq!(recipient(text).ok().as_ref().map(AsRef::<str>::as_ref), to, "{text:?}");
        }
        assert!(recipient(&format!("a@{}.example", "b".repeat(60).repeat(4))).is_err());
    }

    #[test]
    fn a_failing_mail_is_tried_ever_more_rarely() {
        let now = Timestamp::from_secs(1000);
        let waits: Vec<_> = [0, 1, 2, 30].map(|attempts| next_try(attempts, now).since(now).as_secs()).to_vec();
        assert_eq!(waits, [5, 10, 20, 900]);
    }
}
