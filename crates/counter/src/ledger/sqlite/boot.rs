//! What a counter does before it decides anything: it makes up for the time it was down, and finds out whether it was restored.
//!
//! **It begins with a clock that is right, or not yet**: how long it was down, and when a restored ledger may go on, is told by
//! the clock alone. Until then nothing is decided.

use carryall_protocol::Timestamp;
use tracing::{error, info, warn};

use super::{Store, audit, facts};
use crate::ledger::{LedgerError, row};
use crate::rule::downtime;

impl Store {
    /// Begins after the last sign of life on record. With a clock that is wrong nothing is touched, and it has to be called again.
    pub(super) async fn boot(&self) -> Result<(), LedgerError> {
        let Some(now) = self.time.moment_to_begin() else { return Ok(()) };
        if facts::read(&self.writer, facts::IS_BACKUP).await? == Some(1) {
            // Who ran when it was made has long finished, for all that is known: no lease is given again.
            self.note_restore(now).await?;
        } else if let Some(last_alive) = facts::read_moment(&self.writer, facts::ALIVE_AT).await? {
            self.extend_leases(last_alive, now).await?;
        }
        self.memory.forget_all();
        self.sign_of_life(now).await?;
        self.time.begin();
        Ok(())
    }

    /// Remembers that the counter was up at this moment.
    pub(super) async fn sign_of_life(&self, now: Timestamp) -> Result<(), LedgerError> {
        let mut writer = self.writer.acquire().await?;
        facts::write_moment(&mut writer, facts::ALIVE_AT, now).await?;
        self.time.recorded(now);
        Ok(())
    }

    /// This ledger is a back-up: what was granted since it was made is not known, so one cooldown has to pass.
    async fn note_restore(&self, now: Timestamp) -> Result<(), LedgerError> {
        let until = self.policy.cooldown.end(now);
        let mut transaction = self.writer.begin().await?;
        facts::write_moment(&mut transaction, facts::NOT_BEFORE, until).await?;
        facts::write(&mut transaction, facts::IS_BACKUP, None).await?;
        transaction.commit().await?;
        self.facts.set_not_before(Some(until));
        warn!(%until, "this ledger was restored from a back-up: no export begins before then, unless an operator waives it");
        Ok(())
    }

    /// No browser could renew its lease while the counter was down.
    async fn extend_leases(&self, last_alive: Timestamp, now: Timestamp) -> Result<(), LedgerError> {
        let mut transaction = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        let leased = "SELECT * FROM exports_with_mail WHERE lease IS NOT NULL AND lease_until > ?1";
        let rows = sqlx::query(leased).bind(row::millis(last_alive)).fetch_all(&mut *transaction).await?;
        let mut extended = 0_u32;
        for found in &rows {
            let (account, export) = match row::account(found).and_then(|account| Ok((account, row::read(found)?))) {
                Ok(read) => read,
                Err(LedgerError::Unreadable { column }) => {
                    error!(column, "a row of an export is unreadable; it is left as it is");
                    continue;
                }
                Err(other) => return Err(other),
            };
            let Some(export) = downtime::made_good(&export, &self.policy, last_alive, now) else { continue };
            row::bind(account.as_str(), &export)?.execute(&mut *transaction).await?;
            audit::insert(&mut transaction, &(self.pseudonyms)(&account), &export, "extended", now).await?;
            extended += 1;
        }
        transaction.commit().await?;
        if extended > 0 {
            info!(extended, "exports that ran when the counter went down run on");
        }
        Ok(())
    }
}
