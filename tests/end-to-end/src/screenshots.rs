//! How the panel looks in each state: in light and dark, at 360 px, from right to left.

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::{Value, json};

use crate::browser::{Browser, BrowserKind};
use crate::contents::Layout;
use crate::journey::Journey;
use crate::stack::{Size, Stack, StackOptions};

/// One way to look at it.
struct Look {
    name: &'static str,
    width: u32,
    direction: &'static str,
    scheme: &'static str,
}

const LOOKS: [Look; 4] = [
    Look { name: "light", width: 1000, direction: "ltr", scheme: "light" },
    Look { name: "dark", width: 1000, direction: "ltr", scheme: "dark" },
    Look { name: "narrow", width: 360, direction: "ltr", scheme: "light" },
    Look { name: "rtl", width: 1000, direction: "rtl", scheme: "light" },
];

/// Walks through one export of each system and saves the states it meets, in every look, into `folder`.
///
/// # Errors
///
/// Where the export does not get that far.
pub async fn take(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut taken = every_state(folder).await?;
    for (system, layout) in [("fluxer", Layout::Files), ("x", Layout::X)] {
        taken.extend(with_files(system, layout, folder).await?);
    }
    Ok(taken)
}

/// What is different where records tell of files: what can be chosen, what comes, what came.
async fn with_files(system: &str, layout: Layout, folder: &Path) -> Result<Vec<PathBuf>> {
    let options = StackOptions { system: system.to_owned(), limit_window: Some(1), ..StackOptions::default() };
    let mut journey = Journey::new(Stack::start(options)?, Browser::start(BrowserKind::Chromium).await?);
    journey.sign_in().await?;
    journey.choose_media("files").await?;
    let mut taken = look(&journey, folder, &format!("7-{system}-ready")).await?;
    journey.request_and_start(layout).await?;
    journey.wait_until("running").await?;
    taken.extend(look(&journey, folder, &format!("7-{system}-running")).await?);
    journey.save().await?;
    taken.extend(look(&journey, folder, &format!("7-{system}-completed")).await?);
    Ok(taken)
}

async fn every_state(folder: &Path) -> Result<Vec<PathBuf>> {
    let options = StackOptions { size: Size::Medium, ..StackOptions::default() };
    let mut journey = Journey::new(Stack::start(options)?, Browser::start(BrowserKind::Chromium).await?);
    let mut taken = Vec::new();
    journey.sign_in().await?;
    taken.extend(look(&journey, folder, "1-ready").await?);
    journey.choose_days("2024-01-01", "2025-12-31").await?;
    taken.extend(look(&journey, folder, "1-narrowed").await?);
    journey.request(Layout::Files).await?;
    taken.extend(look(&journey, folder, "2-pending").await?);
    let mail = journey.read_mail().await?;
    journey.confirm(&mail).await?;
    taken.extend(look(&journey, folder, "3-confirmed").await?);
    journey.start().await?;
    journey.wait_until("running").await?;
    taken.extend(look(&journey, folder, "4-running").await?);
    journey.save().await?;
    taken.extend(look(&journey, folder, "5-completed").await?);
    journey.press("delete").await?;
    journey.press("delete-confirm").await?;
    journey.wait_until("refused").await?;
    taken.extend(look(&journey, folder, "6-refused").await?);
    Ok(taken)
}

async fn look(journey: &Journey, folder: &Path, state: &str) -> Result<Vec<PathBuf>> {
    let mut taken = Vec::new();
    for look in LOOKS {
        dress(journey, &look).await?;
        let file = folder.join(format!("{state}-{}.png", look.name));
        journey.browser.screenshot(&file).await?;
        taken.push(file);
    }
    dress(journey, &LOOKS[0]).await?;
    Ok(taken)
}

/// Chromium is told over its own protocol what a person would have set.
async fn dress(journey: &Journey, look: &Look) -> Result<()> {
    let browser = &journey.browser;
    let scheme = json!({ "features": [{ "name": "prefers-color-scheme", "value": look.scheme }] });
    browser.devtools("Emulation.setEmulatedMedia", &scheme)?;
    browser.script(&format!("document.documentElement.dir = '{}'", look.direction)).await?;
    browser.devtools("Emulation.setDeviceMetricsOverride", &metrics(look.width, 900))?;
    let height = browser.script("return document.documentElement.scrollHeight").await?.as_u64().unwrap_or(900);
    browser.devtools("Emulation.setDeviceMetricsOverride", &metrics(look.width, height))
}

fn metrics(width: u32, height: u64) -> Value {
    json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false })
}
