//! Mail to a real mail server, which keeps what it gets: encryption, password, refusals, and the mail as it arrives.
//!
//! `cargo xtask test mail` runs this; it needs aiosmtpd, which `cargo xtask test tools` installs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test speaks by panicking")]
#![allow(dead_code, reason = "the world is shared with the other tests")]

mod arrival;
#[path = "../api/helpers.rs"]
mod helpers;
#[path = "../api/host.rs"]
mod host;
#[path = "../api/mailbox.rs"]
mod mailbox;
mod refusals;
mod server;
mod traces;
mod trust;

use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use tracing::Level;

use crate::helpers::{World, config_for};
use crate::host::{Host, owner};
use crate::server::{Manner, PASSWORD, Server};

/// Everything the counters of these tests have logged.
static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Writes into [`LOG`].
struct ToLog;

impl io::Write for ToLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What was logged so far.
fn logged() -> String {
    String::from_utf8_lossy(&LOG.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
}

/// A world whose counter sends its mail to this server, said so.
async fn world(server: &Server, lines: &str) -> World {
    world_speaking(server, lines, "").await
}

/// The same with more lines for `[mail]`.
async fn world_speaking(server: &Server, lines: &str, mail: &str) -> World {
    let _ = tracing_subscriber::fmt().with_max_level(Level::DEBUG).with_ansi(false).with_writer(|| ToLog).try_init();
    let host = Host::start().await;
    host.knows("ada", owner("ada", "acc-1"));
    let smtp = format!("{mail}\n[mail.smtp]\nhost = \"localhost\"\nport = {}\n{lines}", server.port);
    let config = config_for(&host, "", "preset = \"talkif\"").replace("folder = \"mail\"", &smtp);
    World::with_config(host, config).await
}

/// The lines that trust this server's authority, and show this password.
fn trusting(server: &Server, folder: &Path, encryption: &str, password: &str) -> String {
    let file = folder.join("password");
    std::fs::write(&file, format!("{password}\n")).unwrap();
    format!("encryption = {encryption:?}\nca_file = {:?}\nuser = \"exports\"\npassword_file = {file:?}", server.authority())
}

/// A server of this manner that wants its password, and a world that has it.
async fn with_password(encryption: &'static str) -> (Server, World) {
    let server = Server::start(&Manner { encryption, name: "localhost", password: true, utf8: false }).await;
    let folder = tempfile::tempdir().unwrap();
    let world = world(&server, &trusting(&server, folder.path(), encryption, PASSWORD)).await;
    (server, world)
}
