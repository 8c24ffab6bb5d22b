//! Who asks: the host says so, and it is shown no more than it must be.

use reqwest::{Client, Method};
use serde_json::json;

use crate::helpers::{Answer, World};
use crate::host::owner;

#[tokio::test]
async fn whoever_the_host_does_not_know_is_nobody() {
    let world = World::new().await;
    world.person("stranger").request().await.refused(401, "unauthenticated");
    let without = Client::new().get(format!("{}/v1/exports/current", world.address()));
    Answer::of(without).await.refused(401, "unauthenticated");
    assert_eq!(world.host.asked().len(), 1, "nobody is asked about nothing");
}

#[tokio::test]
async fn without_the_host_nothing_is_granted() {
    let mut world = World::new().await;
    world.host.goes_down().await;
    let problem = world.ada().request().await.refused(503, "unavailable");
    assert_eq!(problem["retry_at"], "2026-02-28T12:00:05Z");
}

#[tokio::test]
async fn a_host_that_answers_nonsense_is_as_good_as_none() {
    for (status, body) in [(500, ""), (302, ""), (200, "hello"), (200, "{}"), (200, "{\"user\":{\"id\":\"ada\"}}")] {
        let world = World::new().await;
        world.host.breaks(status, body);
        world.ada().request().await.refused(503, "unavailable");
    }
    let world = World::new().await;
    world.host.breaks(200, &"x".repeat(100_000));
    world.ada().request().await.refused(503, "unavailable");
}

#[tokio::test]
async fn the_host_sees_only_the_configured_header() {
    let world = World::new().await;
    let request = world.ada().send(Method::GET, "/v1/exports/current").header("cookie", "a=b").header("x-secret", "1");
    Answer::of(request).await.expect(200);
    let seen = world.host.asked().remove(0);
    assert_eq!(seen["authorization"], "Bearer ada");
    for name in ["cookie", "x-secret", "origin", "x-carryall", "content-type"] {
        assert!(!seen.contains_key(name), "{name} was shown");
    }
}

#[tokio::test]
async fn of_all_cookies_the_host_sees_the_configured_one() {
    let world = World::with("forward_headers = []\ncookie = \"session\"", "preset = \"talkif\"").await;
    let client = Client::new().get(format!("{}/v1/exports/current", world.address()));
    Answer::of(client.header("cookie", "theme=dark; session=s1; x=y")).await.refused(401, "unauthenticated");
    assert_eq!(world.host.asked()[0]["cookie"], "session=s1");
}

#[tokio::test]
async fn an_answer_is_used_again_for_a_few_seconds_and_for_nobody_else() {
    let world = World::new().await;
    world.host.knows("bob", owner("bob", "acc-2"));
    let ada = world.ada();
    ada.current().await;
    world.pass(4);
    ada.current().await;
    assert_eq!(world.host.asked().len(), 1);
    world.person("bob").current().await;
    assert_eq!(world.host.asked().len(), 2);
    world.pass(1);
    ada.current().await;
    assert_eq!(world.host.asked().len(), 3);
}

#[tokio::test]
async fn pointers_say_where_the_host_says_what() {
    let pointers =
        "pointers = { subject = \"/sub\", account = \"/tenant\", roles = \"/roles\", mail = \"/m\", mail_verified = \"/v\" }";
    let identity = format!("[identity]\nallowed_roles = [\"admin\"]\n{pointers}");
    let world = World::with(&identity, "preset = \"talkif\"").await;
    let answer = json!({"sub": 17, "tenant": "t-1", "roles": ["user", "admin"], "m": "a@mail.example", "v": true});
    world.host.knows("ada", answer);
    world.ada().request().await.expect(201);
    world.mail_with(&["To: a@mail.example"]).await;
}
