//! The records that are there, against what `export.json` counts; and what it says is missing.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::finding::{Check, Findings, count};
use super::statement::{Statement, Stream};
use super::tally::Tally;
use super::zip::{Entry, Zip};

/// Files of which no stream speaks, named at most.
const NAMED: usize = 3;

/// Holds the counts of each stream against the statement.
pub(crate) fn check(zip: &Zip<'_>, statement: &Statement, findings: &mut Findings) {
    let entries: HashMap<&str, &Entry> = zip.entries.iter().map(|entry| (entry.name.as_str(), entry)).collect();
    let keys = if statement.is_document() { document(statement, &entries, findings) } else { None };
    for stream in statement.streams.iter().filter(|stream| !stream.read_for_keys_only) {
        let found = match &keys {
            Some(keys) => keys.get(stream.key()).copied(),
            None => in_files(stream, &stream.files, &entries, findings),
        };
        if keys.is_some() && found.is_none() {
            findings.wrong(Check::Counts, format!("{}: the document has no key {:?}", stream.stream, stream.key()));
        }
        compare(stream, found, findings);
        let scripts: Vec<String> = stream.views.iter().filter(|name| !is_table(name)).cloned().collect();
        if !scripts.is_empty() {
            compare(stream, in_files(stream, &scripts, &entries, findings), findings);
        }
        tell_absent(stream, &entries, findings);
    }
    let written = statement.streams.iter().map(|stream| stream.written).sum();
    let streams = count(statement.streams.len() as u64, "stream", "streams");
    findings.conclude(Check::Counts, format!("{} in {streams}, as export.json counts them", records(written)));
}

fn compare(stream: &Stream, found: Option<u64>, findings: &mut Findings) {
    if let Some(found) = found.filter(|found| *found != stream.elements()) {
        let says = format!("{}: export.json counts {}, the archive has {found}", stream.stream, records(stream.elements()));
        findings.wrong(Check::Counts, says);
    }
}

/// Tables and schemas that the statement names and the archive has not.
fn tell_absent(stream: &Stream, entries: &HashMap<&str, &Entry>, findings: &mut Findings) {
    let tables = stream.views.iter().filter(|name| is_table(name)).map(String::as_str);
    let schema = stream.schema.iter().filter_map(|place| place.split('#').next());
    for name in tables.chain(schema).filter(|name| !entries.contains_key(name)) {
        findings.wrong(Check::Counts, format!("{}: export.json names {name}, which is not there", stream.stream));
    }
}

/// A table is for spreadsheets, and not counted: its cells may have line ends.
fn is_table(name: &str) -> bool {
    name.ends_with(".csv")
}

fn records(number: u64) -> String {
    count(number, "record", "records")
}

/// The elements in files of a stream; nothing where they cannot be counted, which is told then.
fn in_files(stream: &Stream, files: &[String], entries: &HashMap<&str, &Entry>, findings: &mut Findings) -> Option<u64> {
    let mut found = 0;
    for name in files {
        match entries.get(name.as_str()).map(|entry| &entry.tally) {
            Some(Some(Tally::Records(records))) => found += records,
            Some(Some(Tally::Malformed(why))) => {
                findings.wrong(Check::Counts, format!("{name} is no list of records: {why}"));
                return None;
            }
            // Damage was told before.
            Some(_) => return None,
            None => {
                findings.wrong(Check::Counts, format!("{}: export.json names {name}, which is not there", stream.stream));
                return None;
            }
        }
    }
    Some(found)
}

/// The records below each key of the one document.
fn document<'a>(
    statement: &Statement,
    entries: &HashMap<&str, &'a Entry>,
    findings: &mut Findings,
) -> Option<BTreeMap<&'a str, u64>> {
    let name = statement.streams.iter().find_map(|stream| stream.files.first())?;
    let Some(entry) = entries.get(name.as_str()) else {
        findings.wrong(Check::Counts, format!("export.json names {name}, which is not there"));
        return None;
    };
    let Some(Tally::Keys(keys)) = &entry.tally else {
        if let Some(Tally::Malformed(why)) = &entry.tally {
            findings.wrong(Check::Counts, format!("{name} is not the document it should be: {why}"));
        }
        return None;
    };
    let mut found = BTreeMap::new();
    for (key, records) in keys {
        if found.insert(key.as_str(), *records).is_some() {
            findings.wrong(Check::Counts, format!("{name} has the key {key:?} twice"));
        }
        if statement.streams.iter().all(|stream| stream.key() != key) {
            findings.wrong(Check::Counts, format!("{name} has the key {key:?}, of which export.json does not speak"));
        }
    }
    Some(found)
}

/// Names files of the payload of which neither a stream nor a list of files speaks.
pub(crate) fn tell_strangers(zip: &Zip<'_>, statement: &Statement, media: &HashSet<String>, findings: &mut Findings) {
    let of_stream = |stream: &'_ Stream| -> Vec<String> {
        let index = stream.media.iter().flat_map(|media| &media.index);
        stream.files.iter().chain(&stream.views).chain(index).cloned().collect()
    };
    let mut named: HashSet<String> = statement.streams.iter().flat_map(of_stream).collect();
    if statement.layout == "x" {
        named.insert("data/manifest.js".to_owned());
    }
    let payload = zip.entries.iter().filter(|entry| entry.is_payload()).map(|entry| entry.name.as_str());
    let strange: Vec<&str> = payload.filter(|name| !named.contains(*name) && !media.contains(*name)).collect();
    if !strange.is_empty() {
        let some = strange.get(..NAMED.min(strange.len())).unwrap_or_default().join(", ");
        let more = if strange.len() > NAMED { ", ..." } else { "" };
        let files = count(strange.len() as u64, "file", "files");
        findings.note(Check::Counts, format!("{files} below data/ of which export.json does not speak: {some}{more}"));
    }
}

/// Says what the export itself says of its completeness.
pub(crate) fn tell_completeness(statement: &Statement, findings: &mut Findings) {
    let partial = statement.streams.iter().filter(|stream| stream.status != "complete").count();
    if statement.complete != (partial == 0) {
        findings.wrong(Check::Completeness, "export.json contradicts itself: `complete` is not what its streams say");
    }
    for stream in &statement.streams {
        let lacks = lacks(stream);
        if stream.status != "complete" || !lacks.is_empty() {
            let lacks = if lacks.is_empty() { "export.json does not say what is missing".to_owned() } else { lacks.join("; ") };
            findings.note(Check::Completeness, format!("{} ({}): {lacks}", stream.stream, stream.status));
        }
    }
    for unavailable in &statement.unavailable {
        findings.note(Check::Completeness, format!("never part of an export: {}: {}", unavailable.title, unavailable.reason));
    }
    if statement.complete {
        findings.conclude(Check::Completeness, "the export says that everything asked for was received");
    } else {
        let streams = count(partial as u64, "stream", "streams");
        findings.note(Check::Completeness, format!("THE EXPORT SAYS THAT IT IS INCOMPLETE: of {streams} something is missing"));
        findings.conclude(Check::Completeness, "export.json says the same of the whole as of its streams");
    }
}

/// What a stream lacks, or may lack, in words.
fn lacks(stream: &Stream) -> Vec<String> {
    let refused: u64 = stream.partitions.iter().flat_map(|of| of.refused.values()).sum();
    let failed = stream.partitions.as_ref().map_or(0, |of| of.failed);
    let missing = if stream.total_is_estimate { 0 } else { stream.missing };
    let (not_had, linked) = stream.media.as_ref().map_or((0, 0), |media| (media.failed, media.linked));
    let figures = [
        (missing, "counted by the service and not handed out"),
        (stream.vanished, "counted by the service at first and no longer"),
        (stream.unreadable, "left out, because they could not be searched for secrets"),
        (stream.possibly_truncated, "lists reached the most that the service hands out"),
        (stream.empty_or_refused, "lists came empty, perhaps because they were not permitted"),
        (stream.partial_results, "errors that the service reported beside its records"),
        (stream.includes_missing, "accompanying objects that were not delivered"),
        (refused, "asked for singly and refused by the service"),
        (failed, "lists that could not be read to their end"),
        (not_had, "files that could not be had"),
        (linked, "files that stay where they are, as links"),
    ];
    let figures = figures.into_iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("{number} {what}"));
    let errors = stream.errors.iter().map(|(code, times)| format!("error {code} ({times} times)"));
    figures.chain(errors).collect()
}
