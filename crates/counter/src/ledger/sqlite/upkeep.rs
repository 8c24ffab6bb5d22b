//! What has to be done now and then: deadlines that have passed are recorded, and what is too old is forgotten.
//!
//! **No decision waits for this**: the rule lets deadlines pass by itself whenever somebody asks. It is for the audit, for the
//! numbers an operator sees, and for forgetting.

use carryall_protocol::{AccountId, Timestamp};
use sqlx::{Connection as _, SqliteConnection};
use tracing::error;

use super::{Store, audit, rows};
use crate::ledger::registry::Upkept;
use crate::ledger::{LedgerError, row};
use crate::rule::settle;

/// How many accounts, exports or entries are taken up at once: nobody waits long behind an upkeep.
const BATCH: u32 = 200;

impl Store {
    /// One round. With a wrong clock nothing is done; a ledger that could not begin for that reason begins once it is right.
    pub(super) async fn upkeep(&self) -> Result<Upkept, LedgerError> {
        if !self.time.has_begun() {
            self.boot().await?;
        }
        let Ok(now) = self.time.moment() else { return Ok(Upkept::default()) };
        let lapsed = self.record_lapses(now).await?;
        let (exports, entries) = (self.forget_exports(now).await?, self.forget_entries(now).await?);
        self.sign_of_life(now).await?;
        let more = [lapsed, exports, entries].contains(&u64::from(BATCH));
        Ok(Upkept { lapsed, exports, entries, more })
    }

    async fn record_lapses(&self, now: Timestamp) -> Result<u64, LedgerError> {
        let mut writer = self.writer.acquire().await?;
        let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
        let due = "SELECT DISTINCT account FROM exports WHERE deadline <= ?1 LIMIT ?2";
        let found = sqlx::query(due).bind(row::millis(now)).bind(BATCH).fetch_all(&mut *transaction).await?;
        let mut lapsed = 0;
        for found in &found {
            let account = row::account(found)?;
            match self.record_lapse(&mut transaction, &account, now).await {
                Ok(()) => lapsed += 1,
                // It cannot be decided about either; the others must not wait for it.
                Err(LedgerError::Unreadable { column }) => {
                    error!(column, "a row of an export is unreadable; it is left as it is");
                }
                Err(other) => return Err(other),
            }
        }
        transaction.commit().await?;
        if lapsed > 0 {
            // Before the writer is let go: who decides next must not remember what was.
            self.memory.forget_all();
        }
        Ok(lapsed)
    }

    async fn record_lapse(
        &self,
        connection: &mut SqliteConnection,
        account: &AccountId,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        let before = rows::load(connection, account, Timestamp::from_millis(0)).await?;
        let after = settle::settled(&before, &self.policy, now);
        let changed = rows::store(connection, account, &before, &after).await?;
        audit::write(connection, &(self.pseudonyms)(account), &before, &changed, None, now).await
    }

    /// Forgets exports that are over, once neither a decision nor the operator's retention needs them.
    async fn forget_exports(&self, now: Timestamp) -> Result<u64, LedgerError> {
        let keep = self.retention.exports.max(self.policy.horizon());
        let forget = "DELETE FROM exports WHERE number IN \
             (SELECT number FROM exports WHERE changed_at < ?1 AND ended_at IS NOT NULL LIMIT ?2)";
        let done = sqlx::query(forget).bind(row::millis(now.before(keep))).bind(BATCH).execute(&self.writer).await?;
        if done.rows_affected() > 0 {
            self.memory.forget_all();
        }
        Ok(done.rows_affected())
    }

    async fn forget_entries(&self, now: Timestamp) -> Result<u64, LedgerError> {
        let forget = "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ?1 LIMIT ?2)";
        let done =
            sqlx::query(forget).bind(row::millis(now.before(self.retention.audit))).bind(BATCH).execute(&self.writer).await?;
        Ok(done.rows_affected())
    }
}
