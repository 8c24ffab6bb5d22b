//! Tickets: ours, unexpired, for this export, this epoch and this person; or nothing.

use serde_json::json;

use crate::helpers::{Answer, DIGEST, Held, World};
use crate::host::owner;

#[tokio::test]
async fn a_forged_ticket_is_refused() {
    let world = World::new().await;
    let held = world.started().await;
    let mut parts: Vec<_> = held.ticket.split('.').map(str::to_owned).collect();
    let mut signature = parts[2].clone().into_bytes();
    signature[10] = if signature[10] == b'A' { b'B' } else { b'A' };
    parts[2] = String::from_utf8(signature).unwrap();
    for ticket in ["", "a.b.c", &parts.join("."), &format!("{}.{}.", parts[0], parts[1])] {
        let forged = Held { ticket: ticket.to_owned(), ..held.clone() };
        world.ada().heartbeat(&forged).await.refused(403, "ticket_invalid");
        world.ada().complete(&forged).await.refused(403, "ticket_invalid");
        world.ada().fail(&forged).await.refused(403, "ticket_invalid");
    }
    assert_eq!(world.ada().state().await, "processing");
}

#[tokio::test]
async fn a_missing_ticket_is_refused() {
    let world = World::new().await;
    let held = world.started().await;
    let body = json!({"lease": held.lease, "epoch": held.epoch, "payload_digest": DIGEST});
    world.ada().post(&format!("/v1/exports/{}/complete", held.id), body).await.refused(403, "ticket_invalid");
}

#[tokio::test]
async fn a_receipt_is_no_ticket() {
    let world = World::new().await;
    let held = world.started().await;
    let completed = world.ada().complete(&held).await.expect(200);
    let again = Held::new(&world.ada().start(&held.id, json!({})).await.expect(200));
    let receipt = completed["receipt"]["jws"].as_str().unwrap().to_owned();
    world.ada().heartbeat(&Held { ticket: receipt, ..again }).await.refused(403, "ticket_invalid");
}

#[tokio::test]
async fn a_ticket_serves_nobody_else() {
    let world = World::new().await;
    world.host.knows("eve", owner("eve", "acc-1"));
    let held = world.started().await;
    world.person("eve").complete(&held).await.refused(403, "ticket_invalid");
}

#[tokio::test]
async fn a_ticket_serves_no_other_export_and_no_other_epoch() {
    let world = World::new().await;
    let ada = world.ada();
    let old = world.started().await;
    ada.fail(&old).await.expect(200);
    let new = world.started().await;
    ada.complete(&Held { ticket: old.ticket.clone(), ..new.clone() }).await.refused(403, "ticket_invalid");
    let newer = Held::new(&ada.start(&new.id, json!({"takeover": true})).await.expect(200));
    ada.complete(&Held { ticket: new.ticket.clone(), ..newer.clone() }).await.refused(403, "ticket_invalid");
    ada.complete(&Held { lease: new.lease.clone(), ..newer.clone() }).await.refused(403, "ticket_invalid");
    ada.complete(&newer).await.expect(200);
}

#[tokio::test]
async fn a_ticket_of_another_counter_is_refused() {
    let (world, other) = (World::new().await, World::new().await);
    let (held, foreign) = (world.started().await, other.started().await);
    world.ada().heartbeat(&Held { ticket: foreign.ticket, ..held }).await.refused(403, "ticket_invalid");
}

#[tokio::test]
async fn a_ticket_lives_until_its_last_second() {
    let world = World::new().await;
    let held = world.started().await;
    world.pass(149);
    let again = world.ada();
    again.complete(&held).await.expect(200);

    let other = World::new().await;
    let held = other.started().await;
    other.pass(150);
    other.ada().complete(&held).await.refused(403, "ticket_invalid");
}

#[tokio::test]
async fn a_digest_is_a_digest() {
    let world = World::new().await;
    let held = world.started().await;
    for digest in ["", "abc", &DIGEST.to_uppercase(), &format!("{DIGEST}0")] {
        let body = json!({"lease": held.lease, "epoch": held.epoch, "payload_digest": digest});
        let path = format!("/v1/exports/{}/complete", held.id);
        let request = world.ada().send(reqwest::Method::POST, &path).header("x-carryall-ticket", &held.ticket);
        Answer::of(request.body(body.to_string())).await.refused(400, "bad_request");
    }
}
