//! From sign-in to an archive that everyone can open.

use anyhow::{Context, Result, ensure};
use carryall_end_to_end::archive::Archive;
use carryall_end_to_end::contents::{self, Layout};
use carryall_end_to_end::journey::Journey;
use carryall_end_to_end::receipt;
use carryall_end_to_end::stack::StackOptions;

crate::in_both_browsers! { StackOptions::default() =>
    everything_arrives_once_as_files,
    everything_arrives_once_as_one_document,
    a_finished_archive_can_be_saved_again_after_a_reload,
}

async fn everything_arrives_once_as_files(journey: &mut Journey) -> Result<()> {
    export(journey, Layout::Files).await
}

async fn everything_arrives_once_as_one_document(journey: &mut Journey) -> Result<()> {
    export(journey, Layout::Document).await
}

async fn a_finished_archive_can_be_saved_again_after_a_reload(journey: &mut Journey) -> Result<()> {
    journey.up_to_start(Layout::Files).await?;
    let first = std::fs::read(journey.save().await?)?;
    journey.open().await?;
    journey.wait_until("completed").await?;
    journey.browser.forget_downloads()?;
    journey.press("save").await?;
    let second = std::fs::read(journey.save().await?)?;
    ensure!(first == second, "the archive saved again is another one");
    Ok(())
}

async fn export(journey: &mut Journey, layout: Layout) -> Result<()> {
    journey.up_to_start(layout).await?;
    let archive = Archive::open(&journey.save().await?)?;
    contents::check(&archive, &journey.stack.truth()?, layout)?;
    receipt::check(&archive, journey.stack.counter())?;
    let summary = journey.summary().await?.context("there is no summary")?;
    ensure!(
        summary.archive_bytes == archive.bytes,
        "the panel speaks of {} bytes, saved are {}",
        summary.archive_bytes,
        archive.bytes
    );
    ensure!(archive.zip.ends_with(&summary.file_name), "saved as {} and not as {}", archive.zip.display(), summary.file_name);
    ensure!(summary.complete, "the panel says that something is missing");
    Ok(())
}
