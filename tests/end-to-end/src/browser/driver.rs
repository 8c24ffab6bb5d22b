//! The drivers: one process that speaks WebDriver, and what it has to be told about its browser.

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use super::{BrowserKind, BrowserOptions, StorageLimit};
use crate::poll;
use crate::process::Process;
use crate::stack::free_port;

/// What the browser tests of the root package run with; these journeys run with the same.
const WEBDRIVER_JSON: &str = include_str!("../../../../webdriver.json");

/// How long a driver may take that does not say when it listens.
const START: Duration = Duration::from_secs(20);

/// A running driver. The display it draws on, where it needs one, ends after it.
#[derive(Debug)]
pub(super) struct Driver {
    address: String,
    _process: Process,
    _display: Option<Process>,
}

impl Driver {
    /// Starts the driver of this browser; what both write goes into `folder`.
    pub(super) async fn start(kind: BrowserKind, folder: &Path, language: &str) -> Result<Self> {
        let log = folder.join("driver.log");
        let (process, port) = match kind {
            BrowserKind::Chromium => start_chromedriver(folder, &log)?,
            BrowserKind::Firefox => start_geckodriver(folder, &log)?,
            BrowserKind::WebKitGtk => return start_webkit(folder, &log, language).await,
        };
        Ok(Self { address: address(port), _process: process, _display: None })
    }

    /// Where it listens, without a slash at the end.
    pub(super) fn address(&self) -> &str {
        &self.address
    }
}

fn address(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

fn start_chromedriver(folder: &Path, log: &Path) -> Result<(Process, u16)> {
    let mut command = Command::new("chromedriver");
    command.arg("--port=0").env("TMPDIR", folder.join("temporary"));
    Process::start(&mut command, log, |line| port_after(line, "was started successfully on port "))
}

fn start_geckodriver(folder: &Path, log: &Path) -> Result<(Process, u16)> {
    let mut command = Command::new("geckodriver");
    command.args(["--port", "0", "--websocket-port", "0", "--profile-root"]).arg(folder.join("profile"));
    command.env("TMPDIR", folder.join("temporary"));
    Process::start(&mut command, log, |line| port_after(line, "Listening on 127.0.0.1:"))
}

/// MiniBrowser knows no headless mode, no profile folder and no download folder: it gets a display of its own, a home of its
/// own, and the download folder that desktops agree on (xdg-user-dirs). Its driver never says that it listens.
async fn start_webkit(folder: &Path, log: &Path, language: &str) -> Result<Driver> {
    let (display, number) = start_display(log)?;
    let home = folder.join("profile");
    let downloads = format!("XDG_DOWNLOAD_DIR=\"{}\"\n", folder.join("downloads").display());
    fs::write(home.join("user-dirs.dirs"), downloads)?;
    let port = free_port()?;
    let mut command = Command::new("WebKitWebDriver");
    command.arg(format!("--port={port}")).env("DISPLAY", format!(":{number}")).env("LANGUAGE", language);
    for name in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"] {
        command.env(name, &home);
    }
    command.env("TMPDIR", folder.join("temporary")).env_remove("WAYLAND_DISPLAY");
    let process = Process::spawn(&mut command, log)?;
    let listens = async || Ok(TcpStream::connect(("127.0.0.1", port)).is_ok().then_some(()));
    poll::until("WebKitWebDriver to listen", START, listens).await?;
    Ok(Driver { address: address(port), _process: process, _display: Some(display) })
}

/// A display in memory; it chooses its own number.
fn start_display(log: &Path) -> Result<(Process, u32)> {
    let mut command = Command::new("Xvfb");
    command.args(["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]);
    Process::start(&mut command, log, |line| line.trim().parse().ok())
}

fn port_after(line: &str, prefix: &str) -> Option<u16> {
    let (_, rest) = line.split_once(prefix)?;
    rest.trim_end_matches('.').trim().parse().ok()
}

/// What the driver has to be told about this browser.
pub(super) fn capabilities(kind: BrowserKind, folder: &Path, options: &BrowserOptions) -> Result<Map<String, Value>> {
    match kind {
        BrowserKind::Chromium => chromium_capabilities(folder, &options.language),
        BrowserKind::Firefox => firefox_capabilities(folder, options),
        BrowserKind::WebKitGtk => object(json!({ "browserName": "MiniBrowser" })),
    }
}

fn chromium_capabilities(folder: &Path, language: &str) -> Result<Map<String, Value>> {
    let mut args = shared_arguments("goog:chromeOptions")?;
    args.push(format!("--user-data-dir={}", folder.join("profile").display()));
    args.push(format!("--lang={language}"));
    args.push("--remote-debugging-pipe".to_owned());
    let prefs = json!({
        "download.default_directory": folder.join("downloads"),
        "download.prompt_for_download": false,
        "intl.accept_languages": language,
        "profile.default_content_setting_values.automatic_downloads": 1,
    });
    object(json!({ "browserName": "chrome", "goog:chromeOptions": { "args": args, "prefs": prefs } }))
}

fn firefox_capabilities(folder: &Path, options: &BrowserOptions) -> Result<Map<String, Value>> {
    let mut prefs = json!({
        "browser.download.folderList": 2,
        "browser.download.dir": folder.join("downloads"),
        "browser.download.alwaysOpenPanel": false,
        "browser.helperApps.neverAsk.saveToDisk": "application/zip",
        "intl.accept_languages": options.language,
        "datareporting.policy.dataSubmissionEnabled": false,
        "app.normandy.enabled": false,
        "network.captive-portal-service.enabled": false,
        "network.connectivity-service.enabled": false,
    });
    if let Some(StorageLimit { bytes, .. }) = &options.storage {
        prefs["dom.quotaManager.temporaryStorage.fixedLimit"] = json!(bytes / 1024);
    }
    let args = shared_arguments("moz:firefoxOptions")?;
    object(json!({ "browserName": "firefox", "moz:firefoxOptions": { "args": args, "prefs": prefs } }))
}

fn shared_arguments(options: &str) -> Result<Vec<String>> {
    let all: Value = serde_json::from_str(WEBDRIVER_JSON)?;
    let arguments = all.pointer(&format!("/{options}/args")).context("webdriver.json lists no arguments")?;
    Ok(serde_json::from_value(arguments.clone())?)
}

fn object(value: Value) -> Result<Map<String, Value>> {
    Ok(serde_json::from_value(value)?)
}
