//! A real reverse proxy with a documented configuration, before an app's bulk route and the counter.

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

use crate::helpers::{Held, World, text};
use crate::host::owner;

/// A running proxy with a folder of its own, until it is dropped.
pub(crate) struct ReverseProxy {
    child: Child,
    /// Host and port.
    pub(crate) address: String,
    folder: TempDir,
}

/// The file in its folder that a proxy tells its troubles to.
const LOG: &str = "error.log";

impl ReverseProxy {
    /// Starts one before this world's counter and this app, as a documented example has it: `command` gets the example with the
    /// addresses of here, the folder, and the place for the log.
    pub(crate) async fn before(
        world: &World,
        app: &str,
        example: &str,
        command: impl FnOnce(&str, &Path, &Path) -> Command,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = StdListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        let counter = world.address().trim_start_matches("http://");
        let places = [("127.0.0.1:8080", app), ("127.0.0.1:9000", counter), ("127.0.0.1:8000", &address)];
        let site = places.into_iter().fold(example.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "the example does not name {from}");
            text.replace(from, to)
        });
        let mut command = command(&site, folder.path(), &folder.path().join(LOG));
        let child = command.stdin(Stdio::null()).spawn().unwrap();
        let mut proxy = Self { child, address, folder };
        proxy.listens().await;
        proxy
    }

    /// Resolves once it answers.
    async fn listens(&mut self) {
        for _ in 0..1000 {
            if TcpStream::connect(&self.address).await.is_ok() {
                return;
            }
            assert!(self.child.try_wait().unwrap().is_none(), "the proxy ended: {}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the proxy does not listen: {}", self.log());
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join(LOG)).unwrap_or_default()
    }

    /// The bulk route, asked for with this bearer token and this ticket.
    pub(crate) fn bulk(&self, token: &str, ticket: &str) -> RequestBuilder {
        let request = Client::new().get(format!("http://{}/api/bulk/calls?page=2", self.address)).bearer_auth(token);
        if ticket.is_empty() { request } else { request.header("x-carryall-ticket", ticket) }
    }
}

impl Drop for ReverseProxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
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

/// An export with as many names as there may be, each as long as it may be: started; and what the app is told of it.
pub(crate) async fn widest(world: &World) -> (Held, String) {
    let (subject, account) = ("s".repeat(128), "a".repeat(128));
    world.host.knows("ada", owner(&subject, &account));
    let categories: Vec<String> = (0..64).map(|number| format!("c{number:02}{}", "x".repeat(45))).collect();
    let id = text(&world.ada().post("/v1/exports", json!({"categories": categories})).await.expect(201), "/id");
    let held = Held::new(&world.ada().start(&id, json!({})).await.expect(200));
    (held, format!("{account} {subject} {} - Bearer ada", categories.join(",")))
}

/// Where a server lies: on the search path, or where Debian puts it.
pub(crate) fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.push("/usr/sbin".into());
    let mut files = folders.into_iter().map(|folder| folder.join(name));
    files.find(|file| file.is_file()).unwrap_or_else(|| panic!("{name} is missing: run `cargo xtask test tools`"))
}
