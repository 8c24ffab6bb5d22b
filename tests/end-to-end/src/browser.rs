//! A browser that nobody sees, with an empty profile of its own, driven over WebDriver.
//!
//! **Dropping it ends it, whatever happened**: its session is closed, then its driver; and should the driver not answer
//! any more, geckodriver closes Firefox when it is told to end, Chromium hangs on a pipe that closes with its driver, and
//! WebKitGTK's on a display that ends after it. Everything they write lies in one folder that goes with them. Absent: a
//! browser downloaded by a tool; all are the system's.

mod driver;

use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::timeout;

use crate::caller::{Method, send};
use crate::poll;
use driver::Driver;

/// How long a picture may take.
const PICTURE: Duration = Duration::from_secs(10);

/// Which browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BrowserKind {
    /// Chromium, by chromedriver.
    Chromium,
    /// Firefox, by geckodriver.
    Firefox,
    /// WebKitGTK's MiniBrowser, by WebKitWebDriver. It has no private file system.
    #[value(name = "webkitgtk")]
    WebKitGtk,
}

impl BrowserKind {
    /// Its name in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKitGtk => "webkitgtk",
        }
    }
}

/// How a browser is set up.
#[derive(Debug, Clone)]
pub struct BrowserOptions {
    /// What its person reads (BCP 47).
    pub language: String,
    /// How much a site may store; the browser's own idea where absent.
    pub storage: Option<StorageLimit>,
}

/// How much a site may store.
#[derive(Debug, Clone)]
pub struct StorageLimit {
    /// The site. Firefox limits all of them together.
    pub origin: String,
    /// Bytes; Firefox takes whole kibibytes.
    pub bytes: u64,
}

impl Default for BrowserOptions {
    fn default() -> Self {
        Self { language: "en-US".to_owned(), storage: None }
    }
}

/// A running browser.
#[derive(Debug)]
pub struct Browser {
    /// Its WebDriver session.
    pub client: Client,
    kind: BrowserKind,
    session: String,
    _driver: Driver,
    folder: TempDir,
}

impl Browser {
    /// Starts one as a person has it.
    ///
    /// # Errors
    ///
    /// Where driver or browser does not start.
    pub async fn start(kind: BrowserKind) -> Result<Self> {
        Self::start_with(kind, &BrowserOptions::default()).await
    }

    /// Starts one that is set up like this.
    ///
    /// # Errors
    ///
    /// As [`Browser::start`]; where it cannot be set up like this.
    pub async fn start_with(kind: BrowserKind, options: &BrowserOptions) -> Result<Self> {
        let folder = TempDir::with_prefix("carryall-browser-")?;
        for name in ["downloads", "profile", "temporary"] {
            fs::create_dir(folder.path().join(name))?;
        }
        let driver = Driver::start(kind, folder.path(), &options.language).await?;
        let capabilities = driver::capabilities(kind, folder.path(), options)?;
        let client = ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(driver.address()).await;
        let client = client.with_context(|| format!("no session with {}", kind.name()))?;
        let session = client.session_id().await?.context("the driver gave no session")?;
        let session = format!("{}/session/{session}", driver.address());
        let browser = Self { client, kind, session, _driver: driver, folder };
        if let (BrowserKind::Chromium, Some(StorageLimit { origin, bytes })) = (kind, &options.storage) {
            browser.devtools("Storage.overrideQuotaForOrigin", &json!({ "origin": origin, "quotaSize": bytes }))?;
        }
        Ok(browser)
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
        let head: String = body.chars().take(400).collect();
        ensure!(answer.get("error").is_none(), "the script failed: {answer} in {head}");
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
    /// Where the browser gives no picture in time or the file cannot be written.
    pub async fn screenshot(&self, file: &Path) -> Result<()> {
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        // WebKitWebDriver never answers for a tab that was opened beside another.
        let picture = timeout(PICTURE, self.client.screenshot()).await.context("the browser gives no picture")?;
        Ok(fs::write(file, picture?)?)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = send(Method::DELETE, &self.session, &[], None);
    }
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}

/// The browsers reserve the name with an empty file, or write beside it, until all is there; WebKitGTK writes a large one piece by piece
/// under its name, so its last record (APPNOTE 4.3.16) is waited for.
fn is_finished(file: &Path) -> bool {
    let partial =
        file.extension().is_some_and(|extension| ["crdownload", "part", "wkdownload"].iter().any(|name| extension == *name));
    let hidden = file.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    !partial && !hidden && ends_as_a_zip(file).unwrap_or(false)
}

fn ends_as_a_zip(file: &Path) -> std::io::Result<bool> {
    let mut end = [0; 4];
    let mut file = fs::File::open(file)?;
    file.seek(SeekFrom::End(-22))?;
    file.read_exact(&mut end)?;
    Ok(end == *b"PK\x05\x06")
}
