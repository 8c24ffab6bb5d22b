//! The truth is what an honest walk over the real API yields.

use std::collections::BTreeMap;
use std::time::SystemTime;

use carryall_demo::truth::{Digest, Question, Truth};
use carryall_demo::{Deletion, Options, Running, SECRET_MARK, Size, System};
use carryall_protocol::Timestamp;

use crate::redacted::without_secrets;
use crate::visitor::{OTHER, OWNER, Visitor, quiet};
use crate::walker::{Walked, walk};

fn now() -> Timestamp {
    Timestamp::default().after(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap())
}

fn digests(walked: &Walked) -> BTreeMap<&str, Digest> {
    let digest = |records: &BTreeMap<String, String>| {
        let mut digest = Digest::default();
        records.values().for_each(|record| digest.add(without_secrets(record).as_bytes()));
        digest
    };
    walked.iter().map(|(stream, records)| (stream.as_str(), digest(records))).collect()
}

fn question() -> Question {
    Question::new(System::Talkif, 7, Size::Small)
}

#[tokio::test]
async fn an_honest_walk_through_every_trap_yields_the_truth() {
    let host = Running::start(Options { faults: true, ..quiet() }).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let first = walk(&visitor, now()).await;
    assert_eq!(digests(&first), Truth::tell(&question()).streams);
    let second = walk(&visitor, now()).await;
    assert_eq!(digests(&second), Truth::tell(&Question { again: true, ..question() }).streams);
}

#[tokio::test]
async fn a_contact_that_nobody_could_read_is_no_part_of_the_truth() {
    let host = Running::start(Options { deletion: Deletion::Unread, ..quiet() }).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let truth = Truth::tell(&Question { deletion: Deletion::Unread, ..question() });
    assert_eq!(digests(&walk(&visitor, now()).await), truth.streams);
}

#[tokio::test]
async fn another_account_and_another_seed_have_their_own_truth() {
    let host = Running::start(Options { seed: 11, ..quiet() }).await.unwrap();
    let visitor = Visitor::sign_in(&host, OTHER).await;
    let account = System::Talkif.people()[2].account;
    let truth = Truth::tell(&Question { account, seed: 11, ..question() });
    assert_eq!(digests(&walk(&visitor, now()).await), truth.streams);
}

#[tokio::test]
async fn secrets_are_served_in_many_places_and_none_is_canonical() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let walked = walk(&visitor, now()).await;
    for stream in ["account", "users", "flows", "phone-numbers", "voip-providers"] {
        assert!(walked[stream].values().any(|record| record.contains(SECRET_MARK)), "{stream}");
    }
    for record in walked.values().flat_map(BTreeMap::values) {
        assert!(!without_secrets(record).contains(SECRET_MARK), "{record}");
    }
}

#[tokio::test]
async fn data_whose_name_only_looks_secret_is_canonical() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let walked = walk(&visitor, now()).await;
    for (stream, member) in [
        ("users", "\"passwordChangedAt\":"),
        ("users", "\"tokenCount\":"),
        ("users", "\"secretaryName\":"),
        ("flows", "\"tokenUrl\":"),
        ("phone-numbers", "\"tokenExpiresAt\":"),
        ("voip-providers", "\"credentialsStatus\":"),
    ] {
        assert!(walked[stream].values().all(|record| without_secrets(record).contains(member)), "{stream} {member}");
    }
}

#[tokio::test]
async fn texts_hold_what_careless_software_trips_over() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let all: String = walk(&visitor, now()).await.values().flat_map(BTreeMap::values).map(String::as_str).collect();
    for trap in [
        "\u{2028}",
        "\\u2028",
        "\\n",
        "\\\"",
        "\\\\",
        "\\u0000",
        "\\/",
        "</script>",
        "\"=1+1\"",
        "\"@SUM(1,2)\"",
        "\\ud83d\\udc4d",
        "👍🏽",
        "محمد",
        "נועה",
        "さくら",
        "지우",
        "Müßig",
        "0.10,",
        "-0.00,",
        "0e0,",
        "1.90E-1",
        ":9223372036854775001,",
        ":9007199254740993,",
        ":9007199254740994,",
        "\\u004bey\":\"SECRET-",
        "\\\"password\\\": \\\"hunter2\\\"",
    ] {
        assert!(all.contains(trap), "{trap}");
    }
}
