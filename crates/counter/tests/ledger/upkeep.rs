//! What the ledger does for itself, and what one bad row may not do to others.

use carryall_counter::ledger::registry::{Filter, Registry as _};
use carryall_counter::ledger::sqlite::backup;
use carryall_counter::ledger::{Ledger as _, Whose};
use carryall_counter::rule::{Command, Event};
use carryall_protocol::counter::ExportState;
use carryall_protocol::{AccountId, ExportId};
use futures_util::future::join_all;

use crate::Books;

const DAY: u64 = 24 * 3600;

#[tokio::test]
async fn a_deadline_that_nobody_asked_about_is_recorded_and_audited() {
    let mut books = Books::open().await;
    let pending = books.request("acc-1").await;
    let running = books.request("acc-22").await;
    books.start("acc-22", &running).await;
    books.pass(DAY);
    assert_eq!(books.ledger.upkeep().await.unwrap().lapsed, 2);
    assert_eq!(books.ledger.upkeep().await.unwrap().lapsed, 0, "it is recorded once");
    let lapsed: Vec<_> = books.audit().await.into_iter().filter(|entry| entry.event == "lapsed").collect();
    let told: Vec<_> = lapsed.iter().map(|entry| (entry.export.as_str(), entry.code.as_deref().unwrap())).collect();
    assert_eq!(told, [(pending.as_str(), "unconfirmed"), (running.as_str(), "ran_too_long")]);
    let failed = Filter { state: Some(ExportState::Failed), limit: 9, ..Filter::default() };
    assert_eq!(books.ledger.list(failed).await.unwrap().len(), 1);
    assert_eq!(books.ledger.tally().await.unwrap().running, 0);
}

#[tokio::test]
async fn an_upkeep_that_did_not_finish_says_so() {
    let mut books = Books::open().await;
    for number in 0..201 {
        books.request(&format!("acc-{number}")).await;
    }
    books.pass(DAY);
    let upkept = books.ledger.upkeep().await.unwrap();
    assert_eq!((upkept.lapsed, upkept.more), (200, true));
    let upkept = books.ledger.upkeep().await.unwrap();
    assert_eq!((upkept.lapsed, upkept.more), (1, false));
}

#[tokio::test]
async fn a_lapse_is_audited_though_a_command_finds_it_first() {
    let mut books = Books::open().await;
    let id = books.request("acc-1").await;
    books.pass(DAY);
    let cancelled = books.apply("acc-1", Command::Cancel(crate::asker("acc-1"), id), None).await.unwrap();
    assert_eq!(cancelled.event, Event::Repeated);
    let events: Vec<_> = books.audit().await.into_iter().map(|entry| entry.event).collect();
    assert_eq!(events, ["requested", "lapsed"]);
}

#[tokio::test]
async fn a_row_that_cannot_be_read_holds_up_no_upkeep() {
    let mut books = Books::open().await;
    books.request("acc-1").await;
    books.request("acc-22").await;
    let rows = books.rows(books.file()).await;
    sqlx::query("UPDATE exports SET categories = 'broken' WHERE account = 'acc-1'").execute(&rows).await.unwrap();
    books.pass(DAY);
    assert_eq!(books.ledger.upkeep().await.unwrap().lapsed, 1);
    books.ledger.check().await.unwrap();
}

#[tokio::test]
async fn a_row_that_cannot_be_read_does_not_keep_the_ledger_shut() {
    let mut books = Books::open().await;
    for account in ["acc-1", "acc-22"] {
        let id = books.request(account).await;
        books.start(account, &id).await;
    }
    let rows = books.rows(books.file()).await;
    sqlx::query("UPDATE exports SET categories = 'broken' WHERE account = 'acc-1'").execute(&rows).await.unwrap();
    books.pass(3600);
    let ledger = crate::open(books.file(), &books.clock).await;
    assert_eq!(ledger.tally().await.unwrap().running, 1, "the other one's lease is extended");
}

#[tokio::test]
async fn what_is_too_old_is_forgotten_and_not_before() {
    let mut books = Books::open().await;
    books.request("acc-1").await;
    books.pass(DAY);
    books.ledger.upkeep().await.unwrap();
    // Two days are over long since, but the policy may have to look back for eight.
    books.pass(7 * DAY);
    assert_eq!(books.ledger.upkeep().await.unwrap().exports, 0);
    books.pass(2 * DAY);
    assert_eq!(books.ledger.upkeep().await.unwrap().exports, 1);
    assert_eq!(books.audit().await.len(), 2);
    books.pass(12 * DAY);
    assert_eq!(books.ledger.upkeep().await.unwrap().entries, 2);
    assert!(books.audit().await.is_empty());
}

#[tokio::test]
async fn a_copy_holds_no_address_and_no_token_and_knows_what_it_is() {
    let mut books = Books::open().await;
    books.request("acc-1").await;
    let copy = books.folder.path().join("copy.sqlite3");
    backup::copy(&books.file(), &copy).await.unwrap();
    let bytes = std::fs::read(&copy).unwrap();
    for trace in ["acc-1@mail.example", "the-token"] {
        assert!(!bytes.windows(trace.len()).any(|window| window == trace.as_bytes()), "{trace} is in the copy");
    }
    let rows = books.rows(copy.clone()).await;
    let is_backup: i64 = sqlx::query_scalar("SELECT value FROM facts WHERE name = 'is_backup'").fetch_one(&rows).await.unwrap();
    assert_eq!(is_backup, 1);
    let restored = crate::open(copy, &books.clock).await;
    assert!(restored.standing().not_before.is_some());
    assert!(books.ledger.standing().not_before.is_none(), "the original goes on");
}

#[tokio::test]
async fn a_copy_that_fails_leaves_nothing_that_could_be_taken_for_one() {
    let books = Books::open().await;
    let rows = books.rows(books.file()).await;
    // It is copied, but then cannot be marked.
    sqlx::query("DROP TABLE facts").execute(&rows).await.unwrap();
    backup::copy(&books.file(), &books.folder.path().join("copy.sqlite3")).await.unwrap_err();
    let names = std::fs::read_dir(books.folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let left: Vec<_> = names.filter(|name| name.starts_with("copy")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_cannot_be_read_stops_its_own_account_alone() {
    let mut books = Books::open().await;
    let mut exports = Vec::new();
    for number in 0..20 {
        let account = format!("acc-{number}");
        exports.push((account.clone(), books.request(&account).await));
    }
    // What is kept in memory is as good as what was on disk: a new ledger has to read.
    let rows = books.rows(books.file()).await;
    sqlx::query("UPDATE exports SET categories = 'broken' WHERE account = 'acc-7'").execute(&rows).await.unwrap();
    let ledger = crate::open(books.file(), &books.clock).await;
    let cancel = |(account, id): (String, ExportId)| {
        let ledger = &ledger;
        async move {
            let command = Command::Cancel(crate::asker(&account), id);
            let outcome = ledger.apply(Whose::Account(AccountId::new(account.as_str()).unwrap()), command, None).await;
            (account, outcome.is_ok_and(|outcome| outcome.is_ok()))
        }
    };
    for (account, granted) in join_all(exports.into_iter().map(cancel)).await {
        assert_eq!(granted, account != "acc-7", "{account}");
    }
}
