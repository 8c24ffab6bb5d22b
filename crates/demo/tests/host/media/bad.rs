//! Bad media servers, one by one, over HTTP.

use std::time::Duration;

use carryall_demo::media::Mode;
use carryall_demo::{Options, Running, System};
use reqwest::Method;

use super::careful::download;
use super::{a_recording, ask, get, header, small};

/// A recording at a host with such media, and its bytes as a good host has them.
async fn recording(mode: Mode) -> (Running, String, Vec<u8>) {
    let (_good, url) = a_recording(small(System::Talkif)).await;
    let right = get(&url).await.bytes().await.unwrap().to_vec();
    let (host, url) = a_recording(Options { misbehave_media: Some(mode), ..small(System::Talkif) }).await;
    (host, url, right)
}

/// The bytes of an answer that come before it ends or is cut, and whether it ended well.
async fn taken(url: &str) -> (Vec<u8>, bool) {
    let (mut answer, mut bytes) = (get(url).await, Vec::new());
    loop {
        match answer.chunk().await {
            Ok(Some(piece)) => bytes.extend_from_slice(&piece),
            Ok(None) => return (bytes, true),
            Err(_) => return (bytes, false),
        }
    }
}

#[tokio::test]
async fn connections_that_always_drop_lead_to_the_file_piece_by_piece() {
    let (_host, url, right) = recording(Mode::Drop).await;
    let found = download(&url).await.unwrap();
    assert_eq!((found.bytes, found.answers[0]), (right, 200));
    assert!(found.answers.len() > 2 && found.answers[1..].iter().all(|status| *status == 206), "{:?}", found.answers);
}

#[tokio::test]
async fn a_server_that_ignores_ranges_drops_the_first_try_and_gives_the_whole_again() {
    let (_host, url, right) = recording(Mode::IgnoreRange).await;
    let found = download(&url).await.unwrap();
    assert_eq!((found.bytes, found.answers), (right, vec![200, 200]));
    let answer = ask(Method::GET, &url).header("range", "bytes=5-").send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn a_file_that_changes_is_begun_anew_and_ends_as_the_one_it_became() {
    let (_host, url, right) = recording(Mode::ChangeEtag).await;
    let head = async || header(&ask(Method::HEAD, &url).send().await.unwrap(), "etag").to_owned();
    let before = head().await;
    let (begun, is_whole) = taken(&url).await;
    assert!(!is_whole && !right.starts_with(&begun));
    assert_ne!(head().await, before);
    let found = download(&url).await.unwrap();
    assert_eq!((found.bytes, found.answers), (right, vec![200, 206]));
}

#[tokio::test]
async fn a_sign_in_page_is_no_file() {
    let (_host, url, _) = recording(Mode::Html).await;
    let answer = get(&url).await;
    assert_eq!((answer.status().as_u16(), header(&answer, "content-type")), (200, "text/html; charset=utf-8"));
    assert_eq!(header(&answer, "access-control-allow-origin"), "*");
}

#[tokio::test]
async fn lengths_may_be_too_long_or_too_short() {
    let (_host, url, right) = recording(Mode::LongLength).await;
    assert_eq!(get(&url).await.content_length(), Some(right.len() as u64 + 1_000));
    assert_eq!(taken(&url).await, (right, false));
    let (_host, url, right) = recording(Mode::ShortLength).await;
    assert_eq!(taken(&url).await, (right[..right.len() / 2].to_vec(), true));
}

#[tokio::test]
async fn a_part_may_begin_earlier_than_was_asked_for() {
    let (_host, url, right) = recording(Mode::WrongRange).await;
    let found = download(&url).await.unwrap();
    assert_eq!((found.bytes, found.answers), (right.clone(), vec![200, 206]));
    let answer = ask(Method::GET, &url).header("range", "bytes=40-").send().await.unwrap();
    let place = header(&answer, "content-range").to_owned();
    let start: usize = place.strip_prefix("bytes ").unwrap().split_once('-').unwrap().0.parse().unwrap();
    assert!(start < 40, "{place}");
    assert_eq!(answer.bytes().await.unwrap(), right[start..]);
}

#[tokio::test]
async fn a_slow_server_begins_and_goes_silent() {
    let (_host, url, right) = recording(Mode::Slow).await;
    let (mut answer, mut bytes) = (get(&url).await, Vec::new());
    while bytes.len() < right.len() / 2 {
        bytes.extend_from_slice(&answer.chunk().await.unwrap().unwrap());
    }
    assert_eq!(bytes, right[..right.len() / 2]);
    let silence = tokio::time::timeout(Duration::from_millis(100), answer.chunk()).await;
    assert!(silence.is_err(), "{silence:?}");
}

#[tokio::test]
async fn files_may_be_refused_missing_or_elsewhere() {
    for (mode, status) in [(Mode::Forbidden, 403), (Mode::Missing, 404)] {
        let (_host, url, _) = recording(mode).await;
        assert_eq!(get(&url).await.status(), status);
        assert!(download(&url).await.is_none());
    }
    let (_host, url, _) = recording(Mode::Redirect).await;
    let answer = get(&url).await;
    assert_eq!((answer.status().as_u16(), header(&answer, "location")), (302, url.replace("127.0.0.1", "localhost").as_str()));
}

#[tokio::test]
async fn a_server_may_refuse_to_be_asked_beforehand() {
    let (_host, url, right) = recording(Mode::NoPreflight).await;
    let answer = ask(Method::OPTIONS, &url).header("access-control-request-method", "GET").send().await.unwrap();
    assert_eq!(answer.status(), 405);
    assert!(!answer.headers().contains_key("access-control-allow-origin"));
    let found = download(&url).await.unwrap();
    assert_eq!((found.bytes, found.answers), (right, vec![200, 206]));
}
