//! Whole exports in Chromium and in Firefox, and everything a person or a stranger can do to them on the way.
//!
//! Each journey is written once and walked in both browsers, with a host, a counter and a profile of its own. Where one
//! goes otherwise, a picture of the page lies in `target/end-to-end/`. Run them with `cargo xtask test chromium firefox`.

mod confirmation;
mod interruption;
mod loss;
mod privacy;
mod refusals;
mod session;
mod whole;

use anyhow::{Context, Result};
use carryall_end_to_end::browser::{Browser, BrowserKind};
use carryall_end_to_end::journey::Journey;
use carryall_end_to_end::stack::{Stack, StackOptions, target};

const CHROMIUM: BrowserKind = BrowserKind::Chromium;
const FIREFOX: BrowserKind = BrowserKind::Firefox;

/// Makes a test of each journey for each browser; each is started with the stack that `options` describes.
macro_rules! in_both_browsers {
    ($options:expr => $($journey:ident),+ $(,)?) => {
        mod chromium {
            use super::*;
            $(#[tokio::test] async fn $journey() -> Result<()> {
                crate::walk(crate::CHROMIUM, stringify!($journey), $options, super::$journey).await
            })+
        }
        mod firefox {
            use super::*;
            $(#[tokio::test] async fn $journey() -> Result<()> {
                crate::walk(crate::FIREFOX, stringify!($journey), $options, super::$journey).await
            })+
        }
    };
}
pub(crate) use in_both_browsers;

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
