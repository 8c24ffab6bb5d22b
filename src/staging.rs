//! Where the archive lives while it is built.
//!
//! **Chosen by trying a real write, never by an estimate**: a file of the origin's private file system, else memory. A
//! staging is told what to write by the core and decides nothing. What is not kept is deleted: call
//! [`Staging::discard`] on every way out but success.

mod memory;
mod opfs;

use std::ops::Range;

use carryall_core::package::{Place, Write};
use carryall_protocol::ExportId;
use carryall_protocol::job::StagingKind;
use thiserror::Error;
use wasm_bindgen::JsValue;
use web_sys::Blob;

pub use memory::Memory;
pub use opfs::Opfs;

/// Bytes copied at a time from another place to the archive.
const COPY_BYTES: u64 = 1 << 20;

/// Why staging cannot be written or read.
#[derive(Debug, Error)]
pub enum StagingError {
    /// The browser gives no more space.
    #[error("this device has no space left for the archive; free some, or choose less, and start the export again")]
    Full,
    /// The archive outgrew what may be held in memory.
    #[error(
        "the archive is larger than {limit_mib} MiB and this browser window can only hold it in memory; use a window that is not private, or another browser"
    )]
    MemoryFull {
        /// Mebibytes allowed.
        limit_mib: usize,
    },
    /// The browser refused a file operation.
    #[error("the browser could not keep the archive ({0}); start the export again")]
    Broken(String),
}

impl StagingError {
    /// The stable word on the wire.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Full => "storage_full",
            Self::MemoryFull { .. } => "memory_full",
            Self::Broken(_) => "storage_broken",
        }
    }

    /// What a browser's exception means.
    fn from_js(error: &JsValue) -> Self {
        let name = js_sys::Reflect::get(error, &JsValue::from_str("name")).ok().and_then(|name| name.as_string());
        match name.as_deref() {
            // Firefox throws the raw name of its own error where a file cannot grow.
            Some("QuotaExceededError" | "NS_ERROR_FILE_NO_DEVICE_SPACE") => Self::Full,
            name => Self::Broken(name.unwrap_or("unknown").to_owned()),
        }
    }
}

/// The archive, and what is made beside it: a document's segments, files that are being fetched.
#[derive(Debug)]
pub enum Staging {
    /// Files of the origin's private file system.
    Opfs(Opfs),
    /// Memory outside WebAssembly.
    Memory(Memory),
}

impl Staging {
    /// Tries the private file system, else takes memory.
    pub async fn open(export: &ExportId) -> Self {
        match Opfs::open(export).await {
            Ok(files) => Self::Opfs(files),
            Err(_) => Self::Memory(Memory::default()),
        }
    }

    /// Which it is.
    #[must_use]
    pub const fn kind(&self) -> StagingKind {
        match self {
            Self::Opfs(_) => StagingKind::Opfs,
            Self::Memory(_) => StagingKind::Memory,
        }
    }

    /// Carries out what the core wants written, in order.
    ///
    /// # Errors
    ///
    /// [`StagingError`] at the first write that does not reach staging whole.
    pub fn carry_out(&mut self, writes: Vec<Write>) -> Result<(), StagingError> {
        for write in writes {
            match write {
                Write::Bytes(place, extent) => self.write(place, extent.offset, &extent.bytes)?,
                Write::Copy { place, from, to, length } => self.copy(place, from, to, length)?,
            }
        }
        Ok(())
    }

    fn copy(&mut self, place: Place, from: u64, to: u64, length: u64) -> Result<(), StagingError> {
        let mut done = 0;
        while done < length {
            let step = COPY_BYTES.min(length - done);
            let bytes = self.read(place, from + done..from + done + step)?;
            self.write(Place::Archive, to + done, &bytes)?;
            done += step;
        }
        Ok(())
    }

    fn write(&mut self, place: Place, offset: u64, bytes: &[u8]) -> Result<(), StagingError> {
        match self {
            Self::Opfs(files) => files.write(place, offset, bytes),
            Self::Memory(memory) => memory.write(place, offset, bytes),
        }
    }

    /// Reads a range back.
    ///
    /// # Errors
    ///
    /// [`StagingError`] where the range is not there whole.
    pub fn read(&self, place: Place, range: Range<u64>) -> Result<Vec<u8>, StagingError> {
        match self {
            Self::Opfs(files) => files.read(place, range),
            Self::Memory(memory) => memory.read(place, &range),
        }
    }

    /// The sealed archive as a `File` or `Blob`, with its summary as JSON beside it. From here on it may be offered: the marker is written last.
    ///
    /// # Errors
    ///
    /// [`StagingError`] where the browser cannot hand it out.
    pub async fn keep(self, summary: &str) -> Result<Blob, StagingError> {
        match self {
            Self::Opfs(files) => files.keep(summary).await,
            Self::Memory(memory) => memory.into_blob(),
        }
    }

    /// Deletes everything. Best effort: what cannot be deleted now has no marker, is never offered, and goes at the next visit.
    pub async fn discard(self) {
        if let Self::Opfs(files) = self {
            files.discard().await;
        }
    }
}
