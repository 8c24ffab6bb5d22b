//! `export.json` as a reader of the format reads it: what it does not know it passes over.

use std::collections::{BTreeMap, HashMap};
use std::io;

use serde::Deserialize;

use super::content;
use super::tally::Form;
use super::zip::Zip;

/// Bytes of `export.json` at most.
const BYTES: u64 = 64 << 20;

/// The completeness statement.
#[derive(Debug, Deserialize)]
pub(crate) struct Statement {
    pub(crate) format_version: String,
    pub(crate) account: String,
    pub(crate) export: String,
    pub(crate) layout: String,
    pub(crate) complete: bool,
    pub(crate) has_receipt: bool,
    pub(crate) streams: Vec<Stream>,
    #[serde(default)]
    pub(crate) unavailable: Vec<Unavailable>,
}

/// What it says of one stream.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Stream {
    pub(crate) stream: String,
    pub(crate) status: String,
    pub(crate) written: u64,
    pub(crate) unreadable: u64,
    pub(crate) missing: u64,
    pub(crate) total_is_estimate: bool,
    pub(crate) vanished: u64,
    pub(crate) possibly_truncated: u64,
    pub(crate) empty_or_refused: u64,
    pub(crate) partial_results: u64,
    pub(crate) includes_missing: u64,
    pub(crate) read_for_keys_only: bool,
    pub(crate) document_key: Option<String>,
    pub(crate) partitions: Option<Partitions>,
    pub(crate) errors: BTreeMap<String, u64>,
    pub(crate) files: Vec<String>,
    pub(crate) views: Vec<String>,
    pub(crate) elements: Option<u64>,
    pub(crate) schema: Option<String>,
    pub(crate) media: Option<Media>,
}

/// Walks of a stream that has one for each record of another.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Partitions {
    pub(crate) refused: BTreeMap<String, u64>,
    pub(crate) failed: u64,
}

/// Files that a stream's records tell of.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Media {
    /// Files that records tell of.
    pub(crate) found: u64,
    /// Files in the archive.
    pub(crate) kept: u64,
    /// Bytes of them.
    pub(crate) bytes: u64,
    /// Files that stay where they are.
    pub(crate) linked: u64,
    /// Files that could not be had.
    pub(crate) failed: u64,
    /// Lists of all of them, in the archive.
    pub(crate) index: Vec<String>,
}

/// Something the host holds and no export has.
#[derive(Debug, Deserialize)]
pub(crate) struct Unavailable {
    pub(crate) title: String,
    pub(crate) reason: String,
}

impl Stream {
    /// Elements in its files: its records, unless those of one key are gathered into one element.
    pub(crate) fn elements(&self) -> u64 {
        self.elements.unwrap_or(self.written)
    }

    /// Its key in the document.
    pub(crate) fn key(&self) -> &str {
        self.document_key.as_deref().unwrap_or(&self.stream)
    }
}

impl Statement {
    /// The statement of an archive; or why there is none, in words.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read.
    pub(crate) fn read(zip: &Zip<'_>) -> io::Result<Result<Self, String>> {
        let text = content::small(zip, "export.json", BYTES)?;
        Ok(text.and_then(|text| {
            let statement: Self = serde_json::from_slice(&text).map_err(|error| format!("export.json: {error}"))?;
            match statement.format_version.split('.').next() {
                Some("1") => Ok(statement),
                _ => Err(format!("export.json is of version {}; this program knows version 1", statement.format_version)),
            }
        }))
    }

    /// Whether all records stand in one document.
    pub(crate) fn is_document(&self) -> bool {
        self.layout == "document"
    }

    /// The files with records, each with the form they have there. Tables for spreadsheets are not counted.
    pub(crate) fn forms(&self) -> HashMap<String, Form> {
        let json = if self.is_document() { Form::Document } else { Form::List };
        let form = |name: &str| match name.rsplit_once('.')?.1 {
            "json" => Some(json),
            "ndjson" => Some(Form::Lines),
            "js" => Some(Form::Script),
            _ => None,
        };
        let files = self.streams.iter().flat_map(|stream| stream.files.iter().chain(&stream.views));
        files.filter_map(|name| Some((name.clone(), form(name)?))).collect()
    }
}
