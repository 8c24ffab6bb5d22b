//! Gigabytes: records, media, and one file beyond 4 GiB, streamed by the host, in Chromium. On demand (`cargo xtask test --huge`): it takes a
//! quarter of an hour and 25 GB of disk.
#![allow(clippy::print_stdout, reason = "what was measured is told")]

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use carryall_end_to_end::archive::readers_of_gigabytes;
use carryall_end_to_end::browser::BrowserKind;
use carryall_end_to_end::contents::Layout;
use carryall_end_to_end::journey::Journey;
use carryall_end_to_end::media;
use carryall_end_to_end::stack::{Size, StackOptions, workspace};
use serde_json::Value;

use crate::Setting;

/// Bytes of wasm memory (DESIGN section 9).
const LAW: u64 = 96 << 20;

const GIB: u64 = 1 << 30;

/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(60 * 60);

#[tokio::test]
#[ignore = "a quarter of an hour and 25 GB of disk: cargo xtask test --huge"]
async fn gigabytes_of_media_and_records_are_exported_within_the_memory_law_and_verify() -> Result<()> {
    let options = StackOptions {
        system: "fluxer".to_owned(),
        size: Size::Huge,
        texts: "incompressible".to_owned(),
        media_bytes: u64::MAX,
        faults: false,
        catalog: Some(without_rates()?),
        limit_window: Some(1),
        ..StackOptions::default()
    };
    let setting = Setting { patience: 2 * PATIENCE, ..Setting::from(options) };
    crate::walk(BrowserKind::Chromium, "gigabytes", setting, gigabytes).await
}

async fn gigabytes(journey: &mut Journey) -> Result<()> {
    journey.sign_in().await?;
    journey.choose_media("files").await?;
    journey.request_and_start(Layout::Files).await?;
    let zip = journey.save_within(PATIENCE).await?;
    let summary = journey.summary().await?.context("no summary")?;
    let length = std::fs::metadata(&zip)?.len();
    println!("{length} bytes, {} s, {} bytes of wasm memory", summary.elapsed_millis / 1000, summary.wasm_memory_bytes);
    ensure!(length > 5 * GIB, "only {length} bytes");
    ensure!(summary.wasm_memory_bytes <= LAW, "{} bytes of wasm memory", summary.wasm_memory_bytes);
    readers_of_gigabytes(&zip)?;
    check_media(&zip, journey)
}

/// The files are those of the host; that they are what the index says was verified.
fn check_media(zip: &Path, journey: &Journey) -> Result<()> {
    let entry = |name: &str| -> Result<Vec<u8>> { Ok(Command::new("unzip").arg("-p").arg(zip).arg(name).output()?.stdout) };
    let statement: Value = serde_json::from_slice(&entry("export.json")?)?;
    let found = media::listed(&statement, entry)?;
    let truth = journey.stack.truth()?.media;
    for (stream, files) in truth.iter().filter(|(_, files)| files.files > 0) {
        ensure!(
            found.get(stream) == Some(files),
            "media of {stream}: the host has {files:?}, the archive {:?}",
            found.get(stream)
        );
    }
    Ok(())
}

/// The catalog without its limits: a host that streams gigabytes for a test has none.
fn without_rates() -> Result<Vec<u8>> {
    let mut catalog: Value = serde_json::from_slice(&std::fs::read(workspace().join("catalogs/fluxer.json"))?)?;
    let categories = catalog["categories"].as_array_mut().context("no categories")?;
    for stream in categories.iter_mut().filter_map(|category| category["streams"].as_array_mut()).flatten() {
        stream.as_object_mut().context("a stream is no object")?.remove("rate");
    }
    Ok(catalog.to_string().into_bytes())
}
