//! Drives an export against a host in memory, in virtual time: answers come when they are due, nothing sleeps.

use std::collections::BTreeMap;
use std::time::Duration;

use carryall_core::export::{Action, Export, ExportError};
use carryall_core::package::Package;
use carryall_core::page::{FetchError, Page};
use carryall_core::plan::{Choices, Plan, Run};
use carryall_protocol::job::LayoutChoice;
use carryall_protocol::{AccountId, CategoryId, ExportId, Timestamp};
use serde_json::{Value, json};

use crate::call::Call;
use crate::outcome::{Outcome, Staging};

pub(crate) const ORIGIN: &str = "https://app.example";
pub(crate) const BASE: &str = "/api/v1";
/// 2026-01-03T12:00:00.500Z: after all records, on the day of the newest.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_767_441_600_500);
/// Polls of one export, and days that it takes, beyond which it is going in circles.
const POLLS: usize = 2_000_000;
const DAYS: u64 = 14;

/// What a host answers, and how long that takes.
pub(crate) struct Reply {
    pub(crate) answer: Result<Page, FetchError>,
    pub(crate) after: Duration,
}

impl From<Page> for Reply {
    fn from(page: Page) -> Self {
        Self { answer: Ok(page), after: Duration::from_millis(20) }
    }
}

/// A host.
pub(crate) trait Api {
    /// The answer to a request that is sent now.
    fn answer(&mut self, call: &Call, now: Timestamp) -> Reply;
}

impl<F: FnMut(&Call) -> Page> Api for F {
    fn answer(&mut self, call: &Call, _now: Timestamp) -> Reply {
        self(call).into()
    }
}

/// How an export is driven.
#[derive(Debug, Clone)]
pub(crate) struct Drive {
    pub(crate) concurrency: u8,
    pub(crate) choices: Choices,
}

impl Default for Drive {
    fn default() -> Self {
        let choices = Choices { layout: Some(LayoutChoice::Files), locale: "en".to_owned(), ..Choices::default() };
        Self { concurrency: 8, choices }
    }
}

impl Drive {
    /// With so many requests at once.
    pub(crate) fn at(concurrency: u8) -> Self {
        Self { concurrency, ..Self::default() }
    }

    /// The plan for a catalog; of every category, where none is chosen.
    pub(crate) fn plan(&self, catalog: &Value) -> Plan {
        let catalog = carryall_core::catalog::parse("conformance.json", &catalog.to_string()).unwrap();
        let mut choices = self.choices.clone();
        if choices.categories.is_empty() {
            choices.categories = catalog.categories.iter().map(|category| category.id.clone()).collect();
        }
        let run = Run {
            export: ExportId::new("0123456789abcdef0123456789abcdef").unwrap(),
            account: AccountId::new("1").unwrap(),
            started_at: START,
            seed: 7,
            origin: ORIGIN.to_owned(),
            concurrency: Some(self.concurrency),
            unicode: Default::default(),
        };
        Plan::new(catalog, choices, run).unwrap()
    }

    /// Runs an export to its end.
    pub(crate) fn run(&self, catalog: &Value, api: &mut dyn Api) -> Result<Outcome, ExportError> {
        let plan = self.plan(catalog);
        let mut export = Export::begin(plan.clone());
        let mut package = Package::open(&plan);
        let mut staging = Staging::default();
        let mut under_way = BTreeMap::new();
        let (mut now, mut requests) = (START, 0_usize);
        for _ in 0..POLLS {
            assert!(now.since(START) < Duration::from_secs(DAYS * 86_400), "it takes {DAYS} days");
            match export.poll(now) {
                Action::Fetch(request) => {
                    requests += 1;
                    let Reply { answer, after } = api.answer(&Call::of(&request, &plan), now);
                    under_way.insert((now.after(after), requests), (request.id, answer));
                    assert!(under_way.len() <= usize::from(self.concurrency));
                }
                Action::Append(part) => staging.carry_out(package.append(&plan, part).unwrap()),
                Action::FetchMedia(_) | Action::Keep(_) => panic!("nothing here tells of files"),
                Action::Wait { until } => {
                    let due = under_way.keys().next().map(|(due, _)| *due);
                    match (due, until) {
                        (Some(due), until) if until.is_none_or(|until| due <= until) => {
                            let (_, (id, answer)) = under_way.pop_first().unwrap();
                            now = due.max(now);
                            export.handle_page(id, answer, now);
                        }
                        (_, Some(until)) => now = until.max(now),
                        (_, None) => panic!("the machine waits for a page that nobody was asked for"),
                    }
                }
                Action::Done => return Ok(Outcome::new(&plan, export.report(now), package, staging, now, requests)),
                Action::Failed(error) => return Err(error),
            }
        }
        panic!("the machine never ends");
    }
}

/// A catalog of these streams, each in a category of its own.
pub(crate) fn catalog(streams: impl IntoIterator<Item = Value>) -> Value {
    let categories: Vec<Value> =
        streams.into_iter().map(|stream| category(stream["id"].as_str().unwrap(), std::slice::from_ref(&stream))).collect();
    catalog_of(&categories)
}

/// A category of these streams.
pub(crate) fn category(id: &str, streams: &[Value]) -> Value {
    json!({"id": id, "title": id, "streams": streams})
}

/// A catalog of these categories.
pub(crate) fn catalog_of(categories: &[Value]) -> Value {
    json!({"catalog_version": 1, "name": "conformance", "title": "Conformance", "base_url": BASE, "categories": categories})
}

/// A category's id.
pub(crate) fn id(id: &str) -> CategoryId {
    CategoryId::new(id).unwrap()
}
