//! A host most of whose API never answers as it should: the export ends, is partial, and says of what.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use carryall_end_to_end::archive::Archive;
use carryall_end_to_end::contents::{self, Layout, StreamStatement};
use carryall_end_to_end::journey::Journey;
use carryall_end_to_end::receipt;
use carryall_end_to_end::stack::{StackOptions, workspace};
use serde_json::{Value, json};

crate::in_every_browser! { misbehaving() =>
    every_way_to_misbehave_ends_in_a_partial_export_that_says_so,
}

/// Path and mode, the stream that reads it, and what `export.json` calls it.
const BAD: [(&str, &str, &str); 8] = [
    ("/users=html", "users", "page_not_json"),
    ("/flows=truncated", "flows", "page_not_json"),
    ("/phone-numbers=not-utf8", "phone-numbers", "page_not_utf8"),
    ("/voip-providers=missing", "voip-providers", "records_missing"),
    ("/schedules=not-array", "call-schedules", "records_not_array"),
    ("/billing/charges=500", "charges", "http_500"),
    ("/billing/transactions=reset", "balance-transactions", "connection_failed"),
    ("/notifications=huge", "notifications", "page_too_large"),
];

/// A record that cannot be searched for secrets spoils no page; it is left out and counted.
const DEEP: (&str, &str) = ("/campaigns=deep", "campaigns");

/// The streams whose answers are good, in the catalog's order.
const GOOD: [&str; 4] = ["account", "contacts", "calls", "call-transcripts"];

/// Most of its gibibyte that the host may get rid of. The worker refuses after 16 MiB; the browsers' own buffers between
/// socket and worker take tens of MiB more before the refusal reaches the host.
const HUGE_TAKEN: u64 = 256 << 20;

fn misbehaving() -> StackOptions {
    let misbehave = BAD.iter().map(|(misbehaviour, ..)| *misbehaviour).chain([DEEP.0]).map(str::to_owned).collect();
    StackOptions { misbehave, catalog: impatient().ok(), ..StackOptions::default() }
}

/// The catalog, but for a stream whose connection is always reset: 20 minutes is long for a test.
fn impatient() -> Result<Vec<u8>> {
    let mut catalog: Value = serde_json::from_slice(&std::fs::read(workspace().join("catalogs/talkif.json"))?)?;
    let categories = catalog["categories"].as_array_mut().context("the catalog has no categories")?;
    let streams = categories.iter_mut().filter_map(|category| category["streams"].as_array_mut()).flatten();
    for stream in streams.filter(|stream| stream["id"] == "balance-transactions") {
        stream["retry"] = json!({ "max_wait": 2, "patience": 6 });
    }
    Ok(serde_json::to_vec(&catalog)?)
}

async fn every_way_to_misbehave_ends_in_a_partial_export_that_says_so(journey: &mut Journey) -> Result<()> {
    journey.up_to_start(Layout::Files).await?;
    let archive = Archive::open(&journey.save().await?)?;
    let statement = contents::check_partial(&archive, &journey.stack.truth()?, &GOOD)?;
    receipt::check(&archive, journey.stack.counter())?;
    let name = archive.zip.to_string_lossy();
    ensure!(name.ends_with("-partial.zip"), "saved as {name}");
    let stated = |stream: &str| statement.streams.iter().find(|of| of.stream == stream).context("a stream is not stated");
    for (misbehaviour, stream, code) in BAD {
        let of = stated(stream)?;
        ensure!(of.errors.keys().eq([code]) && of.written == 0, "{misbehaviour}: export.json states {of:?}");
        let readme = archive.text("README.txt")?;
        ensure!(readme.contains(&format!("{stream}: could not be read to its end ({code})")), "{misbehaviour}:\n{readme}");
    }
    check_deep(journey, stated(DEEP.1)?)?;
    check_panel(journey).await?;
    check_huge(journey).await?;
    crate::picture(journey, "partial").await
}

/// One record more than there is, and none fewer.
fn check_deep(journey: &Journey, of: &StreamStatement) -> Result<()> {
    let records = journey.stack.truth()?.streams.get(DEEP.1).context("the host has no campaigns")?.records;
    ensure!(of.unreadable > 0 && of.written == records, "of {records} campaigns and a bad one export.json states {of:?}");
    Ok(())
}

async fn check_panel(journey: &Journey) -> Result<()> {
    let shown = journey.panel_text().await?;
    let (_, note) = shown.split_once("not everything was received (").context("the panel does not say that it is incomplete")?;
    let named: BTreeSet<&str> = note.split_once(')').map_or(note, |(named, _)| named).split(", ").collect();
    let expected = BTreeSet::from([
        "Users",
        "Flows",
        "Phone numbers",
        "VoIP providers",
        "Call schedules",
        "Campaigns",
        "Charges",
        "Balance transactions",
        "Notifications",
    ]);
    ensure!(named == expected, "the panel names {named:?}");
    Ok(())
}

/// The host says how much of its gibibyte it got rid of, once.
async fn check_huge(journey: &Journey) -> Result<()> {
    const OVER: &str = "a huge answer is over taken=";
    journey.wait_for_log(OVER, 1).await?;
    let logs = journey.stack.whole_logs()?;
    let taken: Vec<u64> = logs.split(OVER).skip(1).filter_map(|rest| rest.split(' ').next()?.parse().ok()).collect();
    let refused = matches!(taken.as_slice(), [taken] if (16 << 20..HUGE_TAKEN).contains(taken));
    ensure!(refused, "the host got rid of {taken:?} bytes");
    Ok(())
}
