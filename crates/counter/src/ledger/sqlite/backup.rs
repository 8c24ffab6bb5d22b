//! A copy of the ledger, made while it is in use.
//!
//! **A copy knows that it is one**: whoever opens it as a ledger finds that exports may have been granted since, and lets none
//! begin for one cooldown. It holds no mail address and no confirmation token.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{ConnectOptions as _, Connection as _, SqlitePool};

use super::{create_private, facts, options};
use crate::ledger::LedgerError;

/// Copies the database at `from`, which a counter may be using, to `to`, which must not be there yet.
///
/// # Errors
///
/// [`LedgerError::Open`] for either file, and those of SQLite.
pub async fn copy(from: &Path, to: &Path) -> Result<(), LedgerError> {
    let open = |source| LedgerError::Open { path: from.to_owned(), source };
    let source = options(from).create_if_missing(false).read_only(true);
    let pool = super::pool(1).connect_with(source).await.map_err(open)?;
    let open = |source: std::io::Error| LedgerError::Open { path: to.to_owned(), source: source.into() };
    if to.exists() {
        return Err(open(std::io::ErrorKind::AlreadyExists.into()));
    }
    // Beside its place until it is whole: what a failure or a crash leaves must never be taken for a copy.
    let mut unfinished = to.as_os_str().to_owned();
    unfinished.push(".new");
    let unfinished = Path::new(&unfinished);
    let _ = std::fs::remove_file(unfinished);
    let written = write(&pool, unfinished).await.and_then(|()| std::fs::rename(unfinished, to).map_err(open));
    if written.is_err() {
        let _ = std::fs::remove_file(unfinished);
    }
    written
}

/// Copies what this pool sees, and marks it.
async fn write(pool: &SqlitePool, to: &Path) -> Result<(), LedgerError> {
    let open = |source: sqlx::Error| LedgerError::Open { path: to.to_owned(), source };
    // An empty file is one SQLite may copy into, and it is nobody else's to read.
    create_private(to).map_err(|error| open(error.into()))?;
    sqlx::query("VACUUM INTO ?1").bind(to.to_string_lossy().into_owned()).execute(pool).await?;
    let options = SqliteConnectOptions::new().filename(to).journal_mode(SqliteJournalMode::Delete);
    let mut copy = options.pragma("secure_delete", "ON").connect().await.map_err(open)?;
    sqlx::query("UPDATE outbox SET state = 'dropped' WHERE state IN ('queued', 'failing')").execute(&mut copy).await?;
    facts::write(&mut copy, facts::IS_BACKUP, Some(1)).await?;
    copy.close().await?;
    Ok(())
}
