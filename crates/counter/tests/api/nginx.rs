//! A real nginx with the documented configuration, before a real bulk route: it opens to a ticket and to nothing else.

use std::fs;
use std::path::Path;
use std::process::Command;

use reqwest::Client;
use serde_json::json;

use crate::authorize::{ask_too_often, impatient};
use crate::helpers::{Answer, Held, PAGE, World, text};
use crate::host::owner;
use crate::reverse_proxy::{ReverseProxy, app, program, widest};

const EXAMPLE: &str = include_str!("../../../../docs/examples/nginx.conf");

/// nginx before this world's counter and this app.
async fn nginx_before(world: &World, app: &str) -> ReverseProxy {
    let command = |site: &str, folder: &Path, log: &Path| {
        let config = folder.join("nginx.conf");
        fs::write(&config, format!("{}http {{\naccess_log off;\n{}{site}\n}}\n", main(folder), temporary(folder))).unwrap();
        let mut command = Command::new(program("nginx"));
        command.arg("-p").arg(folder).arg("-c").arg(&config).arg("-e").arg(log);
        command
    };
    ReverseProxy::before(world, app, EXAMPLE, command).await
}

/// One process in the foreground, which writes into its own folder alone.
fn main(folder: &Path) -> String {
    format!("daemon off;\nmaster_process off;\npid {0}/nginx.pid;\nevents {{}}\n", folder.display())
}

fn temporary(folder: &Path) -> String {
    let kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    kinds.map(|kind| format!("{kind}_temp_path {}/{kind};\n", folder.display())).concat()
}

#[tokio::test]
async fn nginx_opens_a_bulk_route_to_a_running_export_alone() {
    let world = World::new().await;
    world.host.knows("eve", owner("eve", "acc-1"));
    let nginx = nginx_before(&world, &app().await).await;
    let held = world.started().await;

    let opened = Answer::of(nginx.bulk("ada", &held.ticket).header("x-carryall-account", "acc-2")).await;
    assert_eq!((opened.status, opened.text.as_str()), (200, "acc-1 ada calls,contacts - Bearer ada"), "{}", nginx.log());
    assert_eq!(Answer::of(nginx.bulk("ada", "")).await.status, 403);
    assert_eq!(Answer::of(nginx.bulk("ada", "forged")).await.status, 403);
    assert_eq!(Answer::of(nginx.bulk("eve", &held.ticket)).await.status, 403);
    assert_eq!(Answer::of(nginx.bulk("stranger", &held.ticket)).await.status, 401);
    let inner = Client::new().get(format!("http://{}/_carryall_authorize", nginx.address));
    assert_eq!(Answer::of(inner).await.status, 404, "nobody asks the counter directly");

    let new = Held::new(&world.ada().start(&held.id, json!({"takeover": true})).await.expect(200));
    assert_eq!(Answer::of(nginx.bulk("ada", &held.ticket)).await.status, 409);
    assert_eq!(Answer::of(nginx.bulk("ada", &new.ticket)).await.status, 200);
    world.ada().complete(&new).await.expect(200);
    assert_eq!(Answer::of(nginx.bulk("ada", &new.ticket)).await.status, 409);
}

#[tokio::test]
async fn nginx_has_room_for_the_widest_export() {
    let world = World::with_policy("preset = \"fluxer\"").await;
    let nginx = nginx_before(&world, &app().await).await;
    let (held, told) = widest(&world).await;
    // A page of another origin makes the counter's answer wider still.
    let opened = Answer::of(nginx.bulk("ada", &held.ticket).header("origin", PAGE)).await;
    assert_eq!((opened.status, opened.text), (200, told), "{}", nginx.log());
}

#[tokio::test]
async fn nginx_tells_when_to_come_back() {
    let world = impatient().await;
    let nginx = nginx_before(&world, &app().await).await;
    let id = text(&world.ada().request().await.expect(201), "/id");
    let held = Held::new(&world.ada().start(&id, json!({})).await.expect(200));
    assert_eq!(Answer::of(nginx.bulk("ada", &held.ticket)).await.status, 200);
    ask_too_often(&world, &held).await;
    let answer = Answer::of(nginx.bulk("ada", &held.ticket)).await;
    let wait: u64 = answer.header("retry-after").unwrap_or_default().parse().unwrap_or_default();
    assert_eq!((answer.status, wait >= 1), (429, true), "{}", nginx.log());
}

#[tokio::test]
async fn nginx_tells_that_the_host_cannot_be_asked() {
    let mut world = World::new().await;
    let nginx = nginx_before(&world, &app().await).await;
    let held = world.started().await;
    world.host.goes_down().await;
    world.pass(10);
    let answer = Answer::of(nginx.bulk("ada", &held.ticket)).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("5")));
}
