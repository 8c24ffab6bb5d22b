//! A finished export: what is in the archive, what the report says.

#[path = "../shared/sealing.rs"]
mod sealing;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use carryall_core::package::Package;
use carryall_core::plan::Plan;
use carryall_core::report::{ExportReport, Stop, StreamReport};
use carryall_protocol::Timestamp;
use carryall_protocol::job::{LayoutChoice, StreamStatus};
use serde_json::value::RawValue;

pub(crate) use sealing::Staging;
use sealing::{no_signature, receipt, seal};

/// A finished export.
pub(crate) struct Outcome {
    pub(crate) report: ExportReport,
    /// Of the payload.
    pub(crate) digest: String,
    pub(crate) ended: Timestamp,
    pub(crate) requests: usize,
    zip: Vec<u8>,
}

impl Outcome {
    pub(crate) fn new(
        plan: &Plan,
        mut report: ExportReport,
        package: Package,
        mut staging: Staging,
        ended: Timestamp,
        requests: usize,
    ) -> Self {
        let receipt = |digest: &str| Some(receipt(plan, digest, no_signature));
        let (digest, _) = seal(plan, package, &mut report, &mut staging, receipt);
        Self { report, digest, ended, requests, zip: staging.archive }
    }

    pub(crate) fn stream(&self, id: &str) -> &StreamReport {
        self.report.streams.iter().find(|stream| stream.stream.as_str() == id).unwrap()
    }

    /// The records of a stream, in their order.
    pub(crate) fn records(&self, id: &str) -> Vec<String> {
        let exact = |records: Vec<&RawValue>| records.into_iter().map(|record| record.get().to_owned()).collect::<Vec<_>>();
        if self.report.layout == LayoutChoice::Document {
            #[derive(serde::Deserialize)]
            struct Document<'a> {
                #[serde(borrow)]
                data: BTreeMap<String, Vec<&'a RawValue>>,
            }
            let text = self.entry("data/account-export.json");
            let document: Document<'_> = serde_json::from_str(&text).unwrap();
            return document.data.into_iter().filter(|(key, _)| key == id).flat_map(|(_, records)| exact(records)).collect();
        }
        let files = self.stream(id).files.iter().map(|file| self.entry(file));
        files.flat_map(|text| exact(serde_json::from_str(&text).unwrap())).collect()
    }

    /// An entry's text.
    pub(crate) fn entry(&self, name: &str) -> String {
        let mut zip = zip::ZipArchive::new(Cursor::new(&self.zip)).unwrap();
        let mut text = String::new();
        zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    /// The text of every entry.
    pub(crate) fn everything(&self) -> String {
        let mut zip = zip::ZipArchive::new(Cursor::new(&self.zip)).unwrap();
        let mut text = String::new();
        for at in 0..zip.len() {
            zip.by_index(at).unwrap().read_to_string(&mut text).unwrap();
        }
        text
    }
}

/// What a report says is missing, or may be; nothing where it says that nothing is.
pub(crate) fn reasons(report: &StreamReport) -> Vec<String> {
    let counts = [
        ("missing", report.missing),
        ("vanished", report.vanished),
        ("unreadable", report.unreadable),
        ("partial_results", report.partial_results),
        ("possibly_truncated", report.possibly_truncated),
    ];
    let counts = counts.into_iter().filter(|(_, count)| *count > 0).map(|(name, _)| name.to_owned());
    let cuts = report.stops.keys().filter(|stop| matches!(stop, Stop::MaxPages | Stop::NothingNew | Stop::RepeatedToken));
    counts.chain(report.errors.keys().cloned()).chain(cuts.map(|stop| format!("{stop:?}"))).collect()
}

/// Holds a stream against the truth: **every record is there exactly once, or the report says what is missing.**
///
/// `kept` are the records that were there all the time, `others` those that came or went.
pub(crate) fn judge(outcome: &Outcome, id: &str, kept: &[String], others: &[String], is_keyed: bool) -> Result<(), String> {
    let report = outcome.stream(id);
    let mut found: BTreeMap<String, i64> = BTreeMap::new();
    outcome.records(id).into_iter().for_each(|record| *found.entry(record).or_default() += 1);
    let lost = kept.iter().filter(|record| !found.contains_key(*record)).count();
    let known: BTreeSet<&String> = kept.iter().chain(others).collect();
    let strange = found.keys().filter(|record| !known.contains(record)).count();
    let doubled = found.values().filter(|count| **count > 1).count();
    let is_whole = report.status == StreamStatus::Complete;
    let reasons = reasons(report);
    let is_told = !is_whole && !reasons.is_empty();
    let is_honest = (lost == 0 || is_told) && (doubled == 0 || (is_told && !is_keyed)) && strange == 0;
    if is_honest && is_whole == reasons.iter().all(|reason| reason == "vanished") {
        return Ok(());
    }
    let status = report.status;
    let stops = &report.stops;
    Err(format!("{id}: {lost} of {} lost, {doubled} doubled, {strange} strange; {status:?} {reasons:?} {stops:?}", kept.len()))
}
