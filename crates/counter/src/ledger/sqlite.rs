//! The ledger in one SQLite file.
//!
//! WAL with `synchronous = FULL` (NORMAL can lose the last commits to a power cut, and so grant twice), `secure_delete`
//! (an erased address is overwritten), and one connection for writing: writers queue in order instead of retrying.

mod outbox;

use std::fs::OpenOptions;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use carryall_protocol::{AccountId, ExportId, Timestamp};
use futures_util::future::BoxFuture;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Row, SqlStr, SqliteConnection, SqlitePool};
use tracing::error;

use super::{Applied, Ledger, LedgerError, Letter, MailOutcome, Outbox, Whose, row};
use crate::clock::Clock;
use crate::policy::Policy;
use crate::rule::{self, Command, Event, Export, History, Refusal, Transition, settle};

/// The ledger in one SQLite file.
pub struct SqliteLedger {
    writer: SqlitePool,
    readers: SqlitePool,
    policy: Policy,
    clock: Arc<dyn Clock>,
    was_steady: AtomicBool,
}

impl SqliteLedger {
    /// Opens the file, creating it where it is missing, and brings its tables up to date.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Open`] and [`LedgerError::Migrate`].
    pub async fn open(path: &Path, policy: Policy, clock: Arc<dyn Clock>) -> Result<Self, LedgerError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("secure_delete", "ON")
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5));
        let pool = |connections| SqlitePoolOptions::new().max_connections(connections).acquire_timeout(Duration::from_secs(10));
        let open = |source| LedgerError::Open { path: path.to_owned(), source };
        create_private(path).map_err(|error| open(error.into()))?;
        let writer = pool(1).connect_with(options.clone()).await.map_err(open)?;
        migrations().run(&writer).await?;
        let readers = pool(2).connect_with(options).await.map_err(open)?;
        Ok(Self { writer, readers, policy, clock, was_steady: AtomicBool::new(true) })
    }

    /// Whether deadlines may be evaluated; says so once where they may not.
    fn is_steady(&self) -> bool {
        let steady = self.clock.is_steady();
        if self.was_steady.swap(steady, Ordering::SeqCst) && !steady {
            error!("the clock has jumped, so nothing is decided: set it right, or start the counter again where it is right");
        }
        steady
    }

    /// The whole transaction of [`Ledger::apply`].
    async fn transact(
        &self,
        whose: Whose,
        command: Command,
        letter: Option<Letter>,
    ) -> Result<Result<Applied, Refusal>, LedgerError> {
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        let now = self.clock.now();
        if !self.is_steady() {
            return Ok(Err(Refusal::ClockWrong));
        }
        let Some(account) = account_of(&mut transaction, whose).await? else {
            return Ok(Err(Refusal::TokenWrong));
        };
        let before = load(&mut transaction, &self.policy, &account, now).await?;
        let transition = match rule::decide(&before, &self.policy, &command, now) {
            Ok(transition) => transition,
            Err(refusal) => return Ok(Err(refusal)),
        };
        store(&mut transaction, &account, &before, &transition.history).await?;
        let applied = applied(transition, account, now)?;
        if is_news(applied.event) {
            audit(&mut transaction, &applied).await?;
            if let Some(letter) = letter {
                outbox::enqueue(&mut transaction, &applied, &letter).await?;
            }
        }
        transaction.commit().await?;
        Ok(Ok(applied))
    }
}

impl Ledger for SqliteLedger {
    fn apply(
        &self,
        whose: Whose,
        command: Command,
        letter: Option<Letter>,
    ) -> BoxFuture<'_, Result<Result<Applied, Refusal>, LedgerError>> {
        Box::pin(self.transact(whose, command, letter))
    }

    fn history(&self, account: AccountId) -> BoxFuture<'_, Result<(History, Timestamp), LedgerError>> {
        Box::pin(async move {
            let now = self.clock.now();
            let mut reader = self.readers.acquire().await?;
            let history = load(&mut reader, &self.policy, &account, now).await?;
            let history = if self.is_steady() { settle::settled(&history, &self.policy, now) } else { history };
            Ok((history, now))
        })
    }

    fn check(&self) -> BoxFuture<'_, Result<(), LedgerError>> {
        Box::pin(async move {
            sqlx::query("SELECT count(*) FROM exports WHERE id = ''").execute(&self.readers).await?;
            Ok(())
        })
    }

    fn due_mails(&self) -> BoxFuture<'_, Result<Outbox, LedgerError>> {
        Box::pin(async move {
            if !self.is_steady() {
                return Ok(Outbox { due: Vec::new(), waiting: true });
            }
            outbox::due(&self.writer, self.clock.now()).await
        })
    }

    fn drop_mails(&self) -> BoxFuture<'_, Result<(), LedgerError>> {
        Box::pin(outbox::drop_all(&self.writer))
    }

    fn note_mail(&self, id: i64, outcome: MailOutcome) -> BoxFuture<'_, Result<(), LedgerError>> {
        Box::pin(outbox::note(&self.writer, id, outcome))
    }
}

/// Makes the file readable by its owner alone (SQLite gives its side files the same mode); one that exists is kept as it is.
fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(|_| ())
}

fn migrations() -> Migrator {
    let simple = |version, name: &'static str, sql| {
        Migration::new(version, name.into(), MigrationType::Simple, SqlStr::from_static(sql), false)
    };
    Migrator::with_migrations(vec![
        simple(1, "first", include_str!("../../migrations/0001_first.sql")),
        simple(2, "ended mails", include_str!("../../migrations/0002_ended_mails.sql")),
    ])
}

async fn account_of(connection: &mut SqliteConnection, whose: Whose) -> Result<Option<AccountId>, LedgerError> {
    match whose {
        Whose::Account(account) => Ok(Some(account)),
        Whose::OwnerOf(export) => owner(connection, &export).await,
    }
}

async fn owner(connection: &mut SqliteConnection, export: &ExportId) -> Result<Option<AccountId>, LedgerError> {
    let found = sqlx::query("SELECT account FROM exports WHERE id = ?1").bind(export.as_str()).fetch_optional(connection).await?;
    let Some(found) = found else { return Ok(None) };
    AccountId::new(found.try_get::<String, _>("account")?).map(Some).map_err(|_| row::unreadable("account"))
}

/// Every export of the account that still matters, and the latest in any case.
async fn load(
    connection: &mut SqliteConnection,
    policy: &Policy,
    account: &AccountId,
    now: Timestamp,
) -> Result<History, LedgerError> {
    let horizon = row::millis(now) - i64::try_from(policy.horizon().as_millis()).unwrap_or(i64::MAX);
    let rows = sqlx::query(
        "SELECT * FROM exports_with_mail WHERE account = ?1 AND (changed_at >= ?2 OR number = \
         (SELECT max(number) FROM exports WHERE account = ?1)) ORDER BY number",
    )
    .bind(account.as_str())
    .bind(horizon)
    .fetch_all(connection)
    .await?;
    Ok(History { exports: rows.iter().map(row::read).collect::<Result<_, _>>()? })
}

/// Stores what differs, and forgets the mails that ended exports no longer need.
async fn store(
    connection: &mut SqliteConnection,
    account: &AccountId,
    before: &History,
    after: &History,
) -> Result<(), LedgerError> {
    for export in after.exports.iter().filter(|export| before.find(&export.id) != Some(export)) {
        row::bind(account.as_str(), export)?.execute(&mut *connection).await?;
        outbox::drop_pointless(connection, export).await?;
    }
    Ok(())
}

fn applied(transition: Transition, account: AccountId, now: Timestamp) -> Result<Applied, LedgerError> {
    let Transition { history, export, event } = transition;
    let export: Option<Export> = history.exports.into_iter().find(|one| one.id == export);
    Ok(Applied { account, export: export.ok_or(row::unreadable("id"))?, event, now })
}

/// A heartbeat is no news: one export would leave thousands of lines.
const fn is_news(event: Event) -> bool {
    !matches!(event, Event::Renewed | Event::Repeated)
}

async fn audit(connection: &mut SqliteConnection, applied: &Applied) -> Result<(), LedgerError> {
    sqlx::query("INSERT INTO audit (at, account, export, event, epoch) VALUES (?1, ?2, ?3, ?4, ?5)")
        .bind(row::millis(applied.now))
        .bind(applied.account.as_str())
        .bind(applied.export.id.as_str())
        .bind(applied.event.as_str())
        .bind(applied.export.epoch())
        .execute(connection)
        .await?;
    Ok(())
}
