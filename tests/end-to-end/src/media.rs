//! The files that records tell of, against what the host itself says they are.
//!
//! **Each file is hashed as it was unpacked**; what the index says of it must be the same.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::archive::Archive;
use crate::contents::{Files, Sum, Truth, hex};

/// One line of an index.
#[derive(Debug, Deserialize)]
struct Line {
    record: String,
    status: String,
    #[serde(default)]
    file: Option<String>,
    #[serde(default)]
    bytes: Option<u64>,
    #[serde(default)]
    sha256: Option<String>,
}

/// Checks that the archive has exactly the files that the host has, each as it is there.
///
/// # Errors
///
/// On the first thing that is otherwise; says which and how.
pub fn check(archive: &Archive, truth: &Truth) -> Result<()> {
    let found = kept(archive)?;
    for (stream, files) in &truth.media {
        let of = found.get(stream).cloned().unwrap_or_else(|| Files { digest: "0".repeat(64), ..Files::default() });
        ensure!(of == *files, "media of {stream}: the host has {files:?}, the archive {of:?}");
    }
    Ok(())
}

/// The files that are in the archive, by stream.
///
/// # Errors
///
/// Where an index says of a file what is not so.
pub fn kept(archive: &Archive) -> Result<BTreeMap<String, Files>> {
    let statement: Value = serde_json::from_slice(archive.file("export.json")?)?;
    let found = listed(&statement, |name| Ok(archive.file(name)?.to_vec()))?;
    for line in lines(&statement, &mut |name| Ok(archive.file(name)?.to_vec()))?.into_values().flatten() {
        let name = line.file.as_deref().context("a kept file has no name")?;
        let content = archive.file(name)?;
        ensure!(line.sha256 == Some(hex(&Sha256::digest(content))), "the index has another SHA-256 of {name}");
        ensure!(line.bytes == Some(content.len() as u64), "the index has another length of {name}");
    }
    Ok(found)
}

/// The files that the archive lists as its own, by stream; `entry` gives an entry's bytes.
///
/// # Errors
///
/// Where a list cannot be read, or `export.json` counts otherwise.
pub fn listed(statement: &Value, mut entry: impl FnMut(&str) -> Result<Vec<u8>>) -> Result<BTreeMap<String, Files>> {
    let mut found = BTreeMap::new();
    for (stream, lines) in lines(statement, &mut entry)? {
        let (mut sum, mut bytes) = (Sum::default(), 0);
        for line in &lines {
            sum.add(format!("{}{}", line.sha256.as_deref().context("no SHA-256")?, line.record).as_bytes());
            bytes += line.bytes.context("no length")?;
        }
        let tally = sum.tally();
        found.insert(stream, Files { files: tally.records, bytes, digest: tally.digest });
    }
    Ok(found)
}

/// The lines of files that are in the archive, by stream.
fn lines(statement: &Value, entry: &mut dyn FnMut(&str) -> Result<Vec<u8>>) -> Result<BTreeMap<String, Vec<Line>>> {
    let mut found = BTreeMap::new();
    for stream in statement["streams"].as_array().context("export.json has no streams")? {
        let Some(indexes) = stream["media"]["index"].as_array() else { continue };
        let mut kept = Vec::new();
        for index in indexes {
            let lines: Vec<Line> = serde_json::from_slice(&entry(index.as_str().context("a name")?)?)?;
            kept.extend(lines.into_iter().filter(|line| line.status == "kept"));
        }
        ensure!(stream["media"]["kept"] == kept.len() as u64, "export.json: not {} of {stream}", kept.len());
        found.insert(stream["stream"].as_str().context("a stream has no id")?.to_owned(), kept);
    }
    Ok(found)
}
