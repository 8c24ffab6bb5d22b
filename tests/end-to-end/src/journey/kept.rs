//! What lies in the origin's private file system.

use anyhow::Result;
use serde::Deserialize;
use serde_json::Value;

use super::{Journey, SOON};
use crate::poll;

/// Every file of the origin's private file system, with its size; one that goes meanwhile is not there.
const PRIVATE_FILES: &str = "
    const found = {};
    const walk = async (directory, path) => {
        for await (const [name, handle] of directory.entries()) {
            if (handle.kind === 'directory') await walk(handle, `${path}${name}/`);
            else await handle.getFile().then((file) => (found[path + name] = file.size), () => {});
        }
    };
    await walk(await navigator.storage.getDirectory(), '');
    return found;";

/// The summary beside the finished archive.
const SUMMARY: &str = "
    if (!navigator.storage?.getDirectory) return null;
    const directory = await (await navigator.storage.getDirectory()).getDirectoryHandle('carryall');
    for await (const [name, handle] of directory.entries()) {
        if (name.endsWith('.json')) return JSON.parse(await (await handle.getFile()).text());
    }
    throw new Error('no finished archive lies here');";

/// What the exporter says of a finished export; the journey believes the times and sizes alone.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Name of the archive.
    pub file_name: String,
    /// Its size.
    pub archive_bytes: u64,
    /// Whether everything asked for was received.
    pub complete: bool,
    /// Whether the counter signed for it.
    pub receipt: bool,
    /// Milliseconds from start to seal.
    pub elapsed_millis: u64,
    /// Highest size of the wasm memory, in bytes.
    pub wasm_memory_bytes: u64,
}

impl Journey {
    /// What lies in the origin's private file system: names and sizes.
    ///
    /// # Errors
    ///
    /// Where the browser does not say.
    pub async fn private_files(&self) -> Result<Value> {
        self.browser.async_script(PRIVATE_FILES).await
    }

    /// Waits until something lies in the origin's private file system.
    ///
    /// # Errors
    ///
    /// Where nothing comes.
    pub async fn wait_until_something_is_kept(&self) -> Result<()> {
        let kept = async || Ok(self.private_files().await?.as_object().is_some_and(|files| !files.is_empty()).then_some(()));
        poll::until("local bytes", SOON, kept).await
    }

    /// Waits until nothing lies in the origin's private file system.
    ///
    /// # Errors
    ///
    /// Where something stays.
    pub async fn wait_until_nothing_is_kept(&self) -> Result<()> {
        let empty = async || Ok(self.private_files().await?.as_object().is_some_and(serde_json::Map::is_empty).then_some(()));
        poll::until("the local bytes to go", SOON, empty).await
    }

    /// The summary of the finished export; none where the browser has no private file system.
    ///
    /// # Errors
    ///
    /// Where the file system has none.
    pub async fn summary(&self) -> Result<Option<Summary>> {
        Ok(serde_json::from_value(self.browser.async_script(SUMMARY).await?)?)
    }
}
