//! A real nginx with the documented configuration, before a real bulk route: it opens to a ticket and to nothing else.

use std::fs;
use std::net::{Ipv4Addr, TcpListener as StdListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::get;
use reqwest::{Client, RequestBuilder};
use serde_json::json;
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};

use crate::authorize::{ask_too_often, impatient};
use crate::helpers::{Answer, Held, PAGE, World, text};
use crate::host::owner;

const EXAMPLE: &str = include_str!("../../../../docs/examples/nginx.conf");

/// nginx, with a folder of its own, until it is dropped.
struct Nginx {
    child: Child,
    address: String,
    folder: TempDir,
}

impl Nginx {
    /// One before this world's counter and this app.
    async fn before(world: &World, app: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = StdListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        let counter = world.address().trim_start_matches("http://");
        let example = [("127.0.0.1:8080", app), ("127.0.0.1:9000", counter), ("127.0.0.1:8000", &address)];
        let site = example.into_iter().fold(EXAMPLE.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "the example does not name {from}");
            text.replace(from, to)
        });
        let config = folder.path().join("nginx.conf");
        fs::write(&config, format!("{}http {{\naccess_log off;\n{}{site}\n}}\n", main(folder.path()), temporary(folder.path())))
            .unwrap();
        let mut command = Command::new(program("nginx"));
        command.arg("-p").arg(folder.path()).arg("-c").arg(&config).arg("-e").arg(folder.path().join("error.log"));
        let child = command.stdin(Stdio::null()).spawn().unwrap();
        let mut nginx = Self { child, address, folder };
        nginx.listens().await;
        nginx
    }

    /// Resolves once it answers.
    async fn listens(&mut self) {
        for _ in 0..1000 {
            if TcpStream::connect(&self.address).await.is_ok() {
                return;
            }
            assert!(self.child.try_wait().unwrap().is_none(), "nginx ended: {}", self.log());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("nginx does not listen: {}", self.log());
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("error.log")).unwrap_or_default()
    }

    /// The bulk route, asked for with this bearer token and this ticket.
    fn bulk(&self, token: &str, ticket: &str) -> RequestBuilder {
        let request = Client::new().get(format!("http://{}/api/bulk/calls?page=2", self.address)).bearer_auth(token);
        if ticket.is_empty() { request } else { request.header("x-carryall-ticket", ticket) }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where a server lies: on the search path, or where Debian puts it.
pub(crate) fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.push("/usr/sbin".into());
    let mut files = folders.into_iter().map(|folder| folder.join(name));
    files.find(|file| file.is_file()).unwrap_or_else(|| panic!("{name} is missing: run `cargo xtask test tools`"))
}

/// One process in the foreground, which writes into its own folder alone.
fn main(folder: &Path) -> String {
    format!("daemon off;\nmaster_process off;\npid {0}/nginx.pid;\nevents {{}}\n", folder.display())
}

fn temporary(folder: &Path) -> String {
    let kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    kinds.map(|kind| format!("{kind}_temp_path {}/{kind};\n", folder.display())).concat()
}

/// An app whose one bulk route says what it was told.
pub(crate) async fn app() -> String {
    let told = |headers: HeaderMap| async move {
        let text = |name: &str| headers.get(name).map_or("-", |value| value.to_str().unwrap()).to_owned();
        ["x-carryall-account", "x-carryall-subject", "x-carryall-categories", "x-carryall-ticket", "authorization"]
            .map(text)
            .join(" ")
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let router = Router::new().route("/api/bulk/calls", get(told));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

#[tokio::test]
async fn nginx_opens_a_bulk_route_to_a_running_export_alone() {
    let world = World::new().await;
    world.host.knows("eve", owner("eve", "acc-1"));
    let nginx = Nginx::before(&world, &app().await).await;
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

/// An export with as many names as there may be, each as long as it may be: started; and what the app is told of it.
pub(crate) async fn widest(world: &World) -> (Held, String) {
    let (subject, account) = ("s".repeat(128), "a".repeat(128));
    world.host.knows("ada", owner(&subject, &account));
    let categories: Vec<String> = (0..64).map(|number| format!("c{number:02}{}", "x".repeat(45))).collect();
    let id = text(&world.ada().post("/v1/exports", json!({"categories": categories})).await.expect(201), "/id");
    let held = Held::new(&world.ada().start(&id, json!({})).await.expect(200));
    (held, format!("{account} {subject} {} - Bearer ada", categories.join(",")))
}

#[tokio::test]
async fn nginx_has_room_for_the_widest_export() {
    let world = World::with_policy("preset = \"fluxer\"").await;
    let nginx = Nginx::before(&world, &app().await).await;
    let (held, told) = widest(&world).await;
    // A page of another origin makes the counter's answer wider still.
    let opened = Answer::of(nginx.bulk("ada", &held.ticket).header("origin", PAGE)).await;
    assert_eq!((opened.status, opened.text), (200, told), "{}", nginx.log());
}

#[tokio::test]
async fn nginx_tells_when_to_come_back() {
    let world = impatient().await;
    let nginx = Nginx::before(&world, &app().await).await;
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
    let nginx = Nginx::before(&world, &app().await).await;
    let held = world.started().await;
    world.host.goes_down().await;
    world.pass(10);
    let answer = Answer::of(nginx.bulk("ada", &held.ticket)).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("5")));
}
