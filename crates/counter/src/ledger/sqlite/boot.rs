//! What a counter does before it answers: it makes up for the time it was down, and finds out whether it was restored.

use carryall_protocol::Timestamp;
use tracing::{info, warn};

use super::{Store, audit, facts};
use crate::ledger::{LedgerError, row};
use crate::rule::downtime;

impl Store {
    /// Begins anew after the last sign of life at `last_alive`. With a clock that is behind it, nothing is touched.
    pub(super) async fn boot(&self, last_alive: Timestamp) -> Result<(), LedgerError> {
        if facts::read(&self.writer, facts::IS_BACKUP).await? == Some(1) {
            self.note_restore().await?;
        }
        let Ok(now) = self.time.moment() else { return Ok(()) };
        self.extend_leases(last_alive, now).await?;
        self.sign_of_life(now).await
    }

    /// Remembers that the counter was up at this moment.
    pub(super) async fn sign_of_life(&self, now: Timestamp) -> Result<(), LedgerError> {
        let mut writer = self.writer.acquire().await?;
        facts::write_moment(&mut writer, facts::ALIVE_AT, now).await?;
        self.time.recorded(now);
        Ok(())
    }

    /// This ledger is a back-up: what was granted since it was made is not known, so one cooldown has to pass.
    async fn note_restore(&self) -> Result<(), LedgerError> {
        let until = self.policy.cooldown.end(self.time.shown());
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
            let (account, export) = (row::account(found)?, row::read(found)?);
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
