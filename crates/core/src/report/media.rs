//! What became of the files that records tell of.

use carryall_protocol::Timestamp;
use carryall_protocol::counts::Counts;
use serde::Serialize;

use super::is_zero;

/// A file that a record tells of and that is not in the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NotKept {
    /// The key of the record.
    pub record: String,
    /// The name it had.
    pub name: String,
    /// Why: `no_address`, `elsewhere`, `too_large`, `total_reached`, `too_many` (it stays where it is); `gone`, `refused`, `expired`, `no_file`,
    /// `html_instead`, `size_differs`, `changed`, `wrong_range`, `cut`, `too_busy`, `host_error`, `connection_failed` (it could not
    /// be had).
    pub reason: String,
}

/// What became of the files that a stream's records tell of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MediaReport {
    /// Files that records tell of.
    pub found: u64,
    /// Files in the archive.
    pub kept: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// Files that stay where they are: by choice, or for a reason.
    pub linked: u64,
    /// Files that could not be had.
    pub failed: u64,
    /// How many are not in the archive for which reason; links by choice have none.
    #[serde(skip_serializing_if = "Counts::is_empty")]
    pub reasons: Counts<String>,
    /// The first 500 of those.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_kept: Vec<NotKept>,
    /// Further ones, which only the index names.
    #[serde(skip_serializing_if = "is_zero")]
    pub not_named: u64,
    /// When the first of all addresses ends, where the host says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_end: Option<Timestamp>,
    /// What people should know of these files.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The files that list every one of them, in the order of the records.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub index: Vec<String>,
}
