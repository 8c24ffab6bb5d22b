//! To whom a mail and a password are given, and to whom not.

use crate::server::{Manner, PASSWORD, Server};
use crate::{logged, trusting, with_password, world};

#[tokio::test]
async fn a_mail_leaves_over_tls_with_a_password() {
    let (server, world) = with_password("tls").await;
    world.ada().request().await.expect(201);
    world.mail_is("sent").await;
    server.mail(1).await;
    assert_eq!(server.recipients(), ["ada@mail.example"]);
}

#[tokio::test]
async fn a_mail_leaves_over_starttls_with_a_password() {
    let (server, world) = with_password("starttls").await;
    world.ada().request().await.expect(201);
    world.mail_is("sent").await;
    server.mail(1).await;
    assert_eq!(server.recipients(), ["ada@mail.example"]);
}

#[tokio::test]
async fn a_server_that_offers_no_starttls_gets_nothing() {
    let server = Server::start(&Manner { encryption: "none", ..Manner::default() }).await;
    let folder = tempfile::tempdir().unwrap();
    let world = world(&server, &trusting(&server, folder.path(), "starttls", PASSWORD)).await;
    world.ada().request().await.expect(201);
    world.mail_is("failing").await;
    assert!(server.recipients().is_empty() && server.mails().is_empty());
    assert!(logged().contains("the mail server offers no STARTTLS"), "{}", logged());
}

#[tokio::test]
async fn a_server_whose_certificate_is_anothers_gets_nothing() {
    for encryption in ["tls", "starttls"] {
        let server = Server::start(&Manner { encryption, name: "elsewhere.example", ..Manner::default() }).await;
        let folder = tempfile::tempdir().unwrap();
        let world = world(&server, &trusting(&server, folder.path(), encryption, PASSWORD)).await;
        world.ada().request().await.expect(201);
        world.mail_is("failing").await;
        assert!(server.recipients().is_empty() && server.mails().is_empty(), "{encryption}");
    }
    assert!(logged().contains("certificate not valid for name"), "{}", logged());
}

#[tokio::test]
async fn a_server_that_an_unknown_authority_vouches_for_gets_nothing() {
    let other = Server::start(&Manner { encryption: "none", name: "localhost", ..Manner::default() }).await;
    for encryption in ["tls", "starttls"] {
        let server = Server::start(&Manner { encryption, name: "localhost", ..Manner::default() }).await;
        for ca_file in [format!("ca_file = {:?}", other.authority()), String::new()] {
            let world = world(&server, &format!("encryption = {encryption:?}\n{ca_file}")).await;
            world.ada().request().await.expect(201);
            world.mail_is("failing").await;
        }
        assert!(server.recipients().is_empty() && server.mails().is_empty(), "{encryption}");
    }
    assert!(logged().contains("UnknownIssuer"), "{}", logged());
}

#[tokio::test]
async fn a_wrong_password_is_told_the_operator_and_not_the_log() {
    let server = Server::start(&Manner { encryption: "tls", name: "localhost", password: true, utf8: false }).await;
    let folder = tempfile::tempdir().unwrap();
    let wrong = "wrong-oyster-wrong-pearl";
    let world = world(&server, &trusting(&server, folder.path(), "tls", wrong)).await;
    world.ada().request().await.expect(201);
    world.mail_is("failing").await;
    assert!(server.recipients().is_empty());
    let log = logged();
    assert!(log.contains("the mail server does not take user and password (535)"), "{log}");
    assert!(!log.contains(wrong) && !log.contains("ada@"), "{log}");
    // It is the counter's fault, not the mail's: that goes out once the password is right.
    std::fs::write(folder.path().join("password"), PASSWORD).unwrap();
    let mut world = world;
    world.restart().await;
    world.pass(60);
    world.mail_is("sent").await;
}
