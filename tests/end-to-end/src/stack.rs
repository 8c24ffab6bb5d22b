//! The sample host and the counter, as an operator would run them: two processes, one folder.
//!
//! **Each stack is its own world**: free ports, a fresh database, a fresh key, an empty mail folder. It ends with its
//! value, and its folder with it.

mod assets;
mod guard;
mod host;
mod options;
mod system;

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

pub use self::options::{Size, StackOptions};
use self::system::System;
use crate::contents::Layout;
use crate::process::{Process, tail};

/// The seed of all sample data here.
const SEED: &str = "7";

/// A running host and its counter.
#[derive(Debug)]
pub struct Stack {
    options: StackOptions,
    system: System,
    host: String,
    media: SocketAddr,
    counter: String,
    binaries: PathBuf,
    folder: TempDir,
    counter_process: Process,
    _host: Process,
    _guard: Option<Process>,
}

impl Stack {
    /// Starts both and waits until they listen.
    ///
    /// # Errors
    ///
    /// Where a binary is missing or does not start; says what it said.
    pub fn start(options: StackOptions) -> Result<Self> {
        let system = System::named(&options.system)?;
        let binaries = binaries()?;
        let folder = TempDir::with_prefix("carryall-stack-")?;
        let counter_port = free_port()?;
        let counter = format!("http://127.0.0.1:{counter_port}");
        let media = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let (host_process, host) = host::start(&binaries, &options, system, media, &counter, folder.path())?;
        let guard = match options.guarded {
            true => Some(guard::start(&host, &counter, system.whoami, folder.path())?),
            false => None,
        };
        let (guard, host) = guard.map_or((None, host), |(process, address)| (Some(process), address));
        fs::write(folder.path().join("counter.toml"), counter_config(&options, system, &host, counter_port))?;
        let counter_process = start_counter(&binaries, &counter, folder.path())?;
        Ok(Self { options, system, host, media, counter, binaries, folder, counter_process, _host: host_process, _guard: guard })
    }

    /// Ends the counter as an operator would.
    pub fn stop_counter(&mut self) {
        self.counter_process.end();
    }

    /// Ends the counter as an operator would, and starts it again with the same configuration and database.
    ///
    /// # Errors
    ///
    /// Where it does not start again.
    pub fn restart_counter(&mut self) -> Result<()> {
        self.counter_process.end();
        self.counter_process = start_counter(&self.binaries, &self.counter, self.folder.path())?;
        Ok(())
    }

    /// The host's address, without a slash at the end.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The counter's address, without a slash at the end.
    #[must_use]
    pub fn counter(&self) -> &str {
        &self.counter
    }

    /// The mail address of the person who owns the sample account.
    #[must_use]
    pub fn person(&self) -> String {
        format!("owner@{}.example", self.options.system)
    }

    /// Whether an export is confirmed by a link in a mail; else it needs no more than the request.
    #[must_use]
    pub const fn confirms_by_mail(&self) -> bool {
        self.system.confirms_by_mail
    }

    /// The layout that the system's catalog chooses.
    #[must_use]
    pub const fn layout(&self) -> Layout {
        self.system.layout
    }

    /// What it was started with.
    #[must_use]
    pub const fn options(&self) -> &StackOptions {
        &self.options
    }

    /// A line for every answer of the host's API: status, bytes, path and query.
    #[must_use]
    pub fn access_log(&self) -> PathBuf {
        self.folder.path().join("access.log")
    }

    /// A line for every answer of the host's media: status, promised bytes, path and query.
    #[must_use]
    pub fn media_log(&self) -> PathBuf {
        self.folder.path().join("media.log")
    }

    /// Where mail arrives, one `.eml` file each.
    #[must_use]
    pub fn mail_folder(&self) -> PathBuf {
        self.folder.path().join("mail")
    }

    /// The last lines both have logged.
    #[must_use]
    pub fn logs(&self) -> String {
        let log = |name: &str| format!("{name}:\n{}\n", tail(&self.folder.path().join(name)));
        log("host.log") + &log("counter.log")
    }

    /// Everything both have logged.
    ///
    /// # Errors
    ///
    /// Where a log cannot be read.
    pub fn whole_logs(&self) -> Result<String> {
        let log = |name: &str| fs::read_to_string(self.folder.path().join(name));
        Ok(log("host.log")? + &log("counter.log")?)
    }

    /// The counter's database with its journal, as text.
    ///
    /// # Errors
    ///
    /// Where it cannot be read.
    pub fn counter_database(&self) -> Result<String> {
        let files = ["counter.sqlite", "counter.sqlite-wal"].map(|name| fs::read(self.folder.path().join(name)));
        let [database, journal] = files;
        let bytes = [database?, journal.unwrap_or_default()].concat();
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// The workspace's folder: it holds `www`, `pkg` and `catalogs`.
#[must_use]
pub fn workspace() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest).to_owned()
}

/// The folder this build writes into.
///
/// # Errors
///
/// Where the binaries are not built.
pub fn target() -> Result<PathBuf> {
    let binaries = binaries()?;
    binaries.parent().map(Path::to_owned).context("the binaries lie in no target folder")
}

/// The folder the binaries of this build lie in: this program's own, or its parent for a test.
pub(crate) fn binaries() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let holds = |folder: &Path| ["carryall-demo", "carryall-counter", "carryall"].iter().all(|name| folder.join(name).is_file());
    let found = program.ancestors().skip(1).take(2).find(|folder| holds(folder));
    found.map(Path::to_owned).context(
        "the host, the counter or the command line is not built: run `cargo xtask test chromium`, or `cargo xtask build`",
    )
}

/// A port that was free a moment ago, and that nobody is given who asks for any: host and counter must know each other's address
/// before either runs.
pub(crate) fn free_port() -> Result<u16> {
    /// Below what Linux gives outgoing connections (`ip_local_port_range`), of which a browser makes many.
    const PORTS: Range<u16> = 20_000..32_000;
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let free = (0..PORTS.len()).find_map(|_| {
        let nth = std::process::id().wrapping_mul(31).wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        let port = PORTS.start + u16::try_from(nth % u32::from(PORTS.end - PORTS.start)).ok()?;
        TcpListener::bind(("127.0.0.1", port)).is_ok().then_some(port)
    });
    free.with_context(|| format!("no port of {PORTS:?} is free"))
}

fn listening(line: &str) -> Option<String> {
    line.strip_prefix("listening on ").map(|address| address.trim().to_owned())
}

fn start_counter(binaries: &Path, address: &str, folder: &Path) -> Result<Process> {
    let mut command = Command::new(binaries.join("carryall-counter"));
    command.arg("--config").arg(folder.join("counter.toml"));
    let (process, told) = Process::start(&mut command, &folder.join("counter.log"), listening)?;
    ensure!(told == address, "the counter listens on {told} and not on {address}");
    Ok(process)
}

fn counter_config(options: &StackOptions, system: System, host: &str, port: u16) -> String {
    let StackOptions { system: name, lease_ttl, heartbeat, policy, .. } = options;
    let System { whoami, pointers, .. } = system;
    format!(
        r#"listen = "127.0.0.1:{port}"
database = "counter.sqlite"
keys = "keys"
allowed_origins = ["{host}"]
contact = "mailto:privacy@{name}.example"
return_url = "{host}/"

[identity.introspection]
whoami_url = "{host}{whoami}"
cache_seconds = 1

[identity.pointers]
{pointers}

[policy]
preset = "{name}"
{policy}

[shield]
per_minute = 6000
burst = 1000

[lease]
ttl_seconds = {lease_ttl}
heartbeat_seconds = {heartbeat}

[mail]
from = "Sample exports <exports@{name}.example>"
folder = "mail"
"#
    )
}
