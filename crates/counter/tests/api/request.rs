//! Who may ask for an export, and when again.

use serde_json::{Value, json};

use crate::helpers::{Answer, DAY, HOUR, Held, Person, World, after_noon, moment, text};
use crate::host::owner;

#[tokio::test]
async fn a_second_request_within_the_cooldown_is_refused_with_the_exact_date() {
    let world = World::with_policy("preset = \"talkif\"\navailable_blocks = false").await;
    let held = world.started().await;
    world.pass(60);
    world.ada().complete(&held).await.expect(200);
    world.pass(10);
    let refused = world.ada().request().await;
    assert_eq!(refused.header("retry-after"), Some((DAY - 10).to_string().as_str()));
    let problem = refused.refused(429, "cooldown");
    assert_eq!(moment(&problem, "/retry_at"), after_noon(60 + DAY));
    assert_eq!(world.ada().current().await["refusal"], problem);

    world.pass(DAY - 11);
    world.ada().request().await.refused(429, "cooldown");
    world.pass(1);
    assert_eq!(world.ada().current().await["refusal"], Value::Null);
    world.ada().request().await.expect(201);
}

#[tokio::test]
async fn a_request_is_refused_while_another_is_pending_confirmed_running_or_available() {
    let world = World::new().await;
    let ada = world.ada();
    let id = text(&ada.request().await.expect(201), "/id");
    let date = refused_as_active(&ada).await;
    assert_eq!(date, after_noon(DAY));

    let token = world.token_for(&id).await;
    world.pass(HOUR);
    ada.confirm(&id, &token).await.expect(200);
    assert_eq!(refused_as_active(&ada).await, after_noon(HOUR + DAY));

    world.pass(HOUR);
    let held = Held::new(&ada.start(&id, json!({})).await.expect(200));
    assert_eq!(refused_as_active(&ada).await, after_noon(2 * HOUR + DAY));

    world.pass(60);
    ada.complete(&held).await.expect(200);
    assert_eq!(refused_as_active(&ada).await, after_noon(2 * HOUR + 60 + DAY));
}

async fn refused_as_active(ada: &Person) -> carryall_protocol::Timestamp {
    moment(&ada.request().await.refused(409, "active_export"), "/retry_at")
}

#[tokio::test]
async fn two_hundred_requests_at_once_grant_exactly_one() {
    let world = World::new().await;
    let answers: Vec<_> = (0..200)
        .map(|_| {
            let ada = world.ada();
            tokio::spawn(async move { ada.request().await })
        })
        .collect();
    let mut granted = 0;
    for answer in answers {
        let answer: Answer = answer.await.unwrap();
        match answer.status {
            201 => granted += 1,
            _ => drop(answer.refused(409, "active_export")),
        }
    }
    assert_eq!(granted, 1);
}

#[tokio::test]
async fn requests_are_capped_per_day_whatever_became_of_them() {
    let world = World::new().await;
    let ada = world.ada();
    for _ in 0..5 {
        let id = text(&ada.request().await.expect(201), "/id");
        ada.cancel(&id).await.expect(200);
        world.pass(60);
    }
    let problem = ada.request().await.refused(429, "request_cap");
    assert_eq!(moment(&problem, "/retry_at"), after_noon(DAY));
    world.pass(DAY - 5 * 60 - 1);
    ada.request().await.refused(429, "request_cap");
    world.pass(1);
    ada.request().await.expect(201);
}

#[tokio::test]
async fn three_failed_runs_are_given_back_and_the_fourth_is_not() {
    let world = World::with_policy("preset = \"talkif\"\nrequests_per_day = 9").await;
    let ada = world.ada();
    for _ in 0..3 {
        let held = world.started().await;
        ada.fail(&held).await.expect(200);
        world.pass(60);
    }
    let held = world.started().await;
    ada.cancel(&held.id).await.expect(200);
    let problem = ada.request().await.refused(429, "cooldown");
    assert_eq!(moment(&problem, "/retry_at"), after_noon(180 + DAY));
    world.pass(DAY - 1);
    ada.request().await.refused(429, "cooldown");
    world.pass(1);
    ada.request().await.expect(201);
}

#[tokio::test]
async fn a_role_that_may_not_export_is_refused_everywhere() {
    let world = World::with("[identity]\nallowed_roles = [\"owner\"]", "preset = \"talkif\"").await;
    let mut member = owner("mel", "acc-1");
    member["user"]["role"] = json!("member");
    world.host.knows("mel", member);
    let mel = world.person("mel");
    mel.request().await.refused(403, "role_not_allowed");
    assert_eq!(mel.current().await["refusal"]["code"], "role_not_allowed");
    let id = world.confirmed().await;
    mel.start(&id, json!({})).await.refused(403, "role_not_allowed");
    mel.cancel(&id).await.refused(403, "role_not_allowed");
}

#[tokio::test]
async fn without_a_verified_address_there_is_nothing_to_confirm_by() {
    let world = World::new().await;
    let mut unverified = owner("bob", "acc-2");
    unverified["user"]["emailVerified"] = json!(false);
    world.host.knows("bob", unverified);
    world.person("bob").request().await.refused(403, "mail_unverified");
}

#[tokio::test]
async fn reauthentication_must_be_recent_and_needs_no_mail() {
    let world = World::with_policy("preset = \"x\"").await;
    world.pass(5 * 60);
    world.ada().request().await.refused(403, "reauth_required");
    let mut again = owner("ada", "acc-1");
    again["authTime"] = json!("2026-02-28T12:04:59Z");
    world.host.knows("ada", again);
    let export = world.ada().request().await.expect(201);
    assert_eq!((&export["state"], &export["mail"]), (&json!("confirmed"), &Value::Null));
    assert!(world.mails().is_empty());
}

#[tokio::test]
async fn under_fluxers_policy_a_new_request_ends_the_window_of_the_last() {
    let world = World::with_policy("preset = \"fluxer\"\ncooldown_seconds = 3600").await;
    let ada = world.ada();
    let export = ada.request().await.expect(201);
    assert_eq!(export["state"], "confirmed");
    let held = Held::new(&ada.start(&held_id(&export), json!({})).await.expect(200));
    world.pass(60);
    ada.complete(&held).await.expect(200);
    let problem = ada.request().await.refused(429, "cooldown");
    assert_eq!(moment(&problem, "/retry_at"), after_noon(HOUR));
    world.pass(HOUR - 60);
    ada.request().await.expect(201);
    ada.complete(&held).await.refused(409, "wrong_state");
}

fn held_id(export: &Value) -> String {
    text(export, "/id")
}

#[tokio::test]
async fn a_request_names_one_to_64_categories() {
    let world = World::new().await;
    let many: Vec<_> = (0..65).map(|n| format!("c{n}")).collect();
    for body in [
        json!({"categories": []}),
        json!({"categories": many}),
        json!({"categories": ["../x"]}),
        json!({"categories": ["calls"], "locale": "de\r\nBcc: x"}),
        json!({"categories": ["calls"], "more": 1}),
        json!({}),
    ] {
        world.ada().post("/v1/exports", body).await.refused(400, "bad_request");
    }
    let twice = world.ada().post("/v1/exports", json!({"categories": ["calls", "calls"]})).await.expect(201);
    assert_eq!(twice["categories"], json!(["calls"]));
}

#[tokio::test]
async fn a_password_entered_in_the_future_was_not_entered_lately() {
    let world = World::with_policy("preset = \"x\"").await;
    let mut ada = owner("ada", "acc-1");
    for (future, status) in
        [(json!(1_400_000_000_000_u64), 403), (json!("2026-02-28T12:01:01Z"), 403), (json!("2026-02-28T12:01:00Z"), 201)]
    {
        ada["authTime"] = future;
        world.host.knows("ada", ada.clone());
        assert_eq!(world.ada().request().await.status, status, "{}", ada["authTime"]);
    }
}
