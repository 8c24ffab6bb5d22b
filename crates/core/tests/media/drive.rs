//! Drives an export over one list whose records tell of files.

#[path = "../shared/sealing.rs"]
mod sealing;

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::time::Duration;

use carryall_core::entry_name::Unicode;
use carryall_core::export::{Action, Export};
use carryall_core::media::{MediaHead, MediaId};
use carryall_core::package::Package;
use carryall_core::page::{FetchError, Page};
use carryall_core::plan::{Choices, Plan, Run};
use carryall_core::report::{ExportReport, MediaReport};
use carryall_protocol::job::{LayoutChoice, MediaChoice};
use carryall_protocol::{AccountId, CategoryId, ExportId, Timestamp};
use serde_json::{Value, json};

use crate::host::{Came, MediaHost};
use sealing::{Staging, no_signature, receipt, seal};

pub(crate) const START: Timestamp = Timestamp::from_secs(1_772_280_000);
pub(crate) const MEDIA: &str = "https://media.example";

/// An export to be driven.
#[derive(Debug, Clone)]
pub(crate) struct Drive {
    pub(crate) records: Vec<Value>,
    pub(crate) attachments: Value,
    pub(crate) media: Value,
    pub(crate) remove: Vec<&'static str>,
    pub(crate) choice: MediaChoice,
    pub(crate) layout: LayoutChoice,
    pub(crate) page_size: usize,
    pub(crate) concurrency: u8,
    /// Which of what is under way comes next; 0 is the oldest.
    pub(crate) order: Vec<usize>,
    /// Bytes of one piece of a body.
    pub(crate) piece: usize,
}

impl Default for Drive {
    fn default() -> Self {
        Self {
            records: Vec::new(),
            attachments: json!([{"at": "/files", "url": "/url", "id": "/id", "name": "/name", "size": "/size", "type": "/type", "expires": "/expires"}]),
            media: json!({"origins": [MEDIA]}),
            remove: Vec::new(),
            choice: MediaChoice::Files,
            layout: LayoutChoice::Files,
            page_size: 10,
            concurrency: 6,
            order: vec![0],
            piece: 100_000,
        }
    }
}

/// A finished export.
pub(crate) struct Outcome {
    pub(crate) zip: Vec<u8>,
    pub(crate) report: ExportReport,
    pub(crate) digest: String,
    /// Bytes of the scratch at most.
    pub(crate) scratch: usize,
    pub(crate) elapsed: Duration,
    /// Pages asked for while more files than this waited.
    pub(crate) most_under_way: usize,
}

/// What is under way.
enum Coming {
    Page(carryall_core::export::RequestId, Page),
    Head(MediaId, Came),
    Body(MediaId, Vec<u8>, bool),
}

impl Drive {
    fn plan(&self) -> Plan {
        let text = json!({
            "catalog_version": 1, "name": "app", "title": "App", "base_url": "/api", "media": self.media,
            "categories": [{"id": "notes", "title": "Notes", "streams": [{
                "id": "notes", "primary_key": "/key", "request": {"path": "/notes"}, "records": {"pointer": "/notes"},
                "paginator": {"type": "page_number", "page_size": self.page_size, "page_size_param": "n", "start_page": 0},
                "attachments": self.attachments, "remove_fields": self.remove,
            }]}],
        });
        let catalog = carryall_core::catalog::parse("app.json", &text.to_string()).unwrap();
        let choices = Choices {
            categories: vec![CategoryId::new("notes").unwrap()],
            layout: Some(self.layout),
            media: Some(self.choice),
            locale: "en".to_owned(),
            ..Choices::default()
        };
        let run = Run {
            export: ExportId::new("0123456789abcdef0123456789abcdef").unwrap(),
            account: AccountId::new("acc_1").unwrap(),
            started_at: START,
            seed: 7,
            origin: "https://app.example".to_owned(),
            concurrency: Some(self.concurrency),
            unicode: Unicode { nfc: |text| text.replace("e\u{301}", "\u{e9}"), lower: str::to_lowercase },
        };
        Plan::new(catalog, choices, run).unwrap()
    }

    fn page(&self, target: &str) -> Page {
        let number: usize = target.split("page=").nth(1).map_or(0, |rest| rest.split('&').next().unwrap().parse().unwrap());
        let notes: Vec<&Value> = self.records.iter().skip(number * self.page_size).take(self.page_size).collect();
        Page { status: 200, headers: Vec::new(), body: json!({"notes": notes}).to_string().into_bytes() }
    }

    pub(crate) fn run(&self, host: &mut MediaHost) -> Outcome {
        let plan = self.plan();
        let mut export = Export::begin(plan.clone());
        let mut package = Package::open(&plan);
        let mut staging = Staging::default();
        let mut coming: Vec<Coming> = Vec::new();
        let mut order = self.order.iter().cycle();
        let (mut now, mut most_under_way) = (START, 0);
        for _ in 0..1_000_000 {
            match export.poll(now) {
                Action::Fetch(request) => coming.push(Coming::Page(request.id, self.page(&request.target))),
                Action::FetchMedia(request) => {
                    let came = host.answer(&request);
                    coming.push(Coming::Head(request.id, came));
                    let media = coming.iter().filter(|coming| !matches!(coming, Coming::Page(..))).count();
                    most_under_way = most_under_way.max(media);
                }
                Action::Append(part) => staging.carry_out(package.append(&plan, part).unwrap()),
                Action::Keep(file) => staging.carry_out(package.keep(file).unwrap()),
                Action::Wait { until } if coming.is_empty() => now = until.expect("somebody is waited for").max(now),
                Action::Wait { .. } => {
                    let at = order.next().unwrap() % coming.len();
                    now = now.after(Duration::from_millis(5));
                    let next = coming.remove(at);
                    coming.extend(self.hand_over(next, &mut export, &mut staging, now));
                }
                Action::Done => {
                    let elapsed = now.since(START);
                    return finish(&plan, export.report(now), package, staging, elapsed, most_under_way);
                }
                Action::Failed(error) => panic!("{error}"),
            }
        }
        panic!("the machine never ends");
    }

    fn hand_over(&self, coming: Coming, export: &mut Export, staging: &mut Staging, now: Timestamp) -> Option<Coming> {
        match coming {
            Coming::Page(id, page) => export.handle_page(id, Ok(page), now),
            Coming::Head(id, Came::Nothing) => {
                staging.carry_out(export.handle_media_end(id, Err(FetchError::Connection), now).into_iter().collect());
            }
            Coming::Head(id, Came::Answer { status, headers, body, is_whole }) => {
                return export
                    .handle_media_head(id, &MediaHead { status, headers }, now)
                    .then_some(Coming::Body(id, body, is_whole));
            }
            Coming::Body(id, mut body, is_whole) if !body.is_empty() => {
                let rest = body.split_off(self.piece.min(body.len()));
                let writes = export.handle_media_bytes(id, &body, now)?;
                staging.carry_out(writes);
                return Some(Coming::Body(id, rest, is_whole));
            }
            Coming::Body(id, _, is_whole) => {
                let end = if is_whole { Ok(()) } else { Err(FetchError::Connection) };
                staging.carry_out(export.handle_media_end(id, end, now).into_iter().collect());
            }
        }
        None
    }
}

fn finish(
    plan: &Plan,
    mut report: ExportReport,
    package: Package,
    mut staging: Staging,
    elapsed: Duration,
    most_under_way: usize,
) -> Outcome {
    let receipt = |digest: &str| Some(receipt(plan, digest, no_signature));
    let (digest, _) = seal(plan, package, &mut report, &mut staging, receipt);
    Outcome { zip: staging.archive, report, digest, scratch: staging.media.len(), elapsed, most_under_way }
}

impl Outcome {
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut zip = zip::ZipArchive::new(Cursor::new(&self.zip)).unwrap();
        let file = |at: usize| {
            let mut entry = zip.by_index(at).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            (entry.name().unwrap().into_owned(), bytes)
        };
        (0..self.report_len()).map(file).collect()
    }

    fn report_len(&self) -> usize {
        zip::ZipArchive::new(Cursor::new(&self.zip)).unwrap().len()
    }

    pub(crate) fn media(&self) -> &MediaReport {
        self.report.streams[0].media.as_ref().unwrap()
    }

    /// The lines of the index.
    pub(crate) fn index(&self) -> Vec<Value> {
        let files = self.files();
        self.media().index.iter().flat_map(|name| serde_json::from_slice::<Vec<Value>>(&files[name]).unwrap()).collect()
    }
}

/// A record with these files.
pub(crate) fn record(key: usize, files: &[Value]) -> Value {
    json!({"key": key.to_string(), "files": files})
}
