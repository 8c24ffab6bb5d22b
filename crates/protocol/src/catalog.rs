//! The catalog: a host's declarative description of what can be exported and how it is read (DESIGN section 6).
//!
//! Terms follow Airbyte's and dlt's: stream, partition, paginator, primary key. **There is no expression language.**
//! Unknown fields are refused, so that a misspelt one is an error and not a silence. What a catalog means together with
//! a person's choices is the core's plan; here it has only its shape.

mod forms;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::job::LayoutChoice;
use crate::pointer::Pointer;
use crate::text::words;
use crate::{CategoryId, StreamId};

/// The version of the catalog format that this crate reads.
pub const CATALOG_VERSION: u32 = 1;

/// A whole catalog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    /// Always [`CATALOG_VERSION`].
    pub catalog_version: u32,
    /// The host's short name, by which operators tell catalogs apart: 1 to 48 of a-z, 0-9, `_`, `-`.
    pub name: CategoryId,
    /// The host's name as people know it.
    pub title: Text,
    /// What every path begins with: a path on the page's own origin, or an https address of an origin it names.
    pub base_url: String,
    /// What the person can tick, in the order shown.
    pub categories: Vec<Category>,
    /// What the host holds and cannot hand out here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unavailable: Vec<Unavailable>,
    /// How the archive looks.
    #[serde(default)]
    pub archive: ArchiveOptions,
    /// Where else a person can turn.
    #[serde(default)]
    pub links: Links,
}

/// A text for people: one for all, or one per language ("en", "de").
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Text {
    /// The same in every language.
    Plain(String),
    /// By BCP 47 primary language.
    Localised(BTreeMap<String, String>),
}

impl Text {
    /// The text in the language asked for, else in English, else in any.
    #[must_use]
    pub fn in_language(&self, language: &str) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Localised(texts) => {
                let primary = language.split('-').next().unwrap_or_default();
                let found = texts.get(primary).or_else(|| texts.get("en")).or_else(|| texts.values().next());
                found.map_or("", String::as_str)
            }
        }
    }
}

/// What the person ticks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Its id, and the stem of its files.
    pub id: CategoryId,
    /// Its name as people know it.
    pub title: Text,
    /// What it holds, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Text>,
    /// Ticked unless the person says otherwise.
    #[serde(default = "yes")]
    pub default: bool,
    /// How the host came by it (GDPR Article 20 covers the first two).
    #[serde(default)]
    pub origin: Origin,
    /// How much harm a leak would do.
    #[serde(default)]
    pub sensitivity: Sensitivity,
    /// What is read for it; at least one.
    pub streams: Vec<Stream>,
}

const fn yes() -> bool {
    true
}

words! {
    /// How the host came by the data.
    #[derive(Default)]
    pub enum Origin {
        /// The person gave it.
        #[default]
        Provided = "provided",
        /// The host observed it.
        Observed = "observed",
        /// The host inferred it.
        Inferred = "inferred",
    }
}

words! {
    /// How much harm a leak would do.
    #[derive(Default)]
    pub enum Sensitivity {
        /// As much as any account data.
        #[default]
        Normal = "normal",
        /// More: messages, recordings, places.
        High = "high",
    }
}

/// One paginated walk over one API resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stream {
    /// Its id, unique in the catalog; the name of its file.
    pub id: StreamId,
    /// Its key in the `document` layout; the id where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_key: Option<String>,
    /// What makes a record itself: repeated ones are dropped. Without it nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_key: Option<PrimaryKey>,
    /// What is asked.
    pub request: Request,
    /// Where the records are in the answer.
    pub records: Records,
    /// How one page leads to the next.
    #[serde(default)]
    pub paginator: Paginator,
    /// One walk for each record of another stream.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_each: Option<ForEach>,
    /// Records left out, counted and named in `export.json`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude_records: Vec<Exclusion>,
    /// Fields removed from every record, beside the built-in secrets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove_fields: Vec<Pointer>,
    /// Fields that the built-in list takes for secrets and that are data here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readmit_fields: Vec<Pointer>,
    /// What answers mean that are not pages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on_response: Vec<ResponseRule>,
    /// How often and how long a page is tried again.
    #[serde(default)]
    pub retry: Retry,
}

/// One pointer, or several that together name a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum PrimaryKey {
    /// One field.
    One(Pointer),
    /// Several fields.
    Several(Vec<Pointer>),
}

impl PrimaryKey {
    /// The pointers, in order.
    #[must_use]
    pub const fn pointers(&self) -> &[Pointer] {
        match self {
            Self::One(pointer) => std::slice::from_ref(pointer),
            Self::Several(pointers) => pointers.as_slice(),
        }
    }
}

/// What is asked: a GET.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Path below `base_url`; `{name}` stands for the value a `for_each` hands down, encoded as one segment.
    pub path: String,
    /// Query parameters that do not change from page to page.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub query: BTreeMap<String, String>,
}

/// Where the records are in an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Records {
    /// An array at this place, each element a record.
    Pointer(Pointer),
    /// The value at this place is the one record.
    Single(Pointer),
}

/// How one page leads to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Paginator {
    /// One answer holds everything.
    #[default]
    SinglePage,
    /// `limit` and `offset` in the query, a total in the answer.
    Offset(OffsetPaginator),
}

/// `limit` and `offset`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OffsetPaginator {
    /// Records asked for at a time.
    pub page_size: u32,
    /// The query parameter that carries it; `limit` where absent.
    pub page_size_param: String,
    /// The query parameter that carries the offset; `offset` where absent.
    pub offset_param: String,
    /// Where the answer claims how many records there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<Pointer>,
    /// Freezes the walk at the moment it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upper_bound: Option<UpperBound>,
    /// Pages read at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_pages: Option<u32>,
}

/// A query parameter that keeps out what is newer than the export's start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpperBound {
    /// The parameter; its value is the start of the export as RFC 3339 in UTC.
    pub param: String,
}

/// One walk for each record of a parent stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForEach {
    /// The parent stream; it stands before this one in the catalog.
    pub stream: StreamId,
    /// The value handed down, a string or a number.
    pub key: Pointer,
    /// The name it has in this stream's path.
    #[serde(rename = "as")]
    pub name: String,
}

/// Leaves out records whose value at `pointer` equals `equals`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// The value looked at.
    pub pointer: Pointer,
    /// What it must be.
    pub equals: Scalar,
    /// Why, for the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

/// A JSON value that is neither array nor object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Scalar {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
}

/// What an answer means that is not a page. The first rule that fits applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResponseRule {
    /// The HTTP status.
    pub status: u16,
    /// What to do.
    pub action: ResponseAction,
}

words! {
    /// What to do with an answer that is not a page.
    pub enum ResponseAction {
        /// The stream ends, incomplete.
        Fail = "fail",
        /// The same request again, later.
        Retry = "retry",
        /// This partition has nothing to give; it is listed, and the stream goes on.
        SkipPartition = "skip_partition",
    }
}

/// How often and how long a page is tried again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retry {
    /// Tries of one page that answers otherwise than it should.
    pub max_attempts: u32,
    /// Seconds of one wait at most.
    pub max_wait: u32,
    /// Seconds for which one page may meet an outage or a rate limit before it is given up.
    pub patience: u32,
}

impl Default for Retry {
    fn default() -> Self {
        Self { max_attempts: 8, max_wait: 300, patience: 20 * 60 }
    }
}

/// What the host holds and cannot hand out here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unavailable {
    /// Its name as people know it.
    pub title: Text,
    /// Why, and where else it can be had.
    pub reason: Text,
}

/// How the archive looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ArchiveOptions {
    /// The layout unless the person chooses another.
    pub layout: LayoutChoice,
    /// `exportVersion` of the `document` layout.
    pub document_version: String,
}

impl Default for ArchiveOptions {
    fn default() -> Self {
        Self { layout: LayoutChoice::Files, document_version: "1.0".to_owned() }
    }
}

/// Where else a person can turn; https and mailto only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Links {
    /// For a formal request under data protection law.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formal_request: Option<String>,
    /// The privacy policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privacy_policy: Option<String>,
}
