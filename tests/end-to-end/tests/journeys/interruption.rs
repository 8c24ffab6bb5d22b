//! A tab that dies, a person who thinks better of it, and a counter that is started again.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use carryall_end_to_end::archive::Archive;
use carryall_end_to_end::caller::Caller;
use carryall_end_to_end::contents::{self, Layout};
use carryall_end_to_end::journey::Journey;
use carryall_end_to_end::stack::{Size, StackOptions};
use serde_json::Value;

crate::in_both_browsers! { long() =>
    a_closed_tab_frees_its_lease_and_a_new_one_finishes,
    another_tab_takes_a_running_export_over,
    a_cancelled_export_leaves_nothing_behind,
    a_counter_that_restarts_ends_no_run,
}

/// Long enough to be interrupted; no contact is deleted meanwhile, so a second run must hold the same.
fn long() -> StackOptions {
    StackOptions { size: Size::Medium, deletion: "none".to_owned(), lease_ttl: 3, heartbeat: 1, ..StackOptions::default() }
}

async fn a_closed_tab_frees_its_lease_and_a_new_one_finishes(journey: &mut Journey) -> Result<()> {
    journey.up_to_start(Layout::Files).await?;
    journey.wait_until_something_is_kept().await?;
    let doomed = journey.browser.client.window().await?;
    let next = journey.browser.client.new_window(true).await?.handle;
    journey.browser.client.switch_to_window(doomed).await?;
    journey.browser.client.close_window().await?;
    journey.browser.client.switch_to_window(next).await?;
    let caller = Caller::sign_in(&journey.stack)?;
    let freed = |current: &Value| current.pointer("/export/interrupted") == Some(&Value::Bool(true));
    caller.wait_for("the lease to lapse", Duration::from_secs(15), freed).await?;
    journey.open().await?;
    journey.wait_until("interrupted").await?;
    journey.choose(Layout::Files).await?;
    journey.start().await?;
    check_whole(journey, Layout::Files).await
}

/// In the catalog's own layout: the second tab does not know what the first one's person chose.
async fn another_tab_takes_a_running_export_over(journey: &mut Journey) -> Result<()> {
    journey.up_to_start(Layout::Document).await?;
    journey.wait_until_something_is_kept().await?;
    let first = journey.browser.client.window().await?;
    let address = format!("{}/", journey.stack.host());
    journey.open_tab(&address).await?;
    journey.wait_until("processing").await?;
    journey.press("takeover").await?;
    let second = journey.browser.client.window().await?;
    check_whole(journey, Layout::Document).await?;
    journey.browser.client.switch_to_window(first).await?;
    let state = journey.state().await?.context("the first tab has no panel")?;
    ensure!(state != "running", "the first tab still runs what the second has finished");
    Ok(journey.browser.client.switch_to_window(second).await?)
}

async fn a_cancelled_export_leaves_nothing_behind(journey: &mut Journey) -> Result<()> {
    journey.up_to_start(Layout::Files).await?;
    journey.wait_until_something_is_kept().await?;
    journey.press("cancel").await?;
    journey.press("cancel-confirm").await?;
    journey.wait_until("cancelled").await?;
    journey.wait_until_nothing_is_kept().await?;
    ensure!(journey.browser.downloads_so_far()?.is_empty(), "something was saved");
    let current = Caller::sign_in(&journey.stack)?.current()?;
    ensure!(current["refusal"].is_null(), "a cancelled export counts against the person: {current}");
    Ok(())
}

async fn a_counter_that_restarts_ends_no_run(journey: &mut Journey) -> Result<()> {
    journey.up_to_start(Layout::Files).await?;
    journey.wait_until_something_is_kept().await?;
    journey.stack.restart_counter()?;
    check_whole(journey, Layout::Files).await
}

async fn check_whole(journey: &Journey, layout: Layout) -> Result<()> {
    let archive = Archive::open(&journey.save().await?)?;
    contents::check(&archive, &journey.stack.truth()?, layout)?;
    Ok(())
}
