//! carryall beside other zip libraries, on the same pages: a table for people, `peers.json` for programs.

use std::fmt;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::memory::MemoryWatch;
use super::spine::{mebibytes, median, rate};
use super::{Bench, Exported, IN_FLIGHT, Pages};

/// The other libraries, by the names that `bench/peers/worker.js` knows.
const PEERS: [&str; 5] = ["zip.js", "fflate-1", "fflate-6", "client-zip", "jszip"];

const MODULE: &str = "peers.js";

/// What the page tells of one packing.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Packed {
    millis: f64,
    archive_bytes: u64,
}

/// One library on one case: the medians of its rounds.
#[derive(Debug, Clone, Serialize)]
pub struct Run {
    /// Its name; of fflate with its level.
    pub name: &'static str,
    /// Records a page.
    pub page_records: u32,
    /// Megabytes of page bodies a second, from the start to the finished file.
    pub mb_s: f64,
    /// Bytes of the archive.
    pub archive_bytes: u64,
    /// Mebibytes that all processes of the browser grew by.
    pub peak_mib: f64,
    /// `chromium` or `firefox`.
    pub browser: &'static str,
    /// `small`, `medium` or `large`.
    pub size: &'static str,
    /// `chat` or `incompressible`.
    pub data: String,
    /// Rounds measured.
    pub rounds: usize,
}

/// Everything measured, as `peers.json` has it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Peers {
    /// One a library and case.
    pub runs: Vec<Run>,
}

/// Measures carryall, and then every other library on the pages that it asked for, by turns, as often as said; **each in a tab
/// of its own**, so that nobody inherits another's memory.
///
/// # Errors
///
/// Where one of them fails.
pub async fn measure(bench: &Bench, rounds: usize) -> Result<Vec<Run>> {
    let mut carryall = Vec::new();
    let mut peers = PEERS.map(|_| Vec::new());
    for _ in 0..rounds {
        let (round, pages) = export(bench).await?;
        carryall.push(round);
        for (name, rounds) in PEERS.iter().zip(&mut peers) {
            rounds.push(pack(bench, name, &pages).await?);
        }
    }
    let peers = PEERS.into_iter().zip(&peers).map(|(name, rounds)| sum_up(bench, name, rounds));
    Ok(std::iter::once(sum_up(bench, "carryall", &carryall)).chain(peers).collect())
}

/// One packing as it went.
struct Round {
    millis: f64,
    archive_bytes: u64,
    page_bytes: u64,
    peak_bytes: u64,
}

async fn export(bench: &Bench) -> Result<(Round, Pages)> {
    let tab = bench.open_tab().await?;
    let watch = MemoryWatch::begin();
    let (exported, pages) = bench.export().await?;
    let peak_bytes = watch.end();
    bench.close_tab(tab).await?;
    let Exported { millis, summary, .. } = exported;
    Ok((Round { millis, archive_bytes: summary.archive_bytes, page_bytes: pages.bytes, peak_bytes }, pages))
}

async fn pack(bench: &Bench, name: &str, pages: &Pages) -> Result<Round> {
    let tab = bench.open_tab().await?;
    let watch = MemoryWatch::begin();
    let body = format!("return bench.packOnce({}, {}, {})", json!(name), json!(pages.targets), IN_FLIGHT);
    let packed: Packed = serde_json::from_value(bench.run(MODULE, &body).await.with_context(|| name.to_owned())?)?;
    let peak_bytes = watch.end();
    bench.run(MODULE, "return bench.forgetPacked()").await?;
    bench.close_tab(tab).await?;
    Ok(Round { millis: packed.millis, archive_bytes: packed.archive_bytes, page_bytes: pages.bytes, peak_bytes })
}

fn sum_up(bench: &Bench, name: &'static str, rounds: &[Round]) -> Run {
    let of = |what: fn(&Round) -> f64| median(rounds.iter().map(what).collect());
    Run {
        name,
        page_records: bench.case().page_records,
        mb_s: of(|round| rate(round.page_bytes, round.millis)),
        archive_bytes: rounds.last().map_or(0, |round| round.archive_bytes),
        peak_mib: of(|round| mebibytes(round.peak_bytes)),
        browser: bench.browser_kind().name(),
        size: bench.case().size.word(),
        data: bench.case().data.clone(),
        rounds: rounds.len(),
    }
}

/// The head of the table.
pub const HEAD: &str = "browser  size   records/page data           name         MB/s archive MB peak MiB";

impl fmt::Display for Run {
    #[allow(clippy::cast_precision_loss, reason = "shown with one decimal")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { browser, size, page_records, data, name, mb_s, peak_mib, .. } = self;
        write!(f, "{browser:<8} {size:<6} {page_records:>12} {data:<14} {name:<10} {mb_s:>6.1} ")?;
        write!(f, "{:>10.1} {peak_mib:>8.0}", self.archive_bytes as f64 / 1e6)
    }
}
