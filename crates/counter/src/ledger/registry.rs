//! What only the operator sees and does, and what the counter does for itself.

use carryall_protocol::counter::ExportState;
use carryall_protocol::{AccountId, ExportId, Timestamp};
use futures_util::future::BoxFuture;
use serde::Serialize;

use super::LedgerError;
use crate::rule::Export;

/// The operator's side of the ledger. Exports are changed by [`Ledger::apply`](super::Ledger::apply) here too.
pub trait Registry: Send + Sync {
    /// Exports, the newest request first.
    fn list(&self, filter: Filter) -> BoxFuture<'_, Result<Vec<Listed>, LedgerError>>;

    /// The audit from a number on, oldest first.
    fn audit(&self, from: AuditFrom) -> BoxFuture<'_, Result<Vec<AuditEntry>, LedgerError>>;

    /// Forgets an account: its exports, its mails, its audit. Says how many exports there were.
    fn erase(&self, account: AccountId) -> BoxFuture<'_, Result<u64, LedgerError>>;

    /// How the counter stands.
    fn standing(&self) -> StandingView;

    /// Lets nothing new begin, or everything again. Survives a restart.
    fn pause(&self, paused: bool) -> BoxFuture<'_, Result<(), LedgerError>>;

    /// Lets exports begin although the ledger was restored from a back-up.
    fn waive_restore(&self) -> BoxFuture<'_, Result<(), LedgerError>>;

    /// Takes the clock as it is for right.
    fn confirm_clock(&self) -> BoxFuture<'_, Result<(), LedgerError>>;

    /// How much of everything there is.
    fn tally(&self) -> BoxFuture<'_, Result<Tally, LedgerError>>;

    /// Records the deadlines that have passed, and forgets what is too old. To be called every few seconds.
    fn upkeep(&self) -> BoxFuture<'_, Result<Upkept, LedgerError>>;
}

/// Which exports are listed.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this account's.
    pub account: Option<AccountId>,
    /// Only this one.
    pub export: Option<ExportId>,
    /// Only those in this state.
    pub state: Option<ExportState>,
    /// Only those before this number.
    pub before: Option<i64>,
    /// How many at most.
    pub limit: u32,
}

/// An export in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its place among all requests.
    pub number: i64,
    /// Its account.
    pub account: AccountId,
    /// The export as it stands now.
    pub export: Export,
}

/// Which part of the audit is read.
#[derive(Debug, Clone, Default)]
pub struct AuditFrom {
    /// Only what comes after this number.
    pub after: i64,
    /// Only this account's.
    pub account: Option<AccountId>,
    /// How many entries at most.
    pub limit: u32,
}

/// One entry of the audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditEntry {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// The account's pseudonym: a keyed hash, the same for the same account.
    pub account: String,
    /// The export.
    pub export: String,
    /// What happened.
    pub event: String,
    /// Its epoch then.
    pub epoch: u32,
    /// Why it ended, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// How the counter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StandingView {
    /// The operator lets nothing new begin.
    pub paused: bool,
    /// After a restore: when exports may begin again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
    /// Whether the clock can be relied on; while it cannot, nothing is decided.
    pub clock_right: bool,
    /// What the clock shows.
    pub now: Timestamp,
}

/// How much of everything there is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Exports by state, as recorded.
    pub states: Vec<(String, u64)>,
    /// Exports with a live lease.
    pub running: u64,
    /// Exports that wait for a place.
    pub waiting: u64,
    /// Mails that wait.
    pub mails: u64,
}

/// What an upkeep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Upkept {
    /// Accounts whose deadlines were recorded.
    pub lapsed: u64,
    /// Exports forgotten.
    pub exports: u64,
    /// Entries of the audit forgotten.
    pub entries: u64,
    /// Whether there may be more to do at once.
    pub more: bool,
}
