//! What must be known of a catalog to find a stream's records: read from its text, and nothing of the exporter's.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::stack::workspace;

/// The streams of a system's catalog.
#[derive(Debug)]
pub(super) struct Streams(Vec<Value>);

impl Streams {
    pub(super) fn of(system: &str) -> Result<Self> {
        let text = std::fs::read(workspace().join(format!("catalogs/{system}.json")))?;
        let catalog: Value = serde_json::from_slice(&text)?;
        let categories = catalog["categories"].as_array().context("the catalog has no categories")?;
        let streams = categories.iter().filter_map(|category| category["streams"].as_array()).flatten();
        Ok(Self(streams.cloned().collect()))
    }

    /// The stream that has this name in a field, or as its id.
    pub(super) fn by(&self, field: &str, name: &str) -> String {
        let stream = self.0.iter().find(|stream| stream[field] == name);
        stream.and_then(|stream| stream["id"].as_str()).unwrap_or(name).to_owned()
    }

    /// How records are gathered: the wrapper and the member with them.
    pub(super) fn group(&self, id: &str) -> Option<(&str, &str)> {
        let group = &self.0.iter().find(|stream| stream["id"] == id)?["group"];
        Some((group["wrap"].as_str()?, group["as"].as_str()?))
    }
}
