//! Which files there are: what records name, and nothing that was guessed.

use carryall_demo::truth::{Files, Question, Truth};
use carryall_demo::{Options, Running, Size, System};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{FROZEN, a_recording, get, recorded, recording, small};
use crate::visitor::{OWNER, Visitor};

async fn add(files: &mut Files, key: &str, url: &str) {
    let answer = get(url).await;
    assert_eq!(answer.status(), 200, "{url}");
    let bytes = answer.bytes().await.unwrap();
    let sha256: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    files.add_known(key, &sha256, bytes.len() as u64);
}

#[tokio::test]
async fn recordings_are_sounds_and_the_truth_knows_them() {
    let host = Running::start(small(System::Talkif)).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let mut files = Files::default();
    for call in recorded(&visitor).await {
        let url = recording(&visitor, &call).await["url"].as_str().unwrap().to_owned();
        assert!(url.starts_with(&format!("{}/recordings/{call}.wav?expires=", host.media().origin)), "{url}");
        add(&mut files, &call, &url).await;
    }
    let question = Question { media: host.media(), ..Question::new(System::Talkif, 7, Size::Small) };
    assert_eq!(Truth::tell(&question).with_media(&question).media.unwrap()["call-recordings"], files);
    assert!(files.count() > 20 && files.bytes() < files.count() * 10_000);
}

#[tokio::test]
async fn an_address_that_was_changed_or_has_expired_is_refused() {
    let (_host, url) = a_recording(small(System::Talkif)).await;
    let answer = get(&url).await;
    assert_eq!((answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap()), (200, "audio/wav"));
    assert!(answer.bytes().await.unwrap().starts_with(b"RIFF"));
    let (bare, _) = url.split_once('?').unwrap();
    let later = url.replacen("expires=1", "expires=2", 1);
    for wrong in [bare, &later, &format!("{url}0"), &url.replace(".wav", ".mp3")] {
        assert_eq!(get(wrong).await.status(), 403, "{wrong}");
    }
    let at_once = Options { recording_lifetime: std::time::Duration::ZERO, ..small(System::Talkif) };
    let (_host, url) = a_recording(at_once).await;
    assert_eq!(get(&url).await.status(), 403);
}

const FIELDS: &str = "tweet.fields=attachments&expansions=attachments.media_keys\
                      &media.fields=alt_text,duration_ms,height,preview_image_url,url,variants,width";

/// Pages of posts with their media, each post under its id.
async fn media(visitor: &Visitor) -> Vec<(String, Value)> {
    let (mut all, mut token) = (Vec::new(), String::new());
    loop {
        let path = format!("/2/users/1398765432109876543/tweets?max_results=100&end_time={FROZEN}&{FIELDS}{token}");
        let page = visitor.read(&path).await;
        let known = page["includes"]["media"].as_array().cloned().unwrap_or_default();
        for post in page["data"].as_array().into_iter().flatten() {
            for key in post["attachments"]["media_keys"].as_array().into_iter().flatten() {
                let medium = known.iter().find(|medium| medium["media_key"] == *key).unwrap();
                all.push((post["id"].as_str().unwrap().to_owned(), medium.clone()));
            }
        }
        match page["meta"]["next_token"].as_str() {
            Some(next) => token = format!("&pagination_token={next}"),
            None => return all,
        }
    }
}

/// The address of a photo, or of the video with the most bits a second.
fn best(medium: &Value) -> &str {
    let variants = medium["variants"].as_array().into_iter().flatten();
    let video = variants.max_by_key(|variant| variant["bit_rate"].as_u64()).map(|variant| &variant["url"]);
    video.unwrap_or(&medium["url"]).as_str().unwrap()
}

#[tokio::test]
async fn the_media_of_posts_are_served_and_the_truth_knows_the_best_of_each() {
    let host = Running::start(small(System::X)).await.unwrap();
    let visitor = Visitor::sign_in(&host, "owner@x.example").await;
    let (mut files, mut kinds) = (Files::default(), std::collections::BTreeSet::new());
    for (post, medium) in media(&visitor).await {
        add(&mut files, &post, best(&medium)).await;
        if kinds.insert(medium["type"].to_string()) {
            let variants = medium["variants"].as_array().into_iter().flatten().map(|variant| &variant["url"]);
            for url in variants.chain([&medium["preview_image_url"]]).filter_map(Value::as_str) {
                assert_eq!(get(url).await.status(), 200, "{url}");
            }
        }
    }
    assert_eq!(kinds.len(), 3);
    let question = Question { media: host.media(), ..Question::new(System::X, 7, Size::Small) };
    assert_eq!(Truth::tell(&question).with_media(&question).media.unwrap()["tweets"], files);
}

#[tokio::test]
async fn the_pictures_of_a_profile_are_served_and_what_was_guessed_is_not() {
    let host = Running::start(small(System::X)).await.unwrap();
    let visitor = Visitor::sign_in(&host, "owner@x.example").await;
    let me = visitor.read("/2/users/me?user.fields=profile_image_url,profile_banner_url").await;
    let mut files = Files::default();
    for url in [&me["data"]["profile_image_url"], &me["data"]["profile_banner_url"]] {
        add(&mut files, "", url.as_str().unwrap()).await;
    }
    let question = Question { media: host.media(), ..Question::new(System::X, 7, Size::Small) };
    assert_eq!(Truth::tell(&question).with_media(&question).media.unwrap()["profile"], files);
    let origin = host.media().origin;
    for guessed in ["media/0123456789abcdef.jpg", "profile_banners/7", "", "media", "0123456789abcdef/632000.mp4?tag=12"] {
        assert_eq!(get(&format!("{origin}/{guessed}")).await.status(), 404, "{guessed}");
    }
}
