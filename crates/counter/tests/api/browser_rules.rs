//! What a browser may send on behalf of which page.

use reqwest::{Client, Method};
use serde_json::json;

use crate::helpers::{Answer, PAGE, World};

#[tokio::test]
async fn a_cross_site_form_changes_nothing() {
    let world = World::new().await;
    let form = Client::new()
        .post(format!("{}/v1/exports", world.address()))
        .bearer_auth("ada")
        .header("origin", "https://evil.example")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("categories=calls");
    Answer::of(form).await.refused(403, "origin_not_allowed");
    assert!(world.ada().current().await["export"].is_null());
}

#[tokio::test]
async fn a_change_needs_every_one_of_its_marks() {
    let world = World::new().await;
    let send = |origin: Option<&str>, intent: Option<&str>, content_type: Option<&str>| {
        let mut request = Client::new().post(format!("{}/v1/exports", world.address())).bearer_auth("ada");
        for (name, value) in [("origin", origin), ("x-carryall", intent), ("content-type", content_type)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        request.body(json!({"categories": ["calls"]}).to_string())
    };
    let (intent, json) = (Some("1"), Some("application/json"));
    for origin in [
        None,
        Some("null"),
        Some("https://evil.example"),
        Some("https://app.example.evil.example"),
        Some("http://app.example"),
        Some("https://app.example:8443"),
    ] {
        Answer::of(send(origin, intent, json)).await.refused(403, "origin_not_allowed");
    }
    for intent in [None, Some(""), Some("0")] {
        Answer::of(send(Some(PAGE), intent, json)).await.refused(403, "origin_not_allowed");
    }
    for content_type in [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("multipart/form-data")] {
        Answer::of(send(Some(PAGE), intent, content_type)).await.refused(415, "bad_request");
    }
    let twice = send(Some(PAGE), intent, json).header("origin", "https://evil.example");
    Answer::of(twice).await.refused(403, "origin_not_allowed");
    Answer::of(send(Some(PAGE), intent, json)).await.expect(201);
}

#[tokio::test]
async fn every_change_is_guarded() {
    let world = World::new().await;
    let id = "0".repeat(32);
    let calls =
        ["confirm", "start", "heartbeat", "complete", "fail"].map(|call| (Method::POST, format!("/v1/exports/{id}/{call}")));
    for (method, path) in calls.into_iter().chain([(Method::DELETE, format!("/v1/exports/{id}"))]) {
        let request = Client::new().request(method, format!("{}{path}", world.address())).bearer_auth("ada");
        Answer::of(request.body("{}")).await.refused(403, "origin_not_allowed");
    }
}

#[tokio::test]
async fn an_allowed_page_may_read_answers_and_refusals_and_others_may_not() {
    let world = World::new().await;
    let ask =
        |origin: &'static str| Client::new().get(format!("{}/v1/exports/current", world.address())).header("origin", origin);
    let allowed = Answer::of(ask(PAGE)).await;
    assert_eq!(allowed.header("access-control-allow-origin"), Some(PAGE));
    let exposed = allowed.header("access-control-expose-headers").unwrap();
    for name in ["retry-after", "etag", "preference-applied", "ratelimit-policy", "ratelimit"] {
        assert!(exposed.split(',').any(|found| found == name), "{name} is missing in {exposed}");
    }
    assert_eq!(allowed.header("access-control-allow-credentials"), None);
    let other = Answer::of(ask("https://evil.example")).await;
    assert_eq!(other.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn a_preflight_names_the_headers_of_the_wire() {
    let world = World::new().await;
    let preflight = Client::new()
        .request(Method::OPTIONS, format!("{}/v1/exports", world.address()))
        .header("origin", PAGE)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type,if-none-match,prefer,x-carryall,x-carryall-ticket");
    let answer = Answer::of(preflight).await;
    assert_eq!(answer.header("access-control-allow-origin"), Some(PAGE));
    let headers = answer.header("access-control-allow-headers").unwrap();
    for name in ["authorization", "content-type", "if-none-match", "prefer", "x-carryall", "x-carryall-ticket"] {
        assert!(headers.contains(name), "{name} is missing in {headers}");
    }
    assert!(answer.header("access-control-allow-methods").unwrap().contains("DELETE"));
}

#[tokio::test]
async fn what_is_not_there_and_what_is_not_taken_is_a_problem_too() {
    let world = World::new().await;
    let ada = world.ada();
    Answer::of(ada.send(Method::GET, "/nowhere")).await.refused(404, "not_found");
    Answer::of(ada.send(Method::GET, "/v1/exports")).await.refused(405, "method_not_allowed");
    Answer::of(ada.send(Method::PUT, "/v1/exports/current")).await.refused(405, "method_not_allowed");
    Answer::of(ada.send(Method::POST, "/v1/exports").body("{")).await.refused(400, "bad_request");
    Answer::of(ada.send(Method::POST, "/v1/exports")).await.refused(400, "bad_request");
    let long = json!({"categories": ["calls"], "locale": "x".repeat(20_000)}).to_string();
    Answer::of(ada.send(Method::POST, "/v1/exports").body(long)).await.refused(413, "bad_request");
}

#[tokio::test]
async fn every_answer_is_kept_from_caches_frames_and_sniffers() {
    let world = World::new().await;
    for path in ["/v1/exports/current", "/v1/keys", "/healthz", "/nowhere"] {
        let answer = Answer::of(world.ada().send(Method::GET, path)).await;
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{path}");
        assert!(answer.header("content-security-policy").unwrap().contains("default-src 'none'"), "{path}");
    }
}

#[tokio::test]
async fn it_says_that_it_lives_and_is_ready() {
    let world = World::new().await;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(Answer::of(world.ada().send(Method::GET, path)).await.status, 200, "{path}");
    }
}
