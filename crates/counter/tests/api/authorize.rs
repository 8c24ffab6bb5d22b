//! What a reverse proxy asks before it opens the host's bulk routes: only a run's own ticket, by its own person, opens them.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use reqwest::Client;
use serde_json::{Value, json};

use crate::helpers::{Answer, DAY, Held, World, config_for, text};
use crate::host::{Host, owner};
use crate::tokens::Signer;

/// What the counter says to a proxy about whoever shows this token and this ticket.
async fn asked(world: &World, path: &str, token: &str, ticket: &str) -> Answer {
    let request = Client::new().get(format!("{}{path}", world.address())).header("x-carryall-ticket", ticket);
    Answer::of(if token.is_empty() { request } else { request.bearer_auth(token) }).await
}

async fn ada(world: &World, ticket: &str) -> Answer {
    asked(world, "/v1/authorize", "ada", ticket).await
}

#[tokio::test]
async fn a_running_export_reads_on_and_nothing_changes_by_asking() {
    let world = World::new().await;
    let held = world.started().await;
    let before = world.ada().current().await;
    let answer = ada(&world, &held.ticket).await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    for (name, value) in [
        ("x-carryall-account", "acc-1"),
        ("x-carryall-subject", "ada"),
        ("x-carryall-export", held.id.as_str()),
        ("x-carryall-epoch", "1"),
        ("x-carryall-categories", "calls,contacts"),
    ] {
        assert_eq!(answer.header(name), Some(value));
    }
    assert_eq!(world.ada().current().await, before);
    world.pass(100);
    let renewed = world.ada().heartbeat(&held).await.expect(200);
    assert_eq!(ada(&world, &text(&renewed, "/ticket")).await.status, 204);
}

#[tokio::test]
async fn a_ticket_that_is_not_the_counters_own_opens_nothing() {
    let (world, other) = (World::new().await, World::new().await);
    let held = world.started().await;
    let parts: Vec<&str> = held.ticket.split('.').collect();
    let decoded = |part: &str| serde_json::from_slice::<Value>(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    let encoded = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let mut none = decoded(parts[0]);
    none["alg"] = json!("none");
    let mut longer = decoded(parts[1]);
    longer["exp"] = json!(4_000_000_000_u64);
    let foreign = Signer::ed25519().token_with(&decoded(parts[0]), &decoded(parts[1]));
    let confused = Signer::Secret(BASE64_URL_SAFE_NO_PAD.decode(public_key(&world).await).unwrap());
    let mut hmac = decoded(parts[0]);
    hmac["alg"] = json!("HS256");
    for (what, ticket) in [
        ("none", String::new()),
        ("no JWS", "a.b.c".to_owned()),
        ("alg=none", format!("{}.{}.", encoded(&none), parts[1])),
        ("alg=none and the signature", format!("{}.{}.{}", encoded(&none), parts[1], parts[2])),
        ("claims of its own", format!("{}.{}.{}", parts[0], encoded(&longer), parts[2])),
        ("a foreign key", foreign),
        ("the public key as a secret", confused.token_with(&hmac, &decoded(parts[1]))),
        ("another counter's", other.started().await.ticket),
        ("a receipt", text(&world.ada().complete(&held).await.expect(200), "/receipt/jws")),
    ] {
        assert_eq!(ada(&world, &ticket).await.refused(403, "ticket_invalid")["status"], 403, "{what}");
    }
}

async fn public_key(world: &World) -> String {
    let keys = Answer::of(Client::new().get(format!("{}/v1/keys", world.address()))).await.expect(200);
    text(&keys, "/keys/0/x")
}

#[tokio::test]
async fn a_ticket_opens_nothing_to_anybody_else() {
    let world = World::new().await;
    world.host.knows("eve", owner("eve", "acc-1"));
    world.host.knows("bob", owner("bob", "acc-2"));
    world.host.knows("ada-elsewhere", owner("ada", "acc-2"));
    let held = world.started().await;
    for token in ["eve", "bob", "ada-elsewhere"] {
        asked(&world, "/v1/authorize", token, &held.ticket).await.refused(403, "ticket_invalid");
    }
    for token in ["", "stranger"] {
        asked(&world, "/v1/authorize", token, &held.ticket).await.refused(401, "unauthenticated");
    }
    let twice = Client::new().get(format!("{}/v1/authorize", world.address())).bearer_auth("ada");
    let twice = twice.header("x-carryall-ticket", &held.ticket).header("x-carryall-ticket", &held.ticket);
    Answer::of(twice).await.refused(403, "ticket_invalid");
}

#[tokio::test]
async fn a_ticket_opens_nothing_once_its_run_is_over() {
    for end in ["complete", "fail", "cancel", "time"] {
        let world = World::new().await;
        let held = world.started().await;
        let mut ticket = held.ticket.clone();
        match end {
            "complete" => drop(world.ada().complete(&held).await.expect(200)),
            "fail" => drop(world.ada().fail(&held).await.expect(200)),
            "cancel" => drop(world.ada().cancel(&held.id).await.expect(200)),
            _ => {
                world.pass(DAY - 1);
                ticket = text(&world.ada().heartbeat(&held).await.expect(200), "/ticket");
                assert_eq!(ada(&world, &ticket).await.status, 204);
                world.pass(1);
            }
        }
        ada(&world, &ticket).await.refused(409, "wrong_state");
    }
}

#[tokio::test]
async fn an_older_epoch_opens_nothing() {
    let world = World::new().await;
    let old = world.started().await;
    let new = Held::new(&world.ada().start(&old.id, json!({"takeover": true})).await.expect(200));
    ada(&world, &old.ticket).await.refused(409, "epoch_superseded");
    assert_eq!(ada(&world, &new.ticket).await.header("x-carryall-epoch"), Some("2"));
    world.ada().complete(&new).await.expect(200);
    let again = Held::new(&world.ada().start(&old.id, json!({})).await.expect(200));
    ada(&world, &new.ticket).await.refused(409, "epoch_superseded");
    assert_eq!(ada(&world, &again.ticket).await.status, 204);
}

#[tokio::test]
async fn a_ticket_past_its_time_and_a_lease_that_ran_out_open_nothing() {
    let world = World::new().await;
    let held = world.started().await;
    world.pass(119);
    assert_eq!(ada(&world, &held.ticket).await.status, 204);
    world.pass(1);
    ada(&world, &held.ticket).await.refused(403, "ticket_invalid");
    let renewed = world.ada().heartbeat(&held).await.expect(200);
    assert_eq!(ada(&world, &held.ticket).await.status, 204, "its lease is held again");
    world.pass(30);
    ada(&world, &held.ticket).await.refused(403, "ticket_invalid");
    assert_eq!(ada(&world, &text(&renewed, "/ticket")).await.status, 204);
}

#[tokio::test]
async fn nothing_opens_where_it_cannot_be_found_out_or_is_not_allowed_any_more() {
    let mut world = World::with("cache_seconds = 0\n[identity]\nallowed_roles = [\"owner\"]", "preset = \"talkif\"").await;
    let held = world.started().await;
    let mut lower = owner("ada", "acc-1");
    lower["user"]["role"] = json!("guest");
    world.host.knows("ada", lower);
    ada(&world, &held.ticket).await.refused(403, "role_not_allowed");
    world.host.knows("ada", owner("ada", "acc-1"));
    assert_eq!(ada(&world, &held.ticket).await.status, 204);
    world.host.goes_down().await;
    ada(&world, &held.ticket).await.refused(503, "unavailable");
}

#[tokio::test]
async fn nginx_hears_401_or_403_and_the_status_beside_it() {
    let mut world = World::with("cache_seconds = 0", "preset = \"talkif\"").await;
    let path = "/v1/authorize?proxy=nginx";
    let held = world.started().await;
    assert_eq!(asked(&world, path, "ada", &held.ticket).await.status, 204);
    for own in ["?page=2&proxy=nginx&page=3", "?%ff=%00&q", "?"] {
        let kept = asked(&world, &format!("/v1/authorize{own}"), "ada", &held.ticket).await;
        assert_eq!(kept.status, 204, "{own}: a proxy that hands the client's own query over");
    }
    let forged = asked(&world, path, "ada", "forged").await;
    assert_eq!((forged.status, forged.header("x-carryall-status")), (403, Some("403")));
    let nobody = asked(&world, path, "", &held.ticket).await;
    assert_eq!((nobody.status, nobody.header("x-carryall-status")), (401, None));
    let new = Held::new(&world.ada().start(&held.id, json!({"takeover": true})).await.expect(200));
    let old = asked(&world, path, "ada", &held.ticket).await;
    assert_eq!((old.status, old.header("x-carryall-status")), (403, Some("409")));
    assert_eq!(old.refused(403, "epoch_superseded")["status"], 403);
    world.host.goes_down().await;
    let down = asked(&world, path, "ada", &new.ticket).await;
    assert_eq!((down.status, down.header("x-carryall-status"), down.header("retry-after")), (403, Some("503"), Some("5")));
    asked(&world, "/v1/authorize?proxy=apache", "ada", &new.ticket).await.refused(400, "bad_request");
}

#[tokio::test]
async fn nothing_opens_by_a_clock_that_jumps() {
    let world = World::new().await;
    let held = world.started().await;
    world.clock.jump(Duration::from_secs(1));
    ada(&world, &held.ticket).await.refused(503, "unavailable");
}

/// Asks until it is refused for having asked too often.
pub(crate) async fn ask_too_often(world: &World, held: &Held) -> Answer {
    for _ in 0..1000 {
        let answer = ada(world, &held.ticket).await;
        if answer.status != 204 {
            return answer;
        }
    }
    panic!("nobody asks too often");
}

/// A world in which one may ask a few hundred times.
pub(crate) async fn impatient() -> World {
    let host = Host::start().await;
    host.knows("ada", owner("ada", "acc-1"));
    let config = config_for(&host, "", "preset = \"fluxer\"")
        .replace("per_minute = 60000", "per_minute = 4")
        .replace("burst = 10000", "burst = 6");
    World::with_config(host, config).await
}

#[tokio::test]
async fn an_account_that_asks_too_often_waits_whatever_its_address() {
    let world = impatient().await;
    let id = text(&world.ada().request().await.expect(201), "/id");
    let held = Held::new(&world.ada().start(&id, json!({})).await.expect(200));
    let refused = ask_too_often(&world, &held).await;
    refused.refused(429, "too_many_requests");
    let mapped = asked(&world, "/v1/authorize?proxy=nginx", "ada", &held.ticket).await;
    assert_eq!((mapped.status, mapped.header("x-carryall-status")), (403, Some("429")));
    assert!(mapped.header("retry-after").is_some());
}
