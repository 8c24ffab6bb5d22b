//! The ledger in one SQLite file.
//!
//! WAL with `synchronous = FULL` (NORMAL can lose the last commits to a power cut, and so grant twice), `secure_delete`
//! (an erased address is overwritten), and one connection for writing: writers queue in order instead of retrying.
//!
//! | module | what it does |
//! |---|---|
//! | `writer` | takes commands in the order they come and commits many of them at once |
//! | `rows` | an account's history, read and written |
//! | `audit` | what happened, under pseudonyms |
//! | `memory` | histories that were read or written lately |
//! | `facts` | what holds for the counter as a whole |
//! | `boot` | what a counter that was down, or was restored, does first |
//! | `outbox` | mails that wait |
//! | `registry`, `upkeep`, `backup` | what the operator asks for, and what has to be done now and then |

mod audit;
pub mod backup;
mod boot;
mod facts;
mod memory;
mod outbox;
mod registry;
mod rows;
mod upkeep;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use carryall_protocol::{AccountId, Timestamp};
use futures_util::future::BoxFuture;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, SqlStr, SqlitePool};
use tokio::sync::{Notify, mpsc};

use super::timepiece::Timepiece;
use super::{Ledger, LedgerError, Letter, MailOutcome, Outbox, Outcome, Seen, Whose};
use crate::clock::Clock;
use crate::policy::Policy;
use crate::private;
use crate::rule::{Command, History, settle};
use facts::Facts;
use memory::Memory;
use writer::Job;

/// How many commands may wait to be written; whoever comes then waits to wait.
const WAITING: usize = 4096;

/// Gives an account the name it has in the audit.
pub type Pseudonyms = Box<dyn Fn(&AccountId) -> String + Send + Sync>;

/// How long things are kept that no decision needs any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Exports that are over.
    pub exports: Duration,
    /// Entries of the audit.
    pub audit: Duration,
}

/// The ledger in one SQLite file.
pub struct SqliteLedger {
    store: Arc<Store>,
    jobs: mpsc::Sender<Job>,
}

/// What reads and writes share.
struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
    policy: Policy,
    retention: Retention,
    time: Timepiece,
    facts: Facts,
    memory: Memory,
    pseudonyms: Pseudonyms,
    /// Whether the last upkeep could be recorded.
    is_writable: AtomicBool,
    /// Rings when a mail was put into the outbox.
    bell: Arc<Notify>,
}

impl SqliteLedger {
    /// Opens the file, creating it where it is missing, brings its tables up to date, and makes up for the time the counter was
    /// down. Must be called within a Tokio runtime: a task of it writes until the ledger is dropped.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Open`] and [`LedgerError::Migrate`].
    pub async fn open(
        path: &Path,
        policy: Policy,
        retention: Retention,
        clock: Arc<dyn Clock>,
        pseudonyms: Pseudonyms,
    ) -> Result<Self, LedgerError> {
        let open = |source| LedgerError::Open { path: path.to_owned(), source };
        create_private(path).map_err(|error| open(error.into()))?;
        let writer = pool(1).connect_with(options(path)).await.map_err(open)?;
        migrations().run(&writer).await?;
        let readers = pool(2).connect_with(options(path)).await.map_err(open)?;
        let latest = facts::read_moment(&writer, facts::ALIVE_AT).await?.unwrap_or(Timestamp::from_millis(0));
        let time = Timepiece::new(clock, latest);
        let facts = Facts::read(&writer).await?;
        let (memory, is_writable, bell) = (Memory::default(), AtomicBool::new(true), Arc::default());
        let store = Store { writer, readers, policy, retention, time, facts, memory, pseudonyms, is_writable, bell };
        let store = Arc::new(store);
        store.boot().await?;
        let (jobs, waiting) = mpsc::channel(WAITING);
        tokio::spawn(writer::work(Arc::clone(&store), waiting));
        Ok(Self { store, jobs })
    }
}

impl Ledger for SqliteLedger {
    fn apply(&self, whose: Whose, command: Command, letter: Option<Letter>) -> BoxFuture<'_, Result<Outcome, LedgerError>> {
        Box::pin(async move {
            let (job, outcome) = Job::new(whose, command, letter);
            self.jobs.send(job).await.map_err(|_| LedgerError::Stopped)?;
            outcome.await.map_err(|_| LedgerError::Stopped)?
        })
    }

    fn history(&self, account: AccountId) -> BoxFuture<'_, Result<Seen, LedgerError>> {
        Box::pin(async move {
            let now = self.store.time.shown();
            let history = self.store.read(&account, now).await?;
            let right = self.store.time.is_right();
            let history = if right { settle::settled(&history, &self.store.policy, now) } else { History::clone(&history) };
            Ok(Seen { history, standing: self.store.facts.standing(), now })
        })
    }

    fn clock_is_right(&self) -> bool {
        self.store.time.is_right()
    }

    fn check(&self) -> BoxFuture<'_, Result<(), LedgerError>> {
        Box::pin(async move {
            sqlx::query("SELECT count(*) FROM exports WHERE id = ''").execute(&self.store.readers).await?;
            if self.store.is_writable.load(Ordering::Relaxed) { Ok(()) } else { Err(LedgerError::Unwritable) }
        })
    }

    fn bell(&self) -> Arc<Notify> {
        Arc::clone(&self.store.bell)
    }

    fn due_mails(&self) -> BoxFuture<'_, Result<Outbox, LedgerError>> {
        Box::pin(async move {
            match self.store.time.moment() {
                Ok(now) => self.store.due_mails(now).await,
                Err(_) => Ok(Outbox { due: Vec::new(), waiting: true }),
            }
        })
    }

    fn drop_mails(&self) -> BoxFuture<'_, Result<(), LedgerError>> {
        Box::pin(async move {
            outbox::drop_all(&self.store.writer).await?;
            self.store.memory.forget_all();
            Ok(())
        })
    }

    fn note_mail(&self, id: i64, outcome: MailOutcome) -> BoxFuture<'_, Result<Option<AccountId>, LedgerError>> {
        Box::pin(async move {
            let account = outbox::note(&self.store.writer, id, outcome).await?;
            account.iter().for_each(|account| self.store.memory.forget(account));
            Ok(account)
        })
    }
}

impl Store {
    /// An account's history as it is on disk.
    async fn read(&self, account: &AccountId, now: Timestamp) -> Result<Arc<History>, LedgerError> {
        let version = match self.memory.find(account) {
            Ok(history) => return Ok(history),
            Err(version) => version,
        };
        let mut reader = self.readers.acquire().await?;
        let history = Arc::new(rows::load(&mut reader, account, now.before(self.policy.horizon())).await?);
        self.memory.keep_read(account.clone(), Arc::clone(&history), version);
        Ok(history)
    }

    /// The mails whose time has come; how the others fare may have changed.
    async fn due_mails(&self, now: Timestamp) -> Result<Outbox, LedgerError> {
        let (mails, dropped) = outbox::due(&self.writer, now).await?;
        if dropped {
            self.memory.forget_all();
        }
        Ok(mails)
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("secure_delete", "ON")
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
}

/// Where a write fails for want of room, SQLite undoes the transaction itself, which sqlx does not notice: such a connection could never
/// begin another, and is replaced.
fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(10))
        .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
}

/// Makes the file readable by its owner alone (SQLite gives its side files the same mode); one that exists is kept as it is.
fn create_private(path: &Path) -> std::io::Result<()> {
    private::file().create(true).truncate(false).open(path).map(|_| ())
}

fn migrations() -> Migrator {
    let simple = |version, name: &'static str, sql| {
        Migration::new(version, name.into(), MigrationType::Simple, SqlStr::from_static(sql), false)
    };
    Migrator::with_migrations(vec![
        simple(1, "first", include_str!("../../migrations/0001_first.sql")),
        simple(2, "ended mails", include_str!("../../migrations/0002_ended_mails.sql")),
        simple(3, "whole", include_str!("../../migrations/0003_whole.sql")),
    ])
}
