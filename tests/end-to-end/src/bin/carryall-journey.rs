//! One whole export in a real browser; the sample served for a look by hand; pictures of the panel.
#![allow(clippy::print_stdout, reason = "a command speaks to the person who called it")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use carryall_end_to_end::archive::Archive;
use carryall_end_to_end::browser::{Browser, BrowserKind};
use carryall_end_to_end::caller::PASSWORD;
use carryall_end_to_end::contents::{self, Layout, Statement};
use carryall_end_to_end::journey::{Journey, Summary};
use carryall_end_to_end::stack::{Size, Stack, StackOptions, target};
use carryall_end_to_end::{receipt, screenshots};
use clap::{Args, Parser};
use tokio::signal::unix::{SignalKind, signal};

/// A person's way through an export.
#[derive(Parser)]
enum Command {
    /// Exports the sample account in a real browser and checks the archive.
    Export(Export),
    /// Serves the sample until Ctrl-C.
    Serve(Sample),
    /// Saves pictures of the panel's states.
    Screenshots,
}

#[derive(Args)]
struct Sample {
    /// Which sample host.
    #[arg(long, default_value = "talkif")]
    system: String,
    /// How much the sample account holds.
    #[arg(long, value_enum, default_value_t)]
    size: Size,
    /// Whether Fluxer's search is there: `on` or `off`.
    #[arg(long, default_value = "on")]
    search: String,
}

#[derive(Args)]
struct Export {
    #[command(flatten)]
    sample: Sample,
    /// Which browser.
    #[arg(long, value_enum, default_value = "chromium")]
    browser: BrowserKind,
    /// How the records lie in the archive; as the system's catalog says where absent.
    #[arg(long, value_enum)]
    layout: Option<Layout>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let command = Command::parse();
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        ended = run(command) => ended,
        _ = tokio::signal::ctrl_c() => bail!("interrupted"),
        _ = terminated.recv() => bail!("told to stop"),
    }
}

async fn run(command: Command) -> Result<()> {
    match command {
        Command::Export(options) => export(options).await,
        Command::Serve(sample) => serve(sample).await,
        Command::Screenshots => {
            let folder = target()?.join("screenshots");
            screenshots::take(&folder).await?;
            println!("the panel's states are in {}", folder.display());
            Ok(())
        }
    }
}

async fn export(Export { sample, browser, layout }: Export) -> Result<()> {
    let folder = target()?.join("export").join(&sample.system);
    // What an earlier run left must not pass for this one's.
    let _ = fs::remove_dir_all(&folder);
    let stack = stack(sample)?;
    let layout = layout.unwrap_or(stack.layout());
    let mut journey = Journey::new(stack, Browser::start(browser).await?);
    let exported = take(&mut journey, layout, &folder).await;
    let told = if exported.is_err() { journey.stack.logs() } else { String::new() };
    exported.with_context(|| told)
}

async fn take(journey: &mut Journey, layout: Layout, folder: &Path) -> Result<()> {
    journey.up_to_start(layout).await?;
    let started = Instant::now();
    let saved = journey.save().await?;
    let elapsed = started.elapsed();
    let zip = keep(&saved, folder)?;
    let archive = Archive::open(&zip)?;
    let statement = contents::check(&archive, &journey.stack.truth()?, layout)?;
    receipt::check(&archive, journey.stack.counter())?;
    tell(&archive, &statement, journey.summary().await?.as_ref(), elapsed);
    Ok(())
}

/// Copies the saved archive into its folder.
fn keep(saved: &Path, folder: &Path) -> Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let zip = folder.join(saved.file_name().context("the download has no name")?);
    fs::copy(saved, &zip)?;
    Ok(zip)
}

fn tell(archive: &Archive, statement: &Statement, summary: Option<&Summary>, elapsed: Duration) {
    println!("\n{:<22} {:<22} {:>9} {:>9}  status", "category", "stream", "received", "packed");
    for of in &statement.streams {
        println!("{:<22} {:<22} {:>9} {:>9}  {}", of.category, of.stream, of.received, of.written, of.status);
    }
    let records: u64 = statement.streams.iter().map(|of| of.written).sum();
    println!("\nrecords      {records}");
    println!("bytes        {}", archive.bytes);
    println!("seconds      {:.1} from click to saved file", elapsed.as_secs_f64());
    if let Some(summary) = summary {
        println!("of which     {:.1} in the worker", seconds(summary.elapsed_millis));
        println!("wasm memory  {:.1} MiB", mebibytes(summary.wasm_memory_bytes));
    }
    println!("verified by  unzip, 7z, bsdtar (file and pipe), python, java; records, manifests, statement, receipt");
    println!("archive      {}", archive.zip.display());
}

#[allow(clippy::cast_precision_loss, reason = "shown with one decimal")]
fn seconds(millis: u64) -> f64 {
    millis as f64 / 1000.0
}

#[allow(clippy::cast_precision_loss, reason = "shown with one decimal")]
fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

async fn serve(sample: Sample) -> Result<()> {
    let stack = stack(sample)?;
    println!("the host     {}/", stack.host());
    println!("the counter  {}", stack.counter());
    println!("sign in as   {} / {PASSWORD}", stack.person());
    println!("mail lands   {}", stack.mail_folder().display());
    println!("Ctrl-C ends both.");
    std::future::pending().await
}

fn stack(Sample { system, size, search }: Sample) -> Result<Stack> {
    Stack::start(StackOptions { system, size, search, ..StackOptions::default() })
}
