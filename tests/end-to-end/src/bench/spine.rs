//! The runs of the spine: a table for people, `spine.json` for programs.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::ceiling::Ceiling;
use super::wasm::WasmSize;
use super::{Bench, Discarded, Exported, Pages};
use crate::browser::BrowserKind;

/// One case in one browser: the median of its rounds. A megabyte is 10^6 bytes of page bodies.
#[derive(Debug, Clone, Serialize)]
pub struct Run {
    /// `chromium` or `firefox`.
    pub browser: &'static str,
    /// `small`, `medium` or `large`.
    pub size: &'static str,
    /// Records a page.
    pub page_records: u32,
    /// `chat` or `incompressible`.
    pub data: String,
    /// `document` or `files`.
    pub layout: &'static str,
    /// Milliseconds that each answer of the host takes beside the work.
    pub latency_ms: u64,
    /// From the click to the finished file.
    pub export_mb_s: f64,
    /// The same pages thrown away.
    pub discard_mb_s: f64,
    /// The export's rate by the rate beside it, round by round.
    pub ratio: f64,
    /// Bytes of the archive.
    pub archive_bytes: u64,
    /// Bytes of the page bodies.
    pub page_bytes: u64,
    /// Answers of the API.
    pub pages: usize,
    /// The wasm memory's highest size in any round.
    pub wasm_memory_mib: f64,
    /// The page's longest task in any round; 0 where none was long.
    pub longest_task_ms: f64,
    /// Rounds measured.
    pub rounds: usize,
    /// Milliseconds of each phase that the panel showed, in the last round.
    pub phases_ms: BTreeMap<String, f64>,
    /// What each stage takes, where it was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<Split>,
    /// What an export could reach, where that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ceiling: Option<Ceiling>,
}

/// Milliseconds of CPU that each stage takes for a megabyte of page bodies, measured apart from the export, in the same browser.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Split {
    /// A page into records.
    pub slice: f64,
    /// A record into one without secrets.
    pub redact: f64,
    /// Records into deflated text.
    pub deflate: f64,
    /// CRC-32 and SHA-256 of the text.
    pub hash: f64,
    /// Deflated text into the private file system.
    pub write: f64,
    /// Deflated text read back.
    pub inflate: f64,
}

/// Everything measured, as `spine.json` has it.
#[derive(Debug, Clone, Serialize)]
pub struct Spine {
    /// What the module weighs.
    #[serde(flatten)]
    pub wasm: WasmSize,
    /// One a case and browser.
    pub runs: Vec<Run>,
}

/// Measures one case: the export and the discarding by turns, as often as said. Gives the pages of the last round too.
///
/// # Errors
///
/// Where either fails.
pub async fn measure(bench: &Bench, rounds: usize) -> anyhow::Result<(Run, Pages)> {
    let mut measured = Vec::new();
    for _ in 0..rounds {
        let (exported, pages) = bench.export().await?;
        let discarded = bench.discard(&pages, None).await?;
        measured.push(Round { exported, pages, discarded });
    }
    let run = sum_up(bench, &measured);
    Ok((run, measured.pop().map(|round| round.pages).unwrap_or_default()))
}

struct Round {
    exported: Exported,
    pages: Pages,
    discarded: Discarded,
}

fn sum_up(bench: &Bench, rounds: &[Round]) -> Run {
    let of = |what: fn(&Round) -> f64| rounds.iter().map(what).collect::<Vec<f64>>();
    let last = rounds.last();
    Run {
        browser: bench.browser_kind().name(),
        size: bench.case().size.word(),
        page_records: bench.case().page_records,
        data: bench.case().data.clone(),
        layout: bench.case().layout.name(),
        latency_ms: bench.case().latency,
        export_mb_s: median(of(|round| rate(round.pages.bytes, round.exported.millis))),
        discard_mb_s: median(of(|round| rate(round.discarded.bytes, round.discarded.millis))),
        ratio: median(of(|round| round.discarded.millis / round.exported.millis)),
        archive_bytes: last.map_or(0, |round| round.exported.summary.archive_bytes),
        page_bytes: last.map_or(0, |round| round.pages.bytes),
        pages: last.map_or(0, |round| round.pages.targets.len()),
        wasm_memory_mib: highest(of(|round| mebibytes(round.exported.summary.wasm_memory_bytes))),
        longest_task_ms: highest(of(|round| round.exported.longest_task_millis)),
        rounds: rounds.len(),
        phases_ms: last.map(|round| round.exported.phases.clone()).unwrap_or_default(),
        split: None,
        ceiling: None,
    }
}

/// Megabytes a second.
#[allow(clippy::cast_precision_loss, reason = "shown with one decimal")]
pub(super) fn rate(bytes: u64, millis: f64) -> f64 {
    bytes as f64 / 1000.0 / millis
}

#[allow(clippy::cast_precision_loss, reason = "shown with one decimal")]
pub(super) fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// The middle one; of an even number the mean of the middle two; 0 of none.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let upper = values.get(values.len() / 2).copied().unwrap_or_default();
    if values.len() % 2 == 1 {
        upper
    } else {
        (values.get((values.len() / 2).wrapping_sub(1)).copied().unwrap_or_default() + upper) / 2.0
    }
}

fn highest(values: Vec<f64>) -> f64 {
    values.into_iter().fold(0.0, f64::max)
}

/// The head of the table.
pub const HEAD: &str = "browser  size   records/page data           page MB  requests export MB/s discard MB/s ratio archive MB wasm MiB longest task ms";

impl fmt::Display for Run {
    #[allow(clippy::cast_precision_loss, reason = "shown with one decimal")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let megabytes = |bytes: u64| bytes as f64 / 1e6;
        let Self { browser, size, page_records, data, export_mb_s, discard_mb_s, ratio, pages, .. } = self;
        write!(f, "{browser:<8} {size:<6} {page_records:>12} {data:<14} {:>7.1} {pages:>9} ", megabytes(self.page_bytes))?;
        write!(f, "{export_mb_s:>11.1} {discard_mb_s:>12.1} {ratio:>5.2} {:>10.1} ", megabytes(self.archive_bytes))?;
        write!(f, "{:>8.1} {:>15.0}\n  ms a phase:", self.wasm_memory_mib, self.longest_task_ms)?;
        self.phases_ms.iter().try_for_each(|(phase, millis)| write!(f, " {phase} {millis:.0} "))
    }
}

impl fmt::Display for Split {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { slice, redact, deflate, hash, write, inflate } = self;
        write!(f, "  ms a MB: slice {slice:.2}  redact {redact:.2}  deflate {deflate:.2}  hash {hash:.2}  ")?;
        write!(f, "write {write:.2}  (inflate {inflate:.2})")
    }
}

/// How the longest task is told in this browser.
#[must_use]
pub const fn told_by(kind: BrowserKind) -> &'static str {
    match kind {
        BrowserKind::Chromium => "the browser's own long tasks",
        BrowserKind::Firefox | BrowserKind::WebKitGtk => "the lateness of a 4 ms timer, an upper bound",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_stands_in_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 9.0]).to_bits(), 3.0_f64.to_bits());
        assert_eq!(median(vec![4.0, 1.0, 2.0, 9.0]).to_bits(), 3.0_f64.to_bits());
        assert_eq!(median(Vec::new()).to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn a_rate_is_in_megabytes_a_second() {
        assert_eq!(rate(50_000_000, 500.0).to_bits(), 100.0_f64.to_bits());
    }
}
