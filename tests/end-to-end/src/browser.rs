//! A headless browser with an empty profile of its own, driven over WebDriver.
//!
//! **Dropping it ends it, whatever happened**: its session is closed, then its driver; and should the driver not answer
//! any more, geckodriver closes Firefox when it is told to end, and Chromium hangs on a pipe that closes with its driver.
//! Everything they write lies in one folder that goes with them. Absent: a browser downloaded by a tool; both are the system's.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::caller::{Method, send};
use crate::poll;
use crate::process::Process;

/// What the browser tests of the root package run with; these journeys run with the same.
const WEBDRIVER_JSON: &str = include_str!("../../../webdriver.json");

/// Which browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BrowserKind {
    /// Chromium, by chromedriver.
    Chromium,
    /// Firefox, by geckodriver.
    Firefox,
}

impl BrowserKind {
    /// Its name in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        }
    }
}

/// A running browser.
#[derive(Debug)]
pub struct Browser {
    /// Its WebDriver session.
    pub client: Client,
    kind: BrowserKind,
    session: String,
    _driver: Process,
    folder: TempDir,
}

impl Browser {
    /// Starts one.
    ///
    /// # Errors
    ///
    /// Where driver or browser does not start.
    pub async fn start(kind: BrowserKind) -> Result<Self> {
        Self::start_in_language(kind, "en-US").await
    }

    /// Starts one whose person reads this language (BCP 47).
    ///
    /// # Errors
    ///
    /// As [`Browser::start`].
    pub async fn start_in_language(kind: BrowserKind, language: &str) -> Result<Self> {
        let folder = TempDir::with_prefix("carryall-browser-")?;
        for name in ["downloads", "profile", "temporary"] {
            fs::create_dir(folder.path().join(name))?;
        }
        let (driver, port) = start_driver(kind, folder.path())?;
        let capabilities = match kind {
            BrowserKind::Chromium => chromium_capabilities(folder.path(), language)?,
            BrowserKind::Firefox => firefox_capabilities(folder.path(), language)?,
        };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await;
        let client = client.with_context(|| format!("no session with {}", kind.name()))?;
        let session = client.session_id().await?.context("the driver gave no session")?;
        let session = format!("http://127.0.0.1:{port}/session/{session}");
        Ok(Self { client, kind, session, _driver: driver, folder })
    }

    /// Which browser it is.
    #[must_use]
    pub const fn kind(&self) -> BrowserKind {
        self.kind
    }

    /// Where it saves downloads.
    #[must_use]
    pub fn downloads(&self) -> PathBuf {
        self.folder.path().join("downloads")
    }

    /// The one finished download, once there is one.
    ///
    /// # Errors
    ///
    /// Where none is finished in time, or where there are several.
    pub async fn downloaded(&self, patience: Duration) -> Result<PathBuf> {
        let files = poll::until("a finished download", patience, async || {
            let files = self.downloads_so_far()?;
            let finished = !files.is_empty() && files.iter().all(|file| is_finished(file));
            Ok(finished.then_some(files))
        })
        .await?;
        ensure!(files.len() == 1, "one download was expected: {files:?}");
        files.into_iter().next().context("no download")
    }

    /// Every file in the download folder, finished or not.
    ///
    /// # Errors
    ///
    /// Where the folder cannot be read.
    pub fn downloads_so_far(&self) -> Result<Vec<PathBuf>> {
        files_in(&self.downloads())
    }

    /// Empties the download folder.
    ///
    /// # Errors
    ///
    /// Where a file cannot be deleted.
    pub fn forget_downloads(&self) -> Result<()> {
        Ok(self.downloads_so_far()?.iter().try_for_each(fs::remove_file)?)
    }

    /// Runs a script in the page and gives its result.
    ///
    /// # Errors
    ///
    /// Where the script throws.
    pub async fn script(&self, script: &str) -> Result<Value> {
        self.client.execute(script, Vec::new()).await.with_context(|| format!("the script failed: {script}"))
    }

    /// Runs the body of an async function in the page and gives what it returns.
    ///
    /// # Errors
    ///
    /// Where the function throws.
    pub async fn async_script(&self, body: &str) -> Result<Value> {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             (async () => {{ {body} }})().then((value) => done({{ value: value ?? null }}), (error) => done({{ error: String(error) }}));"
        );
        let answer = self.client.execute_async(&script, Vec::new()).await?;
        ensure!(answer.get("error").is_none(), "the script failed: {answer} in {body}");
        Ok(answer.get("value").cloned().unwrap_or_default())
    }

    /// Gives Chromium a command of its DevTools protocol.
    ///
    /// # Errors
    ///
    /// Where it refuses, as every other browser does.
    pub fn devtools(&self, command: &str, parameters: &Value) -> Result<()> {
        let address = format!("{}/goog/cdp/execute", self.session);
        let (status, answer) = send(Method::POST, &address, &[], Some(&json!({ "cmd": command, "params": parameters })))?;
        ensure!(status == 200, "{command} is refused: {answer}");
        Ok(())
    }

    /// Saves what the browser shows.
    ///
    /// # Errors
    ///
    /// Where the browser gives no picture or the file cannot be written.
    pub async fn screenshot(&self, file: &Path) -> Result<()> {
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(fs::write(file, self.client.screenshot().await?)?)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = send(Method::DELETE, &self.session, &[], None);
    }
}

fn start_driver(kind: BrowserKind, folder: &Path) -> Result<(Process, u16)> {
    let log = folder.join("driver.log");
    match kind {
        BrowserKind::Chromium => {
            let mut command = Command::new("chromedriver");
            command.arg("--port=0").env("TMPDIR", folder.join("temporary"));
            Process::start(&mut command, &log, |line| port_after(line, "was started successfully on port "))
        }
        BrowserKind::Firefox => {
            let mut command = Command::new("geckodriver");
            command.args(["--port", "0", "--websocket-port", "0", "--profile-root"]).arg(folder.join("profile"));
            command.env("TMPDIR", folder.join("temporary"));
            Process::start(&mut command, &log, |line| port_after(line, "Listening on 127.0.0.1:"))
        }
    }
}

fn port_after(line: &str, prefix: &str) -> Option<u16> {
    let (_, rest) = line.split_once(prefix)?;
    rest.trim_end_matches('.').trim().parse().ok()
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

fn firefox_capabilities(folder: &Path, language: &str) -> Result<Map<String, Value>> {
    let prefs = json!({
        "browser.download.folderList": 2,
        "browser.download.dir": folder.join("downloads"),
        "browser.download.alwaysOpenPanel": false,
        "browser.helperApps.neverAsk.saveToDisk": "application/zip",
        "intl.accept_languages": language,
        "datareporting.policy.dataSubmissionEnabled": false,
        "app.normandy.enabled": false,
        "network.captive-portal-service.enabled": false,
        "network.connectivity-service.enabled": false,
    });
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

fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}

/// Both browsers reserve the name with an empty file, or write beside it, until all is there.
fn is_finished(file: &Path) -> bool {
    let partial = file.extension().is_some_and(|extension| extension == "crdownload" || extension == "part");
    let hidden = file.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    !partial && !hidden && fs::metadata(file).is_ok_and(|data| data.len() > 0)
}
