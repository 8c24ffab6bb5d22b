//! Whole exports in real browsers, and everything a person or a stranger can do to them on the way.
//!
//! Each journey is written once and walked in several browsers, with a host, a counter and a profile of its own: most in
//! Chromium and Firefox, some in WebKitGTK, which holds the archive in memory. Where one goes otherwise, a picture of the
//! page lies in `target/end-to-end/`; pictures of the sad ends that belong to a journey lie in `ends/` there. Run them with `cargo xtask test chromium firefox webkitgtk`.
#![allow(clippy::print_stdout, reason = "a test tells what it met")]

mod bad_host;
mod choices;
mod confirmation;
mod fluxer;
mod guarded;
mod huge;
mod interruption;
mod killed_worker;
mod loss;
mod media;
mod memory;
mod misconfigured;
mod places;
mod privacy;
mod refusals;
mod session;
mod storage;
mod whole;
mod without_counter;
mod x;

use std::time::Duration;

use anyhow::{Context, Result, bail};
use carryall_end_to_end::browser::{Browser, BrowserKind, BrowserOptions, StorageLimit};
use carryall_end_to_end::journey::Journey;
use carryall_end_to_end::stack::{Stack, StackOptions, target};
use tokio::time::timeout;

/// Makes a test of each journey in one browser; each is started in the setting before it.
macro_rules! in_browser {
    ($name:ident $kind:ident: $($setting:expr => $($journey:ident),+ $(,)?);+) => {
        mod $name {
            use super::*;
            $($(#[tokio::test] async fn $journey() -> Result<()> {
                let kind = carryall_end_to_end::browser::BrowserKind::$kind;
                crate::walk(kind, stringify!($journey), $setting, super::$journey).await
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

/// How long a journey may take, where a browser that hangs would let it wait for ever.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// What a journey needs around it.
#[derive(Clone)]
struct Setting {
    stack: StackOptions,
    /// Bytes that the browser lets the site store.
    storage: Option<u64>,
    patience: Duration,
}

impl From<StackOptions> for Setting {
    fn from(stack: StackOptions) -> Self {
        Self { stack, storage: None, patience: PATIENCE }
    }
}

/// Walks one journey. **Where WebKitGTK itself crashes on the way, it is walked once more**: a page of it does so now and then, on busy
/// machines, and one that carryall crashes will crash again.
async fn walk(
    kind: BrowserKind,
    name: &str,
    setting: impl Into<Setting>,
    steps: impl AsyncFn(&mut Journey) -> Result<()>,
) -> Result<()> {
    let setting = setting.into();
    let walked = walk_once(kind, name, setting.clone(), &steps).await;
    let has_crashed = |error: &anyhow::Error| format!("{error:#}").contains("page crash or hang");
    match walked {
        Err(error) if kind == BrowserKind::WebKitGtk && has_crashed(&error) => {
            println!("WebKitGTK crashed, and is started once more: {error:#}");
            walk_once(kind, name, setting, &steps).await
        }
        walked => walked,
    }
}

/// Walks one journey; where it goes otherwise, saves a picture and tells what host and counter have logged.
async fn walk_once(
    kind: BrowserKind,
    name: &str,
    setting: Setting,
    steps: &impl AsyncFn(&mut Journey) -> Result<()>,
) -> Result<()> {
    let Setting { stack, storage, patience } = setting;
    let stack = Stack::start(stack)?;
    let storage = storage.map(|bytes| StorageLimit { origin: stack.host().to_owned(), bytes });
    let browser = Browser::start_with(kind, &BrowserOptions { storage, ..BrowserOptions::default() }).await?;
    let mut journey = Journey::new(stack, browser);
    let walked = timeout(patience, steps(&mut journey)).await;
    let walked = walked.unwrap_or_else(|_| bail!("the browser or a step did not answer for {} s", patience.as_secs()));
    if walked.is_ok() {
        return Ok(());
    }
    let picture = target()?.join(format!("end-to-end/{}-{name}.png", kind.name()));
    let seen =
        journey.browser.screenshot(&picture).await.map_or_else(|error| error.to_string(), |()| picture.display().to_string());
    walked.with_context(|| format!("{name} went otherwise in {}\npicture: {seen}\n{}", kind.name(), journey.stack.logs()))
}

/// Keeps a picture of an end that a person should understand. In Chromium and Firefox: not every tab of WebKitGTK gives one.
async fn picture(journey: &Journey, end: &str) -> Result<()> {
    if journey.browser.kind() == BrowserKind::WebKitGtk {
        return Ok(());
    }
    let file = target()?.join(format!("end-to-end/ends/{end}-{}.png", journey.browser.kind().name()));
    journey.browser.screenshot(&file).await
}
