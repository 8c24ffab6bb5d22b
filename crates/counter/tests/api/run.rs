//! Leases and epochs: a closed tab frees the export, and no two tabs run it.

use serde_json::json;

use crate::helpers::{DAY, Held, World, after_noon, moment, text};
use crate::host::owner;

#[tokio::test]
async fn a_closed_tab_frees_its_lease_and_the_export_starts_again() {
    let world = World::new().await;
    let ada = world.ada();
    let first = world.started().await;
    world.pass(119);
    let problem = ada.start(&first.id, json!({})).await.refused(409, "lease_held");
    assert_eq!(moment(&problem, "/retry_at"), after_noon(120));
    assert_eq!(ada.current().await["export"]["interrupted"], false);
    world.pass(1);
    assert_eq!(ada.current().await["export"]["interrupted"], true);
    let second = Held::new(&ada.start(&first.id, json!({})).await.expect(200));
    assert_eq!(second.epoch, 2);
    ada.complete(&second).await.expect(200);
}

#[tokio::test]
async fn a_living_lease_is_given_only_to_its_holder_or_to_an_explicit_takeover() {
    let world = World::new().await;
    let ada = world.ada();
    let first = world.started().await;
    ada.start(&first.id, json!({})).await.refused(409, "lease_held");
    ada.start(&first.id, json!({"lease": "0".repeat(32)})).await.refused(409, "lease_held");
    let second = Held::new(&ada.start(&first.id, json!({"lease": first.lease})).await.expect(200));
    assert_eq!(second.epoch, 2);
    let third = Held::new(&ada.start(&first.id, json!({"takeover": true})).await.expect(200));
    assert_eq!(third.epoch, 3);
}

#[tokio::test]
async fn an_older_epoch_is_refused_everywhere() {
    let world = World::new().await;
    let ada = world.ada();
    let old = world.started().await;
    let new = Held::new(&ada.start(&old.id, json!({"takeover": true})).await.expect(200));
    ada.heartbeat(&old).await.refused(409, "epoch_superseded");
    ada.complete(&old).await.refused(409, "epoch_superseded");
    ada.fail(&old).await.refused(409, "epoch_superseded");
    ada.complete(&new).await.expect(200);
    ada.complete(&old).await.refused(409, "epoch_superseded");
}

#[tokio::test]
async fn a_frozen_tab_goes_on_if_nobody_else_has_started() {
    let world = World::new().await;
    let ada = world.ada();
    let mut held = world.started().await;
    world.pass(3600);
    ada.complete(&held).await.refused(403, "ticket_invalid");
    let renewed = ada.heartbeat(&held).await.expect(200);
    assert_eq!(moment(&renewed, "/lease_until"), after_noon(3600 + 120));
    held.ticket = renewed["ticket"].as_str().unwrap().to_owned();
    ada.complete(&held).await.expect(200);
}

#[tokio::test]
async fn a_run_that_takes_too_long_fails_and_is_given_back() {
    let world = World::new().await;
    let ada = world.ada();
    let held = world.started().await;
    world.pass(DAY);
    let current = ada.current().await;
    assert_eq!((&current["export"]["state"], &current["export"]["end_code"]), (&json!("failed"), &json!("ran_too_long")));
    ada.heartbeat(&held).await.refused(409, "wrong_state");
    ada.request().await.expect(201);
}

#[tokio::test]
async fn a_cancelled_run_hears_of_it_at_its_next_heartbeat() {
    let world = World::new().await;
    let held = world.started().await;
    let cancelled = world.ada().cancel(&held.id).await.expect(200);
    assert_eq!((&cancelled["state"], &cancelled["end_code"]), (&json!("cancelled"), &json!("by_person")));
    world.ada().heartbeat(&held).await.refused(409, "wrong_state");
    world.ada().complete(&held).await.refused(409, "wrong_state");
    world.ada().start(&held.id, json!({})).await.refused(409, "wrong_state");
}

#[tokio::test]
async fn a_failure_keeps_its_code_and_can_be_reported_twice() {
    let world = World::new().await;
    let held = world.started().await;
    for _ in 0..2 {
        let failed = world.ada().fail(&held).await.expect(200);
        assert_eq!((&failed["state"], &failed["end_code"]), (&json!("failed"), &json!("storage_full")));
    }
    world.ada().cancel(&held.id).await.refused(409, "wrong_state");
}

#[tokio::test]
async fn a_foreign_export_answers_as_an_unknown_one() {
    let world = World::new().await;
    world.host.knows("bob", owner("bob", "acc-2"));
    let bob = world.person("bob");
    let held = world.started().await;
    let foreign = bob.start(&held.id, json!({"takeover": true})).await.refused(404, "unknown_export");
    let unknown = bob.start(&"0".repeat(32), json!({})).await.refused(404, "unknown_export");
    let no_id = bob.start("not-an-id", json!({})).await.refused(404, "unknown_export");
    assert_eq!((&foreign, &foreign), (&unknown, &no_id));
    bob.cancel(&held.id).await.refused(404, "unknown_export");
    bob.heartbeat(&held).await.refused(403, "ticket_invalid");
    assert_eq!(world.ada().state().await, "processing");
}

#[tokio::test]
async fn another_person_of_the_account_sees_it_and_may_end_but_not_run_it() {
    let world = World::new().await;
    world.host.knows("eve", owner("eve", "acc-1"));
    let eve = world.person("eve");
    let export = world.ada().request().await.expect(201);
    let id = text(&export, "/id");
    let seen = eve.current().await["export"].clone();
    assert_eq!((&seen["state"], &seen["matching_code"], &seen["mail"]), (&json!("pending"), &json!(null), &json!(null)));
    assert_eq!(world.ada().current().await["export"]["matching_code"], export["matching_code"]);
    world.ada().confirm(&id, &world.token_for(&id).await).await.expect(200);
    assert_eq!(eve.state().await, "confirmed");
    eve.start(&id, json!({})).await.refused(403, "other_subject");
    eve.cancel(&id).await.expect(200);
}

#[tokio::test]
async fn nothing_starts_before_it_is_confirmed() {
    let world = World::new().await;
    let export = world.ada().request().await.expect(201);
    world.ada().start(export["id"].as_str().unwrap(), json!({})).await.refused(409, "wrong_state");
}
