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
    let mut found = BTreeMap::new();
    for stream in statement["streams"].as_array().context("export.json has no streams")? {
        let Some(indexes) = stream["media"]["index"].as_array() else { continue };
        let (mut sum, mut bytes) = (Sum::default(), 0);
        for index in indexes {
            let lines: Vec<Line> = serde_json::from_slice(archive.file(index.as_str().context("a name")?)?)?;
            for line in lines.iter().filter(|line| line.status == "kept") {
                let name = line.file.as_deref().context("a kept file has no name")?;
                let content = archive.file(name)?;
                let sha256 = hex(&Sha256::digest(content));
                ensure!(line.sha256.as_ref() == Some(&sha256), "the index has another SHA-256 of {name}");
                ensure!(line.bytes == Some(content.len() as u64), "the index has another length of {name}");
                sum.add(format!("{sha256}{}", line.record).as_bytes());
                bytes += content.len() as u64;
            }
        }
        let tally = sum.tally();
        ensure!(stream["media"]["kept"] == tally.records, "export.json: {} of {stream}", tally.records);
        let id = stream["stream"].as_str().context("a stream has no id")?.to_owned();
        found.insert(id, Files { files: tally.records, bytes, digest: tally.digest });
    }
    Ok(found)
}
