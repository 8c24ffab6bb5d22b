//! Whole exports in real browsers, and everything a person or a stranger can do to them on the way.
//!
//! Each journey is written once and walked in several browsers, with a host, a counter and a profile of its own: most in
//! Chromium and Firefox, some in WebKitGTK, which holds the archive in memory. Where one goes otherwise, a picture of the
//! page lies in `target/end-to-end/`. Run them with `cargo xtask test chromium firefox webkitgtk`.

mod confirmation;
mod interruption;
mod loss;
mod memory;
mod privacy;
mod refusals;
mod session;
mod whole;

use anyhow::{Context, Result};
use carryall_end_to_end::browser::{Browser, BrowserKind};
use carryall_end_to_end::journey::Journey;
use carryall_end_to_end::stack::{Stack, StackOptions, target};

/// Makes a test of each journey in one browser; each is started with the stack that its `options` describe.
macro_rules! in_browser {
    ($name:ident $kind:ident: $($options:expr => $($journey:ident),+ $(,)?);+) => {
        mod $name {
            use super::*;
            $($(#[tokio::test] async fn $journey() -> Result<()> {
                let kind = carryall_end_to_end::browser::BrowserKind::$kind;
                crate::walk(kind, stringify!($journey), $options, super::$journey).await
            })+)+
        }
    };
}

/// The same in Chromium and in Firefox.
macro_rules! in_both_browsers {
    ($($journeys:tt)+) => {
        crate::in_browser! { chromium Chromium: $($journeys)+ }
        crate::in_browser! { firefox Firefox: $($journeys)+ }
    };
}

/// The same in Chromium, in Firefox and in WebKitGTK.
macro_rules! in_every_browser {
    ($($journeys:tt)+) => {
        crate::in_both_browsers! { $($journeys)+ }
        crate::in_browser! { webkitgtk WebKitGtk: $($journeys)+ }
    };
}
pub(crate) use {in_both_browsers, in_browser, in_every_browser};

/// Walks one journey; where it goes otherwise, saves a picture and tells what host and counter have logged.
async fn walk(
    kind: BrowserKind,
    name: &str,
    options: StackOptions,
    steps: impl AsyncFnOnce(&mut Journey) -> Result<()>,
) -> Result<()> {
    let mut journey = Journey::new(Stack::start(options)?, Browser::start(kind).await?);
    let walked = steps(&mut journey).await;
    if walked.is_ok() {
        return Ok(());
    }
    let picture = target()?.join(format!("end-to-end/{}-{name}.png", kind.name()));
    let seen =
        journey.browser.screenshot(&picture).await.map_or_else(|error| error.to_string(), |()| picture.display().to_string());
    walked.with_context(|| format!("{name} went otherwise in {}\npicture: {seen}\n{}", kind.name(), journey.stack.logs()))
}
