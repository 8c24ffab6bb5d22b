//! Measures exports in real browsers, and writes what it found into `target/bench/`.
#![allow(clippy::print_stdout, reason = "a command speaks to the person who called it")]

use std::fs;

use anyhow::{Context, Result, bail, ensure};
use carryall_end_to_end::bench::spine::{self, HEAD, Spine};
use carryall_end_to_end::bench::wasm::WasmSize;
use carryall_end_to_end::bench::{Bench, Case};
use carryall_end_to_end::browser::{Browser, BrowserKind};
use carryall_end_to_end::contents::Layout;
use carryall_end_to_end::stack::{Size, target};
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

/// Measures the export against the same pages thrown away; everything there is unless told less.
#[derive(Parser)]
struct Options {
    /// Which browser; both where absent.
    #[arg(long, value_enum)]
    browser: Vec<BrowserKind>,
    /// How much the sample account holds; medium and large where absent.
    #[arg(long, value_enum)]
    size: Vec<Size>,
    /// Records a page; 100 and 1000 where absent.
    #[arg(long, value_name = "N")]
    page_records: Vec<u32>,
    /// What the texts are like, `chat` or `incompressible`; both where absent.
    #[arg(long, value_parser = ["chat", "incompressible"])]
    data: Vec<String>,
    /// How the records lie in the archive.
    #[arg(long, value_enum, default_value_t)]
    layout: Layout,
    /// Rounds of each case; of those of a large account 1, of others 3 where absent.
    #[arg(long, value_name = "N")]
    rounds: Option<usize>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        ended = run(options) => ended,
        _ = tokio::signal::ctrl_c() => bail!("interrupted"),
        _ = terminated.recv() => bail!("told to stop"),
    }
}

async fn run(options: Options) -> Result<()> {
    let mut spine = Spine { wasm: WasmSize::measure()?, runs: Vec::new() };
    println!("wasm: {} bytes, {} after gzip -9\n\n{HEAD}", spine.wasm.wasm_bytes, spine.wasm.wasm_gzip_bytes);
    for kind in or(&options.browser, &[BrowserKind::Chromium, BrowserKind::Firefox]) {
        ensure!(kind != BrowserKind::WebKitGtk, "WebKitGTK has no private file system: measure in Chromium or Firefox");
        let mut browser = Browser::start(kind).await?;
        for case in cases(&options) {
            let rounds = options.rounds.unwrap_or(if case.size == Size::Large { 1 } else { 3 });
            let bench = Bench::open(browser, case).await?;
            let run = spine::measure(&bench, rounds).await?;
            println!("{run}");
            spine.runs.push(run);
            browser = bench.close();
        }
        println!("longest task in {}: {}", kind.name(), spine::told_by(kind));
    }
    write("spine.json", &spine)
}

fn cases(options: &Options) -> Vec<Case> {
    let mut cases = Vec::new();
    for size in or(&options.size, &[Size::Medium, Size::Large]) {
        for data in or(&options.data, &["chat".to_owned(), "incompressible".to_owned()]) {
            for page_records in or(&options.page_records, &[100, 1000]) {
                cases.push(Case { size, page_records, data: data.clone(), layout: options.layout });
            }
        }
    }
    cases
}

/// What was asked for, or everything.
fn or<T: Clone>(asked: &[T], all: &[T]) -> Vec<T> {
    if asked.is_empty() { all.to_vec() } else { asked.to_vec() }
}

fn write(name: &str, value: &impl serde::Serialize) -> Result<()> {
    let folder = target()?.join("bench");
    fs::create_dir_all(&folder)?;
    let file = folder.join(name);
    fs::write(&file, serde_json::to_string_pretty(value)?).with_context(|| file.display().to_string())?;
    println!("\n{}", file.display());
    Ok(())
}
