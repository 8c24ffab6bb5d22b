//! The records of the layouts that have files of their own for each stream.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use serde_json::value::RawValue;

use super::catalog::Streams;
use super::{Sum, Tally};
use crate::archive::Archive;

const MANIFEST: &str = "data/manifest.js";

/// `data/<file>.json`, `data/<file>-2.json`, ...: each a JSON array. Files in folders are no records.
pub(super) fn tally_files(archive: &Archive, streams: &Streams) -> Result<BTreeMap<String, Tally>> {
    let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
    for (name, bytes) in &archive.files {
        let Some(name) = name.strip_prefix("data/").filter(|name| !name.contains('/') && !name.ends_with(".js")) else {
            continue;
        };
        let stem = name.strip_suffix(".json").with_context(|| format!("{name} is no stream's file"))?;
        let stream = streams.by("file", without_part(stem));
        let elements: Vec<&RawValue> = serde_json::from_slice(bytes).with_context(|| format!("{name} is no JSON array"))?;
        let sum = sums.entry(stream.clone()).or_default();
        let Some(group) = streams.group(&stream) else {
            sum.add_all(&elements);
            continue;
        };
        for element in elements {
            sum.add_all(&gathered(element, group)?);
        }
    }
    Ok(sums.into_iter().map(|(stream, sum)| (stream, sum.tally())).collect())
}

/// The records of an element: `{"<wrap>": {"<key>": .., "<as>": [..]}}`.
fn gathered<'a>(element: &'a RawValue, (wrap, name): (&str, &str)) -> Result<Vec<&'a RawValue>> {
    let wrapped: BTreeMap<&str, &RawValue> = serde_json::from_str(element.get())?;
    let members: BTreeMap<&str, &RawValue> = serde_json::from_str(wrapped.get(wrap).context("an element has no wrapper")?.get())?;
    Ok(serde_json::from_str(members.get(name).context("an element has no records")?.get())?)
}

/// The stream of a file's stem: without the number of a further part.
fn without_part(stem: &str) -> &str {
    let number = |number: &str| {
        number.strip_prefix("part").map_or(number.parse::<u32>().is_ok_and(|it| it >= 2), |part| part.parse::<u32>().is_ok())
    };
    stem.rsplit_once('-').filter(|(_, rest)| number(rest)).map_or(stem, |(stream, _)| stream)
}

/// The same records stand in scripts, of which the manifest tells.
pub(super) fn tally_scripts(archive: &Archive, streams: &Streams) -> Result<BTreeMap<String, Tally>> {
    let text = archive.text(MANIFEST)?;
    let config = text.strip_prefix("window.__THAR_CONFIG = ").with_context(|| format!("{MANIFEST} begins otherwise"))?;
    let config: Value = serde_json::from_str(config).with_context(|| format!("{MANIFEST} is no JSON behind its name"))?;
    let files = config["dataTypes"].as_object().with_context(|| format!("{MANIFEST} has no types"))?;
    let mut listed = 1;
    for file in files.values().filter_map(|of| of["files"].as_array()).flatten() {
        check_script(archive, file).with_context(|| format!("{MANIFEST} lists {file}"))?;
        listed += 1;
    }
    let scripts = archive.files.keys().filter(|name| name.starts_with("data/") && name.ends_with(".js")).count();
    ensure!(scripts == listed, "of {scripts} scripts {MANIFEST} lists {listed}");
    tally_files(archive, streams)
}

/// A script gives the array beside it the name that the manifest says, and holds as much.
fn check_script(archive: &Archive, file: &Value) -> Result<()> {
    let name = file["fileName"].as_str().context("without a file")?;
    let global = file["globalName"].as_str().context("without a name")?;
    let script = archive.text(name)?;
    let array = script.strip_prefix(&format!("window.{global} = ")).context("the script begins otherwise")?;
    let beside = archive.text(&format!("{name}on"))?;
    ensure!(array == beside, "the script holds other text than the JSON beside it");
    let elements: Vec<&RawValue> = serde_json::from_str(array)?;
    let count = elements.len().to_string();
    ensure!(file["count"].as_str() == Some(&count), "there are {count} elements");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_further_part_belongs_to_its_stream() {
        assert_eq!(without_part("call-transcripts"), "call-transcripts");
        assert_eq!(without_part("call-transcripts-12"), "call-transcripts");
        assert_eq!(without_part("tweets-part1"), "tweets");
        assert_eq!(without_part("phase-1"), "phase-1");
    }
}
