//! A browser that gives no more space, in its own way: Chromium throws, Firefox writes nothing and does not say so.

use anyhow::{Result, ensure};
use carryall_end_to_end::archive::Archive;
use carryall_end_to_end::caller::Caller;
use carryall_end_to_end::contents::{self, Layout};
use carryall_end_to_end::journey::Journey;
use carryall_end_to_end::stack::{Size, StackOptions};

use crate::Setting;

crate::in_both_browsers! {
    with_space(3 << 20) =>
        a_full_disk_ends_the_export_says_so_and_less_can_be_chosen,
        a_full_disk_ends_a_document_too;
    Setting { stack: StackOptions::default(), ..with_space(1 << 10) } =>
        a_browser_without_any_space_holds_the_archive_in_memory
}

/// Too little for all, enough for one category.
fn with_space(bytes: u64) -> Setting {
    let stack = StackOptions { size: Size::Medium, deletion: "none".to_owned(), ..StackOptions::default() };
    Setting { storage: Some(bytes), ..stack.into() }
}

async fn a_full_disk_ends_the_export_says_so_and_less_can_be_chosen(journey: &mut Journey) -> Result<()> {
    journey.up_to_start(Layout::Files).await?;
    expect_full(journey).await?;
    crate::picture(journey, "full-disk").await?;
    journey.choose_only("flows").await?;
    journey.request_and_start(Layout::Files).await?;
    let archive = Archive::open(&journey.save().await?)?;
    let mut truth = journey.stack.truth()?;
    truth.streams.retain(|stream, _| stream == "flows");
    contents::check(&archive, &truth, Layout::Files)?;
    Ok(())
}

async fn a_full_disk_ends_a_document_too(journey: &mut Journey) -> Result<()> {
    journey.up_to_start(Layout::Document).await?;
    expect_full(journey).await
}

async fn a_browser_without_any_space_holds_the_archive_in_memory(journey: &mut Journey) -> Result<()> {
    journey.up_to_start(Layout::Files).await?;
    let archive = Archive::open(&journey.save().await?)?;
    let shown = journey.panel_text().await?;
    ensure!(shown.contains("It is held in memory: save it before you close this tab"), "the panel does not warn: {shown}");
    contents::check(&archive, &journey.stack.truth()?, Layout::Files)?;
    Ok(())
}

/// Said in the panel, nothing left behind, nothing counted against the person.
async fn expect_full(journey: &Journey) -> Result<()> {
    journey.wait_until("failed").await?;
    journey.wait_until_shown("This device has no space left for the archive. Free some or choose less").await?;
    journey.wait_until_nothing_is_kept().await?;
    ensure!(journey.browser.downloads_so_far()?.is_empty(), "something was saved");
    let current = Caller::sign_in(&journey.stack)?.current()?;
    ensure!(current["refusal"].is_null(), "a full disk counts against the person: {current}");
    let code = current.pointer("/export/end_code");
    ensure!(code.is_some_and(|code| code == "storage_full"), "the counter was told {code:?}");
    Ok(())
}
