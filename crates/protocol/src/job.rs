//! Page to worker and back: the options of one export, its progress, its outcome.
//!
//! These cross as plain objects by structured clone; field names are camelCase because a page reads them.

use serde::{Deserialize, Serialize};

use crate::text::words;
use crate::{CategoryId, ExportId, LeaseId, StreamId, Timestamp};

/// What the page asks the worker to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JobOptions {
    /// Address of the catalog; same origin as the page, or one of `origins`.
    pub catalog_url: String,
    /// Address under which the counter is mounted, without a trailing slash.
    pub counter_url: String,
    /// The export to run, as the counter named it.
    pub export_id: ExportId,
    /// The categories ticked.
    pub categories: Vec<CategoryId>,
    /// The archive's layout; the catalog's own where absent.
    #[serde(default)]
    pub layout: Option<LayoutChoice>,
    /// How the files of records are written; JSON where absent. The layouts `document` and `x` have their own way.
    #[serde(default)]
    pub format: Option<FormatChoice>,
    /// What happens to the files that records tell of; the catalog's own choice where absent.
    #[serde(default)]
    pub media: Option<MediaChoice>,
    /// Only what is of this moment or later, where the catalog allows the choice.
    #[serde(default)]
    pub since: Option<Timestamp>,
    /// Only what is of this moment or earlier, where the catalog allows the choice.
    #[serde(default)]
    pub until: Option<Timestamp>,
    /// Only the person's own records, where the catalog allows the choice.
    #[serde(default)]
    pub only_mine: bool,
    /// Origins beside the page's own to which the host's credentials may go.
    #[serde(default)]
    pub origins: Vec<String>,
    /// The person's language, as a BCP 47 tag.
    #[serde(default)]
    pub locale: Option<String>,
    /// The lease this tab held before, to go on with it.
    #[serde(default)]
    pub lease: Option<LeaseId>,
    /// Take the export over from another tab.
    #[serde(default)]
    pub takeover: bool,
    /// Requests in flight at most; the core's default where absent.
    #[serde(default)]
    pub concurrency: Option<u8>,
}

words! {
    /// The layouts an archive can have (DESIGN section 5).
    pub enum LayoutChoice {
        /// One file a stream.
        Files = "files",
        /// One JSON document for everything.
        Document = "document",
        /// The files of an archive of X: scripts, and JSON beside them.
        X = "x",
    }
}

words! {
    /// How the files of records are written.
    #[derive(Default)]
    pub enum FormatChoice {
        /// A JSON array, a record a line.
        #[default]
        Json = "json",
        /// A record a line (NDJSON).
        Ndjson = "ndjson",
        /// JSON, and a table beside it for spreadsheets.
        Csv = "csv",
    }
}

words! {
    /// What happens to the files that records tell of.
    #[derive(Default)]
    pub enum MediaChoice {
        /// They stay where they are; their addresses are listed.
        #[default]
        Links = "links",
        /// They come into the archive.
        Files = "files",
    }
}

/// One step of a running export, sent at most ten times a second.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// What is being done.
    pub phase: Phase,
    /// Every stream of the plan, in its order.
    pub streams: Vec<StreamProgress>,
    /// Bytes of the archive so far.
    pub archive_bytes: u64,
    /// Set while nothing can be done but wait: until when.
    pub waiting_until: Option<Timestamp>,
    /// While a place is waited for: how many others wait before.
    pub ahead: Option<u32>,
    /// Where the archive lives while it is built, once there is one.
    pub staging: Option<StagingKind>,
    /// The files that records tell of, where they are fetched.
    pub media: Option<MediaProgress>,
}

/// How far the fetching of files is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MediaProgress {
    /// Files in the archive so far.
    pub files: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// Files that wait for their turn.
    pub waiting: u64,
    /// Files that could not be had.
    pub failed: u64,
}

words! {
    /// What a running export is doing.
    pub enum Phase {
        /// Waits for a place: as many exports run as the operator allows.
        Queued = "queued",
        /// Reads the host's API.
        Reading = "reading",
        /// Joins and reads back what was packed.
        Verifying = "verifying",
        /// Asks the counter for the receipt.
        Completing = "completing",
        /// Writes the directory and checks it.
        Sealing = "sealing",
    }
}

words! {
    /// Where the archive lives while it is built.
    pub enum StagingKind {
        /// A file of the origin's private file system: survives a reload.
        Opfs = "opfs",
        /// Memory: closing the tab loses it.
        Memory = "memory",
    }
}

/// How far one stream is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamProgress {
    /// The category it belongs to.
    pub category: CategoryId,
    /// The stream.
    pub stream: StreamId,
    /// Records packed so far.
    pub records: u64,
    /// Records the API claims, where it says.
    pub total: Option<u64>,
    /// Where it stands.
    pub status: StreamStatus,
}

words! {
    /// Where one stream stands.
    pub enum StreamStatus {
        /// Not begun.
        Waiting = "waiting",
        /// Under way.
        Reading = "reading",
        /// Read to its end.
        Complete = "complete",
        /// Ended with something missing; `export.json` says what.
        Partial = "partial",
    }
}

/// A finished export. The page reads one member more: `export`, the [`ExportView`](crate::counter::ExportView) as the counter gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Name to save the archive under.
    pub file_name: String,
    /// Bytes of the archive.
    pub archive_bytes: u64,
    /// Records in the archive.
    pub records: u64,
    /// Whether everything asked for was received.
    pub complete: bool,
    /// Whether the counter's receipt is in it: it is not where the counter could not be reached in the end.
    pub receipt: bool,
    /// SHA-256 of the sorted payload manifest.
    pub payload_digest: String,
    /// Every stream of the plan.
    pub streams: Vec<StreamProgress>,
    /// What became of the files that records tell of, where they tell of any.
    #[serde(default)]
    pub media: Option<MediaSummary>,
    /// Where the archive lies now.
    pub staging: StagingKind,
    /// Milliseconds from start to seal.
    pub elapsed_millis: u64,
    /// Highest size of the wasm memory, in bytes.
    pub wasm_memory_bytes: u64,
}

/// What became of the files that records tell of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MediaSummary {
    /// Files in the archive.
    pub kept: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// Files that stay where they are.
    pub linked: u64,
    /// Files that could not be had.
    pub failed: u64,
}

/// An error as a page sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorReport {
    /// The stable word programs act on.
    pub code: String,
    /// One sentence for a person, with what to do next; never account data.
    pub description: String,
}
