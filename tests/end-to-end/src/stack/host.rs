//! The sample host: how it is started, and what it tells an export must hold.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};

use super::system::{System, Windows};
use super::{SEED, Stack, StackOptions, assets, listening};
use crate::contents::Truth;
use crate::process::Process;

/// Starts it; gives its process and its address.
///
/// # Errors
///
/// Where it does not start; says what it said.
pub(super) fn start(
    binaries: &Path,
    options: &StackOptions,
    system: System,
    media: SocketAddr,
    counter: &str,
    folder: &Path,
) -> Result<(Process, String)> {
    let mut command = Command::new(binaries.join("carryall-demo"));
    command.args(["serve", "--system", &options.system, "--seed", SEED, "--size", options.size.word()]);
    command.args(["--listen", "127.0.0.1:0", "--counter-url", counter, "--assets"]).arg(assets::folder(options, system, folder)?);
    command.args(["--deletion", &options.deletion, "--data", &options.texts, "--search", &options.search]);
    command.args(["--page-limit", &options.page_records.to_string(), "--access-log"]).arg(folder.join("access.log"));
    command.args(["--faults", if options.faults { "on" } else { "off" }]);
    command.args(["--session-ttl", &options.session_ttl.to_string()]);
    command.args(options.misbehave.iter().flat_map(|misbehaviour| ["--misbehave", misbehaviour.as_str()]));
    command.args(["--media-bind", &media.to_string(), "--media-bytes", &options.media_bytes.to_string()]);
    command.arg("--media-log").arg(folder.join("media.log"));
    command.args(options.misbehave_media.iter().flat_map(|mode| ["--misbehave-media", mode.as_str()]));
    command.args((!options.wasm).then_some("--no-wasm"));
    command.args(["--latency", &options.latency.to_string()]);
    let window = system.windows.map(|Windows { short, .. }| u64::from(short) * 1_000);
    if let Some(window) = options.limit_window.or(window) {
        command.args(["--limit-window", &window.to_string()]);
    }
    Process::start(&mut command, &folder.join("host.log"), listening)
}

impl Stack {
    /// What an export must hold, as the host itself tells.
    ///
    /// # Errors
    ///
    /// Where the host's binary does not tell it.
    pub fn truth(&self) -> Result<Truth> {
        let mut command = Command::new(self.binaries.join("carryall-demo"));
        command.args(["truth", "--system", &self.options.system, "--seed", SEED, "--size", self.options.size.word()]);
        command.args(["--deletion", &self.options.deletion, "--data", &self.options.texts]);
        command.args(["--search", &self.options.search]);
        command.args(["--media-bytes", &self.options.media_bytes.to_string()]);
        command.args(["--media", "--media-origin", &format!("http://{}", self.media)]);
        let Output { status, stdout, stderr } = command.output()?;
        ensure!(status.success(), "carryall-demo truth: {status}\n{}", String::from_utf8_lossy(&stderr));
        serde_json::from_slice(&stdout).context("the truth is not what was expected")
    }
}
