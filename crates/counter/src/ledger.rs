//! Where the facts are kept.
//!
//! **One atomic operation changes them** ([`Ledger::apply`]): read the account's history, apply the rule, store what
//! differs, write the audit and put the mail into the outbox; all of it or nothing. The moment of the decision is read
//! once the account is locked, so decisions are ordered as their moments are.
//!
//! Places for what is to come: PostgreSQL for several nodes would be another implementation of the traits. The keys of encrypted
//! archives will have a store of their own, which no back-up reaches; nothing of them belongs here.
//!
//! Absent: any decision of its own; a second way to change an export.

pub mod registry;
mod row;
pub mod sqlite;
mod timepiece;

use std::path::PathBuf;
use std::sync::Arc;

use carryall_protocol::{AccountId, ExportId, Timestamp};
use futures_util::future::BoxFuture;
use thiserror::Error;
use tokio::sync::Notify;

use crate::rule::{Command, Event, Export, History, Refusal, Standing};

pub use registry::Registry;
pub use sqlite::{Retention, SqliteLedger};

/// Where the facts are kept.
pub trait Ledger: Send + Sync {
    /// Applies the rule to one command and keeps what came of it. The letter is put into the outbox if the command is
    /// granted and is not a repetition.
    fn apply(&self, whose: Whose, command: Command, letter: Option<Letter>) -> BoxFuture<'_, Result<Outcome, LedgerError>>;

    /// The account's history at this moment, deadlines that have passed included. Changes nothing.
    fn history(&self, account: AccountId) -> BoxFuture<'_, Result<Seen, LedgerError>>;

    /// Whether the clock can be relied on. While it cannot, nothing is decided.
    fn clock_is_right(&self) -> bool;

    /// Whether facts can be read, and could be written when that was last tried.
    fn check(&self) -> BoxFuture<'_, Result<(), LedgerError>>;

    /// Rings whenever a mail was put into the outbox, whether or not whoever asked for it is there still.
    fn bell(&self) -> Arc<Notify>;

    /// The mails whose time has come. Those that have become pointless are dropped on the way.
    fn due_mails(&self) -> BoxFuture<'_, Result<Outbox, LedgerError>>;

    /// Drops every mail that waits, where none is sent any more.
    fn drop_mails(&self) -> BoxFuture<'_, Result<(), LedgerError>>;

    /// Notes what became of a mail: sent or refused (its letter is erased), or to be tried again at the moment given. One
    /// that was dropped meanwhile stays dropped. Says whose it is.
    fn note_mail(&self, id: i64, outcome: MailOutcome) -> BoxFuture<'_, Result<Option<AccountId>, LedgerError>>;
}

/// What came of a command.
pub type Outcome = Result<Applied, Refusal>;

/// What an account's history is at a moment.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The history.
    pub history: History,
    /// How the counter stands, as far as it concerns everybody.
    pub standing: Standing,
    /// The moment.
    pub now: Timestamp,
}

/// Whose history a command is about.
#[derive(Debug, Clone)]
pub enum Whose {
    /// This account's.
    Account(AccountId),
    /// The account's that has this export: a confirmation comes without credentials.
    OwnerOf(ExportId),
}

/// What a granted command came to.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The account it was about.
    pub account: AccountId,
    /// The export it was about, as it stands now.
    pub export: Export,
    /// What happened.
    pub event: Event,
    /// The moment of the decision.
    pub now: Timestamp,
}

/// A mail to be sent if the command is granted.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The address.
    pub to: String,
    /// The language wanted, as a BCP 47 tag.
    pub locale: Option<String>,
    /// What it is for.
    pub kind: LetterKind,
}

/// What a mail is for.
#[derive(Debug, Clone)]
pub enum LetterKind {
    /// Confirms a request by the link that carries this token.
    Confirmation {
        /// The token itself; only its hash is kept with the export.
        token: String,
    },
    /// Says that an export is ready.
    Ready {
        /// The browser that holds it, in words.
        browser: Option<String>,
    },
}

/// What the outbox holds.
#[derive(Debug, Clone)]
pub struct Outbox {
    /// The mails whose time has come, a few at a time.
    pub due: Vec<DueMail>,
    /// Whether any mail waits, due or not.
    pub waiting: bool,
}

/// A mail whose time has come.
#[derive(Debug, Clone)]
pub struct DueMail {
    /// Its number in the outbox.
    pub id: i64,
    /// How often it was tried.
    pub attempts: u32,
    /// The mail.
    pub letter: Letter,
    /// The export it is about.
    pub export: Export,
}

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailOutcome {
    /// Handed over.
    Sent,
    /// Not handed over; to be tried again then.
    TryAgainAt(Timestamp),
    /// Refused for good: it is dropped, and shown as failing.
    Refused,
}

impl MailOutcome {
    /// The word it is counted under.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::TryAgainAt(_) => "delayed",
            Self::Refused => "refused",
        }
    }
}

/// Why the ledger could not be read or written. Nothing was granted.
#[derive(Debug, Error)]
pub enum LedgerError {
    /// The database file cannot be opened.
    #[error("cannot open the database {}: {source}", .path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: sqlx::Error,
    },
    /// Its tables cannot be brought up to date.
    #[error("cannot bring the database up to date: {0}")]
    Migrate(sqlx::migrate::MigrateError),
    /// Its tables are those of a newer counter.
    #[error(
        "the database is a newer counter's (its tables have step {step}, which this one does not know): start that one again, or \
         restore the copy made before the upgrade"
    )]
    Newer {
        /// The first step of its tables that is unknown.
        step: i64,
    },
    /// What was to be recorded last could not be: the disk is full, or not to be written.
    #[error("the database could not be written lately; the log says why")]
    Unwritable,
    /// A statement failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// Its writer has ended.
    #[error("the ledger has stopped")]
    Stopped,
    /// A row does not say what it should.
    #[error("the database holds an unreadable {column}")]
    Unreadable {
        /// The column.
        column: &'static str,
    },
}

impl From<sqlx::migrate::MigrateError> for LedgerError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::VersionMissing(step) => Self::Newer { step },
            other => Self::Migrate(other),
        }
    }
}
