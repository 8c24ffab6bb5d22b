//! Staging in the origin's private file system, through synchronous access handles (dedicated workers only).
//!
//! Directory `carryall`: `<export>.zip` is the archive, `<export>.segments` the pieces of a document, `<export>.media` files that are
//! being fetched, and `<export>.json` the marker that is written last. **Without its marker an archive is never offered.** Handles are closed when they are dropped.

use std::ops::Range;
use std::time::Duration;

use carryall_core::package::Place;
use carryall_protocol::ExportId;
use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions, FileSystemGetFileOptions,
    FileSystemReadWriteOptions, FileSystemSyncAccessHandle, WorkerGlobalScope,
};

use super::StagingError;
use crate::clock::sleep;

/// The directory of every export of this origin.
const DIRECTORY: &str = "carryall";
/// Waits for the handle of a killed tab, which lingers for seconds.
const WAITS_MILLIS: [u64; 6] = [0, 100, 300, 1000, 2000, 4000];

/// A file that is open for reading and writing; dropped, it is closed.
#[derive(Debug)]
struct OpenFile(FileSystemSyncAccessHandle);

impl Drop for OpenFile {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// The files of one export.
#[derive(Debug)]
pub struct Opfs {
    directory: FileSystemDirectoryHandle,
    export: ExportId,
    archive: OpenFile,
    segments: OpenFile,
    media: OpenFile,
}

impl Opfs {
    /// Opens empty files for an export and tries a real write.
    ///
    /// # Errors
    ///
    /// [`StagingError`] where the browser has no private file system, or another tab holds the files for longer than seconds.
    pub async fn open(export: &ExportId) -> Result<Self, StagingError> {
        let directory = directory().await?;
        remove(&directory, &format!("{export}.json")).await;
        let archive = open_file(&directory, &format!("{export}.zip")).await?;
        let segments = open_file(&directory, &format!("{export}.segments")).await?;
        let media = open_file(&directory, &format!("{export}.media")).await?;
        archive.write(0, &[0])?;
        archive.truncate(0)?;
        Ok(Self { directory, export: export.clone(), archive, segments, media })
    }

    /// Writes at an offset.
    ///
    /// # Errors
    ///
    /// [`StagingError::Full`] where the browser gives no more space.
    pub fn write(&self, place: Place, offset: u64, bytes: &[u8]) -> Result<(), StagingError> {
        self.file(place).write(offset, bytes)
    }

    /// Reads a range.
    ///
    /// # Errors
    ///
    /// [`StagingError::Broken`] where it is not there whole.
    pub fn read(&self, place: Place, range: Range<u64>) -> Result<Vec<u8>, StagingError> {
        self.file(place).read(range)
    }

    const fn file(&self, place: Place) -> &OpenFile {
        match place {
            Place::Archive => &self.archive,
            Place::Segments => &self.segments,
            Place::Media => &self.media,
        }
    }

    /// Flushes and closes the archive, writes the marker, and hands out the file.
    ///
    /// # Errors
    ///
    /// [`StagingError`] where the device or the browser refuses; nothing is left then.
    pub async fn keep(self, summary: &str) -> Result<Blob, StagingError> {
        let Self { directory, export, archive, segments, media } = self;
        let flushed = archive.flush();
        drop((archive, segments, media));
        let kept = match flushed {
            Ok(()) => mark(&directory, &export, summary).await,
            Err(error) => Err(error),
        };
        if kept.is_err() {
            delete(&directory, &export).await;
        }
        kept
    }

    /// Closes and deletes the files.
    pub async fn discard(self) {
        let Self { directory, export, archive, segments, media } = self;
        // The bytes go even where the name cannot be removed.
        let _ = (archive.truncate(0), segments.truncate(0), media.truncate(0));
        drop((archive, segments, media));
        delete(&directory, &export).await;
    }
}

impl OpenFile {
    fn write(&self, offset: u64, mut bytes: &[u8]) -> Result<(), StagingError> {
        let mut offset = offset;
        while !bytes.is_empty() {
            let written = self.0.write_with_u8_array_and_options(bytes, &at(offset));
            let written = written.map_err(|error| StagingError::from_js(&error))?;
            // A short write is ordinary; none at all is how Firefox says that its quota is used up.
            let count = whole(written).min(bytes.len());
            if count == 0 {
                return Err(StagingError::Full);
            }
            bytes = bytes.get(count..).unwrap_or_default();
            offset += count as u64;
        }
        Ok(())
    }

    fn read(&self, range: Range<u64>) -> Result<Vec<u8>, StagingError> {
        let mut bytes = vec![0; usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(0)];
        let mut done = 0;
        while let Some(rest) = bytes.get_mut(done..).filter(|rest| !rest.is_empty()) {
            let count = self.0.read_with_u8_array_and_options(rest, &at(range.start + done as u64));
            let count = whole(count.map_err(|error| StagingError::from_js(&error))?);
            if count == 0 {
                return Err(StagingError::Broken("OutOfRange".to_owned()));
            }
            done += count;
        }
        Ok(bytes)
    }

    fn truncate(&self, length: u32) -> Result<(), StagingError> {
        self.0.truncate_with_u32(length).map_err(|error| StagingError::from_js(&error))
    }

    fn flush(&self) -> Result<(), StagingError> {
        self.0.flush().map_err(|error| StagingError::from_js(&error))
    }
}

/// A count that the browser gives as a number: whole, and at most what was asked for.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "see above")]
fn whole(count: f64) -> usize {
    count.max(0.0) as usize
}

/// An offset as the browser takes it: exact below 2^53.
#[allow(clippy::cast_precision_loss, reason = "see above")]
fn at(offset: u64) -> FileSystemReadWriteOptions {
    let options = FileSystemReadWriteOptions::new();
    options.set_at(offset as f64);
    options
}

async fn directory() -> Result<FileSystemDirectoryHandle, StagingError> {
    let absent = || StagingError::Broken("NotSupported".to_owned());
    let scope: WorkerGlobalScope = js_sys::global().dyn_into().map_err(|_| absent())?;
    let storage = js_sys::Reflect::get(&scope.navigator(), &JsValue::from_str("storage")).map_err(|_| absent())?;
    let has = |name: &str| js_sys::Reflect::has(&storage, &JsValue::from_str(name)).unwrap_or(false);
    if !storage.is_object() || !has("getDirectory") {
        return Err(absent());
    }
    let root: FileSystemDirectoryHandle = called(storage.unchecked_into::<web_sys::StorageManager>().get_directory()).await?;
    let options = FileSystemGetDirectoryOptions::new();
    options.set_create(true);
    called(root.get_directory_handle_with_options(DIRECTORY, &options)).await
}

/// Opens a file, empty. The handle of a killed tab is waited for.
async fn open_file(directory: &FileSystemDirectoryHandle, name: &str) -> Result<OpenFile, StagingError> {
    let options = FileSystemGetFileOptions::new();
    options.set_create(true);
    let handle: FileSystemFileHandle = called(directory.get_file_handle_with_options(name, &options)).await?;
    if !js_sys::Reflect::has(&handle, &JsValue::from_str("createSyncAccessHandle")).unwrap_or(false) {
        return Err(StagingError::Broken("NotSupported".to_owned()));
    }
    let mut refusal = StagingError::Broken("NotSupported".to_owned());
    for wait in WAITS_MILLIS {
        sleep(Duration::from_millis(wait)).await;
        match called(handle.create_sync_access_handle()).await {
            Ok(access) => {
                let file = OpenFile(access);
                file.truncate(0)?;
                return Ok(file);
            }
            Err(error) => refusal = error,
        }
    }
    Err(refusal)
}

/// Writes the marker last, and hands out the file.
async fn mark(directory: &FileSystemDirectoryHandle, export: &ExportId, summary: &str) -> Result<Blob, StagingError> {
    for kind in ["segments", "media"] {
        remove(directory, &format!("{export}.{kind}")).await;
    }
    let handle: FileSystemFileHandle = called(directory.get_file_handle(&format!("{export}.zip"))).await?;
    let file = called(handle.get_file()).await?;
    let marker = open_file(directory, &format!("{export}.json")).await?;
    marker.write(0, summary.as_bytes())?;
    marker.flush()?;
    Ok(file)
}

/// Deletes the files of an export, the marker first.
async fn delete(directory: &FileSystemDirectoryHandle, export: &ExportId) {
    for kind in ["json", "zip", "segments", "media"] {
        remove(directory, &format!("{export}.{kind}")).await;
    }
}

/// Deletes a file, if it is there and nobody holds it.
async fn remove(directory: &FileSystemDirectoryHandle, name: &str) {
    drop(JsFuture::from(directory.remove_entry(name)).await);
}

/// What a promise of the browser gave.
async fn called<T: JsCast>(promise: Promise) -> Result<T, StagingError> {
    let value = JsFuture::from(promise).await.map_err(|error| StagingError::from_js(&error))?;
    Ok(value.unchecked_into())
}
