//! An attacker who has an account: replays, foreign ids, loops that should gain something.

use reqwest::Method;
use serde_json::{Value, json};

use crate::helpers::{Answer, DAY, DIGEST, HOUR, Held, Person, World, text};
use crate::host::owner;

/// Everything that can be said about an export with what a browser holds, or held once.
fn calls(id: &str, held: &Held) -> Vec<(Method, String, Value)> {
    let hold = json!({"lease": held.lease, "epoch": held.epoch});
    let with = |key: &str, value: &str| {
        let mut body = hold.clone();
        body[key] = json!(value);
        body
    };
    let post = |verb: &str, body: Value| (Method::POST, format!("/v1/exports/{id}/{verb}"), body);
    vec![
        post("confirm", json!({"token": "x".repeat(43)})),
        post("deny", json!({"token": "x".repeat(43)})),
        post("start", json!({"lease": held.lease})),
        post("start", json!({"takeover": true})),
        post("heartbeat", hold.clone()),
        post("complete", with("payload_digest", DIGEST)),
        post("fail", with("code", "storage_full")),
        (Method::DELETE, format!("/v1/exports/{id}"), json!({})),
    ]
}

async fn say(person: &Person, (method, path, body): &(Method, String, Value), ticket: &str) -> Answer {
    let request = person.send(method.clone(), path).header("x-carryall-ticket", ticket);
    Answer::of(request.body(body.to_string())).await
}

/// Nobody but the one who requested it moves this export, with nothing they could have seen; nor does that one with a run that was
/// taken over.
async fn assert_unmoved(world: &World, id: &str, held: &[&Held]) {
    let strangers = [("bob", true), ("eve", false)].map(|(name, foreign)| (world.person(name), foreign));
    let before = world.ada().current().await;
    for hold in held {
        for call in calls(id, hold) {
            for (person, foreign) in &strangers {
                // Whoever exports for the same account may end it.
                if *foreign || call.0 != Method::DELETE {
                    let answer = say(person, &call, &hold.ticket).await;
                    assert!((400..500).contains(&answer.status), "{call:?}: {} {}", answer.status, answer.text);
                }
            }
        }
        let is_old = held.last().is_some_and(|last| last.epoch > hold.epoch);
        for call in calls(id, hold).into_iter().filter(|(_, path, _)| is_old && !path.ends_with("start") && !path.ends_with(id)) {
            let answer = say(&world.ada(), &call, &hold.ticket).await;
            assert!((400..500).contains(&answer.status), "{call:?}: {} {}", answer.status, answer.text);
        }
    }
    let after = world.ada().current().await;
    assert_eq!((&before["export"], &before["refusal"]), (&after["export"], &after["refusal"]));
}

#[tokio::test]
async fn nothing_replayed_in_any_state_moves_an_export() {
    let world = World::new().await;
    world.host.knows("bob", owner("bob", "acc-2"));
    world.host.knows("eve", owner("eve", "acc-1"));
    let none = Held { id: String::new(), lease: "0".repeat(32), epoch: 1, ticket: "x".to_owned() };
    let ada = world.ada();
    let id = text(&ada.request().await.expect(201), "/id");
    world.mail_is("sent").await;
    assert_unmoved(&world, &id, &[&none]).await;
    let token = world.token_for(&id).await;
    ada.confirm(&id, &token).await.expect(200);
    ada.confirm(&id, &token).await.refused(409, "wrong_state");
    assert_unmoved(&world, &id, &[&none]).await;
    let first = Held::new(&ada.start(&id, json!({})).await.expect(200));
    assert_unmoved(&world, &id, &[&first]).await;
    let second = Held::new(&ada.start(&id, json!({"takeover": true})).await.expect(200));
    assert_unmoved(&world, &id, &[&first, &second]).await;
    world.pass(HOUR);
    assert_unmoved(&world, &id, &[&first, &second]).await;
    let second = Held { ticket: text(&ada.heartbeat(&second).await.expect(200), "/ticket"), ..second };
    ada.complete(&second).await.expect(200);
    assert_unmoved(&world, &id, &[&first, &second]).await;
    ada.fail(&second).await.refused(409, "wrong_state");
    ada.heartbeat(&second).await.refused(409, "wrong_state");
    let third = Held::new(&ada.start(&id, json!({})).await.expect(200));
    ada.complete(&second).await.refused(409, "epoch_superseded");
    assert_unmoved(&world, &id, &[&first, &second, &third]).await;
    ada.fail(&third).await.expect(200);
    assert_eq!(ada.state().await, "completed", "a second run that gives up takes nothing away");
    assert_unmoved(&world, &id, &[&first, &second, &third]).await;
    world.pass(DAY);
    assert_eq!(ada.state().await, "expired");
    ada.start(&id, json!({"takeover": true})).await.refused(409, "wrong_state");
    ada.complete(&third).await.refused(409, "wrong_state");
    assert_unmoved(&world, &id, &[&first, &second, &third]).await;
}

/// The most of these moments that lie within one day.
fn most_a_day(moments: &[u64]) -> usize {
    moments.iter().map(|from| moments.iter().filter(|at| (*from..from + DAY).contains(*at)).count()).max().unwrap_or(0)
}

/// For some days, every hour: requests, starts and gives up in this way as often as it is let. When requests were granted, and starts.
async fn farm(world: &World, give_up: &str) -> (Vec<u64>, Vec<u64>) {
    let ada = world.ada();
    let (mut requests, mut starts) = (Vec::new(), Vec::new());
    for hour in 0..80 {
        loop {
            let asked = ada.request().await;
            if asked.status != 201 {
                assert!(matches!(asked.status, 409 | 429), "{}", asked.text);
                break;
            }
            requests.push(hour * HOUR);
            let id = text(&asked.expect(201), "/id");
            let token = world.token_for(&id).await;
            ada.confirm(&id, &token).await.expect(200);
            let held = Held::new(&ada.start(&id, json!({})).await.expect(200));
            starts.push(hour * HOUR);
            match give_up {
                "fail" => drop(ada.fail(&held).await.expect(200)),
                "deny" => drop(ada.post(&format!("/v1/exports/{id}/deny"), json!({"token": token})).await.expect(200)),
                "cancel" => drop(ada.cancel(&id).await.expect(200)),
                _ => break,
            }
        }
        world.pass(HOUR);
    }
    (requests, starts)
}

#[tokio::test]
async fn whoever_never_completes_gains_no_run_and_no_mail() {
    for give_up in ["fail", "deny", "cancel", "vanish"] {
        let world = World::new().await;
        let (requests, starts) = farm(&world, give_up).await;
        // One run a day, and three that are given back.
        assert_eq!(most_a_day(&starts), if give_up == "vanish" { 1 } else { 4 }, "{give_up}: {starts:?}");
        assert!(starts.len() > 2 && most_a_day(&requests) <= 5, "{give_up}: {starts:?}");
        assert_eq!(world.mails().len(), requests.len(), "one mail a request, {give_up}");
    }
}

#[tokio::test]
async fn whoever_never_starts_gains_no_mail() {
    let world = World::new().await;
    let mut requests = Vec::new();
    for hour in 0..60 {
        loop {
            let asked = world.ada().request().await;
            if asked.status != 201 {
                asked.refused(429, "request_cap");
                break;
            }
            requests.push(hour * HOUR);
            let id = text(&asked.expect(201), "/id");
            world.token_for(&id).await;
            world.ada().cancel(&id).await.expect(200);
        }
        world.pass(HOUR);
    }
    assert_eq!((most_a_day(&requests), requests.len()), (5, 15));
    assert_eq!(world.mails().len(), requests.len());
}

#[tokio::test]
async fn two_tabs_that_take_over_from_each_other_come_to_rest() {
    let world = World::new().await;
    let ada = world.ada();
    let mut held = vec![world.started().await];
    let id = held[0].id.clone();
    for _ in 0..100 {
        let answer = ada.start(&id, json!({"takeover": true})).await;
        if answer.status != 200 {
            answer.refused(409, "lease_held");
            break;
        }
        held.push(Held::new(&answer.expect(200)));
    }
    assert_eq!(held.len(), 60, "each of them is written down");
    let last = held.pop().unwrap();
    for old in &held {
        ada.heartbeat(old).await.refused(409, "epoch_superseded");
    }
    ada.heartbeat(&last).await.expect(200);
    ada.complete(&last).await.expect(200);
}

#[tokio::test]
async fn a_browser_cannot_give_up_in_the_counters_or_the_operators_name() {
    let world = World::new().await;
    let held = world.started().await;
    for code in
        ["unconfirmed", "never_started", "ran_too_long", "window_over", "by_person", "by_operator", "denied", "superseded"]
    {
        let body = json!({"lease": held.lease, "epoch": held.epoch, "code": code});
        let call = (Method::POST, format!("/v1/exports/{}/fail", held.id), body);
        say(&world.ada(), &call, &held.ticket).await.refused(400, "bad_request");
    }
    assert_eq!(world.ada().state().await, "processing");
    world.ada().fail(&held).await.expect(200);
}
