//! A real Caddy with the documented configuration, before a real bulk route and the counter's mount.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::authorize::{ask_too_often, impatient};
use crate::helpers::{Answer, Held, Person, World, config_for, text};
use crate::host::{Host, owner};
use crate::reverse_proxy::{ReverseProxy, app, program, widest};

const EXAMPLE: &str = include_str!("../../../../docs/examples/Caddyfile");

/// Caddy before this world's counter and this app.
async fn caddy_before(world: &World, app: &str) -> ReverseProxy {
    let command = |site: &str, folder: &Path, log: &Path| {
        let config = folder.join("Caddyfile");
        fs::write(&config, format!("{{\n\tadmin off\n}}\n{site}")).unwrap();
        let mut command = Command::new(program("caddy"));
        command.args(["run", "--adapter", "caddyfile", "--config"]).arg(&config);
        // It keeps certificates and the like below the home of whoever runs it.
        for variable in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"] {
            command.env(variable, folder);
        }
        command.stdout(Stdio::null()).stderr(fs::File::create(log).unwrap());
        command
    };
    ReverseProxy::before(world, app, EXAMPLE, command).await
}

#[tokio::test]
async fn caddy_opens_a_bulk_route_to_a_running_export_alone() {
    let world = World::new().await;
    world.host.knows("eve", owner("eve", "acc-1"));
    let caddy = caddy_before(&world, &app().await).await;
    let held = world.started().await;

    let opened = Answer::of(caddy.bulk("ada", &held.ticket).header("x-carryall-account", "acc-2")).await;
    assert_eq!((opened.status, opened.text.as_str()), (200, "acc-1 ada calls,contacts - Bearer ada"), "{}", caddy.log());
    Answer::of(caddy.bulk("ada", "")).await.refused(403, "ticket_invalid");
    Answer::of(caddy.bulk("ada", "forged")).await.refused(403, "ticket_invalid");
    Answer::of(caddy.bulk("eve", &held.ticket)).await.refused(403, "ticket_invalid");
    Answer::of(caddy.bulk("stranger", &held.ticket)).await.refused(401, "unauthenticated");
    let new = Held::new(&world.ada().start(&held.id, json!({"takeover": true})).await.expect(200));
    Answer::of(caddy.bulk("ada", &held.ticket)).await.refused(409, "epoch_superseded");
    assert_eq!(Answer::of(caddy.bulk("ada", &new.ticket)).await.status, 200);
}

#[tokio::test]
async fn caddy_has_room_for_the_widest_export() {
    let world = World::with_policy("preset = \"fluxer\"").await;
    let caddy = caddy_before(&world, &app().await).await;
    let (held, told) = widest(&world).await;
    let opened = Answer::of(caddy.bulk("ada", &held.ticket)).await;
    assert_eq!((opened.status, opened.text), (200, told), "{}", caddy.log());
}

#[tokio::test]
async fn caddy_tells_when_to_come_back() {
    let world = impatient().await;
    let caddy = caddy_before(&world, &app().await).await;
    let id = text(&world.ada().request().await.expect(201), "/id");
    let held = Held::new(&world.ada().start(&id, json!({})).await.expect(200));
    ask_too_often(&world, &held).await;
    Answer::of(caddy.bulk("ada", &held.ticket)).await.refused(429, "too_many_requests");
}

#[tokio::test]
async fn behind_caddy_the_counter_is_mounted_and_each_client_counts_for_itself() {
    let host = Host::start().await;
    host.knows("ada", owner("ada", "acc-1"));
    let config = config_for(&host, "", "preset = \"talkif\"").replace("per_minute = 60000", "per_minute = 1");
    let config = config.replace("burst = 10000", "burst = 2");
    let config = format!("public_url = \"https://app.example/carryall\"\n{config}\n[http]\ntrusted_proxies = [\"127.0.0.1\"]");
    let world = World::with_config(host, config).await;
    let caddy = caddy_before(&world, &app().await).await;
    let ada = Person::at(&format!("http://{}/carryall", caddy.address), "ada");
    ada.request().await.expect(201);
    assert_eq!(ada.state().await, "pending");
    // Whatever a client says about its address, it is the one Caddy sees.
    for spoofed in ["192.0.2.1", "192.0.2.2"] {
        let look = ada.send(reqwest::Method::GET, "/v1/exports/current").header("x-forwarded-for", spoofed);
        Answer::of(look).await.refused(429, "too_many_requests");
    }
}
