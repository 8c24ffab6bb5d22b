//! Mails that wait. **Addresses, tokens, languages and browsers stand here only until the mail is sent or dropped**: the
//! database itself blanks them then (`migrations/0002`). A mail that was dropped while it was being tried stays dropped.

use std::time::Duration;

use carryall_protocol::counter::ExportState;
use carryall_protocol::{AccountId, Timestamp};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection, SqlitePool};
use tracing::warn;

use crate::ledger::row::{self, unreadable};
use crate::ledger::{Applied, DueMail, LedgerError, Letter, LetterKind, MailOutcome, Outbox};
use crate::rule::Export;

/// How long a mail is tried where nothing else ends it.
const PATIENCE: Duration = Duration::from_secs(24 * 3600);

/// How many mails are taken up at once.
const BATCH: u32 = 20;

/// Puts a mail into the outbox, in the transaction that gives it its reason.
pub(super) async fn enqueue(connection: &mut SqliteConnection, applied: &Applied, letter: &Letter) -> Result<(), LedgerError> {
    let (kind, token, browser) = match &letter.kind {
        LetterKind::Confirmation { token } => ("confirmation", Some(token), None),
        LetterKind::Ready { browser } => ("ready", None, browser.as_ref()),
    };
    let drop_at = applied.export.deadline().unwrap_or_else(|| applied.now.after(PATIENCE));
    sqlx::query(
        "INSERT INTO outbox (export, kind, state, address, token, locale, browser, next_try_at, drop_at) \
         VALUES (?1, ?2, 'queued', ?3, ?4, ?5, ?6, ?7, ?8)",
    )
    .bind(applied.export.id.as_str())
    .bind(kind)
    .bind(letter.to.as_str())
    .bind(token)
    .bind(letter.locale.as_deref())
    .bind(browser)
    .bind(row::millis(applied.now))
    .bind(row::millis(drop_at))
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets a confirmation that nobody can use any more, and a notice about what is gone.
pub(super) async fn drop_pointless(connection: &mut SqliteConnection, export: &Export) -> Result<(), LedgerError> {
    let (pending, available) = (export.state() == ExportState::Pending, export.state() == ExportState::Completed);
    sqlx::query(
        "UPDATE outbox SET state = 'dropped' WHERE export = ?1 \
         AND state IN ('queued', 'failing') AND ((kind = 'confirmation' AND NOT ?2) OR (kind = 'ready' AND NOT ?3))",
    )
    .bind(export.id.as_str())
    .bind(pending)
    .bind(available)
    .execute(connection)
    .await?;
    Ok(())
}

/// The mails whose time has come; those whose time is over are dropped. Says whether any were.
pub(super) async fn due(pool: &SqlitePool, now: Timestamp) -> Result<(Outbox, bool), LedgerError> {
    let over = "UPDATE outbox SET state = 'dropped' WHERE state IN ('queued', 'failing') AND drop_at <= ?1";
    let mut dropped = sqlx::query(over).bind(row::millis(now)).execute(pool).await?.rows_affected();
    let rows = sqlx::query(
        "SELECT exports_with_mail.*, outbox.id AS outbox_id, outbox.kind, outbox.address, outbox.token, outbox.locale, \
         outbox.browser, outbox.attempts FROM outbox JOIN exports_with_mail ON exports_with_mail.id = outbox.export \
         WHERE outbox.state IN ('queued', 'failing') AND next_try_at <= ?1 ORDER BY outbox.id LIMIT ?2",
    )
    .bind(row::millis(now))
    .bind(BATCH)
    .fetch_all(pool)
    .await?;
    let mut due = Vec::with_capacity(rows.len());
    for found in &rows {
        match read(found) {
            Ok(mail) => due.push(mail),
            Err(error) => {
                warn!(%error, "a mail in the outbox is unreadable, so it is dropped");
                dropped += drop_one(pool, found.try_get("outbox_id")?).await?;
            }
        }
    }
    let waits = "SELECT EXISTS (SELECT 1 FROM outbox WHERE state IN ('queued', 'failing')) AS waiting";
    let waiting: bool = sqlx::query(waits).fetch_one(pool).await?.try_get("waiting")?;
    // Between two mails, whether or not others wait for another try.
    if dropped > 0 || due.is_empty() {
        forget(pool).await?;
    }
    Ok((Outbox { due, waiting }, dropped > 0))
}

/// Drops a mail that cannot be read: it must not hold up the others.
async fn drop_one(pool: &SqlitePool, id: i64) -> Result<u64, LedgerError> {
    let dropped = sqlx::query("UPDATE outbox SET state = 'dropped' WHERE id = ?1").bind(id).execute(pool).await?;
    Ok(dropped.rows_affected())
}

/// Drops every mail that waits: nobody is there to hand it over.
pub(super) async fn drop_all(pool: &SqlitePool) -> Result<(), LedgerError> {
    sqlx::query("UPDATE outbox SET state = 'dropped' WHERE state IN ('queued', 'failing')").execute(pool).await?;
    forget(pool).await
}

fn read(found: &SqliteRow) -> Result<DueMail, LedgerError> {
    let kind = match found.try_get::<String, _>("kind")?.as_str() {
        "confirmation" => {
            LetterKind::Confirmation { token: found.try_get::<Option<String>, _>("token")?.ok_or(unreadable("token"))? }
        }
        _ => LetterKind::Ready { browser: found.try_get("browser")? },
    };
    let to = found.try_get::<Option<String>, _>("address")?.ok_or(unreadable("address"))?;
    Ok(DueMail {
        id: found.try_get("outbox_id")?,
        attempts: found.try_get("attempts")?,
        letter: Letter { to, locale: found.try_get("locale")?, kind },
        export: row::read(found)?,
    })
}

/// Notes what became of a mail, unless it was dropped meanwhile. Says whose it is.
pub(super) async fn note(pool: &SqlitePool, id: i64, outcome: MailOutcome) -> Result<Option<AccountId>, LedgerError> {
    match outcome {
        MailOutcome::Sent => finish(pool, id, "sent").await?,
        MailOutcome::Refused => finish(pool, id, "dropped").await?,
        MailOutcome::TryAgainAt(moment) => {
            let failing = "UPDATE outbox SET state = 'failing', attempts = attempts + 1, next_try_at = ?2 \
                           WHERE id = ?1 AND state IN ('queued', 'failing')";
            sqlx::query(failing).bind(id).bind(row::millis(moment)).execute(pool).await?;
        }
    }
    let whose = "SELECT account FROM exports WHERE id = (SELECT export FROM outbox WHERE id = ?1)";
    let whose = sqlx::query(whose).bind(id).fetch_optional(pool).await?;
    whose.map(|found| row::account(&found)).transpose()
}

/// Ends a mail, and what is known of it with it.
async fn finish(pool: &SqlitePool, id: i64, state: &str) -> Result<(), LedgerError> {
    let finish = "UPDATE outbox SET state = ?2, attempts = attempts + 1 WHERE id = ?1 AND state IN ('queued', 'failing')";
    sqlx::query(finish).bind(id).bind(state).execute(pool).await?;
    forget(pool).await
}

/// Empties the write-ahead log, which still holds what was erased from the tables.
pub(super) async fn forget(pool: &SqlitePool) -> Result<(), LedgerError> {
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(pool).await?;
    Ok(())
}
