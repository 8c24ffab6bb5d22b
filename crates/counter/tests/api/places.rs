//! Places among those that run.

use serde_json::json;

use crate::helpers::{HOUR, Held, World, after_noon, moment, text};
use crate::host::owner;

/// Fluxer's policy with one place, and three people with an export each.
async fn world() -> (World, [String; 3]) {
    let world = World::with_policy("preset = \"fluxer\"\nmax_running = 1").await;
    let mut ids = Vec::new();
    for name in ["ada", "bob", "cid"] {
        world.host.knows(name, owner(name, &format!("acc-{name}")));
        ids.push(text(&world.person(name).request().await.expect(201), "/id"));
    }
    (world, ids.try_into().unwrap())
}

#[tokio::test]
async fn whoever_finds_no_place_is_told_how_many_wait_before_and_gets_one_in_turn() {
    let (world, [ada, bob, cid]) = world().await;
    let held = Held::new(&world.ada().start(&ada, json!({})).await.expect(200));
    let problem = world.person("bob").start(&bob, json!({})).await.refused(429, "queued");
    assert_eq!(problem["ahead"], 0);
    assert_eq!(moment(&problem, "/retry_at"), after_noon(10));
    world.pass(1);
    assert_eq!(world.person("cid").start(&cid, json!({})).await.refused(429, "queued")["ahead"], 1);

    world.ada().complete(&held).await.expect(200);
    world.person("cid").start(&cid, json!({})).await.refused(429, "queued");
    world.person("bob").start(&bob, json!({})).await.expect(200);
    world.person("cid").start(&cid, json!({})).await.refused(429, "queued");
}

#[tokio::test]
async fn whoever_stops_asking_holds_nobody_up() {
    let (world, [ada, bob, cid]) = world().await;
    let held = Held::new(&world.ada().start(&ada, json!({})).await.expect(200));
    world.person("bob").start(&bob, json!({})).await.refused(429, "queued");
    world.person("cid").start(&cid, json!({})).await.refused(429, "queued");
    world.ada().complete(&held).await.expect(200);
    world.pass(30);
    world.person("cid").start(&cid, json!({})).await.expect(200);
    assert_eq!(world.person("bob").state().await, "confirmed");
}

#[tokio::test]
async fn a_run_whose_lease_runs_out_frees_its_place() {
    let (world, [ada, bob, _]) = world().await;
    world.ada().start(&ada, json!({})).await.expect(200);
    world.pass(119);
    world.person("bob").start(&bob, json!({})).await.refused(429, "queued");
    world.pass(1);
    world.person("bob").start(&bob, json!({})).await.expect(200);
    world.ada().start(&ada, json!({})).await.refused(429, "queued");
    assert_eq!(world.ada().state().await, "processing");
    world.pass(HOUR);
}
