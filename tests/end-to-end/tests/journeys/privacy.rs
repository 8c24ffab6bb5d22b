//! Where account data must not be: in the panel, in a mail, in a log, at the counter.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail, ensure};
use carryall_end_to_end::archive::Archive;
use carryall_end_to_end::contents::Layout;
use carryall_end_to_end::journey::Journey;
use carryall_end_to_end::mail;
use carryall_end_to_end::stack::StackOptions;
use serde_json::Value;

crate::in_both_browsers! { StackOptions::default() =>
    account_data_stays_in_the_archive,
}

async fn account_data_stays_in_the_archive(journey: &mut Journey) -> Result<()> {
    journey.sign_in().await?;
    journey.watch_panel().await?;
    journey.request_and_start(Layout::Files).await?;
    let archive = Archive::open(&journey.save().await?)?;
    let personal = personal_texts(&archive)?;
    ensure!(personal.len() > 1000, "only {} texts to look for", personal.len());
    let mails = mail::read(&journey.stack.mail_folder())?;
    let link = mails.first().context("there was no mail")?.confirmation_link()?;
    let (_, token) = link.rsplit_once('.').context("the link has no token")?;
    ensure!(!journey.stack.whole_logs()?.contains(token), "the confirmation token is in a log");
    ensure!(!journey.stack.counter_database()?.contains(token), "the confirmation token is in the counter's database");
    let mails: String = mails.into_iter().map(|mail| mail.subject + &mail.text).collect();
    let places = [
        ("the panel", journey.watched_panel().await?),
        ("a mail", mails),
        ("a log", journey.stack.whole_logs()?),
        ("the counter's database", journey.stack.counter_database()?),
    ];
    for (place, text) in places {
        ensure!(!text.is_empty(), "nothing was seen of {place}");
        ensure!(!text.contains("SECRET-"), "a secret is in {place}");
        if let Some(found) = personal.iter().find(|personal| text.contains(personal.as_str())) {
            bail!("{found:?} is in {place}");
        }
    }
    Ok(())
}

/// Names, numbers, addresses and words of the people in the archive.
fn personal_texts(archive: &Archive) -> Result<BTreeSet<String>> {
    let mut texts = BTreeSet::new();
    for name in ["data/contacts.json", "data/calls.json", "data/call-transcripts.json", "data/notifications.json"] {
        collect(&serde_json::from_slice(archive.file(name)?)?, &mut texts);
    }
    Ok(texts)
}

/// Every text long enough not to be a word of the panel's own.
fn collect(value: &Value, texts: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if text.chars().count() >= 12 => drop(texts.insert(text.clone())),
        Value::Array(values) => values.iter().for_each(|value| collect(value, texts)),
        Value::Object(members) => members.values().for_each(|value| collect(value, texts)),
        _ => {}
    }
}
