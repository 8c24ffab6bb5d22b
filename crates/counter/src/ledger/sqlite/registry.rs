//! What only the operator sees and does.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use carryall_protocol::AccountId;
use carryall_protocol::counter::ExportState;
use futures_util::future::BoxFuture;
use sqlx::{Connection as _, Row};

use super::{SqliteLedger, Store, audit, facts, outbox};
use crate::ledger::registry::{AuditEntry, AuditFrom, Filter, Listed, Registry, StandingView, Tally, Upkept};
use crate::ledger::{LedgerError, row};
use crate::rule::{History, settle};

impl Registry for SqliteLedger {
    fn list(&self, filter: Filter) -> BoxFuture<'_, Result<Vec<Listed>, LedgerError>> {
        Box::pin(async move { self.store.list(filter).await })
    }

    fn audit(&self, from: AuditFrom) -> BoxFuture<'_, Result<Vec<AuditEntry>, LedgerError>> {
        Box::pin(async move {
            let account = from.account.as_ref().map(|account| (self.store.pseudonyms)(account));
            audit::read(&self.store.readers, &from, account).await
        })
    }

    fn erase(&self, account: AccountId) -> BoxFuture<'_, Result<u64, LedgerError>> {
        let store = Arc::clone(&self.store);
        to_the_end(async move { store.erase(&account).await })
    }

    fn standing(&self) -> StandingView {
        let crate::rule::Standing { paused, not_before, .. } = self.store.facts.standing();
        let now = self.store.time.shown();
        let not_before = not_before.filter(|moment| *moment > now);
        StandingView { paused, not_before, clock_right: self.store.time.is_right(), now }
    }

    fn pause(&self, paused: bool) -> BoxFuture<'_, Result<(), LedgerError>> {
        let store = Arc::clone(&self.store);
        to_the_end(async move {
            store.set_fact(facts::PAUSED, paused.then_some(1)).await?;
            store.facts.set_paused(paused);
            Ok(())
        })
    }

    fn waive_restore(&self) -> BoxFuture<'_, Result<(), LedgerError>> {
        let store = Arc::clone(&self.store);
        to_the_end(async move {
            store.set_fact(facts::NOT_BEFORE, None).await?;
            store.facts.set_not_before(None);
            Ok(())
        })
    }

    fn confirm_clock(&self) -> BoxFuture<'_, Result<(), LedgerError>> {
        let store = Arc::clone(&self.store);
        to_the_end(async move {
            store.time.trust();
            store.boot().await
        })
    }

    fn tally(&self) -> BoxFuture<'_, Result<Tally, LedgerError>> {
        Box::pin(async move { self.store.tally().await })
    }

    fn upkeep(&self) -> BoxFuture<'_, Result<Upkept, LedgerError>> {
        Box::pin(async move {
            let done = self.store.upkeep().await;
            self.store.is_writable.store(done.is_ok(), Ordering::Relaxed);
            done
        })
    }
}

/// Carries a change through although whoever asked for it may leave: what is on disk and what is in memory change together.
fn to_the_end<'f, T: Send + 'static>(
    change: impl Future<Output = Result<T, LedgerError>> + Send + 'static,
) -> BoxFuture<'f, Result<T, LedgerError>> {
    Box::pin(async { tokio::spawn(change).await.map_err(|_| LedgerError::Stopped)? })
}

impl Store {
    async fn set_fact(&self, name: &str, value: Option<i64>) -> Result<(), LedgerError> {
        let mut writer = self.writer.acquire().await?;
        facts::write(&mut writer, name, value).await
    }

    async fn list(&self, filter: Filter) -> Result<Vec<Listed>, LedgerError> {
        let rows = sqlx::query(
            "SELECT * FROM exports_with_mail WHERE (?1 IS NULL OR account = ?1) AND (?2 IS NULL OR id = ?2) \
             AND (?3 IS NULL OR state = ?3) AND (?4 IS NULL OR number < ?4) ORDER BY number DESC LIMIT ?5",
        )
        .bind(filter.account.as_ref().map(AccountId::as_str))
        .bind(filter.export.as_ref().map(|export| export.as_str().to_owned()))
        .bind(filter.state.map(ExportState::as_str))
        .bind(filter.before)
        .bind(filter.limit)
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(|found| self.listed(found)).collect()
    }

    /// An export alone, with its deadlines passed by now: what it costs is not seen from here, and not shown.
    fn listed(&self, found: &sqlx::sqlite::SqliteRow) -> Result<Listed, LedgerError> {
        let alone = History { exports: vec![row::read(found)?] };
        let settled = if self.time.is_right() { settle::settled(&alone, &self.policy, self.time.shown()) } else { alone };
        let export = settled.exports.into_iter().next().ok_or(row::unreadable("id"))?;
        Ok(Listed { number: found.try_get("number")?, account: row::account(found)?, export })
    }

    async fn erase(&self, account: &AccountId) -> Result<u64, LedgerError> {
        let mut writer = self.writer.acquire().await?;
        let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
        let exports = sqlx::query("DELETE FROM exports WHERE account = ?1").bind(account.as_str());
        let erased = exports.execute(&mut *transaction).await?.rows_affected();
        let audit = sqlx::query("DELETE FROM audit WHERE account = ?1").bind((self.pseudonyms)(account));
        audit.execute(&mut *transaction).await?;
        transaction.commit().await?;
        // Before the writer is let go: who decides next must not remember what is gone, and write it down again.
        self.memory.forget(account);
        drop(writer);
        outbox::forget(&self.writer).await?;
        Ok(erased)
    }

    async fn tally(&self) -> Result<Tally, LedgerError> {
        let now = row::millis(self.time.shown());
        let states = sqlx::query("SELECT state, count(*) AS many FROM exports GROUP BY state").fetch_all(&self.readers).await?;
        let states = states.iter().map(|found| Ok((row::text(found, "state")?, found.try_get("many")?)));
        let counts = sqlx::query(
            "SELECT (SELECT count(*) FROM exports WHERE lease IS NOT NULL AND lease_until > ?1) AS running, \
             (SELECT count(*) FROM exports WHERE waiting_since IS NOT NULL AND waiting_until > ?1) AS waiting, \
             (SELECT count(*) FROM outbox WHERE state IN ('queued', 'failing')) AS mails",
        );
        let counts = counts.bind(now).fetch_one(&self.readers).await?;
        Ok(Tally {
            states: states.collect::<Result<_, LedgerError>>()?,
            running: counts.try_get("running")?,
            waiting: counts.try_get("waiting")?,
            mails: counts.try_get("mails")?,
        })
    }
}
