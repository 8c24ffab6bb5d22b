//! What happened to one stream.

use carryall_protocol::counts::Counts;
use carryall_protocol::job::StreamStatus;
use carryall_protocol::{CategoryId, StreamId, Timestamp};
use carryall_records::redact::RemovedFields;
use serde::Serialize;

use super::{MediaReport, is_zero};

/// Why a walk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// The one answer was read.
    SinglePage,
    /// As many records as the host claims were read.
    TotalReached,
    /// The host answered with no records.
    EmptyPage,
    /// The host said that nothing follows.
    LastPage,
    /// A page was shorter than asked for, and the catalog says that this is the end.
    ShortPage,
    /// Everything further lies before the range of time that was chosen.
    RangePassed,
    /// The host does not offer it.
    SwitchedOff,
    /// The host named a page that it had named before.
    RepeatedToken,
    /// The host repeated itself.
    NothingNew,
    /// The catalog allows no more pages.
    MaxPages,
    /// The host refused this partition, and the catalog says to go on.
    Refused,
    /// A page could not be had.
    Failed,
}

/// One reason to leave records out, and how many it left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Excluded {
    /// The catalog's words for it.
    pub reason: String,
    /// Records left out.
    pub records: u64,
}

/// Walks of a stream that has one for each record of another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Partitions {
    /// Walks begun.
    pub asked: u64,
    /// Walks read to their end.
    pub read: u64,
    /// Walks the host refused where the catalog expects that, by HTTP status.
    pub refused: Counts<u16>,
    /// Walks that failed.
    pub failed: u64,
}

/// Records left out by the person's choice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Filtered {
    /// Older or newer than asked for.
    pub by_date: u64,
    /// Somebody else's.
    pub not_mine: u64,
}

impl Filtered {
    const fn is_empty(&self) -> bool {
        self.by_date == 0 && self.not_mine == 0
    }
}

/// The range of time that a person chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChosenRange {
    /// Its beginning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Whether the host itself was asked to keep to it; where not, records were left out after they had come.
    pub pushed: bool,
}

/// What happened to one stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StreamReport {
    /// The category it belongs to.
    pub category: CategoryId,
    /// The stream.
    pub stream: StreamId,
    /// Whether all of it is here.
    pub status: StreamStatus,
    /// Different records received.
    pub received: u64,
    /// Records in the archive.
    pub written: u64,
    /// Records received again and dropped.
    pub duplicates: u64,
    /// Records left out by the catalog.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub excluded: Vec<Excluded>,
    /// Records left out by the person's choice.
    #[serde(skip_serializing_if = "Filtered::is_empty")]
    pub filtered: Filtered,
    /// The range of time that was chosen, where the stream knows one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<ChosenRange>,
    /// Records that could not be searched for secrets and were left out.
    pub unreadable: u64,
    /// Records the host claimed at the first page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_at_start: Option<u64>,
    /// Records the host claimed at the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_at_end: Option<u64>,
    /// Records the host still claims and did not hand out.
    pub missing: u64,
    /// The host's total counts records that are never handed out, as the catalog says.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub total_is_estimate: bool,
    /// Records that the host claimed at the start, no longer claims, and did not hand out: as a rule deleted meanwhile.
    pub vanished: u64,
    /// Walks that received as much as the host gives at most: more may exist.
    #[serde(skip_serializing_if = "is_zero")]
    pub possibly_truncated: u64,
    /// Walks without a record, of which the host does not tell whether they are empty or not permitted.
    #[serde(skip_serializing_if = "is_zero")]
    pub empty_or_refused: u64,
    /// Errors that the host reported beside its records.
    #[serde(skip_serializing_if = "is_zero")]
    pub partial_results: u64,
    /// Elements without a record in them.
    #[serde(skip_serializing_if = "is_zero")]
    pub empty_elements: u64,
    /// Side-loaded objects that a record names and the page did not have.
    #[serde(skip_serializing_if = "is_zero")]
    pub includes_missing: u64,
    /// The stream it stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<StreamId>,
    /// The stream it stands for was there, so it was not read.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub not_needed: bool,
    /// Its category was not chosen: it was read for the keys of its records, and none of them is here.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub read_for_keys_only: bool,
    /// Names of removed fields.
    #[serde(skip_serializing_if = "RemovedFields::is_empty")]
    pub removed_fields: RemovedFields,
    /// Walks, where there is one for each record of another stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partitions: Option<Partitions>,
    /// Answers read.
    pub pages: u64,
    /// Answers asked for again.
    pub retries: u64,
    /// Seconds for which the host asked to wait.
    #[serde(skip_serializing_if = "is_zero")]
    pub waited_seconds: u64,
    /// Steps back, because the list had moved while it was read; what had slipped away was found again.
    pub steps_back: u64,
    /// The moment after which records were kept out, where the API allows that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upper_bound: Option<Timestamp>,
    /// Why its walks ended.
    pub stops: Counts<Stop>,
    /// What went wrong for good, by code.
    #[serde(skip_serializing_if = "Counts::is_empty")]
    pub errors: Counts<String>,
    /// The files that its records tell of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<MediaReport>,
    /// Its files, in order.
    pub files: Vec<String>,
    /// Files that hold the same once more in another form, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub views: Vec<String>,
    /// Elements in its files, where records of one key are gathered into one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elements: Option<u64>,
    /// Where the archive describes its records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Cells of its tables that were kept from being taken for formulas, by column.
    #[serde(skip_serializing_if = "Counts::is_empty")]
    pub guarded: Counts<String>,
    /// Its key below `data`, where all streams stand in one document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_key: Option<String>,
    /// What other files of the archive say of it.
    #[serde(skip)]
    pub aside: Aside,
}

/// What is known of a stream for other files than `export.json`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aside {
    /// The JSON Schema of its records.
    pub definition: String,
    /// Whose archive it is, as its first record tells: handle and name.
    pub owner: Option<[String; 2]>,
}

impl StreamReport {
    /// A stream of which nothing is known yet.
    #[must_use]
    pub fn new(category: CategoryId, stream: StreamId) -> Self {
        Self {
            category,
            stream,
            status: StreamStatus::Waiting,
            received: 0,
            written: 0,
            duplicates: 0,
            excluded: Vec::new(),
            filtered: Filtered::default(),
            range: None,
            unreadable: 0,
            claimed_at_start: None,
            claimed_at_end: None,
            missing: 0,
            total_is_estimate: false,
            vanished: 0,
            possibly_truncated: 0,
            empty_or_refused: 0,
            partial_results: 0,
            empty_elements: 0,
            includes_missing: 0,
            instead_of: None,
            not_needed: false,
            read_for_keys_only: false,
            removed_fields: RemovedFields::new(),
            partitions: None,
            pages: 0,
            retries: 0,
            waited_seconds: 0,
            steps_back: 0,
            upper_bound: None,
            stops: Counts::new(),
            errors: Counts::new(),
            media: None,
            files: Vec::new(),
            views: Vec::new(),
            elements: None,
            schema: None,
            guarded: Counts::new(),
            aside: Aside::default(),
            document_key: None,
        }
    }

    /// Notes something that went wrong for good.
    pub fn error(&mut self, code: impl Into<String>) {
        self.errors.add(code.into(), 1);
    }

    /// Whether nothing that was asked for is known to be missing.
    pub(crate) fn is_whole(&self) -> bool {
        let missing = if self.total_is_estimate { 0 } else { self.missing };
        let lost = missing + self.unreadable + self.partial_results + self.possibly_truncated;
        let has_files = self.media.as_ref().is_none_or(|media| media.failed == 0);
        self.errors.is_empty() && lost == 0 && !self.is_cut() && has_files
    }

    /// Whether a walk was ended before its list was.
    pub(crate) fn is_cut(&self) -> bool {
        self.stops.keys().any(|stop| matches!(stop, Stop::MaxPages | Stop::NothingNew | Stop::RepeatedToken))
    }

    /// Adds what one walk's pages claimed.
    pub(crate) fn claim(&mut self, claims: Option<(u64, u64)>, unique: u64) {
        let Some((first, last)) = claims else { return };
        let add = |sum: &mut Option<u64>, more: u64| *sum = Some(sum.unwrap_or(0).saturating_add(more));
        add(&mut self.claimed_at_start, first);
        add(&mut self.claimed_at_end, last);
        self.missing = self.missing.saturating_add(last.saturating_sub(unique));
        self.vanished = self.vanished.saturating_add(first.saturating_sub(unique.max(last)));
    }
}
