//! What becomes of a change whose asker does not wait for its end.

use std::time::Duration;

use carryall_counter::ledger::{Ledger as _, Letter, LetterKind, Registry as _, Whose};
use carryall_counter::rule::Command;
use carryall_protocol::AccountId;
use futures_util::FutureExt as _;
use tokio::task::yield_now;
use tokio::time::timeout;

use crate::Books;

const PATIENCE: Duration = Duration::from_secs(10);

fn account() -> AccountId {
    AccountId::new("acc-1").unwrap()
}

#[tokio::test]
async fn an_erasure_goes_to_its_end() {
    let mut books = Books::open().await;
    let id = books.request("acc-1").await;
    assert!(books.ledger.erase(account()).now_or_never().is_none());
    let gone = async {
        while !books.ledger.history(account()).await.unwrap().history.exports.is_empty() {
            yield_now().await;
        }
    };
    timeout(PATIENCE, gone).await.expect("it was left half done");
    let cancel = Command::Cancel(crate::asker("acc-1"), id);
    assert!(books.apply("acc-1", cancel, None).await.is_err());
    let rows = books.rows(books.file()).await;
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM exports").fetch_one(&rows).await.unwrap();
    assert_eq!(left, 0, "it was written down again");
}

#[tokio::test]
async fn a_mail_is_rung_for() {
    let mut books = Books::open().await;
    let new = books.new_export("acc-1");
    let kind = LetterKind::Confirmation { token: "the-token".to_owned() };
    let letter = Letter { to: "ada@mail.example".to_owned(), locale: None, kind };
    // While another program writes, the command is taken up and waits.
    let rows = books.rows(books.file()).await;
    let busy = rows.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let mut asking = books.ledger.apply(Whose::Account(account()), Command::Request(new), Some(letter));
    assert!((&mut asking).now_or_never().is_none());
    for _ in 0..100 {
        yield_now().await;
    }
    drop(asking);
    busy.rollback().await.unwrap();
    timeout(PATIENCE, books.ledger.bell().notified()).await.expect("nobody rings");
    assert_eq!(books.ledger.due_mails().await.unwrap().due.len(), 1);
}
