//! Sign-in, refresh, sign-out, and who is who.

use std::time::Duration;

use carryall_demo::{Options, Running};
use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::visitor::{OTHER, OWNER, PASSWORD, VIEWER, Visitor, quiet, set_cookie};

async fn code(answer: reqwest::Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["status"], status);
    for member in ["title", "detail", "requestId"] {
        assert!(body[member].is_string(), "{body}");
    }
    (status, body["code"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_right_password_gives_a_token_and_a_strict_http_only_cookie() {
    let host = Running::start(quiet()).await.unwrap();
    let mut visitor = Visitor::stranger(&host);
    let answer = visitor.enter(OWNER, PASSWORD).await;
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let cookie = set_cookie(answer.headers());
    assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Strict"), "{cookie}");
    let body = visitor.keep(answer).await;
    assert_eq!((&body["expiresIn"], &body["scheme"]), (&300.into(), &"Bearer".into()));
    let me = visitor.read("/api/v1/me").await;
    assert_eq!(me["user"]["email"], OWNER);
    assert_eq!(me["user"]["emailVerified"], true);
    assert_eq!(me["user"]["role"], "owner");
    assert_eq!(me["user"]["locale"], "en");
    assert!(me["authTime"].as_str().unwrap().ends_with('Z'));
    let account = visitor.read("/api/v1/account").await;
    assert_eq!((&me["account"]["id"], &me["account"]["name"]), (&account["id"], &account["name"]));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_refused_alike() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::stranger(&host);
    let expected = (401, "invalid_credentials".to_owned());
    assert_eq!(code(visitor.enter(OWNER, "correct horse").await).await, expected);
    assert_eq!(code(visitor.enter("nobody@talkif.example", PASSWORD).await).await, expected);
}

#[tokio::test]
async fn a_body_that_is_not_the_json_asked_for_is_refused() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::stranger(&host);
    for body in ["", "email=a&password=b", "{\"email\":1}", "{\"email\":\"a\",\"password\":\"b\",\"role\":\"owner\"}"] {
        let request = visitor.request(Method::POST, "/session").header("content-type", "application/json").body(body);
        assert_eq!(code(request.send().await.unwrap()).await, (400, "invalid_body".to_owned()), "{body}");
    }
}

#[tokio::test]
async fn nothing_of_the_api_is_shown_without_a_good_token() {
    let host = Running::start(quiet()).await.unwrap();
    let mut stranger = Visitor::stranger(&host);
    for path in ["/me", "/account", "/contacts", "/calls", "/calls/1/transcript", "/campaigns/1/contacts", "/billing/charges"] {
        assert_eq!(code(stranger.get(&format!("/api/v1{path}")).await).await, (401, "unauthorized".to_owned()), "{path}");
    }
    stranger.token = "e30.e30.e30".to_owned();
    assert_eq!(stranger.status("/api/v1/me").await, 401);
}

#[tokio::test]
async fn a_token_without_its_word_or_with_another_is_none() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let stranger = Visitor::stranger(&host);
    for (word, expected) in [("", 401), ("Basic ", 401), ("Bearer", 401), ("bearer ", 401), ("Bearer ", 200)] {
        let request = stranger.request(Method::GET, "/api/v1/me").header("authorization", format!("{word}{}", visitor.token));
        assert_eq!(request.send().await.unwrap().status().as_u16(), expected, "{word}");
    }
}

#[tokio::test]
async fn an_expired_token_is_refused_and_the_cookie_gives_the_next_one() {
    let host = Running::start(Options { session_ttl: Duration::ZERO, ..quiet() }).await.unwrap();
    let mut visitor = Visitor::sign_in(&host, OWNER).await;
    assert_eq!(code(visitor.get("/api/v1/contacts").await).await, (401, "token_expired".to_owned()));
    let answer = visitor.refresh().await;
    assert_eq!(answer.status(), StatusCode::OK);
    visitor.keep(answer).await;
    assert_eq!(code(visitor.get("/api/v1/contacts").await).await.1, "token_expired");
}

#[tokio::test]
async fn a_refresh_keeps_the_moment_the_password_was_entered() {
    let host = Running::start(quiet()).await.unwrap();
    let mut visitor = Visitor::sign_in(&host, OWNER).await;
    let before = visitor.read("/api/v1/me").await;
    let answer = visitor.refresh().await;
    visitor.keep(answer).await;
    assert_eq!(visitor.read("/api/v1/me").await["authTime"], before["authTime"]);
}

#[tokio::test]
async fn token_and_cookie_cannot_stand_in_for_each_other() {
    let host = Running::start(quiet()).await.unwrap();
    let mut visitor = Visitor::sign_in(&host, OWNER).await;
    let (name, refresh) = visitor.cookie.split_once('=').unwrap();
    let (swapped, refresh) = (format!("{name}={}", visitor.token), refresh.to_owned());
    visitor.cookie = swapped;
    assert_eq!(visitor.refresh().await.status(), StatusCode::UNAUTHORIZED);
    visitor.token = refresh;
    assert_eq!(visitor.status("/api/v1/me").await, 401);
}

#[tokio::test]
async fn signing_out_ends_token_and_cookie_at_once() {
    let host = Running::start(quiet()).await.unwrap();
    let visitor = Visitor::sign_in(&host, OWNER).await;
    let answer = visitor.request(Method::DELETE, "/session").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert!(set_cookie(answer.headers()).contains("Max-Age=0"));
    assert_eq!(visitor.status("/api/v1/me").await, 401);
    assert_eq!(visitor.refresh().await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_viewer_shares_the_owners_account_and_a_rival_sees_another() {
    let host = Running::start(quiet()).await.unwrap();
    let owner = Visitor::sign_in(&host, OWNER).await;
    let viewer = Visitor::sign_in(&host, VIEWER).await;
    let other = Visitor::sign_in(&host, OTHER).await;
    assert_eq!(viewer.read("/api/v1/me").await["user"]["role"], "viewer");
    let page = "/api/v1/contacts?limit=5";
    assert_eq!(owner.read(page).await, viewer.read(page).await);
    assert_ne!(owner.read(page).await["contacts"], other.read(page).await["contacts"]);
    assert_ne!(owner.read("/api/v1/account").await["id"], other.read("/api/v1/account").await["id"]);
}

#[tokio::test]
async fn the_people_who_sign_in_are_among_the_users() {
    let host = Running::start(quiet()).await.unwrap();
    let owner = Visitor::sign_in(&host, OWNER).await;
    let users = owner.read("/api/v1/users").await;
    let me = owner.read("/api/v1/me").await;
    assert_eq!(users["users"][0]["id"], me["user"]["id"]);
    assert_eq!(users["users"][0]["email"], OWNER);
    assert_eq!(users["users"][1]["email"], VIEWER);
}
