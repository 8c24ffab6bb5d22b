//! Sites that are not set up right: the panel says so, says who can mend it, and no export is used up.

use anyhow::{Result, ensure};
use carryall_end_to_end::caller::Caller;
use carryall_end_to_end::contents::Layout;
use carryall_end_to_end::journey::Journey;
use carryall_end_to_end::stack::{StackOptions, workspace};

crate::in_every_browser! {
    StackOptions { wasm: false, ..StackOptions::default() } =>
        a_policy_without_wasm_is_named_to_the_operator;
    with_catalog(|_| b"<!doctype html><title>Sign in</title>".to_vec()) =>
        a_page_instead_of_a_catalog_is_said_at_once;
    with_catalog(|text| text.replacen("\"primary_key\"", "\"primry_key\"", 1).into_bytes()) =>
        a_catalog_with_an_unknown_field_starts_nothing;
    with_catalog(|text| text.replace("Abläufe", "Abl@ufe").bytes().map(|byte| if byte == b'@' { 0xe4 } else { byte }).collect()) =>
        a_catalog_in_another_encoding_starts_nothing
}

/// The system's catalog, spoilt like this.
fn with_catalog(spoilt: impl FnOnce(String) -> Vec<u8>) -> StackOptions {
    let text = std::fs::read_to_string(workspace().join("catalogs/talkif.json")).unwrap_or_default();
    StackOptions { catalog: Some(spoilt(text)), ..StackOptions::default() }
}

async fn a_policy_without_wasm_is_named_to_the_operator(journey: &mut Journey) -> Result<()> {
    expect_no_start(journey, "script-src 'wasm-unsafe-eval'").await?;
    crate::picture(journey, "no-wasm").await
}

async fn a_page_instead_of_a_catalog_is_said_at_once(journey: &mut Journey) -> Result<()> {
    journey.sign_in_to("unreachable").await?;
    expect_text(journey, "The list of what can be exported is not in order. Tell the operator").await?;
    crate::picture(journey, "no-catalog").await
}

async fn a_catalog_with_an_unknown_field_starts_nothing(journey: &mut Journey) -> Result<()> {
    expect_no_start(journey, "The list of what can be exported is not in order. Tell the operator").await
}

async fn a_catalog_in_another_encoding_starts_nothing(journey: &mut Journey) -> Result<()> {
    expect_no_start(journey, "The list of what can be exported is not in order. Tell the operator").await
}

/// The confirmed export is not started, and can be once all is mended.
async fn expect_no_start(journey: &mut Journey, said: &str) -> Result<()> {
    journey.sign_in().await?;
    journey.request(Layout::Files).await?;
    let mail = journey.read_mail().await?;
    journey.confirm(&mail).await?;
    journey.press("start").await?;
    journey.wait_until_shown(said).await?;
    journey.wait_until("confirmed").await?;
    let current = Caller::sign_in(&journey.stack)?.current()?;
    ensure!(current.pointer("/export/epoch").is_some_and(|epoch| epoch == 0), "an export was started: {current}");
    Ok(())
}

async fn expect_text(journey: &Journey, said: &str) -> Result<()> {
    let shown = journey.panel_text().await?;
    ensure!(shown.contains(said), "the panel does not say {said:?}: {shown}");
    Ok(())
}
