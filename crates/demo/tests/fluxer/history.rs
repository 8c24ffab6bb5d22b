//! Histories, pins and mentions: what leads on and what does not, what may not be read, what arrives.

use carryall_demo::Running;
use serde_json::Value;

use crate::visitor::{OTHER, OWNER, Visitor, quiet, texts};

/// The ids of a list of messages, as numbers.
fn ids(list: &Value) -> Vec<u64> {
    texts(list, "/id").iter().map(|id| id.parse().unwrap()).collect()
}

/// The path of the messages of the first guild's channels of this type, in their order.
async fn histories(visitor: &Visitor, kind: u64) -> Vec<String> {
    let guilds = visitor.read("/users/@me/guilds").await;
    let channels = visitor.read(&format!("/guilds/{}/channels", guilds[0]["id"].as_str().unwrap())).await;
    let fits = channels.as_array().unwrap().iter().filter(|channel| channel["type"] == kind);
    fits.map(|channel| format!("/channels/{}/messages", channel["id"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn before_leads_on_and_after_gives_the_newest() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let path = &histories(&visitor, 0).await[1];
    let all = ids(&visitor.read(&format!("{path}?limit=100")).await);
    assert!(all.len() > 30 && all.is_sorted_by(|newer, older| newer > older), "newest first, as integers");
    let older = ids(&visitor.read(&format!("{path}?limit=10&before={}", all[9])).await);
    assert_eq!(older, all[10..20]);
    let oldest = all.last().unwrap();
    let newer = ids(&visitor.read(&format!("{path}?limit=10&after={oldest}")).await);
    assert_eq!(newer, all[..10], "and not the ten that follow it");
    assert_eq!(ids(&visitor.read(&format!("{path}?after={}", all[2])).await), all[..2]);
    assert_eq!(visitor.read(&format!("{path}?before=1")).await, Value::Array(Vec::new()));
    assert_eq!(ids(&visitor.read(&format!("{path}?limit=3&before={}", u64::MAX)).await), all[..3]);
}

#[tokio::test]
async fn ids_order_otherwise_as_texts() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let mentions = texts(&visitor.read("/users/@me/mentions?limit=100").await, "/id");
    let oldest = mentions.last().unwrap();
    let older = texts(&visitor.read(&format!("/users/@me/mentions?limit=100&before={oldest}")).await, "/id");
    let all = [mentions, older].concat();
    let lengths: std::collections::BTreeSet<_> = all.iter().map(String::len).collect();
    assert!(lengths.contains(&19), "{lengths:?}");
    let end = texts(&visitor.read("/users/@me/mentions?limit=100&before=700000000000000000").await, "/id");
    assert!(end.iter().all(|id| id.len() == 18) && end[0] > all[0], "an older id is the greater text");
}

#[tokio::test]
async fn a_history_that_may_not_be_read_is_empty_and_no_refusal() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let paths = histories(&visitor, 0).await;
    let (hidden, open) = paths.split_last().unwrap();
    assert_eq!(visitor.text(hidden).await, "[]");
    assert_eq!(visitor.read(&format!("{hidden}/pins")).await["items"], Value::Array(Vec::new()));
    for path in open {
        assert!(!ids(&visitor.read(path).await).is_empty());
    }
}

#[tokio::test]
async fn a_category_holds_no_messages_and_a_voice_channel_does() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    for path in histories(&visitor, 4).await {
        assert_eq!(visitor.refusal(&path).await, (400, "CANNOT_EXECUTE_ON_CHANNEL_TYPE".to_owned()));
    }
    for path in histories(&visitor, 2).await {
        assert!(!ids(&visitor.read(&path).await).is_empty());
    }
}

#[tokio::test]
async fn pages_have_their_largest_size_and_larger_wishes_are_refused() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let path = &histories(&visitor, 0).await[0];
    for wrong in ["limit=0", "limit=101", "limit=x", "before=yesterday", "befor=1"] {
        for list in [path.as_str(), "/users/@me/mentions"] {
            assert_eq!(visitor.refusal(&format!("{list}?{wrong}")).await, (400, "INVALID_FORM_BODY".to_owned()), "{wrong}");
        }
    }
    assert_eq!(visitor.refusal(&format!("{path}/pins?limit=51")).await.0, 400);
    assert_eq!(ids(&visitor.read("/users/@me/mentions?limit=100").await).len(), 100);
}

#[tokio::test]
async fn messages_arrive_while_somebody_reads() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let path = &histories(&visitor, 0).await[0];
    let before = ids(&visitor.read(&format!("{path}?limit=100")).await);
    let after = ids(&visitor.read(&format!("{path}?limit=100")).await);
    assert_eq!(before[..99], after[1..], "one is new");
    let day = 24 * 60 * 60 * 1000;
    let now = (after[0] >> 22) + 1_420_070_400_000 - day / 2;
    let frozen = format!("{path}?limit=100&before={}", (now - 1_420_070_400_000) << 22);
    assert_eq!(ids(&visitor.read(&frozen).await), before[..], "a bound keeps it out");
    visitor.read(path).await;
    let mentions = visitor.read("/users/@me/mentions?limit=1").await;
    assert!(mentions[0]["mentions"][0]["id"] == visitor.read("/users/@me").await["id"] && ids(&mentions)[0] > before[0]);
}

#[tokio::test]
async fn pins_of_one_moment_lie_on_both_sides_of_a_pages_end() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let path = format!("{}/pins", histories(&visitor, 0).await[0]);
    let (mut naive, mut before) = (Vec::new(), String::new());
    loop {
        let page = visitor.read(&format!("{path}?limit=50{before}")).await;
        naive.extend(texts(&page["items"], "/message/id"));
        before = format!("&before={}", texts(&page["items"], "/pinned_at").last().unwrap());
        if page["has_more"] == false {
            break;
        }
    }
    assert_eq!(naive.len(), 102, "of 104: two of the moment at the first end are lost");
}

#[tokio::test]
async fn a_foreign_channel_is_an_unknown_one() {
    let host = Running::start(quiet()).await.unwrap();
    let (owner, other) = (Visitor::sign_in(&host, OWNER).await, Visitor::sign_in(&host, OTHER).await);
    for path in histories(&owner, 0).await {
        assert_eq!(other.refusal(&path).await, (404, "UNKNOWN_CHANNEL".to_owned()));
    }
    let guild = owner.read("/users/@me/guilds").await[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(other.refusal(&format!("/guilds/{guild}/channels")).await, (404, "UNKNOWN_GUILD".to_owned()));
}
