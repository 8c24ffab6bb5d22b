//! The ten lines that connect the machine to a host and a staging: what the browser's edge does, in memory.

#[path = "../shared/sealing.rs"]
mod sealing;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{Cursor, Read};
use std::time::Duration;

use carryall_core::export::{Action, Export, ExportError};
use carryall_core::package::Package;
use carryall_core::plan::{Choices, Plan, Run};
use carryall_core::report::ExportReport;
use carryall_protocol::catalog::Catalog;
use carryall_protocol::counter::ReceiptStatement;
use carryall_protocol::job::{FormatChoice, LayoutChoice};
use carryall_protocol::{AccountId, CategoryId, ExportId, Timestamp};
use serde_json::value::RawValue;

use crate::host::Host;
use sealing::{Staging, no_signature, receipt, seal};

/// The payload digest of 1,234 contacts and 60 calls in the `files` layout: the same on every machine.
pub(crate) const FILES_DIGEST: &str = "7a85e5d523a4d1368318cb4bcd276a72f7d0afcd86622a66f1ae23a0cd24512b";
/// The same in the `document` layout.
pub(crate) const DOCUMENT_DIGEST: &str = "50150ab3f0f510df82217294b7828e2c3723dc87e9b810ac45a9d205b3947a85";

pub(crate) const START: Timestamp = Timestamp::from_secs(1_772_280_000);

/// How an export is driven.
#[derive(Debug, Clone)]
pub(crate) struct Drive {
    pub(crate) layout: LayoutChoice,
    pub(crate) format: FormatChoice,
    /// What the catalog says otherwise.
    pub(crate) edit: fn(&mut Catalog),
    pub(crate) concurrency: u8,
    /// Which of the answers under way comes next; 0 is the oldest.
    pub(crate) order: Vec<usize>,
    /// Staging takes one byte at a time.
    pub(crate) bytewise: bool,
    pub(crate) categories: Vec<&'static str>,
    pub(crate) page_size: u32,
    /// Seconds that a page may meet an outage; the catalog's own where absent.
    pub(crate) patience: Option<u32>,
    /// The person's range of time.
    pub(crate) since: Option<Timestamp>,
    pub(crate) until: Option<Timestamp>,
    /// Whether the counter can be reached at the end.
    pub(crate) has_receipt: bool,
    /// What the counter signs a receipt with.
    pub(crate) sign: fn(&ReceiptStatement) -> String,
}

impl Default for Drive {
    fn default() -> Self {
        Self {
            layout: LayoutChoice::Files,
            format: FormatChoice::Json,
            edit: |_| {},
            concurrency: 6,
            order: vec![0],
            bytewise: false,
            categories: vec!["users", "contacts", "calls"],
            page_size: 100,
            patience: None,
            since: None,
            until: None,
            has_receipt: true,
            sign: no_signature,
        }
    }
}

/// A finished export.
pub(crate) struct Outcome {
    pub(crate) zip: Vec<u8>,
    pub(crate) report: ExportReport,
    pub(crate) digest: String,
    pub(crate) file_name: String,
}

impl Drive {
    pub(crate) fn plan(&self) -> Plan {
        let text = include_str!("../../../../catalogs/talkif.json");
        let text = text.replace("\"page_size\": 100", &format!("\"page_size\": {}", self.page_size));
        let mut catalog = carryall_core::catalog::parse("talkif.json", &text).unwrap();
        if let Some(patience) = self.patience {
            let streams = catalog.categories.iter_mut().flat_map(|category| &mut category.streams);
            streams.for_each(|stream| stream.retry.patience = patience);
        }
        (self.edit)(&mut catalog);
        let categories = self.categories.iter().map(|id| CategoryId::new(*id).unwrap()).collect();
        let choices = Choices {
            format: self.format,
            media: None,
            categories,
            layout: Some(self.layout),
            locale: "en".to_owned(),
            since: self.since,
            until: self.until,
            only_mine: false,
        };
        let run = Run {
            export: ExportId::new("0123456789abcdef0123456789abcdef").unwrap(),
            account: AccountId::new("acc_1").unwrap(),
            started_at: START,
            seed: 7,
            origin: "https://app.example".to_owned(),
            concurrency: Some(self.concurrency),
            unicode: Default::default(),
        };
        Plan::new(catalog, choices, run).unwrap()
    }

    pub(crate) fn run(&self, host: &mut Host) -> Result<Outcome, ExportError> {
        let plan = self.plan();
        let mut export = Export::begin(plan.clone());
        let mut package = Package::open(&plan);
        let mut staging = Staging { is_bytewise: self.bytewise, ..Staging::default() };
        let mut under_way = VecDeque::new();
        let mut order = self.order.iter().cycle();
        let mut now = START;
        for _ in 0..1_000_000 {
            match export.poll(now) {
                Action::Fetch(request) => {
                    under_way.push_back((request.id, host.answer(&request.target, request.fresh_credentials, now)));
                }
                Action::Append(part) => staging.carry_out(package.append(&plan, part).unwrap()),
                Action::FetchMedia(_) | Action::Keep(_) => panic!("nothing here tells of files"),
                Action::Wait { until } => match (under_way.is_empty(), until) {
                    (false, _) => {
                        let at = order.next().unwrap() % under_way.len();
                        let (id, answer) = under_way.remove(at).unwrap();
                        // Every answer takes a while, so that outages and limits pass.
                        now = now.after(Duration::from_millis(20));
                        export.handle_page(id, answer, now);
                    }
                    (true, Some(until)) => now = until.max(now),
                    (true, None) => panic!("the machine waits for a page that nobody was asked for"),
                },
                Action::Done => return Ok(finish(&plan, export.report(now), package, staging, self)),
                Action::Failed(error) => return Err(error),
            }
        }
        panic!("the machine never ends");
    }
}

fn finish(plan: &Plan, mut report: ExportReport, package: Package, mut staging: Staging, drive: &Drive) -> Outcome {
    let receipt = |digest: &str| drive.has_receipt.then(|| receipt(plan, digest, drive.sign));
    let (digest, sealed) = seal(plan, package, &mut report, &mut staging, receipt);
    Outcome { zip: staging.archive, report, digest, file_name: sealed.file_name }
}

impl Outcome {
    /// An entry's text.
    pub(crate) fn entry(&self, name: &str) -> String {
        let mut zip = zip::ZipArchive::new(Cursor::new(&self.zip)).unwrap();
        let mut text = String::new();
        zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let mut zip = zip::ZipArchive::new(Cursor::new(&self.zip)).unwrap();
        (0..zip.len()).map(|at| zip.by_index(at).unwrap().name().unwrap().into_owned()).collect()
    }

    /// The text of every entry, one after the other.
    pub(crate) fn everything(&self) -> String {
        self.names().iter().map(|name| self.entry(name)).collect()
    }

    /// The records of each stream; a record that stands twice is an error.
    pub(crate) fn records(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut streams: BTreeMap<String, Vec<String>> = BTreeMap::new();
        if self.report.layout == LayoutChoice::Document {
            #[derive(serde::Deserialize)]
            struct Document<'a> {
                #[serde(borrow)]
                data: BTreeMap<String, Vec<&'a RawValue>>,
            }
            let text = self.entry("data/account-export.json");
            let document: Document<'_> = serde_json::from_str(&text).unwrap();
            for (key, records) in document.data {
                let stream = if key == "callTranscripts" { "call-transcripts".to_owned() } else { key };
                streams.insert(stream, records.iter().map(|record| record.get().to_owned()).collect());
            }
        } else {
            for stream in &self.report.streams {
                for file in &stream.files {
                    let text = self.entry(file);
                    let records: Vec<&RawValue> = match file.ends_with(".ndjson") {
                        true => text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
                        false => serde_json::from_str(&text).unwrap(),
                    };
                    streams.entry(stream.stream.to_string()).or_default().extend(records.iter().map(|r| r.get().to_owned()));
                }
            }
        }
        let once = |(stream, records): (String, Vec<String>)| {
            let set: BTreeSet<String> = records.iter().cloned().collect();
            assert_eq!(set.len(), records.len(), "{stream} has a record twice");
            (stream, set)
        };
        streams.into_iter().map(once).collect()
    }

    pub(crate) fn stream(&self, id: &str) -> &carryall_core::report::StreamReport {
        self.report.streams.iter().find(|stream| stream.stream.as_str() == id).unwrap()
    }
}

/// Holds an outcome against the truth.
pub(crate) fn assert_whole(outcome: &Outcome, host: &Host) {
    let records = outcome.records();
    for (stream, expected) in crate::host::truth(host) {
        assert_eq!(records[stream], expected, "{stream}");
    }
}
