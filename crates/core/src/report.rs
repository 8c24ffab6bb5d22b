//! What happened: the figures that `export.json` states.
//!
//! **It never claims more than was received.** Field names of removed secrets are listed, never their values.

#[cfg(feature = "schema")]
pub mod schema;

mod media;
mod stream;

use carryall_protocol::job::{LayoutChoice, MediaChoice, MediaSummary, StreamStatus};
use carryall_protocol::{AccountId, CategoryId, ExportId, Timestamp};
use serde::Serialize;

use crate::plan::Plan;
pub use media::{MediaReport, NotKept};
pub use stream::{Aside, ChosenRange, Excluded, Filtered, Partitions, Stop, StreamReport};

/// Version of the `export.json` format.
pub const REPORT_VERSION: &str = "1.0";

// serde hands a reference.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "see above")]
const fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Something the host holds and this archive does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Unavailable {
    /// Its name.
    pub title: String,
    /// Why, and where else it can be had.
    pub reason: String,
}

/// `export.json`: the completeness statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExportReport {
    /// Version of this format.
    pub format_version: &'static str,
    /// What wrote it.
    pub software: String,
    /// The host.
    pub host: String,
    /// The account.
    pub account: AccountId,
    /// The export.
    pub export: ExportId,
    /// When reading began.
    pub started_at: Timestamp,
    /// When reading ended.
    pub finished_at: Timestamp,
    /// The layout.
    pub layout: LayoutChoice,
    /// What happens to the files that records tell of.
    pub media: MediaChoice,
    /// Whether everything asked for was received.
    pub complete: bool,
    /// Whether the counter has signed it; where not, it could not be reached.
    pub has_receipt: bool,
    /// The categories chosen.
    pub categories: Vec<CategoryId>,
    /// What happened to each stream.
    pub streams: Vec<StreamReport>,
    /// What the host holds and this archive does not.
    pub unavailable: Vec<Unavailable>,
}

impl ExportReport {
    /// The statement about a finished run.
    #[must_use]
    pub fn new(plan: &Plan, streams: Vec<StreamReport>, finished_at: Timestamp) -> Self {
        let locale = &plan.locale;
        let unavailable = plan.catalog.unavailable.iter().map(|entry| Unavailable {
            title: entry.title.in_language(locale).to_owned(),
            reason: entry.reason.in_language(locale).to_owned(),
        });
        Self {
            format_version: REPORT_VERSION,
            software: format!("carryall {}", env!("CARGO_PKG_VERSION")),
            host: plan.catalog.title.in_language(locale).to_owned(),
            account: plan.run.account.clone(),
            export: plan.run.export.clone(),
            started_at: plan.run.started_at,
            finished_at,
            layout: plan.layout,
            media: plan.media,
            complete: streams.iter().all(|stream| stream.status == StreamStatus::Complete),
            has_receipt: false,
            categories: plan.categories().into_iter().cloned().collect(),
            streams,
            unavailable: unavailable.collect(),
        }
    }

    /// What became of the files that records tell of, where they tell of any.
    #[must_use]
    pub fn media(&self) -> Option<MediaSummary> {
        let all = self.streams.iter().filter_map(|stream| stream.media.as_ref()).filter(|media| media.found > 0);
        let add = |sum: MediaSummary, media: &MediaReport| MediaSummary {
            kept: sum.kept + media.kept,
            bytes: sum.bytes + media.bytes,
            linked: sum.linked + media.linked,
            failed: sum.failed + media.failed,
        };
        all.fold(None, |sum, media| Some(add(sum.unwrap_or_default(), media)))
    }

    /// Records in the archive.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.streams.iter().map(|stream| stream.written).sum()
    }
}
