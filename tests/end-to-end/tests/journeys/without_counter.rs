//! A counter that goes when the archive is whole, and comes back when it is too late. On demand (`cargo xtask test --huge`): the
//! counter is waited for ten minutes.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use carryall_end_to_end::archive::{Archive, verify};
use carryall_end_to_end::browser::BrowserKind;
use carryall_end_to_end::contents::{self, Layout};
use carryall_end_to_end::journey::Journey;
use carryall_end_to_end::stack::{Size, StackOptions};
use serde_json::Value;

use crate::Setting;

/// More than the worker's.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

#[tokio::test]
#[ignore = "eleven minutes: cargo xtask test --huge"]
async fn an_archive_whose_counter_is_gone_is_kept_without_a_receipt_and_says_so() -> Result<()> {
    let options =
        StackOptions { size: Size::Medium, deletion: "none".to_owned(), lease_ttl: 30, heartbeat: 10, ..StackOptions::default() };
    let setting = Setting { patience: 2 * PATIENCE, ..Setting::from(options) };
    crate::walk(BrowserKind::Chromium, "without_counter", setting, without_counter).await
}

async fn without_counter(journey: &mut Journey) -> Result<()> {
    journey.up_to_start(Layout::Files).await?;
    journey.wait_until_something_is_kept().await?;
    journey.stack.stop_counter();
    journey.wait_for_phase("completing").await?;
    journey.wait_until_shown("Going on in").await?;
    crate::picture(journey, "counter-gone-while-completing").await?;
    let zip = journey.save_within(PATIENCE).await?;
    check_told(journey).await?;
    crate::picture(journey, "no-receipt").await?;
    let archive = Archive::open(&zip)?;
    contents::check(&archive, &journey.stack.truth()?, Layout::Files)?;
    let receipt: Value = serde_json::from_slice(archive.file("receipt.json")?)?;
    ensure!(receipt["statement"].is_null() && receipt["jws"].is_null(), "there is a receipt that nobody gave: {receipt}");
    ensure!(archive.text("README.txt")?.contains("THERE IS NO RECEIPT"), "README.txt does not say that there is none");
    let statement: Value = serde_json::from_slice(archive.file("export.json")?)?;
    ensure!(statement["complete"] == true, "{statement:#}");
    let said = verify(&zip, &[])?;
    ensure!(said.contains("no receipt"), "carryall verify says nothing of the receipt:\n{said}");
    // The counter knows nothing of the end; the archive is offered all the same.
    journey.stack.restart_counter()?;
    journey.open().await?;
    journey.wait_until("completed").await?;
    check_told(journey).await
}

async fn check_told(journey: &Journey) -> Result<()> {
    let shown = journey.panel_text().await?;
    ensure!(shown.contains("no receipt") && !shown.contains("receipt.json"), "the panel says otherwise:\n{shown}");
    let summary = journey.summary().await?.context("no summary")?;
    ensure!(summary.complete && !summary.receipt, "{summary:?}");
    Ok(())
}
