//! An account's history, read and written.

use carryall_protocol::counter::ExportState;
use carryall_protocol::{AccountId, ExportId, Timestamp};
use sqlx::{Row, SqliteConnection};

use super::outbox;
use crate::ledger::{LedgerError, Whose, row};
use crate::rule::{Export, History};

/// The account a command is about, if there is one.
pub(super) async fn account_of(connection: &mut SqliteConnection, whose: &Whose) -> Result<Option<AccountId>, LedgerError> {
    match whose {
        Whose::Account(account) => Ok(Some(account.clone())),
        Whose::OwnerOf(export) => owner(connection, export).await,
    }
}

async fn owner(connection: &mut SqliteConnection, export: &ExportId) -> Result<Option<AccountId>, LedgerError> {
    let found = sqlx::query("SELECT account FROM exports WHERE id = ?1").bind(export.as_str()).fetch_optional(connection).await?;
    found.map(|found| row::account(&found)).transpose()
}

/// Every export of the account that changed since a moment, and the latest in any case.
pub(super) async fn load(
    connection: &mut SqliteConnection,
    account: &AccountId,
    since: Timestamp,
) -> Result<History, LedgerError> {
    let rows = sqlx::query(
        "SELECT * FROM exports_with_mail WHERE account = ?1 AND (changed_at >= ?2 OR number = \
         (SELECT max(number) FROM exports WHERE account = ?1)) ORDER BY number",
    )
    .bind(account.as_str())
    .bind(row::millis(since))
    .fetch_all(connection)
    .await?;
    Ok(History { exports: rows.iter().map(row::read).collect::<Result<_, _>>()? })
}

/// Stores what differs, forgets the mails that ended exports no longer need, and says which exports have changed.
pub(super) async fn store<'e>(
    connection: &mut SqliteConnection,
    account: &AccountId,
    before: &History,
    after: &'e History,
) -> Result<Vec<&'e Export>, LedgerError> {
    let mut changed = Vec::new();
    for export in &after.exports {
        let was = before.find(&export.id);
        if was == Some(export) {
            continue;
        }
        row::bind(account.as_str(), export)?.execute(&mut *connection).await?;
        // Only what was pending, or available, has mails that can become pointless.
        let had_mails = |was: &Export| matches!(was.state(), ExportState::Pending | ExportState::Completed);
        if was.is_some_and(|was| had_mails(was) && was.state() != export.state()) {
            outbox::drop_pointless(connection, export).await?;
        }
        changed.push(export);
    }
    Ok(changed)
}

/// How many exports hold a live lease, and how many wait for a place and came before; one export is left out of both.
pub(super) async fn crowd(
    connection: &mut SqliteConnection,
    export: &ExportId,
    now: Timestamp,
) -> Result<(u32, u32), LedgerError> {
    let running = "SELECT count(*) AS many FROM exports WHERE lease IS NOT NULL AND lease_until > ?1 AND id != ?2";
    let running = sqlx::query(running).bind(row::millis(now)).bind(export.as_str()).fetch_one(&mut *connection).await?;
    // Whoever has no place yet, or lost it, comes after everybody who has one.
    let ahead = "WITH own AS (SELECT number, waiting_since AS since FROM exports WHERE id = ?2 AND waiting_until > ?1) \
         SELECT count(*) AS many FROM exports LEFT JOIN own \
         WHERE waiting_since IS NOT NULL AND waiting_until > ?1 AND id != ?2 \
         AND (own.since IS NULL OR waiting_since < own.since OR (waiting_since = own.since AND exports.number < own.number))";
    let ahead = sqlx::query(ahead).bind(row::millis(now)).bind(export.as_str()).fetch_one(connection).await?;
    Ok((running.try_get("many")?, ahead.try_get("many")?))
}
