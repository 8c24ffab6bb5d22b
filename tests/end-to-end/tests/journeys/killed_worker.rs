//! A worker that ends without a word, as one does that the browser kills for its memory.

use anyhow::{Result, ensure};
use carryall_end_to_end::archive::Archive;
use carryall_end_to_end::contents::{self, Layout};
use carryall_end_to_end::journey::Journey;
use carryall_end_to_end::stack::{Size, StackOptions};

crate::in_every_browser! { long() =>
    a_killed_worker_is_noticed_and_the_export_goes_on_in_a_new_one,
}

/// Long enough to be killed. The lease outlives the test: whoever goes on must not have to wait for it.
fn long() -> StackOptions {
    StackOptions { size: Size::Medium, deletion: "none".to_owned(), ..StackOptions::default() }
}

/// The panel's own worker, made where the page can reach it.
const REACHABLE: &str = "
    document.querySelector('carryall-export').createWorker =
        () => (window.doomed = new Worker('/carryall/www/worker.js', { type: 'module' }));";

async fn a_killed_worker_is_noticed_and_the_export_goes_on_in_a_new_one(journey: &mut Journey) -> Result<()> {
    journey.sign_in().await?;
    journey.browser.script(REACHABLE).await?;
    journey.request_and_start(Layout::Files).await?;
    journey.wait_until_a_category_is_packed().await?;
    journey.browser.script("window.doomed.terminate()").await?;
    journey.wait_until("interrupted").await?;
    let shown = journey.panel_text().await?;
    ensure!(shown.contains("stopped unexpectedly; start it again"), "the panel does not say what happened: {shown}");
    crate::picture(journey, "killed-worker").await?;
    journey.start().await?;
    let archive = Archive::open(&journey.save().await?)?;
    contents::check(&archive, &journey.stack.truth()?, Layout::Files)?;
    Ok(())
}
