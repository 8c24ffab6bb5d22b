//! What a server says no to, for now or for good.

use serde_json::{Value, json};

use crate::helpers::{HOUR, World, text};
use crate::host::owner;
use crate::mailbox::assert_no_trace;
use crate::server::{Manner, Server};
use crate::{logged, world};

/// A server in the clear, and a world where Ada's address is this.
async fn ada_at(address: &str, utf8: bool) -> (Server, World) {
    let server = Server::start(&Manner { encryption: "none", name: "localhost", password: false, utf8 }).await;
    let world = world(&server, "encryption = \"none\"").await;
    let mut ada: Value = owner("ada", "acc-1");
    ada["user"]["email"] = json!(address);
    world.host.knows("ada", ada);
    (server, world)
}

#[tokio::test]
async fn a_mail_refused_for_good_is_shown_as_failing_and_not_tried_again() {
    let (server, world) = ada_at("nobody@mail.example", false).await;
    world.ada().request().await.expect(201);
    world.mail_is("failing").await;
    assert_no_trace(&world, &["nobody@mail.example"]).await;
    for hour in 0..5 {
        world.pass(HOUR);
        // Another mail goes through meanwhile, so the outbox was looked at.
        world.host.knows("bob", owner("bob", &format!("acc-b{hour}")));
        world.person("bob").request().await.expect(201);
    }
    server.mail(5).await;
    assert_eq!(server.recipients().iter().filter(|to| to.starts_with("nobody@")).count(), 1);
    assert_eq!(world.ada().current().await["export"]["mail"], "failing");
    let log = logged();
    assert!(log.contains("the mail server refuses the mail (550)"), "{log}");
    assert!(!log.contains("nobody@") && !log.contains("no such mailbox"), "{log}");
}

#[tokio::test]
async fn a_new_request_tries_the_corrected_address() {
    let (server, world) = ada_at("nobody@mail.example", false).await;
    let id = text(&world.ada().request().await.expect(201), "/id");
    world.mail_is("failing").await;
    world.ada().cancel(&id).await.expect(200);
    world.host.knows("ada", owner("ada", "acc-1"));
    world.pass(60);
    world.ada().request().await.expect(201);
    world.mail_is("sent").await;
    assert_eq!(server.recipients(), ["nobody@mail.example", "ada@mail.example"]);
}

#[tokio::test]
async fn a_mail_refused_for_now_is_tried_again_until_it_is_taken_and_then_never() {
    let (server, mut world) = ada_at("later@mail.example", false).await;
    world.ada().request().await.expect(201);
    world.mail_is("failing").await;
    let thrice = || {
        world.pass(10);
        (server.recipients().len() >= 3).then_some(())
    };
    server.sees("the third try", thrice).await;
    world.mail_is("sent").await;
    world.restart().await;
    world.pass(HOUR);
    world.host.knows("bob", owner("bob", "acc-2"));
    world.person("bob").request().await.expect(201);
    server.mail(2).await;
    assert_eq!(server.recipients().len(), 4, "{:?}", server.recipients());
}

#[tokio::test]
async fn an_address_that_is_no_ascii_is_reached_where_the_server_can_and_refused_where_it_cannot() {
    let (server, world) = ada_at("ädä@mail.example", true).await;
    world.ada().request().await.expect(201);
    world.mail_is("sent").await;
    assert_eq!(server.recipients(), ["ädä@mail.example"]);

    let (server, world) = ada_at("ädä@mail.example", false).await;
    world.ada().request().await.expect(201);
    world.mail_is("failing").await;
    assert_no_trace(&world, &["mail.example"]).await;
    assert!(server.recipients().is_empty());
}

#[tokio::test]
async fn a_domain_that_is_no_ascii_is_reached_by_any_server() {
    let (server, world) = ada_at("ada@münchen.example", false).await;
    world.ada().request().await.expect(201);
    world.mail_is("sent").await;
    assert_eq!(server.recipients(), ["ada@xn--mnchen-3ya.example"]);
}

#[tokio::test]
async fn no_address_adds_a_header_or_a_recipient() {
    for address in [
        "ada@mail.example\r\nBcc: eve@evil.example",
        "\"ada\r\nRCPT TO:<eve@evil.example>\"@mail.example",
        "ada@mail.example>\r\nRCPT TO:<eve@evil.example",
        "Ada <ada@mail.example>",
        "ada@mail.example, eve@evil.example",
    ] {
        let (server, world) = ada_at(address, false).await;
        world.ada().request().await.refused(403, "mail_unverified");
        assert!(server.recipients().is_empty(), "{address:?}");
    }
    let (server, world) = ada_at("\"ada, eve@evil.example\"@mail.example", false).await;
    world.ada().request().await.expect(201);
    let mail = String::from_utf8(server.mail(1).await).unwrap();
    assert_eq!(server.recipients(), ["\"ada, eve@evil.example\"@mail.example"]);
    assert!(mail.contains("To: \"ada, eve@evil.example\"@mail.example\r\n"), "{mail}");
}
