//! From the request to the end of the window.

use carryall_counter::jws::KeySet;
use serde_json::{Value, json};

use crate::helpers::{Answer, DAY, DIGEST, Held, World, after_noon, moment, text};

#[tokio::test]
async fn an_export_goes_from_request_to_expiry() {
    let world = World::new().await;
    let ada = world.ada();
    let before = ada.current().await;
    assert_eq!((&before["export"], &before["refusal"]), (&Value::Null, &Value::Null));
    assert_eq!(before["policy"]["confirmation"], "email");
    assert_eq!(before["now"], "2026-02-28T12:00:00Z");

    let export = ada.request().await.expect(201);
    let id = text(&export, "/id");
    assert_eq!(export["state"], "pending");
    assert_eq!(moment(&export, "/confirm_by"), after_noon(DAY));

    let token = world.token_for(&id).await;
    let confirmed = ada.confirm(&id, &token).await.expect(200);
    assert_eq!(confirmed["state"], "confirmed");
    assert_eq!(confirmed["matching_code"], Value::Null);

    let started = ada.start(&id, json!({})).await.expect(200);
    let held = Held::new(&started);
    assert_eq!((held.epoch, &started["heartbeat_every"], &started["account"]), (1, &json!(30), &json!("acc-1")));
    assert_eq!(started["export"]["state"], "processing");
    assert_eq!(moment(&started, "/export/lease_until"), after_noon(120));

    world.pass(30);
    let renewed = ada.heartbeat(&held).await.expect(200);
    assert_eq!(moment(&renewed, "/lease_until"), after_noon(150));

    let completed = ada.complete(&held).await.expect(200);
    assert_eq!(completed["export"]["state"], "completed");
    assert_eq!(moment(&completed, "/export/available_until"), after_noon(30 + DAY));
    assert_eq!(completed["export"]["reruns_left"], 2);

    world.pass(DAY - 1);
    assert_eq!(ada.state().await, "completed");
    world.pass(1);
    let over = ada.current().await;
    assert_eq!(over["export"]["state"], "expired");
    assert_eq!(over["refusal"], Value::Null);
    ada.request().await.expect(201);
}

#[tokio::test]
async fn a_receipt_verifies_against_the_published_key() {
    let world = World::new().await;
    let held = world.started().await;
    let completed = world.ada().complete(&held).await.expect(200);
    let statement = &completed["receipt"]["statement"];
    assert_eq!(statement["payload_digest"], DIGEST);
    assert_eq!(statement["account"], "acc-1");
    assert_eq!(statement["export"], held.id);
    assert_eq!(statement["iss"], world.address());

    let keys = Answer::of(reqwest::Client::new().get(format!("{}/v1/keys", world.address()))).await.expect(200);
    let keys: KeySet = serde_json::from_value(keys).unwrap();
    let signed = verified(&keys, &text(&completed, "/receipt/jws"));
    assert_eq!(&signed, statement);
}

/// The claims, if one of the keys signed them. Written with the curve alone, not with the counter's own reader.
fn verified(keys: &KeySet, jws: &str) -> Value {
    use base64::Engine as _;
    let decode = |text: &str| base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(text).unwrap();
    let (signed, signature) = jws.rsplit_once('.').unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    let header: Value = serde_json::from_slice(&decode(header)).unwrap();
    assert_eq!((&header["alg"], &header["typ"]), (&json!("EdDSA"), &json!("carryall-receipt+jwt")));
    let key = keys.keys.iter().find(|key| key.kid == header["kid"]).unwrap();
    let public = ed25519_dalek::VerifyingKey::from_bytes(&decode(&key.x).try_into().unwrap()).unwrap();
    let signature = ed25519_dalek::Signature::from_slice(&decode(signature)).unwrap();
    public.verify_strict(signed.as_bytes(), &signature).unwrap();
    serde_json::from_slice(&decode(claims)).unwrap()
}

#[tokio::test]
async fn completing_twice_is_completing_once() {
    let world = World::new().await;
    let held = world.started().await;
    let first = world.ada().complete(&held).await.expect(200);
    world.pass(600);
    let second = world.ada().complete(&held).await.expect(200);
    assert_eq!(first["export"], second["export"]);
    assert_eq!(second["receipt"]["statement"]["payload_digest"], DIGEST);
}

#[tokio::test]
async fn a_request_that_nobody_confirms_lapses_and_costs_nothing() {
    let world = World::new().await;
    let ada = world.ada();
    ada.request().await.expect(201);
    world.pass(DAY);
    let current = ada.current().await;
    assert_eq!((&current["export"]["state"], &current["export"]["end_code"]), (&json!("cancelled"), &json!("unconfirmed")));
    assert_eq!(current["refusal"], Value::Null);
    ada.request().await.expect(201);
}

#[tokio::test]
async fn the_window_can_be_ended_early() {
    let world = World::new().await;
    let held = world.started().await;
    world.ada().complete(&held).await.expect(200);
    let ended = world.ada().cancel(&held.id).await.expect(200);
    assert_eq!((&ended["state"], &ended["end_code"]), (&json!("expired"), &json!("by_person")));
    world.ada().cancel(&held.id).await.expect(200);
    world.ada().request().await.refused(429, "cooldown");
}

#[tokio::test]
async fn a_result_that_was_lost_can_be_made_again_twice() {
    let world = World::new().await;
    let ada = world.ada();
    let mut held = world.started().await;
    for left in [2, 1, 0] {
        let completed = ada.complete(&held).await.expect(200);
        assert_eq!(completed["export"]["reruns_left"], left);
        assert_eq!(moment(&completed, "/export/completed_at"), after_noon(0));
        let again = ada.start(&held.id, json!({})).await;
        if left == 0 {
            again.refused(409, "wrong_state");
        } else {
            held = Held::new(&again.expect(200));
        }
    }
}

#[tokio::test]
async fn a_second_run_that_fails_leaves_the_export_as_it_was() {
    let world = World::new().await;
    let ada = world.ada();
    let held = world.started().await;
    ada.complete(&held).await.expect(200);
    let again = Held::new(&ada.start(&held.id, json!({})).await.expect(200));
    let failed = ada.fail(&again).await.expect(200);
    assert_eq!((&failed["state"], &failed["reruns_left"]), (&json!("completed"), &json!(1)));
    ada.complete(&held).await.refused(409, "epoch_superseded");
}
