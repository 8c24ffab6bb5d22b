//! The mails that arrive.

use std::fs;

use reqwest::Method;
use serde_json::json;

use crate::helpers::{Answer, DAY, DIGEST, Held, World, text};
use crate::host::owner;
use crate::mailbox::assert_no_trace;

#[tokio::test]
async fn the_confirmation_mail_says_when_what_code_until_when_and_what_if_it_was_not_you() {
    let world = World::new().await;
    let export = world.ada().request().await.expect(201);
    let mail = world.mail_with(&["/confirm?lang=en#", "</html>"]).await;
    let code = text(&export, "/matching_code");
    for part in [
        "To: ada@mail.example",
        "From: Exports <no-reply@app.example>",
        "Subject: Confirm the export of your account data",
        "Auto-Submitted: auto-generated",
        &format!("Message-ID: <{}.confirmation.1@app.example>", text(&export, "/id")),
        &format!("at app.example was requested on 2026-02-28 12:00 UTC. Its code is {code}"),
        "valid until 2026-03-01 12:00 UTC",
        "It wasn't you?",
    ] {
        assert!(mail.contains(part), "{part:?} is missing in {mail}");
    }
    for data in ["acc-1", "An account", "calls", "contacts"] {
        assert!(!mail.contains(data), "{data:?} is in the mail");
    }
}

#[tokio::test]
async fn the_mail_is_german_where_the_request_or_else_the_account_is() {
    let world = World::new().await;
    let body = json!({"categories": ["calls"], "locale": "de-AT"});
    world.ada().post("/v1/exports", body).await.expect(201);
    world.mail_with(&["To: ada@", "Export bestätigen", "Das warst du nicht?"]).await;

    let mut bob = owner("bob", "acc-2");
    bob["user"]["locale"] = json!("de");
    world.host.knows("bob", bob);
    world.person("bob").request().await.expect(201);
    world.mail_with(&["To: bob@", "Export bestätigen"]).await;
}

#[tokio::test]
async fn a_finished_export_is_announced_with_its_browser_and_its_window() {
    let world = World::new().await;
    let held = world.started().await;
    world.ada().complete(&held).await.expect(200);
    let mail = world.mail_with(&["ready", "</html>", "https://app.example/settings#export"]).await;
    assert!(mail.contains("until 2026-03-01 12:00 UTC"), "{mail}");
    assert!(mail.contains("unknown browser"), "{mail}");
    world.ada().complete(&held).await.expect(200);
    world.host.knows("bob", owner("bob", "acc-2"));
    let later = world.person("bob").request().await.expect(201);
    world.token_for(&text(&later, "/id")).await;
    assert_eq!(world.mails().iter().filter(|mail| mail.contains("is ready")).count(), 1, "said twice");
}

#[tokio::test]
async fn a_mail_that_cannot_leave_is_shown_and_leaves_later() {
    let world = World::new().await;
    fs::remove_dir(world.mail_folder()).unwrap();
    let export = world.ada().request().await.expect(201);
    assert_eq!(export["mail"], "queued");
    world.mail_is("failing").await;
    fs::create_dir(world.mail_folder()).unwrap();
    world.pass(60);
    world.mail_is("sent").await;
    world.token_for(&text(&export, "/id")).await;
}

#[tokio::test]
async fn nothing_of_a_mail_leaves_a_trace_once_it_has_left() {
    let world = World::new().await;
    let body = json!({"categories": ["calls"], "locale": "de-Zzzz-QQ"});
    let id = text(&world.ada().post("/v1/exports", body).await.expect(201), "/id");
    let token = world.token_for(&id).await;
    world.mail_is("sent").await;
    assert_no_trace(&world, &["ada@mail.example", &token, "de-Zzzz-QQ"]).await;

    world.ada().confirm(&id, &token).await.expect(200);
    let held = Held::new(&world.ada().start(&id, json!({})).await.expect(200));
    let body = json!({"lease": held.lease, "epoch": held.epoch, "payload_digest": DIGEST}).to_string();
    let complete = world.ada().send(Method::POST, &format!("/v1/exports/{id}/complete")).body(body);
    let complete = complete.header("x-carryall-ticket", &held.ticket).header("user-agent", "Firefox/140.0 (X11; Linux x86_64)");
    Answer::of(complete).await.expect(200);
    let notice = world.mail_with(&["is ready", "</html>"]).await;
    assert!(notice.contains("Firefox, Linux"), "{notice}");
    assert_no_trace(&world, &["ada@mail.example", "Firefox, Linux"]).await;
}

#[tokio::test]
async fn a_mail_leaves_no_trace_once_nobody_can_confirm_any_more() {
    let world = World::new().await;
    fs::remove_dir(world.mail_folder()).unwrap();
    let body = json!({"categories": ["calls"], "locale": "de-Zzzz-QQ"});
    world.ada().post("/v1/exports", body).await.expect(201);
    world.mail_is("failing").await;
    world.pass(DAY);
    fs::create_dir(world.mail_folder()).unwrap();
    assert_no_trace(&world, &["ada@mail.example", "de-Zzzz-QQ"]).await;
    assert!(world.mails().is_empty());
}

#[tokio::test]
async fn where_no_mail_is_sent_no_address_is_kept() {
    let mut world = World::with_policy("preset = \"fluxer\"").await;
    fs::remove_dir(world.mail_folder()).unwrap();
    let id = text(&world.ada().request().await.expect(201), "/id");
    let held = Held::new(&world.ada().start(&id, json!({})).await.expect(200));
    world.ada().complete(&held).await.expect(200);
    assert!(world.holds("ada@mail.example"), "a notice waits");

    world.sends_no_mail();
    world.restart().await;
    assert!(!world.holds("ada@mail.example"), "left by an earlier configuration");
    let held = Held::new(&world.ada().start(&id, json!({})).await.expect(200));
    world.ada().complete(&held).await.expect(200);
    assert!(!world.holds("ada@mail.example"));
}

#[tokio::test]
async fn a_second_run_is_announced_too() {
    let world = World::new().await;
    let held = world.started().await;
    world.ada().complete(&held).await.expect(200);
    world.mail_with(&[".ready.2@"]).await;
    let again = Held::new(&world.ada().start(&held.id, json!({})).await.expect(200));
    world.ada().complete(&again).await.expect(200);
    world.mail_with(&[".ready.3@"]).await;
}

#[tokio::test]
async fn unreadable_mails_do_not_hold_up_the_others() {
    let world = World::new().await;
    world.ada().request().await.expect(201);
    let database = world.database().await;
    let without_token = "INSERT INTO outbox (export, kind, state, address, next_try_at, drop_at) \
                         SELECT id, 'confirmation', 'queued', 'ada@mail.example', 0, 9000000000000 FROM exports";
    for _ in 0..20 {
        sqlx::query(without_token).execute(&database).await.unwrap();
    }
    world.host.knows("bob", owner("bob", "acc-2"));
    let export = world.person("bob").request().await.expect(201);
    world.token_for(&text(&export, "/id")).await;
    assert_no_trace(&world, &["ada@mail.example"]).await;
}
