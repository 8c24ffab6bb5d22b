//! The ledger itself: a real SQLite file, and a clock that stands still until it is moved.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test speaks by panicking")]

mod left;
mod upkeep;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use carryall_counter::ledger::registry::{AuditEntry, AuditFrom};
use carryall_counter::ledger::{Ledger as _, SqliteLedger};
use carryall_counter::ledger::{Letter, LetterKind, Outcome, Registry as _, Retention, Whose};
use carryall_counter::rule::command::{Confirm, NewExport, Start};
use carryall_counter::rule::history::{SubjectId, TokenHash};
use carryall_counter::rule::{Asker, Command};
use carryall_counter::{ManualClock, Policy};
use carryall_protocol::{AccountId, CategoryId, ExportId, LeaseId, Timestamp};
use sqlx::SqlitePool;
use tempfile::TempDir;

/// 2026-02-28T12:00:00Z: when every test begins.
const NOON: Timestamp = Timestamp::from_secs(1_772_280_000);

/// A ledger in a file.
struct Books {
    folder: TempDir,
    clock: Arc<ManualClock>,
    ledger: SqliteLedger,
    drawn: u64,
}

impl Books {
    async fn open() -> Self {
        let (folder, clock) = (tempfile::tempdir().unwrap(), Arc::new(ManualClock::at(NOON)));
        let ledger = open(folder.path().join("counter.sqlite3"), &clock).await;
        Self { folder, clock, ledger, drawn: 0 }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("counter.sqlite3")
    }

    async fn rows(&self, file: PathBuf) -> SqlitePool {
        SqlitePool::connect(&format!("sqlite://{}", file.display())).await.unwrap()
    }

    fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    fn draw(&mut self) -> String {
        self.drawn += 1;
        format!("{:032x}", self.drawn)
    }

    fn new_export(&mut self, account: &str) -> NewExport {
        let id = ExportId::new(self.draw()).unwrap();
        let mut token = [0; 32];
        token.copy_from_slice(id.as_str().as_bytes());
        let categories = vec![CategoryId::new("calls").unwrap()];
        let (by, matching_code) = (asker(account), "ABC-DEF".to_owned());
        NewExport { by, categories, id, token: TokenHash(token), matching_code }
    }

    async fn request(&mut self, account: &str) -> ExportId {
        let new = self.new_export(account);
        let id = new.id.clone();
        let kind = LetterKind::Confirmation { token: "the-token".to_owned() };
        let letter = Letter { to: format!("{account}@mail.example"), locale: None, kind };
        self.apply(account, Command::Request(new), Some(letter)).await.unwrap();
        id
    }

    async fn start(&mut self, account: &str, id: &ExportId) {
        let mut token = [0; 32];
        token.copy_from_slice(id.as_str().as_bytes());
        let confirm = Confirm { id: id.clone(), token: TokenHash(token) };
        self.apply(account, Command::Confirm(confirm), None).await.unwrap();
        let lease = LeaseId::new(self.draw()).unwrap();
        let start = Start { by: asker(account), id: id.clone(), previous: None, takeover: false, lease };
        self.apply(account, Command::Start(start), None).await.unwrap();
    }

    async fn apply(&self, account: &str, command: Command, letter: Option<Letter>) -> Outcome {
        self.ledger.apply(Whose::Account(AccountId::new(account).unwrap()), command, letter).await.unwrap()
    }

    async fn audit(&self) -> Vec<AuditEntry> {
        self.ledger.audit(AuditFrom { limit: 100, ..AuditFrom::default() }).await.unwrap()
    }
}

async fn open(file: PathBuf, clock: &Arc<ManualClock>) -> SqliteLedger {
    let day = Duration::from_secs(24 * 3600);
    let retention = Retention { exports: day * 2, audit: day * 20 };
    let pseudonym = Box::new(|account: &AccountId| format!("pseudonym of {}", account.as_str().len()));
    SqliteLedger::open(&file, Policy::talkif(), retention, clock.clone(), pseudonym).await.unwrap()
}

fn asker(account: &str) -> Asker {
    Asker {
        account: AccountId::new(account).unwrap(),
        subject: SubjectId::new("ada").unwrap(),
        role_allowed: true,
        has_mail: true,
        authenticated_at: None,
    }
}
