//! Browsers without a private file system: the archive is held in memory, and the panel says beforehand what that means.

use anyhow::{Result, ensure};
use carryall_end_to_end::archive::Archive;
use carryall_end_to_end::caller::{Caller, Method};
use carryall_end_to_end::contents::{self, Layout};
use carryall_end_to_end::journey::Journey;
use carryall_end_to_end::receipt;
use carryall_end_to_end::stack::{Size, StackOptions};
use serde_json::json;

crate::in_browser! { webkitgtk WebKitGtk:
    unchanging() =>
        everything_arrives_once_from_memory_as_files,
        everything_arrives_once_from_memory_as_one_document,
        an_archive_in_memory_is_gone_with_its_page_and_can_be_packed_again;
    StackOptions { size: Size::Medium, ..unchanging() } =>
        a_cancelled_export_in_memory_saves_nothing
}

/// No contact is deleted meanwhile, so a second run must hold the same.
fn unchanging() -> StackOptions {
    StackOptions { deletion: "none".to_owned(), ..StackOptions::default() }
}

async fn everything_arrives_once_from_memory_as_files(journey: &mut Journey) -> Result<()> {
    export(journey, Layout::Files).await
}

async fn everything_arrives_once_from_memory_as_one_document(journey: &mut Journey) -> Result<()> {
    export(journey, Layout::Document).await
}

async fn an_archive_in_memory_is_gone_with_its_page_and_can_be_packed_again(journey: &mut Journey) -> Result<()> {
    journey.up_to_start(Layout::Files).await?;
    journey.save().await?;
    journey.browser.forget_downloads()?;
    journey.open().await?;
    journey.wait_until("missing").await?;
    expect_warning(journey, "once it has gone").await?;
    journey.choose(Layout::Files).await?;
    journey.press("rerun").await?;
    check(journey, Layout::Files).await
}

async fn a_cancelled_export_in_memory_saves_nothing(journey: &mut Journey) -> Result<()> {
    journey.up_to_start(Layout::Files).await?;
    journey.wait_until_a_category_is_packed().await?;
    expect_warning(journey, "while it is packed").await?;
    journey.press("cancel").await?;
    journey.press("cancel-confirm").await?;
    journey.wait_until("cancelled").await?;
    ensure!(journey.browser.downloads_so_far()?.is_empty(), "something was saved");
    let again =
        Caller::sign_in(&journey.stack)?.call(Method::POST, "/v1/exports", Some(&json!({ "categories": ["contacts"] })))?;
    ensure!(again.0 == 201, "a cancelled export counts against the person: {again:?}");
    Ok(())
}

/// The warning stands on every screen from the first one to the last.
async fn export(journey: &mut Journey, layout: Layout) -> Result<()> {
    journey.sign_in().await?;
    expect_warning(journey, "before the request").await?;
    journey.request(layout).await?;
    let mail = journey.read_mail().await?;
    journey.confirm(&mail).await?;
    expect_warning(journey, "before the start").await?;
    journey.choose(layout).await?;
    journey.start().await?;
    check(journey, layout).await
}

async fn check(journey: &Journey, layout: Layout) -> Result<()> {
    let archive = Archive::open(&journey.save().await?)?;
    let shown = journey.panel_text().await?;
    ensure!(shown.contains("save it before you close this tab, or it is lost"), "the panel does not warn: {shown}");
    contents::check(&archive, &journey.stack.truth()?, layout)?;
    receipt::check(&archive, journey.stack.counter())
}

async fn expect_warning(journey: &Journey, when: &str) -> Result<()> {
    let shown = journey.panel_text().await?;
    let warns = ["closing the tab loses it", "closing this tab loses it"].iter().any(|words| shown.contains(words));
    ensure!(warns, "{when}, the panel does not say that closing the tab loses the archive: {shown}");
    Ok(())
}
