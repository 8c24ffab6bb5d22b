//! The benchmark at its smallest: that it measures, and that what it writes has the shape that others read.

use std::time::Duration;

use anyhow::{Context, Result};
use carryall_end_to_end::bench::spine::{self, Spine};
use carryall_end_to_end::bench::wasm::WasmSize;
use carryall_end_to_end::bench::{Bench, Case, ceiling, peers};
use carryall_end_to_end::browser::{Browser, BrowserKind};
use carryall_end_to_end::contents::Layout;
use carryall_end_to_end::stack::Size;
use serde_json::Value;
use tokio::time::timeout;

/// How long a measurement may take, where a browser that hangs would let it wait for ever.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

async fn bench(kind: BrowserKind) -> Result<Bench> {
    let case = Case { size: Size::Small, page_records: 1000, data: "chat".to_owned(), layout: Layout::Document, latency: 0 };
    Bench::open(Browser::start(kind).await?, case).await
}

/// Every one of these members is a number, and more than nothing where it must be.
fn assert_numbers(of: &Value, positive: &[&str], any: &[&str]) {
    for name in positive {
        assert!(of[name].as_f64().is_some_and(|number| number > 0.0), "{name} in {of}");
    }
    for name in any {
        assert!(of[name].is_number(), "{name} in {of}");
    }
}

async fn measure_spine(kind: BrowserKind) -> Result<()> {
    let bench = bench(kind).await?;
    let (mut run, pages) = timeout(PATIENCE, spine::measure(&bench, 1)).await.context("the browser does not answer")??;
    let ceiling = ceiling::measure(&bench, &pages, 1.0, 1);
    run.ceiling = Some(timeout(PATIENCE, ceiling).await.context("the browser does not answer")??);
    let spine = serde_json::to_value(Spine { wasm: WasmSize::measure()?, runs: vec![run] })?;
    assert_numbers(&spine, &["wasm_gzip_bytes"], &[]);
    let run = &spine["runs"][0];
    let rates = ["page_records", "export_mb_s", "discard_mb_s", "ratio", "archive_bytes", "wasm_memory_mib"];
    assert_numbers(run, &rates, &["longest_task_ms"]);
    assert_numbers(&run["ceiling"], &["packing_ms_mb", "one_worker_mb_s", "two_workers_mb_s"], &[]);
    assert_eq!([&run["browser"], &run["size"], &run["data"]], [kind.name(), "small", "chat"]);
    Ok(())
}

#[tokio::test]
async fn the_spine_is_measured_in_chromium() -> Result<()> {
    measure_spine(BrowserKind::Chromium).await
}

#[tokio::test]
async fn the_spine_is_measured_in_firefox() -> Result<()> {
    measure_spine(BrowserKind::Firefox).await
}

#[tokio::test]
async fn every_library_is_measured_beside_carryall() -> Result<()> {
    let bench = bench(BrowserKind::Chromium).await?;
    let runs = timeout(PATIENCE, peers::measure(&bench, 1)).await.context("the browser does not answer")??;
    let peers = serde_json::to_value(peers::Peers { runs })?;
    let runs = peers["runs"].as_array().map(Vec::as_slice).unwrap_or_default();
    let names: Vec<&str> = runs.iter().filter_map(|run| run["name"].as_str()).collect();
    assert_eq!(names, ["carryall", "zip.js", "fflate-1", "fflate-6", "client-zip", "jszip"]);
    for run in runs {
        assert_numbers(run, &["page_records", "mb_s", "archive_bytes", "peak_mib"], &[]);
    }
    let stored = &runs[4]["archive_bytes"];
    assert!(stored.as_u64() > runs[0]["archive_bytes"].as_u64().map(|bytes| 3 * bytes), "client-zip does not compress");
    Ok(())
}
