//! The truth is what an honest walk yields, shaped as the catalog says.

use std::collections::{BTreeMap, BTreeSet};

use carryall_demo::truth::{Digest, Question, Truth};
use carryall_demo::{Options, Running, SECRET_MARK, Size, System};

use super::walker::{Walked, walk};
use super::{hurried, owner, quiet};

/// What is asked of the truth about this host.
fn question(host: &Running) -> Question {
    Question { media: host.media(), ..Question::new(System::X, 7, Size::Small) }
}

fn digests(walked: &Walked) -> BTreeMap<&str, Digest> {
    let digest = |records: &Vec<(String, String)>| {
        let mut digest = Digest::default();
        let distinct: BTreeSet<_> = records.iter().map(|(shaped, _)| shaped).collect();
        distinct.into_iter().for_each(|record| digest.add(record.as_bytes()));
        digest
    };
    walked.iter().map(|(stream, records)| (stream.as_str(), digest(records))).collect()
}

#[tokio::test]
async fn an_honest_walk_through_every_trap_yields_the_truth() {
    let (host, visitor) = owner(hurried(Options { faults: true, ..quiet() })).await;
    let truth = Truth::tell(&question(&host)).streams;
    for _ in 0..2 {
        let walked = walk(&visitor).await;
        let found = digests(&walked);
        for (stream, digest) in &truth {
            let example = walked[*stream].first().map(|(shaped, _)| shaped);
            assert_eq!(&found[stream], digest, "{stream}: {example:?}");
        }
        assert_eq!(found, truth);
    }
}

#[tokio::test]
async fn secrets_are_served_and_none_is_true() {
    let (_host, visitor) = owner(quiet()).await;
    let walked = walk(&visitor).await;
    for stream in ["account-settings", "device-tokens", "connected-applications"] {
        assert!(walked[stream].iter().all(|(_, served)| served.contains(SECRET_MARK)), "{stream}");
    }
    assert!(walked.values().flatten().all(|(shaped, _)| !shaped.contains(SECRET_MARK)));
    assert!(walked["device-tokens"].iter().all(|(shaped, _)| shaped.contains("\"token\":")));
}

#[tokio::test]
async fn texts_hold_what_careless_software_trips_over() {
    let (_host, visitor) = owner(quiet()).await;
    let walked = walk(&visitor).await;
    let all: String = walked.values().flatten().map(|(shaped, _)| shaped.as_str()).collect();
    for trap in [
        "\u{2028}",
        "\\n",
        "\\\"quoted\\\"/and",
        "\\\\n ",
        "\\u0000",
        "</script>",
        "straße.example",
        "\"0.70\"",
        "\"9007199254740993\"",
    ] {
        assert!(all.contains(trap), "{trap}");
    }
    let short = walked["tweets"]
        .iter()
        .filter(|(shaped, served)| served.contains("https://t.co/") && shaped.contains("\"full_text\":\""));
    assert!(short.count() > 50);
}
