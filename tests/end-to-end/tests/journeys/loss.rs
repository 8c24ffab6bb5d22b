//! An archive says what it lacks.

use anyhow::{Context, Result, ensure};
use carryall_end_to_end::archive::Archive;
use carryall_end_to_end::contents::{self, Layout};
use carryall_end_to_end::journey::Journey;
use carryall_end_to_end::stack::StackOptions;

crate::in_both_browsers! { losing_a_contact() =>
    a_record_that_vanished_unread_is_reported,
}

/// The host deletes a contact before anybody can have read it.
fn losing_a_contact() -> StackOptions {
    StackOptions { deletion: "unread".to_owned(), ..StackOptions::default() }
}

async fn a_record_that_vanished_unread_is_reported(journey: &mut Journey) -> Result<()> {
    journey.up_to_start(Layout::Files).await?;
    let archive = Archive::open(&journey.save().await?)?;
    let statement = contents::check(&archive, &journey.stack.truth()?, Layout::Files)?;
    let contacts = statement.streams.iter().find(|of| of.stream == "contacts").context("no word about contacts")?;
    ensure!(contacts.vanished == 1, "export.json does not state the lost contact: {contacts:?}");
    let readme = archive.text("README.txt")?;
    let (_, missing) = readme.split_once("WHAT IS MISSING").context("README.txt does not say what is missing")?;
    ensure!(missing.contains("contacts: 1 "), "README.txt does not name the lost contact:\n{readme}");
    Ok(())
}
