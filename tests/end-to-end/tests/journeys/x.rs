//! X: side-loaded objects, partial results, ceilings, and limits that are met and waited out.

use std::fs;

use anyhow::{Context, Result, ensure};
use carryall_end_to_end::archive::Archive;
use carryall_end_to_end::contents;
use carryall_end_to_end::journey::Journey;
use carryall_end_to_end::stack::StackOptions;
use carryall_end_to_end::{receipt, x_reader};
use serde_json::Value;

crate::in_both_browsers! {
    x(&[]) => everything_of_x_arrives_once_after_its_limits_were_waited_out;
    x(&["/users/{id}/liked_tweets=repeat-token"]) => a_token_that_repeats_for_ever_ends_in_a_report
}

fn x(misbehave: &[&str]) -> StackOptions {
    let misbehave = misbehave.iter().map(|misbehaviour| (*misbehaviour).to_owned()).collect();
    StackOptions { system: "x".to_owned(), misbehave, ..StackOptions::default() }
}

/// Streams beside whose records the host names what is gone.
const INCOMPLETE: [&str; 2] = ["tweets", "likes"];

async fn everything_of_x_arrives_once_after_its_limits_were_waited_out(journey: &mut Journey) -> Result<()> {
    let layout = journey.stack.layout();
    journey.up_to_start(layout).await?;
    let archive = Archive::open(&journey.save().await?)?;
    let truth = journey.stack.truth()?;
    let statement = contents::check(&archive, &truth, layout)?;
    receipt::check(&archive, journey.stack.counter())?;
    x_reader::check(&archive, &truth)?;
    let partial: Vec<_> = statement.streams.iter().filter(|of| of.status != "complete").map(|of| of.stream.as_str()).collect();
    ensure!(INCOMPLETE.iter().all(|stream| partial.contains(stream)), "export.json calls partial: {partial:?}");
    for stream in INCOMPLETE {
        let stated = stated(&archive, stream)?;
        let gone = (stated["partial_results"].as_u64(), stated["includes_missing"].as_u64());
        ensure!(matches!(gone, (Some(1..), Some(1..))), "{stream}: export.json does not tell what is gone: {stated}");
    }
    check_limits(journey, &archive)
}

/// The smallest windows are used up when the export begins: each stream below them is refused, and waits.
fn check_limits(journey: &Journey, archive: &Archive) -> Result<()> {
    let log = fs::read_to_string(journey.stack.access_log())?;
    for (path, stream) in [("followers", "followers"), ("blocking", "blocks")] {
        let of_path = || log.lines().filter(|line| line.contains(&format!("/{path}?")));
        let refused = of_path().filter(|line| line.starts_with("429 ")).count();
        ensure!((1..4).contains(&refused), "{path} was refused {refused} times:\n{log}");
        let waited = stated(archive, stream)?["waited_seconds"].as_u64();
        ensure!(waited.is_some_and(|seconds| seconds > 0), "{stream}: export.json tells of no wait: {waited:?}");
    }
    Ok(())
}

async fn a_token_that_repeats_for_ever_ends_in_a_report(journey: &mut Journey) -> Result<()> {
    let layout = journey.stack.layout();
    journey.up_to_start(layout).await?;
    let archive = Archive::open(&journey.save().await?)?;
    let likes = stated(&archive, "likes")?;
    ensure!(likes["status"] == "partial" && likes["stops"]["repeated_token"] == 1, "export.json states {likes}");
    ensure!(likes["written"] == 200, "of the first two pages {} records are there", likes["written"]);
    let readme = archive.text("README.txt")?;
    ensure!(readme.starts_with("THIS EXPORT IS INCOMPLETE"), "README.txt does not begin with what matters:\n{readme}");
    Ok(())
}

/// What `export.json` says of one stream.
fn stated(archive: &Archive, stream: &str) -> Result<Value> {
    let statement: Value = serde_json::from_slice(archive.file("export.json")?)?;
    let found = statement["streams"].as_array().and_then(|streams| streams.iter().find(|of| of["stream"] == stream)).cloned();
    found.with_context(|| format!("export.json does not speak of {stream}"))
}
