//! The folder whose files the host serves: the workspace, or one with another catalog.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::system::{System, Windows};
use super::{StackOptions, workspace};

/// What the catalogs ask for.
pub(super) const PAGE_RECORDS: u32 = 100;

/// The folder to serve. Where pages hold another number of records than the catalogs ask for, or the host's windows are shorter,
/// it is made below `folder`, with the system's catalog changed in that alone; where the options bring a catalog, with that.
pub(super) fn folder(options: &StackOptions, system: System, folder: &Path) -> Result<PathBuf> {
    let workspace = workspace();
    if options.page_records == PAGE_RECORDS && options.catalog.is_none() && system.windows.is_none() {
        return Ok(workspace);
    }
    let assets = folder.join("assets");
    fs::create_dir_all(assets.join("catalogs"))?;
    for name in ["www", "pkg", "bench"] {
        symlink(workspace.join(name), assets.join(name))?;
    }
    let catalog = format!("catalogs/{}.json", options.system);
    let served = match &options.catalog {
        Some(catalog) => catalog.clone(),
        None => {
            let text = fs::read_to_string(workspace.join(&catalog)).with_context(|| catalog.clone())?;
            let paged = if options.page_records == PAGE_RECORDS { text } else { with_pages_of(&text, options.page_records)? };
            match system.windows {
                Some(windows) => with_windows(&paged, windows)?.into_bytes(),
                None => paged.into_bytes(),
            }
        }
    };
    fs::write(assets.join(&catalog), served)?;
    Ok(assets)
}

fn with_windows(catalog: &str, Windows { long, short }: Windows) -> Result<String> {
    let told = format!("\"seconds\": {long}");
    ensure!(catalog.contains(&told), "the catalog tells of no windows of {long} seconds");
    Ok(catalog.replace(&told, &format!("\"seconds\": {short}")))
}

fn with_pages_of(catalog: &str, records: u32) -> Result<String> {
    let asked = format!("\"page_size\": {PAGE_RECORDS}");
    ensure!(catalog.contains(&asked), "the catalog asks for no pages of {PAGE_RECORDS}");
    Ok(catalog.replace(&asked, &format!("\"page_size\": {records}")))
}
