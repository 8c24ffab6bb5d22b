//! A restart keeps everything, kills no run and grants nothing twice.

use std::sync::Arc;
use std::time::Duration;

use carryall_counter::ManualClock;
use carryall_protocol::Timestamp;
use reqwest::Method;
use serde_json::json;

use crate::helpers::{Answer, DAY, NOON, World, after_noon, moment, text};

#[tokio::test]
async fn a_restart_does_not_kill_a_running_export() {
    let mut world = World::new().await;
    let held = world.started().await;
    world.pass(60);
    world.restart().await;
    let ada = world.ada();
    assert_eq!(ada.state().await, "processing");
    ada.start(&held.id, json!({})).await.refused(409, "lease_held");
    let renewed = ada.heartbeat(&held).await.expect(200);
    assert_eq!(moment(&renewed, "/lease_until"), after_noon(60 + 120));
    ada.complete(&held).await.expect(200);
}

#[tokio::test]
async fn a_restart_grants_nothing_twice() {
    let mut world = World::new().await;
    let held = world.started().await;
    let completed = world.ada().complete(&held).await.expect(200);
    world.restart().await;
    let problem = world.ada().request().await.refused(409, "active_export");
    assert_eq!(moment(&problem, "/retry_at"), moment(&completed, "/export/available_until"));
    assert_eq!(world.ada().current().await["export"], completed["export"]);
}

#[tokio::test]
async fn a_mail_that_waited_leaves_after_a_restart() {
    let mut world = World::new().await;
    std::fs::remove_dir(world.mail_folder()).unwrap();
    let export = world.ada().request().await.expect(201);
    world.restart().await;
    world.pass(DAY / 2);
    let token = world.token_for(&text(&export, "/id")).await;
    world.ada().confirm(&text(&export, "/id"), &token).await.expect(200);
}

#[tokio::test]
async fn a_clock_set_back_grants_nothing() {
    let world = World::new().await;
    let id = world.confirmed().await;
    world.clock.set(Timestamp::from_secs(NOON.as_secs() - 3600));
    world.ada().start(&id, json!({})).await.refused(503, "unavailable");
    world.ada().request().await.refused(503, "unavailable");
}

#[tokio::test]
async fn a_clock_that_jumps_ahead_grants_nothing_and_ends_nothing_that_runs() {
    let mut world = World::with_policy("preset = \"talkif\"\navailable_blocks = false").await;
    let held = world.started().await;
    world.clock.jump(Duration::from_secs(2 * DAY));
    world.ada().heartbeat(&held).await.refused(503, "unavailable");
    world.ada().complete(&held).await.refused(503, "unavailable");
    assert_eq!(world.ada().state().await, "processing");
    world.ada().request().await.refused(503, "unavailable");
    world.ada().start(&held.id, json!({})).await.refused(503, "unavailable");
    assert_eq!(world.ada().current().await["refusal"]["code"], "unavailable");
    Answer::of(world.ada().send(Method::GET, "/readyz")).await.refused(503, "unavailable");

    world.clock = Arc::new(ManualClock::at(after_noon(60)));
    world.restart().await;
    world.ada().heartbeat(&held).await.expect(200);
    world.ada().complete(&held).await.expect(200);
    world.pass(DAY);
    world.ada().request().await.expect(201);
}
