//! What the person narrows an export down to, and what is in the archive then.
//!
//! The truth is the host's own API, asked without any range: each record it hands out lies within the days or it does not.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use carryall_end_to_end::archive::Archive;
use carryall_end_to_end::caller::Caller;
use carryall_end_to_end::contents::Layout;
use carryall_end_to_end::journey::Journey;
use carryall_end_to_end::stack::StackOptions;
use carryall_protocol::Timestamp;
use serde_json::Value;

crate::in_both_browsers! { StackOptions::default() =>
    an_export_of_a_period_holds_what_lies_within_it_and_says_so,
    days_in_the_wrong_order_are_refused_on_the_spot,
}

/// The days asked for: three quarters of a year, of the three that the account has.
const FROM: &str = "2024-11-01";
const TO: &str = "2025-07-31";

/// A list of the host: its stream, its path and its key there, and the moment of each record.
struct Listed {
    stream: &'static str,
    path: &'static str,
    key: &'static str,
    moment: &'static str,
    /// Whether the host itself can keep to a period.
    pushed: bool,
}

const LISTED: [Listed; 4] = [
    Listed { stream: "calls", path: "/calls", key: "calls", moment: "startedAt", pushed: true },
    Listed { stream: "charges", path: "/billing/charges", key: "charges", moment: "createdAt", pushed: true },
    Listed {
        stream: "balance-transactions",
        path: "/billing/transactions",
        key: "transactions",
        moment: "createdAt",
        pushed: false,
    },
    Listed { stream: "notifications", path: "/notifications", key: "notifications", moment: "createdAt", pushed: false },
];

async fn an_export_of_a_period_holds_what_lies_within_it_and_says_so(journey: &mut Journey) -> Result<()> {
    journey.sign_in().await?;
    journey.choose_days(FROM, TO).await?;
    journey.wait_until_shown("Only from November 1, 2024 to July 31, 2025").await?;
    journey.wait_until_shown("exported whole: Account, Users, Contacts").await?;
    journey.watch_panel().await?;
    journey.request_and_start(Layout::Files).await?;
    let archive = Archive::open(&journey.save().await?)?;
    let running = "data-key=\"narrowed\"><li><strong>Only from November 1, 2024 to July 31, 2025</strong>";
    ensure!(journey.watched_panel().await?.contains(running), "while it ran the panel did not say what was chosen");
    let period = period(journey).await?;
    let statement: Value = serde_json::from_slice(archive.file("export.json")?)?;
    ensure!(statement["complete"] == true, "the export calls itself incomplete: {statement:#}");
    for listed in &LISTED {
        check(journey, &archive, &statement, listed, period).with_context(|| listed.stream.to_owned())?;
    }
    check_transcripts(&archive)?;
    check_whole(journey, &archive, &statement)
}

async fn days_in_the_wrong_order_are_refused_on_the_spot(journey: &mut Journey) -> Result<()> {
    journey.sign_in().await?;
    journey.choose_days(TO, FROM).await?;
    journey.press("request").await?;
    journey.wait_until_shown("The first day comes after the last.").await?;
    let current = Caller::sign_in(&journey.stack)?.current()?;
    ensure!(current["export"].is_null(), "it was asked for nevertheless: {current}");
    journey.choose_days(FROM, TO).await?;
    journey.request(Layout::Files).await
}

/// The first and the last moment of the days, as the person's own browser counts them.
async fn period(journey: &Journey) -> Result<(Timestamp, Timestamp)> {
    let script = format!(
        "const first = new Date('{FROM}T00:00'), next = new Date('{TO}T00:00');
         next.setDate(next.getDate() + 1);
         return [first, new Date(next - 1)].map((moment) => moment.toISOString());"
    );
    Ok(serde_json::from_value(journey.browser.script(&script).await?)?)
}

/// The archive has the records of the list that lie within, all of them and no other; the statement says how that came.
fn check(
    journey: &Journey,
    archive: &Archive,
    statement: &Value,
    listed: &Listed,
    (since, until): (Timestamp, Timestamp),
) -> Result<()> {
    let all = Caller::sign_in(&journey.stack)?.list(listed.path, listed.key)?;
    let mut within = BTreeSet::new();
    for record in all.iter().filter(|record| record["scrubbed"] != true) {
        let moment: Timestamp = serde_json::from_value(record[listed.moment].clone())?;
        if (since..=until).contains(&moment) {
            within.insert(record["id"].to_string());
        }
    }
    ensure!(within.len() > 5 && within.len() * 2 < all.len(), "{} of {} lie within", within.len(), all.len());
    let records = records(archive, listed.stream)?;
    let found: BTreeSet<String> = records.iter().map(|record| record["id"].to_string()).collect();
    ensure!(found.len() == records.len(), "a record is there twice");
    ensure!(found == within, "the archive has {} records, the host {} within the days", found.len(), within.len());
    let said = of_stream(statement, listed.stream)?;
    let range = serde_json::json!({ "since": since, "until": until, "pushed": listed.pushed });
    ensure!(said["range"] == range, "export.json says {} and not {range}", said["range"]);
    let filtered = said.pointer("/filtered/by_date").and_then(Value::as_u64).unwrap_or_default();
    ensure!((filtered > 0) != listed.pushed, "export.json counts {filtered} records left out by date");
    Ok(())
}

/// A call outside the days has handed down nothing.
fn check_transcripts(archive: &Archive) -> Result<()> {
    let calls: BTreeSet<String> = records(archive, "calls")?.iter().map(|call| call["id"].to_string()).collect();
    let transcripts = records(archive, "call-transcripts")?;
    ensure!(!transcripts.is_empty(), "there are no transcripts");
    let stray = transcripts.iter().find(|transcript| !calls.contains(&transcript["callId"].to_string()));
    ensure!(stray.is_none(), "a transcript belongs to no call of the archive: {stray:?}");
    Ok(())
}

/// What no period applies to is there as ever, and says nothing of one.
fn check_whole(journey: &Journey, archive: &Archive, statement: &Value) -> Result<()> {
    let truth = journey.stack.truth()?;
    for stream in ["account", "users", "contacts", "campaign-contacts", "flows"] {
        let expected = truth.streams.get(stream).context("the host knows no such stream")?.records;
        let found = records(archive, stream)?.len() as u64;
        ensure!(found == expected, "{stream}: {found} records, the host has {expected}");
        ensure!(of_stream(statement, stream)?["range"].is_null(), "{stream} states a range");
    }
    Ok(())
}

fn of_stream<'statement>(statement: &'statement Value, stream: &str) -> Result<&'statement Value> {
    let mut streams = statement["streams"].as_array().into_iter().flatten();
    streams.find(|of| of["stream"] == stream).with_context(|| format!("export.json says nothing of {stream}"))
}

fn records(archive: &Archive, stream: &str) -> Result<Vec<Value>> {
    Ok(serde_json::from_slice(archive.file(&format!("data/{stream}.json"))?)?)
}
