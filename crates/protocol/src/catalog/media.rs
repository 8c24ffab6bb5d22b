//! Files that records tell of: where the records name them, which are fetched, and where they go.

use serde::Deserialize;

use super::{Condition, Text};
use crate::StreamId;
use crate::job::MediaChoice;
use crate::pointer::Pointer;

/// What of media is fetched, and from where.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct MediaOptions {
    /// What happens to files unless the person chooses otherwise.
    pub default: MediaChoice,
    /// The only origins that files are fetched from, like `https://media.example`; without credentials.
    pub origins: Vec<String>,
    /// Files fetched at once; 1 to 8.
    pub max_concurrency: u8,
    /// How much is fetched; each one counts whose type fits.
    pub limits: Vec<MediaLimit>,
}

impl Default for MediaOptions {
    fn default() -> Self {
        Self { default: MediaChoice::default(), origins: Vec::new(), max_concurrency: 4, limits: Vec::new() }
    }
}

/// How much of a kind of media is fetched; what is beyond stays a link, and is listed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MediaLimit {
    /// The beginning of the media type: `video/`; everything where absent.
    #[serde(default, rename = "type")]
    pub media_type: String,
    /// Bytes of one file at most.
    #[serde(default)]
    pub max_file_bytes: Option<u64>,
    /// Bytes of all files of the kind at most, in each stream.
    #[serde(default)]
    pub max_total_bytes: Option<u64>,
}

/// Where a stream's records tell of files. Places are within the object that tells of one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Attachments {
    /// The object that tells of a file, or an array of them; pointers walk through arrays. `""` is the record itself.
    pub at: Pointer,
    /// Only of objects that fit all of these.
    #[serde(default)]
    pub when: Vec<Condition>,
    /// The file's address; without one there is no file.
    pub url: Pointer,
    /// What tells the file from others of the same record; a part of its name in the archive.
    #[serde(default)]
    pub id: Option<Pointer>,
    /// The name it had; the last segment of its address where absent.
    #[serde(default)]
    pub name: Option<Pointer>,
    /// Its size in bytes: what comes must be as much.
    #[serde(default)]
    pub size: Option<Pointer>,
    /// Its media type.
    #[serde(default, rename = "type")]
    pub media_type: Option<Pointer>,
    /// When its address ends (RFC 3339).
    #[serde(default)]
    pub expires: Option<Pointer>,
    /// Of the objects of one array only the one with the greatest number here: the best of several versions.
    #[serde(default)]
    pub greatest: Option<Pointer>,
    /// The folder below `data/`, no other stream's; `media/<file>` where absent.
    #[serde(default)]
    pub directory: Option<StreamId>,
    /// What people should know of these files, such as how long they are kept.
    #[serde(default)]
    pub note: Option<Text>,
}

/// Puts the records of one key into one element: a conversation with its messages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The key, a text or a number, as the host's record has it.
    pub by: Pointer,
    /// The element's member with the key.
    pub key: String,
    /// The element's member with the array of records.
    #[serde(rename = "as")]
    pub name: String,
    /// Puts every element into an object of one member with this name.
    #[serde(default)]
    pub wrap: Option<String>,
}

/// Whose archive it is, for the `x` layout's manifest: places in the first record of a stream.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Owner {
    /// The stream.
    pub stream: StreamId,
    /// The name that others call the person by.
    pub handle: Pointer,
    /// The name that is shown.
    pub name: Pointer,
}
