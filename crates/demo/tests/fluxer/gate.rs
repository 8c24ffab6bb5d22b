//! Who may pass: tokens without a word, the app's own origin, limits in fixed windows, bad moments.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use carryall_demo::{Options, Running};
use reqwest::Method;
use serde_json::{Value, json};

use crate::visitor::{OTHER, OWNER, Visitor, quiet, refusal};

#[tokio::test]
async fn the_token_stands_in_its_header_without_any_word() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let stranger = Visitor::stranger(&host);
    assert_eq!(stranger.refusal("/users/@me").await, (401, "UNAUTHORIZED".to_owned()));
    for word in ["Bearer ", "Bot ", " "] {
        let header = format!("{word}{}", visitor.token);
        let answer = stranger.request(Method::GET, "/api/users/@me").header("authorization", &header).send().await.unwrap();
        assert_eq!(answer.status() == 200, word == " ", "a blank is no word: {word:?}");
    }
    let me = visitor.read("/users/@me").await;
    assert_eq!((&me["email"], &me["verified"]), (&OWNER.into(), &true.into()));
}

#[tokio::test]
async fn both_mounts_are_the_same_api() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let other_mount = visitor.request(Method::GET, "/v1/users/@me/guilds").send().await.unwrap();
    assert_eq!(other_mount.text().await.unwrap(), visitor.text("/users/@me/guilds").await);
    assert_eq!(visitor.refusal("/users/@me/nothing").await, (404, "NOT_FOUND".to_owned()));
}

#[tokio::test]
async fn what_is_no_get_is_taken_from_the_apps_own_origin_alone() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let client = reqwest::Client::new();
    let ask = |origin: Option<&'static str>| {
        let request = client.post(format!("{}/api/search/messages", visitor.url)).header("authorization", &visitor.token);
        let request = request.json(&json!({"scope": "all"}));
        origin.map_or(request.try_clone().unwrap(), |origin| request.header("origin", origin)).send()
    };
    for origin in [None, Some("null"), Some("http://evil.example"), Some("http://127.0.0.1:1")] {
        assert_eq!(refusal(ask(origin).await.unwrap()).await, (403, "INVALID_ORIGIN".to_owned()), "{origin:?}");
    }
    assert_eq!(visitor.search(&json!({"scope": "all"})).await.status(), 202);
}

#[tokio::test]
async fn a_window_takes_its_requests_and_says_how_many_are_left() {
    let host = Running::start(Options { limit_window: None, ..quiet() }).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    for left in (0..20).rev() {
        let answer = visitor.search(&json!({"scope": "all"})).await;
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!((header("x-ratelimit-limit"), header("x-ratelimit-remaining")), ("20".to_owned(), left.to_string()));
    }
    let answer = visitor.search(&json!({"scope": "all"})).await;
    assert_eq!(answer.status(), 429);
    let number = |name: &str| answer.headers()[name].to_str().unwrap().parse::<u64>().unwrap();
    let (after, reset, left) = (number("retry-after"), number("x-ratelimit-reset"), number("x-ratelimit-remaining"));
    let body: Value = answer.json().await.unwrap();
    assert_eq!((&body["code"], &body["global"]), (&"RATE_LIMITED".into(), &false.into()));
    let exact = body["retry_after"].as_f64().unwrap();
    assert!(body["message"].is_string() && left == 0 && exact <= 10.0);
    assert_eq!(exact.ceil() as u64, after, "the body is the exact one");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    assert!((now..=now + 11).contains(&reset), "{reset} is no moment within the window, in seconds");
}

#[tokio::test]
async fn every_person_and_every_channel_has_windows_of_its_own() {
    let host = Running::start(Options { limit_window: None, ..quiet() }).await.unwrap();
    let (owner, other) = (Visitor::sign_in(&host, OWNER).await, Visitor::sign_in(&host, OTHER).await);
    let channels = owner.read("/users/@me/channels").await;
    let pins = |at: usize| format!("/channels/{}/messages/pins", channels[at]["id"].as_str().unwrap());
    for _ in 0..20 {
        owner.text(&pins(0)).await;
    }
    assert_eq!(owner.get(&pins(0)).await.status(), 429);
    assert_eq!(owner.get(&pins(1)).await.status(), 200);
    assert_ne!(other.get(&pins(0)).await.status(), 429);
    let mount = owner.request(Method::GET, &format!("/v1{}", pins(0))).send().await.unwrap();
    assert_eq!(mount.status(), 429, "the other mount is no way around");
}

#[tokio::test]
async fn every_call_with_a_limit_has_the_one_that_is_known_of_it() {
    let host = Running::start(Options { limit_window: Some(Duration::from_secs(600)), ..quiet() }).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let guild = visitor.read("/users/@me/guilds").await[0]["id"].as_str().unwrap().to_owned();
    let channel = visitor.read("/users/@me/channels").await[0]["id"].as_str().unwrap().to_owned();
    for (path, limit) in [
        ("/users/@me", "40"),
        ("/users/@me/settings", "40"),
        ("/users/@me/notes", "60"),
        (&format!("/guilds/{guild}/channels"), "60"),
        ("/users/@me/relationships", "40"),
        ("/auth/sessions", "40"),
        ("/users/@me/mfa/webauthn/credentials", "40"),
        (&format!("/channels/{channel}/messages"), "100"),
        (&format!("/channels/{channel}/messages/pins"), "20"),
        ("/users/@me/mentions", "40"),
        ("/users/@me/saved-messages", "40"),
    ] {
        assert_eq!(visitor.get(path).await.headers()["x-ratelimit-limit"], limit, "{path}");
    }
    let own = visitor.get(&format!("/guilds/{guild}/members/@me")).await;
    assert!(own.status() == 200 && !own.headers().contains_key("x-ratelimit-limit"));
}

#[tokio::test]
async fn bad_moments_look_like_limits_and_outages_and_never_strike_the_counters_question() {
    let host = Running::start(Options { faults: true, ..quiet() }).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let (mut limited, mut unavailable) = (0, 0);
    for _ in 0..300 {
        let answer = visitor.get("/users/@me/settings").await;
        match answer.status().as_u16() {
            429 if answer.headers()["x-ratelimit-limit"] == "40" && answer.headers()["retry-after"] == "1" => {
                let body: Value = answer.json().await.unwrap();
                limited += u32::from(body["retry_after"] == 0.25);
            }
            503 => {
                assert_eq!(refusal(answer).await.1, "SERVICE_UNAVAILABLE");
                unavailable += 1;
            }
            _ => {}
        }
    }
    assert!((7..=8).contains(&limited) && (1..=2).contains(&unavailable), "{limited} {unavailable}");
    let quick = Options { faults: true, ..quiet() };
    let host = Running::start(quick).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    for _ in 0..200 {
        assert_ne!(visitor.get("/users/@me").await.status(), 503);
    }
}
