//! Photos, recordings and attachments: whole in the archive, or listed; from hosts that behave, and from others.

use anyhow::{Context, Result, ensure};
use carryall_end_to_end::archive::Archive;
use carryall_end_to_end::contents::{self, Layout};
use carryall_end_to_end::journey::Journey;
use carryall_end_to_end::stack::StackOptions;
use carryall_end_to_end::{media, receipt};
use serde_json::Value;

fn chat() -> StackOptions {
    StackOptions { system: "fluxer".to_owned(), media_bytes: 300_000, ..StackOptions::default() }
}

fn bad(mode: &str) -> StackOptions {
    StackOptions { misbehave_media: Some(mode.to_owned()), media_bytes: 60_000, ..chat() }
}

fn voice() -> StackOptions {
    StackOptions::default()
}

crate::in_both_browsers! {
    chat() => attachments_come_as_files_and_are_what_the_host_has,
    attachments_that_stay_links_are_listed_and_nobody_is_asked;
    bad("drop") => files_of_a_host_that_drops_every_connection_are_byte_for_byte_right;
    bad("html") => what_a_media_host_does_not_give_is_named_and_the_export_says_so;
    voice() => recordings_come_beside_the_document
}

crate::in_browser! { webkitgtk WebKitGtk:
    chat() => attachments_come_as_files_and_are_what_the_host_has;
    bad("drop") => files_of_a_host_that_drops_every_connection_are_byte_for_byte_right
}

async fn attachments_come_as_files_and_are_what_the_host_has(journey: &mut Journey) -> Result<()> {
    let archive = export(journey, Layout::Files, "files").await?;
    let truth = journey.stack.truth()?;
    contents::check(&archive, &truth, Layout::Files)?;
    media::check(&archive, &truth)?;
    ensure!(media::kept(&archive)?["messages"].files > 10, "there is hardly a file");
    let shown = journey.panel_text().await?;
    ensure!(shown.contains("in the archive") || shown.contains("inside"), "the panel says nothing of files:\n{shown}");
    Ok(())
}

async fn files_of_a_host_that_drops_every_connection_are_byte_for_byte_right(journey: &mut Journey) -> Result<()> {
    let archive = export_saved_media(journey).await?;
    let (found, truth) = (media::kept(&archive)?, journey.stack.truth()?.media);
    ensure!(found.len() == 1 && found["memes"] == truth["memes"], "{found:?}");
    Ok(())
}

async fn attachments_that_stay_links_are_listed_and_nobody_is_asked(journey: &mut Journey) -> Result<()> {
    let archive = export(journey, Layout::Files, "links").await?;
    let statement = statement(&archive)?;
    let messages = &stream(&statement, "messages")?["media"];
    ensure!(messages["kept"] == 0 && messages["failed"] == 0 && messages["linked"] == messages["found"], "{messages:#}");
    ensure!(messages["first_end"].is_string() && messages["notes"][0].as_str().is_some_and(|note| note.contains("Deleting")));
    let index: Vec<Value> = serde_json::from_slice(archive.file("data/media/messages.json")?)?;
    ensure!(index.iter().all(|line| line["status"] == "linked" && line["record"].is_string()), "{index:#?}");
    ensure!(index.iter().any(|line| line["reason"] == "no_address"), "none has expired");
    let asked = std::fs::read_to_string(journey.stack.media_log()).unwrap_or_default();
    ensure!(asked.is_empty(), "the media host was asked:\n{asked}");
    Ok(())
}

async fn recordings_come_beside_the_document(journey: &mut Journey) -> Result<()> {
    journey.sign_in().await?;
    journey.tick("call-recordings").await?;
    journey.request_and_start(Layout::Document).await?;
    let archive = Archive::open(&journey.save().await?)?;
    receipt::check(&archive, journey.stack.counter())?;
    let truth = journey.stack.truth()?;
    contents::check(&archive, &truth, Layout::Document)?;
    media::check(&archive, &truth)?;
    let recordings: Vec<&Vec<u8>> =
        archive.files.iter().filter(|(name, _)| name.ends_with(".wav")).map(|(_, bytes)| bytes).collect();
    ensure!(!recordings.is_empty() && recordings.iter().all(|bytes| bytes.starts_with(b"RIFF")), "no recording is one");
    Ok(())
}

async fn what_a_media_host_does_not_give_is_named_and_the_export_says_so(journey: &mut Journey) -> Result<()> {
    let archive = export_saved_media(journey).await?;
    let statement = statement(&archive)?;
    ensure!(statement["complete"] == false, "a file is missing and the export calls itself complete");
    let memes = &stream(&statement, "memes")?["media"];
    ensure!(memes["failed"].as_u64().is_some_and(|failed| failed > 0), "{memes:#}");
    ensure!(memes["reasons"]["html_instead"] == memes["failed"], "{memes:#}");
    let named = memes["not_kept"].as_array().context("nothing is named")?;
    ensure!(named.iter().any(|file| file["reason"] == "html_instead" && file["record"].is_string()), "{named:#?}");
    ensure!(archive.text("README.txt")?.starts_with("THIS EXPORT IS INCOMPLETE"));
    ensure!(archive.zip.to_string_lossy().contains("-partial"), "{}", archive.zip.display());
    Ok(())
}

/// Exports everything with this choice of media.
async fn export(journey: &mut Journey, layout: Layout, choice: &str) -> Result<Archive> {
    journey.sign_in().await?;
    journey.choose_media(choice).await?;
    journey.request_and_start(layout).await?;
    let archive = Archive::open(&journey.save().await?)?;
    receipt::check(&archive, journey.stack.counter())?;
    Ok(archive)
}

/// A dozen files: a bad host takes its time with each.
async fn export_saved_media(journey: &mut Journey) -> Result<Archive> {
    journey.sign_in().await?;
    journey.choose_only("memes").await?;
    journey.choose_media("files").await?;
    journey.request_and_start(Layout::Files).await?;
    Archive::open(&journey.save().await?)
}

fn statement(archive: &Archive) -> Result<Value> {
    Ok(serde_json::from_slice(archive.file("export.json")?)?)
}

fn stream<'of>(statement: &'of Value, id: &str) -> Result<&'of Value> {
    let streams = statement["streams"].as_array().context("export.json has no streams")?;
    streams.iter().find(|of| of["stream"] == id).with_context(|| format!("export.json says nothing of {id}"))
}
