//! What a panel is told.

use serde_json::json;

use crate::helpers::{DAY, World};

#[tokio::test]
async fn what_is_shown_is_what_a_request_would_meet() {
    let world = World::new().await;
    let ada = world.ada();
    ada.request().await.expect(201);
    let shown = ada.current().await["refusal"].clone();
    assert_eq!(shown, ada.request().await.refused(409, "active_export"));
}

#[tokio::test]
async fn looking_changes_nothing() {
    let world = World::new().await;
    world.started().await;
    world.pass(DAY);
    let first = world.ada().current().await;
    assert_eq!(first, world.ada().current().await);
}

#[tokio::test]
async fn the_policy_is_shown() {
    let world = World::new().await;
    assert_eq!(
        world.ada().current().await["policy"],
        json!({
            "confirmation": "email", "confirmation_window": DAY, "cooldown": DAY, "cooldown_from": "completion",
            "download_window": DAY, "available_blocks": true, "reruns": 2,
        })
    );
}
