//! Who asks, told by a reverse proxy: from its own address, each header once.

use reqwest::{Client, Method, RequestBuilder};
use serde_json::json;

use crate::helpers::{Answer, PAGE, World, config_with};
use crate::host::Host;

const POINTERS: &str = r#"[identity.pointers]
subject = "/x-user"
account = "/x-account"
roles = "/x-roles"
mail = "/x-mail"
mail_verified = "/x-mail-verified"
auth_time = "/x-auth-time"
"#;

async fn world(addresses: &str, policy: &str) -> World {
    let identity = format!("[identity]\nallowed_roles = [\"admin\"]\n[identity.proxy]\naddresses = {addresses}\n{POINTERS}");
    World::with_config(Host::start().await, config_with(&identity, policy)).await
}

const ADA: [(&str, &str); 6] = [
    ("x-user", "ada"),
    ("x-account", "acc-1"),
    ("x-roles", "user, admin"),
    ("x-mail", "ada@mail.example"),
    ("x-mail-verified", "true"),
    ("x-auth-time", "1772279940"),
];

fn request(world: &World, headers: &[(&str, &str)]) -> RequestBuilder {
    let request = Client::new().request(Method::POST, format!("{}/v1/exports", world.address()));
    let request = request.header("origin", PAGE).header("x-carryall", "1").header("content-type", "application/json");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(json!({"categories": ["calls"]}).to_string())
}

fn ada_but(name: &str, value: &'static str) -> Vec<(&'static str, &'static str)> {
    ADA.iter().map(|(own, own_value)| (*own, if *own == name { value } else { *own_value })).collect()
}

#[tokio::test]
async fn a_trusted_proxy_says_who_asks() {
    for addresses in ["[\"127.0.0.1\"]", "[\"10.0.0.0/8\", \"127.0.0.0/8\"]"] {
        let world = world(addresses, "preset = \"talkif\"").await;
        Answer::of(request(&world, &ADA)).await.expect(201);
        world.mail_with(&["To: ada@mail.example"]).await;
    }
}

#[tokio::test]
async fn from_any_other_address_the_headers_say_nothing() {
    for addresses in ["[\"127.0.0.2/32\"]", "[\"10.0.0.0/8\"]", "[\"::1/128\"]"] {
        let world = world(addresses, "preset = \"fluxer\"").await;
        let forwarded = [ADA.as_slice(), &[("x-forwarded-for", "127.0.0.2, 10.0.0.1"), ("forwarded", "for=10.0.0.1")]].concat();
        Answer::of(request(&world, &forwarded)).await.refused(401, "unauthenticated");
    }
}

#[tokio::test]
async fn a_header_that_is_missing_or_sent_twice_says_nothing() {
    let world = world("[\"127.0.0.1/32\"]", "preset = \"fluxer\"").await;
    for (name, value) in [("x-user", "eve"), ("x-account", "acc-2"), ("x-roles", "admin"), ("X-User", "ada")] {
        let twice = [ADA.as_slice(), &[(name, value)]].concat();
        Answer::of(request(&world, &twice)).await.refused(401, "unauthenticated");
    }
    for name in ["x-user", "x-account"] {
        let without: Vec<_> = ADA.into_iter().filter(|(own, _)| *own != name).collect();
        Answer::of(request(&world, &without)).await.refused(401, "unauthenticated");
        Answer::of(request(&world, &ada_but(name, ""))).await.refused(401, "unauthenticated");
    }
    Answer::of(request(&world, &ada_but("x-roles", "user,administrator"))).await.refused(403, "role_not_allowed");
    Answer::of(request(&world, &ADA)).await.expect(201);
}

#[tokio::test]
async fn an_address_counts_only_where_the_proxy_says_true() {
    for said in ["false", "1", "True", ""] {
        let world = world("[\"127.0.0.1/32\"]", "preset = \"talkif\"").await;
        Answer::of(request(&world, &ada_but("x-mail-verified", said))).await.refused(403, "mail_unverified");
    }
}

#[tokio::test]
async fn a_proxy_says_when_the_password_was_entered() {
    for (said, well) in
        [("1772279940", true), ("2026-02-28T11:59:00Z", true), ("1772279000", false), ("soon", false), ("", false)]
    {
        let world = world("[\"127.0.0.1/32\"]", "preset = \"x\"").await;
        let answer = Answer::of(request(&world, &ada_but("x-auth-time", said))).await;
        assert_eq!(answer.status, if well { 201 } else { 403 }, "{said:?}");
    }
}
