//! A second export, too soon.

use anyhow::{Context, Result, ensure};
use carryall_end_to_end::caller::{Caller, Method};
use carryall_end_to_end::contents::Layout;
use carryall_end_to_end::journey::Journey;
use carryall_end_to_end::stack::StackOptions;
use serde_json::{Value, json};

crate::in_every_browser! { StackOptions::default() =>
    a_request_within_the_cooldown_is_refused_with_the_date_on_screen,
    a_request_while_one_is_active_is_refused,
}

async fn a_request_within_the_cooldown_is_refused_with_the_date_on_screen(journey: &mut Journey) -> Result<()> {
    journey.up_to_start(Layout::Files).await?;
    journey.save().await?;
    journey.press("delete").await?;
    journey.press("delete-confirm").await?;
    journey.wait_until("refused").await?;
    let refusal = request(journey)?;
    expect(&refusal, 429, "cooldown")?;
    let date = refusal.1["retry_at"].as_str().context("the refusal names no date")?;
    let markup = journey.panel_markup().await?;
    ensure!(markup.contains(&format!("datetime=\"{date}\"")), "the panel does not show {date}:\n{markup}");
    ensure!(markup.contains("mailto:privacy@talkif.example"), "the panel does not show whom to ask:\n{markup}");
    ensure!(!markup.contains("data-action=\"request\""), "the panel offers what will be refused");
    Ok(())
}

async fn a_request_while_one_is_active_is_refused(journey: &mut Journey) -> Result<()> {
    journey.sign_in().await?;
    journey.request(Layout::Files).await?;
    expect(&request(journey)?, 409, "active_export")?;
    let mail = journey.read_mail().await?;
    journey.confirm(&mail).await?;
    expect(&request(journey)?, 409, "active_export")?;
    journey.start().await?;
    journey.save().await?;
    expect(&request(journey)?, 409, "active_export")
}

/// The same person asks from another program.
fn request(journey: &Journey) -> Result<(u16, Value)> {
    Caller::sign_in(&journey.stack)?.call(Method::POST, "/v1/exports", Some(&json!({ "categories": ["contacts"] })))
}

fn expect((status, problem): &(u16, Value), expected: u16, code: &str) -> Result<()> {
    ensure!(*status == expected && problem["code"] == code, "expected {expected} {code}, got {status} {problem}");
    ensure!(problem["contact"] == "mailto:privacy@talkif.example", "the refusal names nobody to ask: {problem}");
    Ok(())
}
