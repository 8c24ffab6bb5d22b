//! A host whose API opens, behind a real proxy, to the ticket of a running export alone.

use anyhow::{Context, Result, ensure};
use carryall_end_to_end::archive::Archive;
use carryall_end_to_end::caller::Caller;
use carryall_end_to_end::contents::{self, Layout};
use carryall_end_to_end::journey::Journey;
use carryall_end_to_end::stack::{StackOptions, workspace};

crate::in_both_browsers! {
    guarded("\"ticket\": true, ") => a_guarded_api_opens_to_the_export;
    guarded("") => a_guarded_api_stays_closed_to_an_export_that_shows_no_ticket
}

/// The system's catalog, with a word about tickets. A lease is renewed often, so that several tickets are shown.
fn guarded(word: &str) -> StackOptions {
    let text = std::fs::read_to_string(workspace().join("catalogs/talkif.json")).unwrap_or_default();
    let catalog = text.replacen("\"catalog_version\"", &format!("{word}\"catalog_version\""), 1).into_bytes();
    StackOptions { guarded: true, catalog: Some(catalog), lease_ttl: 3, heartbeat: 1, ..StackOptions::default() }
}

async fn a_guarded_api_opens_to_the_export(journey: &mut Journey) -> Result<()> {
    let caller = Caller::sign_in(&journey.stack)?;
    ensure!(caller.list("/contacts", "contacts").is_err(), "the API is open to a session without a ticket");
    journey.up_to_start(Layout::Files).await?;
    let archive = Archive::open(&journey.save().await?)?;
    contents::check(&archive, &journey.stack.truth()?, Layout::Files)?;
    Ok(())
}

async fn a_guarded_api_stays_closed_to_an_export_that_shows_no_ticket(journey: &mut Journey) -> Result<()> {
    journey.up_to_start(Layout::Files).await?;
    journey.wait_until("failed").await.context("something was read without a ticket")
}
