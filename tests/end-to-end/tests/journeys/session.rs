//! The host's session: it ends, or its token runs out in the middle.

use anyhow::{Context, Result, ensure};
use carryall_end_to_end::archive::Archive;
use carryall_end_to_end::contents::{self, Layout};
use carryall_end_to_end::journey::Journey;
use carryall_end_to_end::stack::{Size, StackOptions};

crate::in_both_browsers! { short_lived() =>
    a_token_that_runs_out_is_renewed,
    signing_out_deletes_the_local_archive,
}

/// Access tokens that live for two seconds, and an export that lasts longer.
fn short_lived() -> StackOptions {
    StackOptions { size: Size::Medium, session_ttl: 2, ..StackOptions::default() }
}

async fn a_token_that_runs_out_is_renewed(journey: &mut Journey) -> Result<()> {
    journey.up_to_start(Layout::Files).await?;
    let archive = Archive::open(&journey.save().await?)?;
    contents::check(&archive, &journey.stack.truth()?, Layout::Files)?;
    let summary = journey.summary().await?.context("there is no summary")?;
    ensure!(summary.elapsed_millis > 4000, "it was over in {} ms: no token has run out", summary.elapsed_millis);
    Ok(())
}

async fn signing_out_deletes_the_local_archive(journey: &mut Journey) -> Result<()> {
    journey.up_to_start(Layout::Files).await?;
    journey.save().await?;
    journey.wait_until_something_is_kept().await?;
    journey.press_on_page("sign-out").await?;
    journey.wait_until_nothing_is_kept().await
}
