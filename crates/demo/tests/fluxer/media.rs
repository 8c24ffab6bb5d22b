//! The files of attachments and memes: at an origin of their own, in ranges, and only for a while.

use std::collections::BTreeMap;

use carryall_demo::media::Terms;
use carryall_demo::truth::{Files, Question, Truth};
use carryall_demo::{Options, Running, Size, System};
use reqwest::{Client, Response};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::visitor::{OWNER, Visitor, quiet};
use crate::walker::walk;

/// A moment, in milliseconds, that is surely later than all data and earlier than all arrivals.
const FROZEN: u64 = 1_772_280_000_000;

/// Every attachment of the newest mentions.
async fn attachments(visitor: &Visitor) -> Vec<Value> {
    let page = visitor.read("/users/@me/mentions?limit=100").await;
    page.as_array().unwrap().iter().flat_map(|message| message["attachments"].as_array().unwrap()).cloned().collect()
}

async fn ask(attachment: &Value, range: Option<&str>) -> Response {
    let request = Client::new().get(attachment["url"].as_str().unwrap());
    range.map_or(request.try_clone().unwrap(), |range| request.header("range", range)).send().await.unwrap()
}

#[tokio::test]
async fn an_attachment_is_given_to_every_page_without_credentials() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let all = attachments(&visitor).await;
    let small = all.iter().filter(|one| one["expired"] == false).min_by_key(|one| one["size"].as_u64()).unwrap();
    assert!(small["url"].as_str().unwrap().starts_with(&host.media().origin.to_string()));
    let answer = ask(small, None).await;
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!((answer.status().as_u16(), header("access-control-allow-origin").as_str()), (200, "*"));
    assert_eq!(header("access-control-expose-headers"), "content-range, etag, accept-ranges");
    assert_eq!(header("content-type"), small["content_type"].as_str().unwrap());
    let whole = answer.bytes().await.unwrap();
    assert_eq!(whole.len() as u64, small["size"].as_u64().unwrap());
    let rest = ask(small, Some("bytes=10-")).await;
    assert_eq!((rest.status().as_u16(), rest.bytes().await.unwrap()), (206, whole.slice(10..)));
    assert_eq!(ask(small, Some("bytes=99999999999-")).await.status(), 416);
}

#[tokio::test]
async fn a_part_of_a_large_one_does_not_take_the_whole() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let all = attachments(&visitor).await;
    let large = all.iter().filter(|one| one["expired"] == false).max_by_key(|one| one["size"].as_u64()).unwrap();
    let size = large["size"].as_u64().unwrap();
    let answer = ask(large, Some("bytes=-100")).await;
    let expected = format!("bytes {}-{}/{size}", size - 100, size - 1);
    assert_eq!((answer.status().as_u16(), answer.headers()["content-range"].to_str().unwrap()), (206, expected.as_str()));
    assert_eq!(answer.bytes().await.unwrap().len(), 100);
}

#[tokio::test]
async fn what_has_expired_has_no_address() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let all = attachments(&visitor).await;
    let (expired, kept): (Vec<_>, Vec<_>) = all.iter().partition(|one| one["expired"] == true);
    assert!(!expired.is_empty() && !kept.is_empty());
    assert!(expired.iter().all(|one| one["url"].is_null() && one["expires_at"].as_str().unwrap() < "2026-02"));
    assert!(kept.iter().all(|one| one["url"].is_string() && one["expires_at"].as_str().unwrap() > "2026-01-31T18"));
    let mut guessed = kept[0].clone();
    guessed["url"] = format!("{}x", kept[0]["url"].as_str().unwrap()).into();
    assert_eq!(ask(&guessed, None).await.status(), 404);
}

/// Downloads what stands at this place of every record, and holds its size against what the record says.
async fn files(records: &BTreeMap<String, String>, list: &str, key: &str) -> Files {
    let mut files = Files::default();
    for record in records.values() {
        let record: Value = serde_json::from_str(record).unwrap();
        let told = record.pointer(list).unwrap_or(&Value::Null);
        for told in told.as_array().unwrap_or(&vec![told.clone()]).iter().filter(|told| told["url"].is_string()) {
            let bytes = ask(told, None).await.bytes().await.unwrap();
            assert_eq!(bytes.len() as u64, told["size"].as_u64().unwrap());
            let sha256: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            files.add_known(record.pointer(key).unwrap().as_str().unwrap(), &sha256, bytes.len() as u64);
        }
    }
    files
}

#[tokio::test]
async fn the_truth_of_media_is_what_can_be_downloaded() {
    let media = Terms { largest: 3_000, ..Terms::default() };
    let host = Running::start(Options { media, ..quiet() }).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let question = Question { media: host.media(), ..Question::new(System::Fluxer, 7, Size::Small) };
    let truth = Truth::tell(&question).with_media(&question).media.unwrap();
    let walked = walk(&visitor, true, FROZEN).await;
    for (stream, list, key) in [
        ("messages", "/attachments", "/id"),
        ("guild-pins", "/message/attachments", "/message/id"),
        ("dm-pins", "/message/attachments", "/message/id"),
        ("mentions", "/attachments", "/id"),
        ("saved-messages", "/message/attachments", "/id"),
        ("memes", "", "/id"),
    ] {
        let found = files(&walked[stream], list, key).await;
        assert_eq!(found, truth[stream], "{stream}");
        assert!(found.count() > 0 || stream == "dm-pins", "{stream}");
    }
    assert!((truth["guild-messages"].count(), truth["dm-messages"].count()) == (0, 0));
}
