//! The mails that arrive.

use std::fs;
use std::time::Duration;

use serde_json::json;

use crate::helpers::{DAY, Held, World, text};
use crate::host::owner;

/// How often a test looks for what happens behind its back, 20 ms apart.
const LOOKS: usize = 500;

impl World {
    /// Every mail there is, decoded.
    pub(crate) fn mails(&self) -> Vec<String> {
        let entries = fs::read_dir(self.mail_folder()).unwrap();
        entries.map(|entry| decoded(&fs::read_to_string(entry.unwrap().path()).unwrap())).collect()
    }

    /// The mail that contains all of these, once it has arrived.
    pub(crate) async fn mail_with(&self, marks: &[&str]) -> String {
        for _ in 0..LOOKS {
            let found = self.mails().into_iter().find(|mail| marks.iter().all(|mark| mail.contains(mark)));
            if let Some(mail) = found {
                return mail;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("no mail with {marks:?} in {:#?}", self.mails());
    }

    /// The token of the confirmation mail for this export.
    pub(crate) async fn token_for(&self, id: &str) -> String {
        let mark = format!("/confirm#{id}.");
        let mail = self.mail_with(&[&mark, "</html>"]).await;
        let (_, rest) = mail.split_once(&mark).unwrap();
        rest.chars().take(43).collect()
    }

    /// Looks at the current export until the mail's state is this one.
    pub(crate) async fn mail_is(&self, state: &str) {
        for _ in 0..LOOKS {
            if self.ada().current().await["export"]["mail"] == state {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the mail never was {state}");
    }
}

/// Quoted-printable undone, as far as these mails need it.
fn decoded(mail: &str) -> String {
    let joined = mail.replace("=\r\n", "").replace("=\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let escape = tail.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match escape.filter(|_| *first == b'=') {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn the_confirmation_mail_says_when_what_code_until_when_and_what_if_it_was_not_you() {
    let world = World::new().await;
    let export = world.ada().request().await.expect(201);
    let mail = world.mail_with(&["/confirm#", "</html>"]).await;
    let code = text(&export, "/matching_code");
    for part in [
        "To: ada@mail.example",
        "From: Exports <no-reply@app.example>",
        "Subject: Confirm the export of your account data",
        "Auto-Submitted: auto-generated",
        &format!("Message-ID: <{}.confirmation.1@app.example>", text(&export, "/id")),
        &format!("requested on 2026-02-28 12:00 UTC. Its code is {code}"),
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
    world.ada().cancel(&held.id).await.expect(200);
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
async fn an_address_and_a_token_leave_no_trace_once_the_mail_has_left() {
    let world = World::new().await;
    let export = world.ada().request().await.expect(201);
    let token = world.token_for(&text(&export, "/id")).await;
    world.mail_is("sent").await;
    assert_no_trace(&world, &["ada@mail.example", &token]).await;
}

#[tokio::test]
async fn an_address_leaves_no_trace_once_nobody_can_confirm_any_more() {
    let world = World::new().await;
    fs::remove_dir(world.mail_folder()).unwrap();
    world.ada().request().await.expect(201);
    world.mail_is("failing").await;
    world.pass(DAY);
    fs::create_dir(world.mail_folder()).unwrap();
    assert_no_trace(&world, &["ada@mail.example"]).await;
    assert!(world.mails().is_empty());
}

/// None of these texts is in any file of the database, a moment from now at the latest.
async fn assert_no_trace(world: &World, texts: &[&str]) {
    let holds = |text: &str| {
        let files = ["counter.sqlite3", "counter.sqlite3-wal"].map(|name| world.folder.path().join(name));
        let bytes = files.map(|file| fs::read(file).unwrap_or_default());
        bytes.iter().any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
    };
    for _ in 0..LOOKS {
        if !texts.iter().any(|text| holds(text)) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("one of {texts:?} is still in the database");
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
