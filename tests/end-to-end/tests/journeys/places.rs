//! More people than the operator lets export at once.

use anyhow::{Context, Result, ensure};
use carryall_end_to_end::archive::Archive;
use carryall_end_to_end::caller::{Caller, Method};
use carryall_end_to_end::contents::{self, Layout};
use carryall_end_to_end::journey::Journey;
use carryall_end_to_end::stack::StackOptions;
use serde_json::json;

crate::in_both_browsers! {
    StackOptions { system: "fluxer".to_owned(), policy: "max_running = 1".to_owned(), ..StackOptions::default() }
        => who_finds_no_place_waits_for_one_and_then_begins
}

async fn who_finds_no_place_waits_for_one_and_then_begins(journey: &mut Journey) -> Result<()> {
    let other = Caller::sign_in_as(&journey.stack, "other@fluxer.example")?;
    let (status, export) = other.call(Method::POST, "/v1/exports", Some(&json!({"categories": ["account"]})))?;
    let id = export["id"].as_str().with_context(|| format!("the other's request is answered {status}: {export}"))?.to_owned();
    let (status, started) = other.call(Method::POST, &format!("/v1/exports/{id}/start"), Some(&json!({})))?;
    ensure!(status == 200, "the other's start is answered {status}: {started}");

    journey.up_to_start(Layout::Files).await?;
    journey.wait_for_phase("queued").await?;
    ensure!(journey.panel_text().await?.contains("it is the next"), "nothing says how many come before");
    let (status, _) = other.call(Method::DELETE, &format!("/v1/exports/{id}"), Some(&json!({})))?;
    ensure!(status == 200, "the other's export cannot be ended: {status}");
    let archive = Archive::open(&journey.save().await?)?;
    contents::check(&archive, &journey.stack.truth()?, Layout::Files)?;
    Ok(())
}
