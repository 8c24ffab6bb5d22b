//! What the operator sees and does.

use carryall_counter::ledger::sqlite::backup;
use reqwest::Method;
use serde_json::{Value, json};

use crate::helpers::{Answer, DAY, NOON, World, after_noon, moment, text};
use crate::host::owner;

async fn get(world: &World, path: &str) -> Value {
    Answer::of(world.operator(Method::GET, path)).await.expect(200)
}

#[tokio::test]
async fn nobody_gets_in_without_the_token() {
    let world = World::new().await;
    for (method, path) in [
        (Method::GET, "/admin/v1/standing"),
        (Method::GET, "/admin/v1/exports"),
        (Method::GET, "/admin/v1/audit"),
        (Method::POST, "/admin/v1/pause"),
        (Method::DELETE, "/admin/v1/accounts/acc-1"),
    ] {
        for shown in ["", "x", &"x".repeat(43)] {
            Answer::of(world.stranger(method.clone(), path).bearer_auth(shown)).await.refused(401, "unauthenticated");
        }
    }
    Answer::of(world.stranger(Method::POST, "/metrics")).await.refused(405, "method_not_allowed");
    Answer::of(world.operator(Method::GET, "/admin/v1/pause")).await.refused(405, "method_not_allowed");
    // The person's listener knows none of this.
    Answer::of(world.ada().send(Method::GET, "/admin/v1/standing")).await.refused(404, "not_found");
    Answer::of(world.ada().send(Method::GET, "/metrics")).await.refused(404, "not_found");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(world.folder.path().join("admin-token")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_token_that_others_can_read_starts_nothing() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut world = World::new().await;
    let token = world.folder.path().join("admin-token");
    std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o640)).unwrap();
    world.stop().await;
    let refused = world.try_start().await.unwrap_err();
    assert!(refused.contains("admin.token_file") && refused.contains("0600"), "{refused}");
}

#[tokio::test]
async fn exports_are_found_by_account_and_state_and_can_be_ended() {
    let world = World::new().await;
    world.host.knows("bob", owner("bob", "acc-2"));
    let held = world.started().await;
    world.person("bob").request().await.expect(201);
    let all = get(&world, "/admin/v1/exports").await;
    assert_eq!(all["exports"].as_array().unwrap().len(), 2);
    let running = get(&world, "/admin/v1/exports?state=processing").await;
    assert_eq!(running["exports"][0]["account"], "acc-1");
    let bobs = get(&world, "/admin/v1/exports?account=acc-2").await;
    assert_eq!(bobs["exports"][0]["export"]["state"], "pending");
    Answer::of(world.operator(Method::GET, "/admin/v1/exports?stat=x")).await.refused(400, "bad_request");

    let ended = world.operate(&format!("exports/{}/cancel", held.id)).await.expect(200);
    assert_eq!((&ended["export"]["state"], &ended["export"]["end_code"]), (&json!("cancelled"), &json!("by_operator")));
    world.ada().heartbeat(&held).await.refused(409, "wrong_state");
    world.operate(&format!("exports/{}/cancel", "0".repeat(32))).await.refused(404, "unknown_export");
}

#[tokio::test]
async fn an_export_is_granted_again_where_the_file_was_lost() {
    let world = World::with_policy("preset = \"fluxer\"").await;
    let id = text(&world.ada().request().await.expect(201), "/id");
    let held = crate::helpers::Held::new(&world.ada().start(&id, json!({})).await.expect(200));
    world.ada().complete(&held).await.expect(200);
    world.ada().request().await.refused(429, "cooldown");
    assert_eq!(world.operate(&format!("exports/{id}/grant-again")).await.expect(200)["forgiven"], true);
    world.ada().request().await.expect(201);
}

#[tokio::test]
async fn a_pause_lets_nothing_begin_and_outlasts_a_restart() {
    let mut world = World::new().await;
    let held = world.started().await;
    world.host.knows("bob", owner("bob", "acc-2"));
    assert_eq!(world.operate("pause").await.expect(200)["paused"], true);
    world.person("bob").request().await.refused(503, "paused");
    assert_eq!(world.person("bob").current().await["refusal"]["code"], "paused");
    world.restart().await;
    world.person("bob").request().await.refused(503, "paused");
    world.ada().heartbeat(&held).await.expect(200);
    world.ada().complete(&held).await.expect(200);
    world.operate("resume").await.expect(200);
    world.person("bob").request().await.expect(201);
}

#[tokio::test]
async fn an_erased_account_leaves_nothing_behind() {
    let world = World::new().await;
    let held = world.started().await;
    let erased = Answer::of(world.operator(Method::DELETE, "/admin/v1/accounts/acc-1")).await.expect(200);
    assert_eq!(erased["exports"], 1);
    world.ada().heartbeat(&held).await.refused(404, "unknown_export");
    assert!(world.ada().current().await["export"].is_null());
    assert_eq!(Answer::of(world.operator(Method::GET, "/admin/v1/audit")).await.text, "");
    crate::mailbox::assert_no_trace(&world, &["acc-1", &held.id]).await;
}

#[tokio::test]
async fn the_audit_tells_what_happened_under_pseudonyms() {
    let world = World::new().await;
    world.host.knows("bob", owner("bob", "acc-2"));
    let held = world.started().await;
    world.ada().heartbeat(&held).await.expect(200);
    world.person("bob").request().await.expect(201);
    world.ada().complete(&held).await.expect(200);
    let answer = Answer::of(world.operator(Method::GET, "/admin/v1/audit")).await;
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    let entries: Vec<Value> = answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let events: Vec<_> = entries.iter().map(|entry| entry["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["requested", "confirmed", "started", "requested", "completed"]);
    assert!(!answer.text.contains("acc-1") && !answer.text.contains("\"ada\""), "{}", answer.text);
    assert_ne!(entries[0]["account"], entries[3]["account"]);
    let bobs = Answer::of(world.operator(Method::GET, "/admin/v1/audit?account=acc-2")).await.text;
    assert_eq!(bobs.lines().count(), 1);
    let later = Answer::of(world.operator(Method::GET, &format!("/admin/v1/audit?after={}", entries[2]["id"]))).await.text;
    assert_eq!(later.lines().count(), 2);
}

#[tokio::test]
async fn numbers_are_there_for_whoever_reaches_the_listener() {
    let world = World::new().await;
    world.started().await;
    world.ada().request().await.refused(409, "active_export");
    let text = Answer::of(world.stranger(Method::GET, "/metrics")).await.text;
    for line in [
        "carryall_counter_events_total{event=\"started\"} 1",
        "carryall_counter_refusals_total{code=\"active_export\"} 1",
        "carryall_counter_answers_total{method=\"POST\",route=\"/v1/exports\",status=\"409\"} 1",
        "carryall_counter_exports{state=\"processing\"} 1",
        "carryall_counter_running 1",
        "carryall_counter_clock_right 1",
        "carryall_counter_answer_duration_seconds_bucket",
        "# EOF",
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
    assert!(!text.contains("acc-1"), "{text}");
}

/// Puts `copy.sqlite3` in the place of the ledger.
fn restore(world: &World) {
    for gone in ["counter.sqlite3", "counter.sqlite3-wal", "counter.sqlite3-shm"] {
        let _ = std::fs::remove_file(world.folder.path().join(gone));
    }
    std::fs::copy(world.folder.path().join("copy.sqlite3"), world.folder.path().join("counter.sqlite3")).unwrap();
}

#[tokio::test]
async fn a_restored_ledger_gives_no_lease_again_to_a_run_that_may_be_over() {
    let mut world = World::new().await;
    let held = world.started().await;
    backup::copy(&world.folder.path().join("counter.sqlite3"), &world.folder.path().join("copy.sqlite3")).await.unwrap();
    world.ada().complete(&held).await.expect(200);
    world.stop().await;
    world.pass(3600);
    restore(&world);
    world.start().await;
    world.ada().start(&held.id, json!({"takeover": true})).await.refused(503, "paused");
    world.ada().start(&held.id, json!({"lease": held.lease})).await.refused(503, "paused");
}

#[tokio::test]
async fn a_ledger_restored_under_a_wrong_clock_waits_one_cooldown_from_the_right_one() {
    let mut world = World::new().await;
    let id = world.confirmed().await;
    backup::copy(&world.folder.path().join("counter.sqlite3"), &world.folder.path().join("copy.sqlite3")).await.unwrap();
    world.stop().await;
    restore(&world);
    // A machine that has just booted and does not know the time yet.
    world.clock.set(carryall_protocol::Timestamp::from_secs(1000));
    world.start().await;
    world.clock.set(after_noon(3600));
    world.clock.jump(std::time::Duration::ZERO);
    world.ada().start(&id, json!({})).await.refused(503, "unavailable");
    world.operate("clock/confirm").await.expect(200);
    let problem = world.ada().start(&id, json!({})).await.refused(503, "paused");
    assert_eq!(moment(&problem, "/retry_at"), after_noon(3600 + DAY));
}

#[tokio::test]
async fn a_run_outlasts_a_counter_that_came_back_with_a_wrong_clock() {
    let mut world = World::new().await;
    let held = world.started().await;
    world.stop().await;
    world.clock.set(carryall_protocol::Timestamp::from_secs(1000));
    world.start().await;
    world.clock.set(after_noon(2 * DAY));
    world.clock.jump(std::time::Duration::ZERO);
    world.operate("clock/confirm").await.expect(200);
    world.ada().start(&held.id, json!({})).await.refused(409, "lease_held");
}

#[tokio::test]
async fn a_restored_ledger_lets_nothing_begin_for_one_cooldown_unless_waived() {
    let mut world = World::new().await;
    let id = world.confirmed().await;
    let database = world.folder.path().join("counter.sqlite3");
    let copy = world.folder.path().join("copy.sqlite3");
    backup::copy(&database, &copy).await.unwrap();
    assert!(backup::copy(&database, &copy).await.is_err(), "a copy that is there is not written over");

    world.ada().start(&id, json!({})).await.expect(200);
    world.stop().await;
    restore(&world);
    world.start().await;
    let problem = world.ada().start(&id, json!({})).await.refused(503, "paused");
    assert_eq!(moment(&problem, "/retry_at"), after_noon(DAY));
    world.restart().await;
    world.ada().start(&id, json!({})).await.refused(503, "paused");
    assert!(world.operate("restore/waive").await.expect(200)["not_before"].is_null());
    world.ada().start(&id, json!({})).await.expect(200);
}

#[tokio::test]
async fn a_counter_whose_clock_is_behind_its_ledger_is_not_ready_until_it_is_confirmed() {
    let mut world = World::new().await;
    let id = world.confirmed().await;
    world.stop().await;
    world.clock.set(carryall_protocol::Timestamp::from_secs(NOON.as_secs() - 3600));
    world.start().await;
    Answer::of(world.ada().send(Method::GET, "/readyz")).await.refused(503, "unavailable");
    world.ada().start(&id, json!({})).await.refused(503, "unavailable");
    assert_eq!(get(&world, "/admin/v1/standing").await["clock_right"], false);
    assert_eq!(world.operate("clock/confirm").await.expect(200)["clock_right"], true);
    world.ada().start(&id, json!({})).await.expect(200);
    world.restart().await;
    assert_eq!(get(&world, "/admin/v1/standing").await["clock_right"], true);
}

#[tokio::test]
async fn a_clock_that_jumped_is_not_trusted_until_it_is_confirmed() {
    let world = World::new().await;
    let held = world.started().await;
    world.clock.jump(std::time::Duration::from_secs(600));
    world.ada().heartbeat(&held).await.refused(503, "unavailable");
    world.operate("clock/confirm").await.expect(200);
    world.ada().heartbeat(&held).await.expect(200);
}

#[tokio::test]
async fn a_counter_that_was_down_for_longer_than_a_lease_kills_no_run() {
    let mut world = World::new().await;
    let mut held = world.started().await;
    world.down_for(2 * DAY).await;
    world.ada().start(&held.id, json!({})).await.refused(409, "lease_held");
    held.ticket = text(&world.ada().heartbeat(&held).await.expect(200), "/ticket");
    world.ada().complete(&held).await.expect(200);
}
