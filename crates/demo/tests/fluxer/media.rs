//! The host of attachments: open to every page, in ranges, and only for a while.

use carryall_demo::Running;
use reqwest::{Client, Response};
use serde_json::Value;

use crate::visitor::{OWNER, Visitor, quiet};

/// Every attachment of the newest mentions.
async fn attachments(visitor: &Visitor) -> Vec<Value> {
    let page = visitor.read("/users/@me/mentions?limit=100").await;
    page.as_array().unwrap().iter().flat_map(|message| message["attachments"].as_array().unwrap()).cloned().collect()
}

async fn ask(host: &Running, attachment: &Value, range: Option<&str>) -> Response {
    let url = attachment["url"].as_str().unwrap().replace("https://media.fluxer.example", &host.url());
    let request = Client::new().get(url);
    range.map_or(request.try_clone().unwrap(), |range| request.header("range", range)).send().await.unwrap()
}

#[tokio::test]
async fn an_attachment_is_given_to_every_page_without_credentials() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let all = attachments(&visitor).await;
    let small = all.iter().filter(|one| one["expired"] == false).min_by_key(|one| one["size"].as_u64()).unwrap();
    let answer = ask(&host, small, None).await;
    assert_eq!((answer.status().as_u16(), &answer.headers()["access-control-allow-origin"]), (200, &"*".parse().unwrap()));
    assert_eq!(answer.headers()["content-type"], small["content_type"].as_str().unwrap());
    let whole = answer.bytes().await.unwrap();
    assert_eq!(whole.len() as u64, small["size"].as_u64().unwrap());
    let rest = ask(&host, small, Some("bytes=10-")).await;
    assert_eq!((rest.status().as_u16(), rest.bytes().await.unwrap()), (206, whole.slice(10..)));
    assert_eq!(ask(&host, small, Some("bytes=99999999999-")).await.status(), 416);
}

#[tokio::test]
async fn a_part_of_a_large_one_does_not_take_the_whole() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let all = attachments(&visitor).await;
    let large = all.iter().filter(|one| one["expired"] == false).max_by_key(|one| one["size"].as_u64()).unwrap();
    let size = large["size"].as_u64().unwrap();
    let answer = ask(&host, large, Some("bytes=-100")).await;
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
    assert_eq!(ask(&host, &guessed, None).await.status(), 404);
}
