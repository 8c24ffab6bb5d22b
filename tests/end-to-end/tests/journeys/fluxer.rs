//! Whole exports of the chat: own messages by its search, or, where there is none, out of every history.

use anyhow::{Context, Result, ensure};
use carryall_end_to_end::archive::Archive;
use carryall_end_to_end::contents::{self, Layout, Statement, StreamStatement};
use carryall_end_to_end::journey::Journey;
use carryall_end_to_end::receipt;
use carryall_end_to_end::stack::StackOptions;

fn chat(search: &str) -> StackOptions {
    StackOptions { system: "fluxer".to_owned(), search: search.to_owned(), ..StackOptions::default() }
}

crate::in_both_browsers! {
    chat("on") => own_messages_come_by_the_search;
    chat("off") => own_messages_come_out_of_every_history_where_there_is_no_search
}

async fn own_messages_come_by_the_search(journey: &mut Journey) -> Result<()> {
    let statement = export(journey).await?;
    let messages = stream(&statement, "messages")?;
    ensure!(messages.status == "complete" && !messages.not_needed, "{messages:?}");
    for id in ["guild-messages", "dm-messages"] {
        ensure!(stream(&statement, id)?.not_needed, "{id} was read as well");
    }
    let saved = stream(&statement, "saved-messages")?;
    ensure!(saved.possibly_truncated == 1 && saved.status == "partial", "nothing says that there may be more: {saved:?}");
    let others = statement.streams.iter().filter(|of| of.status != "complete" && of.stream != "saved-messages");
    ensure!(others.clone().count() == 0, "not complete: {:?}", others.collect::<Vec<_>>());
    Ok(())
}

async fn own_messages_come_out_of_every_history_where_there_is_no_search(journey: &mut Journey) -> Result<()> {
    let statement = export(journey).await?;
    let messages = stream(&statement, "messages")?;
    ensure!(messages.stops.contains_key("switched_off") && messages.written == 0, "{messages:?}");
    for id in ["guild-messages", "dm-messages"] {
        let of = stream(&statement, id)?;
        ensure!(of.status == "complete" && of.instead_of.as_deref() == Some("messages") && !of.not_needed, "{of:?}");
        ensure!(of.written > 0 && !of.excluded.is_empty(), "what others wrote is left out, and counted: {of:?}");
    }
    let guilds = stream(&statement, "guild-messages")?;
    ensure!(guilds.empty_or_refused == 2, "two histories may not be read, which looks like emptiness: {guilds:?}");
    Ok(())
}

async fn export(journey: &mut Journey) -> Result<Statement> {
    journey.up_to_start(Layout::Files).await?;
    let archive = Archive::open(&journey.save().await?)?;
    receipt::check(&archive, journey.stack.counter())?;
    contents::check(&archive, &journey.stack.truth()?, Layout::Files)
}

fn stream<'of>(statement: &'of Statement, id: &str) -> Result<&'of StreamStatement> {
    statement.streams.iter().find(|of| of.stream == id).with_context(|| format!("export.json says nothing of {id}"))
}
