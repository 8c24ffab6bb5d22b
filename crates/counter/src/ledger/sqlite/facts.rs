//! What holds for the counter as a whole. It changes rarely and is asked for with every command, so it is held in memory too.

use std::sync::{Mutex, MutexGuard, PoisonError};

use carryall_protocol::Timestamp;
use sqlx::{Row, SqliteConnection, SqlitePool};

use crate::ledger::{LedgerError, row};
use crate::rule::Standing;

/// The moment of the last decision, or the last sign of life without one.
pub(super) const ALIVE_AT: &str = "alive_at";
/// 1 while the operator lets nothing new begin.
pub(super) const PAUSED: &str = "paused";
/// After a restore: the moment from which on exports may begin.
pub(super) const NOT_BEFORE: &str = "not_before";
/// 1 in a copy that nobody has opened as a ledger yet.
pub(super) const IS_BACKUP: &str = "is_backup";

/// The facts that decisions need.
pub(super) struct Facts(Mutex<Known>);

#[derive(Debug, Clone, Copy, Default)]
struct Known {
    paused: bool,
    not_before: Option<Timestamp>,
}

impl Facts {
    /// As they are on record.
    pub(super) async fn read(pool: &SqlitePool) -> Result<Self, LedgerError> {
        let paused = read(pool, PAUSED).await? == Some(1);
        let not_before = read_moment(pool, NOT_BEFORE).await?;
        Ok(Self(Mutex::new(Known { paused, not_before })))
    }

    /// As the rule wants to know them.
    pub(super) fn standing(&self) -> Standing {
        let Known { paused, not_before } = *self.known();
        Standing { paused, not_before, ..Standing::default() }
    }

    pub(super) fn set_paused(&self, paused: bool) {
        self.known().paused = paused;
    }

    pub(super) fn set_not_before(&self, not_before: Option<Timestamp>) {
        self.known().not_before = not_before;
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Whoever panicked left a whole value behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The value of a fact, if it has one.
pub(super) async fn read(pool: &SqlitePool, name: &str) -> Result<Option<i64>, LedgerError> {
    let found = sqlx::query("SELECT value FROM facts WHERE name = ?1").bind(name).fetch_optional(pool).await?;
    Ok(found.map(|found| found.try_get("value")).transpose()?)
}

/// The same as a moment.
pub(super) async fn read_moment(pool: &SqlitePool, name: &'static str) -> Result<Option<Timestamp>, LedgerError> {
    let millis = read(pool, name).await?;
    millis.map(|millis| u64::try_from(millis).map(Timestamp::from_millis).map_err(|_| row::unreadable(name))).transpose()
}

/// Gives a fact a value, or takes it away.
pub(super) async fn write(connection: &mut SqliteConnection, name: &str, value: Option<i64>) -> Result<(), LedgerError> {
    match value {
        Some(value) => {
            let upsert = "INSERT INTO facts (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2";
            sqlx::query(upsert).bind(name).bind(value).execute(connection).await?;
        }
        None => {
            sqlx::query("DELETE FROM facts WHERE name = ?1").bind(name).execute(connection).await?;
        }
    }
    Ok(())
}

/// Gives a fact a moment.
pub(super) async fn write_moment(connection: &mut SqliteConnection, name: &str, moment: Timestamp) -> Result<(), LedgerError> {
    write(connection, name, Some(row::millis(moment))).await
}
