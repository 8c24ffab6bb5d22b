//! What happened, in the transaction in which it happened. Accounts stand here under pseudonyms.

use carryall_protocol::Timestamp;
use sqlx::{Row, SqliteConnection, SqlitePool};

use crate::ledger::registry::{AuditEntry, AuditFrom};
use crate::ledger::{LedgerError, row};
use crate::rule::{Event, Export, History, Transition};

/// The word for an export, or a run, whose time was over, or that another one has ended.
const LAPSED: &str = "lapsed";

/// Writes what a transition did, and what had lapsed before it.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    account: &str,
    before: &History,
    changed: &[&Export],
    transition: Option<&Transition>,
    now: Timestamp,
) -> Result<(), LedgerError> {
    for export in changed {
        let own = transition.filter(|transition| transition.export == export.id).map(|transition| transition.event);
        let lapsed = before.find(&export.id).is_some_and(|was| was.state() != export.state());
        let event = own.filter(|event| is_news(*event)).map(Event::as_str).or(lapsed.then_some(LAPSED));
        if let Some(event) = event {
            insert(connection, account, export, event, now).await?;
        }
    }
    Ok(())
}

/// A heartbeat is no news: one export would leave thousands of lines. Neither is it that somebody still waits.
const fn is_news(event: Event) -> bool {
    !matches!(event, Event::Renewed | Event::Repeated | Event::Queued)
}

/// Writes one entry.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    account: &str,
    export: &Export,
    event: &str,
    now: Timestamp,
) -> Result<(), LedgerError> {
    sqlx::query("INSERT INTO audit (at, account, export, event, epoch, code) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
        .bind(row::millis(now))
        .bind(account)
        .bind(export.id.as_str())
        .bind(event)
        .bind(export.epoch())
        .bind(export.end.as_ref().map(|end| end.code.as_str()))
        .execute(connection)
        .await?;
    Ok(())
}

/// Reads entries, oldest first.
pub(super) async fn read(pool: &SqlitePool, from: &AuditFrom, account: Option<String>) -> Result<Vec<AuditEntry>, LedgerError> {
    let rows = sqlx::query("SELECT * FROM audit WHERE id > ?1 AND (?2 IS NULL OR account = ?2) ORDER BY id LIMIT ?3")
        .bind(from.after)
        .bind(account)
        .bind(from.limit)
        .fetch_all(pool)
        .await?;
    let entry = |found: &sqlx::sqlite::SqliteRow| {
        Ok(AuditEntry {
            id: found.try_get("id")?,
            at: row::moment(found, "at")?.ok_or(row::unreadable("at"))?,
            account: row::text(found, "account")?,
            export: row::text(found, "export")?,
            event: row::text(found, "event")?,
            epoch: found.try_get("epoch")?,
            code: found.try_get("code")?,
        })
    };
    rows.iter().map(entry).collect()
}
