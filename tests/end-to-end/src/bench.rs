//! The export measured in a real browser, beside the same worker pages thrown away.
//!
//! **Both in the same tab, one after the other, several times**: what a machine does meanwhile strikes both. The pages to throw
//! away are those that the host says the export asked for.
//!
//! | module | what |
//! |---|---|
//! | [`spine`] | the export and the discarding: a table, and `spine.json` |
//! | [`ceiling`] | what an export could reach at most whose packing took so long |
//! | [`peers`] | other zip libraries on the same pages: a table, and `peers.json` |
//! | [`memory`] | how much memory the browser takes meanwhile |
//! | [`wasm`] | what the module weighs |

pub mod ceiling;
pub mod memory;
pub mod peers;
pub mod spine;
pub mod wasm;

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use fantoccini::wd::{TimeoutConfiguration, WindowHandle};
use serde::Deserialize;
use serde_json::{Value, json};

use self::ceiling::Work;
use self::spine::Split;
use crate::browser::{Browser, BrowserKind};
use crate::contents::Layout;
use crate::journey::{Journey, Summary};
use crate::stack::{Size, Stack, StackOptions, workspace};

/// Requests that the export has in flight.
const IN_FLIGHT: u8 = carryall_core::limits::CONCURRENCY;

const SPINE: &str = "spine.js";

/// How long one measurement of an account of this size may take.
const fn patience(size: Size) -> Duration {
    Duration::from_secs(if matches!(size, Size::Small) { 180 } else { 3600 })
}

/// What is measured.
#[derive(Debug, Clone)]
pub struct Case {
    /// How much the account holds.
    pub size: Size,
    /// Records a page.
    pub page_records: u32,
    /// `chat` or `incompressible`.
    pub data: String,
    /// How the records lie in the archive.
    pub layout: Layout,
    /// Milliseconds that each answer takes beside the work.
    pub latency: u64,
}

/// What the page tells of one export.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Exported {
    /// From the click to the finished file.
    pub millis: f64,
    /// Milliseconds of each phase that the panel showed.
    pub phases: BTreeMap<String, f64>,
    /// The page's longest task; 0 where none was long.
    pub longest_task_millis: f64,
    /// What the exporter says.
    pub summary: Summary,
}

/// What the page tells of one discarding.
#[derive(Debug, Clone, Deserialize)]
pub struct Discarded {
    /// From the worker's creation to its end.
    pub millis: f64,
    /// Bytes of all bodies.
    pub bytes: u64,
}

/// The pages one export asked for.
#[derive(Debug, Clone, Default)]
pub struct Pages {
    /// Paths with their queries.
    pub targets: Vec<String>,
    /// Bytes of all bodies.
    pub bytes: u64,
}

/// A signed-in tab, and the stack behind it.
#[derive(Debug)]
pub struct Bench {
    journey: Journey,
    case: Case,
}

impl Bench {
    /// Starts a stack for this case and signs in with the browser given.
    ///
    /// # Errors
    ///
    /// Where the panel does not come.
    pub async fn open(browser: Browser, case: Case) -> Result<Self> {
        let patience = patience(case.size);
        let patience = TimeoutConfiguration::new(Some(patience), Some(patience), None);
        browser.client.update_timeouts(patience).await?;
        let journey = Journey::new(Stack::start(options(&case)?)?, browser);
        journey.sign_in().await?;
        Ok(Self { journey, case })
    }

    /// What is measured.
    #[must_use]
    pub const fn case(&self) -> &Case {
        &self.case
    }

    /// Which browser it is measured in.
    #[must_use]
    pub const fn browser_kind(&self) -> BrowserKind {
        self.journey.browser.kind()
    }

    /// Gives the browser back; the stack ends.
    #[must_use]
    pub fn close(self) -> Browser {
        self.journey.browser
    }

    /// Exports everything, as the panel does, and tells which pages that took.
    ///
    /// # Errors
    ///
    /// Where the export does not end whole.
    pub async fn export(&self) -> Result<(Exported, Pages)> {
        let log = self.journey.stack.access_log();
        fs::write(&log, "")?;
        let body = format!("return bench.exportOnce({})", json!(self.case.layout.name()));
        let exported: Exported = serde_json::from_value(self.run(SPINE, &body).await?)?;
        ensure!(exported.summary.complete, "the export is not complete");
        let pages = pages_of(&fs::read_to_string(&log)?)?;
        self.run(SPINE, "return bench.forget()").await?;
        Ok((exported, pages))
    }

    /// Fetches these pages and throws them away, after some work or without any.
    ///
    /// # Errors
    ///
    /// Where a page does not come, or is not the one it was.
    pub async fn discard(&self, pages: &Pages, work: Option<Work>) -> Result<Discarded> {
        let body = format!("return bench.discardOnce({}, {}, {})", json!(pages.targets), IN_FLIGHT, json!(work));
        let discarded: Discarded = serde_json::from_value(self.run(SPINE, &body).await?)?;
        ensure!(discarded.bytes == pages.bytes, "{} bytes were thrown away, {} exported", discarded.bytes, pages.bytes);
        Ok(discarded)
    }

    /// Takes the stages of the export apart, on some of these pages.
    ///
    /// # Errors
    ///
    /// Where a stage fails, or `bench/split` is not built.
    pub async fn split(&self, pages: &Pages) -> Result<Split> {
        let catalog = format!("/carryall/catalogs/{}.json", self.journey.stack.options().system);
        let body = format!("return bench.splitOnce({}, {})", json!(catalog), json!(pages.targets));
        Ok(serde_json::from_value(self.run(SPINE, &body).await?)?)
    }

    /// Opens the settings page in a new tab, where the person is still signed in; gives the tab that was there.
    async fn open_tab(&self) -> Result<WindowHandle> {
        let before = self.journey.browser.client.window().await?;
        self.journey.open_tab(&format!("{}/", self.journey.stack.host())).await?;
        self.journey.wait_for_panel().await?;
        Ok(before)
    }

    /// Closes the tab, and goes back to the one before.
    async fn close_tab(&self, before: WindowHandle) -> Result<()> {
        self.journey.browser.client.close_window().await?;
        Ok(self.journey.browser.client.switch_to_window(before).await?)
    }

    /// Runs the body of an async function to which everything that a module of `bench/` exports is known.
    async fn run(&self, module: &str, body: &str) -> Result<Value> {
        let script = format!("const bench = await import('/carryall/bench/{module}'); {body}");
        let answer = self.journey.browser.async_script(&script).await;
        let Err(error) = answer else { return answer };
        let shown = self.journey.panel_text().await.unwrap_or_else(|error| error.to_string());
        Err(error.context(format!("the panel shows: {shown}\n{}", self.journey.stack.logs())))
    }
}

/// Nothing but the work: no faults, no confirmation, no cooldown, no session that runs out.
fn options(case: &Case) -> Result<StackOptions> {
    let policy = "confirmation = \"none\"\ncooldown_seconds = 0\navailable_blocks = false\nrequests_per_day = 1000000";
    Ok(StackOptions {
        size: case.size,
        texts: case.data.clone(),
        page_records: case.page_records,
        faults: false,
        deletion: "none".to_owned(),
        session_ttl: 24 * 3600,
        policy: policy.to_owned(),
        catalog: Some(catalog(case.page_records)?),
        latency: case.latency,
        ..StackOptions::default()
    })
}

/// The system's catalog with pages of so many records, and without what comes one record an answer: that would measure how many
/// requests a browser makes, half of which are refused and have no page to throw away.
fn catalog(page_records: u32) -> Result<Vec<u8>> {
    let file = workspace().join("catalogs/talkif.json");
    let mut catalog: Value = serde_json::from_slice(&fs::read(&file)?).with_context(|| file.display().to_string())?;
    let categories = catalog["categories"].as_array_mut().context("a catalog has categories")?;
    for category in &mut *categories {
        let streams = category["streams"].as_array_mut().context("a category has streams")?;
        streams.retain(|stream| stream.get("for_each").is_none() || stream["records"].get("single").is_none());
        for stream in streams {
            if let Some(size) = stream.pointer_mut("/paginator/page_size") {
                *size = json!(page_records);
            }
        }
    }
    categories.retain(|category| category["streams"] != json!([]));
    Ok(serde_json::to_vec(&catalog)?)
}

/// The good answers in the host's access log, but for those to the counter.
fn pages_of(log: &str) -> Result<Pages> {
    let mut pages = Pages::default();
    for line in log.lines() {
        let mut words = line.splitn(3, ' ');
        let (Some(status), Some(bytes), Some(target)) = (words.next(), words.next(), words.next()) else { continue };
        if status != "200" || target.ends_with("/me") {
            continue;
        }
        pages.bytes += bytes.parse::<u64>().with_context(|| line.to_owned())?;
        pages.targets.push(target.to_owned());
    }
    ensure!(!pages.targets.is_empty(), "the host was asked for no page");
    Ok(pages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_the_good_answers_that_a_person_asked_for() {
        let log = "200 50 /api/v1/me\n200 100 /api/v1/users?limit=1&offset=0\n403 7 /api/v1/calls/1/transcript\n200 11 /api/v1/account\n";
        let pages = pages_of(log).unwrap();
        assert_eq!((pages.bytes, pages.targets.len()), (111, 2));
        assert_eq!(pages.targets[0], "/api/v1/users?limit=1&offset=0");
        assert!(pages_of("200 50 /api/v1/me\n").is_err());
    }
}
