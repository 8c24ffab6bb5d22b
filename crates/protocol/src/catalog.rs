//! The catalog: a host's declarative description of what can be exported and how it is read (DESIGN section 6).
//!
//! Terms follow Airbyte's and dlt's: stream, partition, paginator, primary key. **There is no expression language.**
//! Unknown fields are refused, so that a misspelt one is an error and not a silence. What a catalog means together with
//! a person's choices is the core's plan; here it has only its shape.

mod fields;
mod forms;
mod media;
mod moment;
mod paginator;
#[cfg(feature = "schema")]
pub mod schema;
mod stream;
mod transformation;

use serde::Deserialize;

use crate::CategoryId;
use crate::job::LayoutChoice;
use crate::text::words;

pub use fields::{KEPT_HEADERS, PaginatorFields};
pub use media::{Attachments, Group, MediaLimit, MediaOptions, Owner};
pub use moment::MomentFormat;
pub use paginator::{Aggregate, Comparison, Injection, Paginator, PaginatorKind, UpperBound};
pub use stream::{
    Condition, DateRange, ForEach, HostRate, Json, Method, OnlyMine, Pointers, Rate, Records, RecordsAt, Request, ResponseAction,
    ResponseRule, Retry, Scalar, Stream,
};
pub use transformation::{Derivation, Exclusion, Include, LinkExpansion, Members, Piece, TimeFormat};

/// The version of the catalog format that this crate reads.
pub const CATALOG_VERSION: u32 = 1;

/// A whole catalog.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    /// The address of the catalog's JSON Schema, for editors; not looked at.
    #[serde(default, rename = "$schema")]
    pub schema: Option<String>,
    /// Always [`CATALOG_VERSION`].
    pub catalog_version: u32,
    /// The host's short name, by which operators tell catalogs apart: 1 to 48 of a-z, 0-9, `_`, `-`.
    pub name: CategoryId,
    /// The host's name as people know it.
    pub title: Text,
    /// What every path begins with: a path on the page's own origin, or an https address of an origin it names.
    pub base_url: String,
    /// What the host bears, over all streams.
    #[serde(default)]
    pub rate: Option<HostRate>,
    /// Requests in flight at most, over all streams; 1 to 40.
    #[serde(default)]
    pub max_concurrency: Option<u8>,
    /// Whether every request carries the counter's ticket, for routes that a proxy opens to it alone.
    #[serde(default)]
    pub ticket: bool,
    /// What the person can tick, in the order shown.
    pub categories: Vec<Category>,
    /// What the host holds and cannot hand out here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unavailable: Vec<Unavailable>,
    /// How the archive looks.
    #[serde(default)]
    pub archive: ArchiveOptions,
    /// What of the files that records tell of is fetched, and from where.
    #[serde(default)]
    pub media: MediaOptions,
    /// Where else a person can turn.
    #[serde(default)]
    pub links: Links,
}

/// A text for people: one for all, or one per language ("en", "de").
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Text {
    /// The same in every language.
    Plain(String),
    /// By BCP 47 primary language.
    Localised(Members<String>),
}

impl Text {
    /// The text in the language asked for, else in English, else in any.
    #[must_use]
    pub fn in_language(&self, language: &str) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Localised(texts) => {
                let primary = language.split('-').next().unwrap_or_default();
                let of = |language: &str| texts.iter().find(|(known, _)| known == language);
                let found = of(primary).or_else(|| of("en")).or_else(|| texts.iter().next()).map(|(_, text)| text);
                found.map_or("", String::as_str)
            }
        }
    }
}

/// What the person ticks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

/// What the host holds and cannot hand out here.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Unavailable {
    /// Its name as people know it.
    pub title: Text,
    /// Why, and where else it can be had.
    pub reason: Text,
}

/// How the archive looks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ArchiveOptions {
    /// The layout unless the person chooses another.
    pub layout: LayoutChoice,
    /// `exportVersion` of the `document` layout.
    pub document_version: String,
    /// Whose archive it is, for the manifest of the `x` layout.
    pub owner: Option<Owner>,
}

impl Default for ArchiveOptions {
    fn default() -> Self {
        Self { layout: LayoutChoice::Files, document_version: "1.0".to_owned(), owner: None }
    }
}

/// Where else a person can turn; https and mailto only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Links {
    /// For a formal request under data protection law.
    pub formal_request: Option<String>,
    /// The privacy policy.
    pub privacy_policy: Option<String>,
    /// Where single data are deleted.
    pub deletion: Option<String>,
    /// Where the account is deleted.
    pub account_deletion: Option<String>,
    /// Where data are corrected.
    pub correction: Option<String>,
    /// The supervisory authority, or whom else to complain to.
    pub complaint: Option<String>,
}
