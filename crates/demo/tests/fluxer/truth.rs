//! The truth is what an honest walk over the real API yields.

use std::collections::BTreeMap;
use std::time::SystemTime;

use carryall_demo::truth::{Digest, Question, Truth};
use carryall_demo::{Options, Running, SECRET_MARK, Search, Size, System, Texts};

use crate::redacted::{without, without_secrets};
use crate::visitor::{OTHER, OWNER, Visitor, quiet, without_search};
use crate::walker::{Walked, walk};

/// What the catalog removes beside what everybody takes for a secret.
const REMOVED: [&str; 2] = ["tokenhash", "keymaterial"];

fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis() as u64
}

fn digests(walked: &Walked) -> BTreeMap<&str, Digest> {
    let digest = |records: &BTreeMap<String, String>| {
        let mut digest = Digest::default();
        records.values().for_each(|record| digest.add(without(record, &REMOVED).as_bytes()));
        digest
    };
    walked.iter().map(|(stream, records)| (*stream, digest(records))).collect()
}

/// What is asked of the truth about this host.
fn question(host: &Running) -> Question {
    Question { media: host.media(), ..Question::new(System::Fluxer, 7, Size::Small) }
}

#[tokio::test]
async fn an_honest_walk_through_every_trap_yields_the_truth_twice() {
    let host = Running::start(Options { faults: true, ..quiet() }).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    for _ in 0..2 {
        assert_eq!(digests(&walk(&visitor, true, now()).await), Truth::tell(&question(&host)).streams);
    }
}

#[tokio::test]
async fn without_the_search_the_same_messages_come_out_of_every_history() {
    let host = Running::start(Options { faults: true, ..without_search() }).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let truth = Truth::tell(&Question { search: Search::Off, ..question(&host) }).streams;
    assert_eq!(digests(&walk(&visitor, false, now()).await), truth);
    let with = Truth::tell(&question(&host)).streams["messages"].records();
    assert_eq!(truth["guild-messages"].records() + truth["dm-messages"].records(), with);
    assert!(truth["messages"].records() == 0 && truth["dm-messages"].records() > 0);
}

#[tokio::test]
async fn another_account_and_another_seed_have_their_own_truth() {
    let host = Running::start(Options { seed: 11, texts: Texts::Chat, ..quiet() }).await.unwrap();
    let visitor = Visitor::sign_in(&host, OTHER).await;
    let account = System::Fluxer.people()[1].account;
    let truth = Truth::tell(&Question { account, seed: 11, texts: Texts::Chat, ..question(&host) });
    assert_eq!(digests(&walk(&visitor, true, now()).await), truth.streams);
}

#[tokio::test]
async fn secrets_are_served_in_many_places_and_none_is_canonical() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let walked = walk(&visitor, true, now()).await;
    for stream in ["profile", "settings", "sessions", "passkeys", "applications", "authorizations"] {
        assert!(walked[stream].values().any(|record| record.contains(SECRET_MARK)), "{stream}");
    }
    for record in walked.values().flat_map(BTreeMap::values) {
        assert!(!without(record, &REMOVED).contains(SECRET_MARK), "{record}");
    }
    let left = walked["sessions"].values().map(|record| without_secrets(record));
    assert!(left.into_iter().all(|record| record.contains(SECRET_MARK)), "the catalog has to name the rest");
}

#[tokio::test]
async fn data_whose_name_only_looks_secret_is_canonical() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let walked = walk(&visitor, true, now()).await;
    for (stream, member) in [
        ("profile", "\"password_last_changed_at\":"),
        ("settings", "\"has_client_secret\":true"),
        ("settings", "\"token_url\":"),
        ("authorizations", "\"token_expires_at\":"),
        ("gifts", "\"code\":"),
    ] {
        assert!(walked[stream].values().all(|record| without(record, &REMOVED).contains(member)), "{stream} {member}");
    }
}
