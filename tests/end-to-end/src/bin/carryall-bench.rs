//! Measures exports in real browsers, and writes what it found into `target/bench/`.
#![allow(clippy::print_stdout, reason = "a command speaks to the person who called it")]

use std::fs;

use anyhow::{Context, Result, bail, ensure};
use carryall_end_to_end::bench::ceiling;
use carryall_end_to_end::bench::peers::{self, Peers};
use carryall_end_to_end::bench::spine::{self, Spine};
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
    /// Measure other zip libraries on the same pages; of what is absent below: Chromium, medium, chat.
    #[arg(long)]
    peers: bool,
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
    /// Milliseconds that each answer of the host takes beside the work, as it would from a database far away.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0)]
    latency: u64,
    /// Measure too what an export could reach at most whose packing took so many milliseconds a megabyte, in one worker and in two.
    #[arg(long, value_name = "MILLISECONDS")]
    ceiling: Option<f64>,
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
    ensure!(!options.browser.contains(&BrowserKind::WebKitGtk), "WebKitGTK keeps no files: measure in Chromium or Firefox");
    if options.peers { measure_peers(&options).await } else { measure_spine(&options).await }
}

async fn measure_spine(options: &Options) -> Result<()> {
    let mut spine = Spine { wasm: WasmSize::measure()?, runs: Vec::new() };
    println!("wasm: {} bytes, {} after gzip -9\n\n{}", spine.wasm.wasm_bytes, spine.wasm.wasm_gzip_bytes, spine::HEAD);
    for kind in or(&options.browser, &[BrowserKind::Chromium, BrowserKind::Firefox]) {
        let mut browser = Browser::start(kind).await?;
        for case in cases(options, &[Size::Medium, Size::Large], &["chat", "incompressible"]) {
            let rounds = rounds(options, &case);
            let bench = Bench::open(browser, case).await?;
            let (mut run, pages) = spine::measure(&bench, rounds).await?;
            let split = bench.split(&pages).await?;
            run.split = Some(split);
            println!("{run}\n{split}");
            if let Some(millis) = options.ceiling {
                let ceiling = ceiling::measure(&bench, &pages, millis, rounds).await?;
                run.ceiling = Some(ceiling);
                println!("{ceiling}");
            }
            spine.runs.push(run);
            browser = bench.close();
        }
        println!("longest task in {}: {}", kind.name(), spine::told_by(kind));
    }
    write("spine.json", &spine)
}

async fn measure_peers(options: &Options) -> Result<()> {
    let mut peers = Peers::default();
    println!("client-zip stores and does not compress; peak: what all processes of the browser grew by\n\n{}", peers::HEAD);
    for kind in or(&options.browser, &[BrowserKind::Chromium]) {
        let mut browser = Browser::start(kind).await?;
        for case in cases(options, &[Size::Medium], &["chat"]) {
            let rounds = rounds(options, &case);
            let bench = Bench::open(browser, case).await?;
            let runs = peers::measure(&bench, rounds).await?;
            runs.iter().for_each(|run| println!("{run}"));
            peers.runs.extend(runs);
            browser = bench.close();
        }
    }
    write("peers.json", &peers)
}

fn cases(options: &Options, sizes: &[Size], data: &[&str]) -> Vec<Case> {
    let data: Vec<String> = data.iter().map(|name| (*name).to_owned()).collect();
    let mut cases = Vec::new();
    for size in or(&options.size, sizes) {
        for data in or(&options.data, &data) {
            for page_records in or(&options.page_records, &[100, 1000]) {
                cases.push(Case { size, page_records, data: data.clone(), layout: options.layout, latency: options.latency });
            }
        }
    }
    cases
}

/// A large account takes long enough to be measured once.
fn rounds(options: &Options, case: &Case) -> usize {
    options.rounds.unwrap_or(if case.size == Size::Large { 1 } else { 3 })
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
