//! The whole product in one function, in the order it happens:
//! ticket -> plan -> loop over the machine's actions -> read back -> complete -> seal -> summary.

use std::pin::pin;
use std::time::Duration;

use carryall_core::archive::Check;
use carryall_core::package::{CheckedPayload, Place};
use carryall_core::{Action, Choices, Export, ExportError, Package, Plan, Run};
use carryall_protocol::Timestamp;
use carryall_protocol::counter::{ExportView, Receipt, Start};
use carryall_protocol::job::{JobOptions, Phase, Summary};
use futures_util::future::{Either, select};
use futures_util::stream::{FuturesUnordered, StreamExt};
use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

use crate::clock::{now, seed, sleep};
use crate::counter::Counter;
use crate::credentials::Credentials;
use crate::error::JobError;
use crate::host::{Host, load_catalog};
use crate::lease::Lease;
use crate::page::JobPage;
use crate::progress::Reporter;
use crate::staging::Staging;

/// A wait is cut into pieces of this length, so that a cancellation is noticed.
const NOTICE: Duration = Duration::from_millis(250);

/// Runs one export from its ticket to its file.
pub(crate) async fn run(options: JobOptions, page: JobPage) -> Result<JsValue, JobError> {
    let credentials = Credentials::new(page);
    let page = credentials.page();
    let catalog = load_catalog(&options.catalog_url, &options.origins, &page.abort_signal()).await?;
    let host = Host::new(&catalog, &options.origins, &credentials)?;
    let counter = Counter::new(&options.counter_url, options.export_id.clone(), &credentials);
    let start = Start { lease: options.lease.clone(), takeover: options.takeover };
    let lease = Lease::start(&counter, &start).await?;
    let plan = plan(&options, catalog, &lease)?;
    let mut job = Job::new(plan, page, Staging::open(&options.export_id).await);
    match kept(&lease, job.run(&host, &lease)).await {
        Ok(finished) => job.keep(finished).await,
        Err(error) => {
            job.staging.discard().await;
            // A lease that was lost is another tab's now; every other end is told, so that a new export can be asked for.
            lease.fail(&error.code()).await;
            Err(error)
        }
    }
}

fn plan(options: &JobOptions, catalog: carryall_protocol::catalog::Catalog, lease: &Lease<'_>) -> Result<Plan, JobError> {
    let choices = Choices {
        categories: options.categories.clone(),
        layout: options.layout,
        locale: options.locale.clone().unwrap_or_else(|| "en".to_owned()),
    };
    let run = Run {
        export: options.export_id.clone(),
        account: lease.account().clone(),
        started_at: now(),
        seed: seed(),
        concurrency: options.concurrency,
    };
    Ok(Plan::new(catalog, choices, run)?)
}

/// The work while the lease is kept; the loss of the lease ends it.
async fn kept<T>(lease: &Lease<'_>, work: impl Future<Output = Result<T, JobError>>) -> Result<T, JobError> {
    match select(pin!(work), pin!(lease.keep())).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right((lost, _)) => Err(lost),
    }
}

/// What a finished run leaves to be kept.
struct Finished {
    export: ExportView,
    file_name: String,
    archive_bytes: u64,
    payload_digest: String,
    complete: bool,
    records: u64,
}

/// One run: the machine, and where its parts go.
struct Job<'a> {
    plan: Plan,
    page: &'a JobPage,
    export: Export,
    staging: Staging,
    reporter: Reporter<'a>,
    began: Timestamp,
}

impl<'a> Job<'a> {
    fn new(plan: Plan, page: &'a JobPage, staging: Staging) -> Self {
        let reporter = Reporter::new(page, staging.kind());
        Self { export: Export::begin(plan.clone()), plan, page, staging, reporter, began: now() }
    }

    async fn run(&mut self, host: &Host<'_>, lease: &Lease<'_>) -> Result<Finished, JobError> {
        let package = self.read(host).await?;
        let packed = package.length();
        self.reporter.phase(Phase::Verifying, &self.export, packed);
        let mut report = self.export.report(now());
        let (payload, writes) = package.close(&self.plan, &mut report)?;
        self.staging.carry_out(writes)?;
        let checked = self.read_back(payload.check()).await?;
        let payload = payload.checked(checked);
        self.reporter.phase(Phase::Completing, &self.export, packed);
        let completed = lease.complete(&payload.digest()).await?;
        self.reporter.phase(Phase::Sealing, &self.export, packed);
        let payload_digest = payload.digest();
        let (file_name, archive_bytes) = self.seal(payload, &report, &completed.receipt).await?;
        let (complete, records) = (report.complete, report.records());
        Ok(Finished { export: completed.export, file_name, archive_bytes, payload_digest, complete, records })
    }

    /// The loop over the machine's actions.
    async fn read(&mut self, host: &Host<'_>) -> Result<Package, JobError> {
        let mut package = Package::open(&self.plan);
        let mut pages = FuturesUnordered::new();
        loop {
            if self.page.is_cancelled() {
                self.export.cancel();
            }
            match self.export.poll(now()) {
                Action::Fetch(request) => pages.push(host.page(request)),
                Action::Append(part) => self.staging.carry_out(package.append(&self.plan, part)?)?,
                Action::Wait { until } => {
                    self.reporter.reading(&self.export, package.length(), until.filter(|_| pages.is_empty()));
                    let wait = until.map_or(NOTICE, |until| until.since(now()).min(NOTICE));
                    if let Some((id, answer)) = next_within(&mut pages, wait).await {
                        self.export.handle_page(id, answer, now());
                    }
                }
                Action::Done => return Ok(package),
                Action::Failed(error) => return Err(error.into()),
            }
        }
    }

    /// Reads entries back from staging. The worker takes messages between two ranges.
    async fn read_back(&self, mut check: Check) -> Result<Check, JobError> {
        while let Some(range) = check.wants() {
            check.fill(&self.staging.read(Place::Archive, range)?)?;
            if self.page.is_cancelled() {
                return Err(ExportError::Cancelled.into());
            }
            sleep(Duration::ZERO).await;
        }
        Ok(check)
    }

    async fn seal(
        &mut self,
        payload: CheckedPayload,
        report: &carryall_core::report::ExportReport,
        receipt: &Receipt,
    ) -> Result<(String, u64), JobError> {
        let mut sealed = payload.seal(&self.plan, report, Some(receipt))?;
        self.staging.carry_out(std::mem::take(&mut sealed.writes))?;
        self.read_back(sealed.check()).await?;
        sealed.check_directory(&self.staging.read(Place::Archive, sealed.directory()..sealed.length())?)?;
        Ok((sealed.file_name.clone(), sealed.length()))
    }

    /// Hands the sealed archive to the page.
    async fn keep(self, finished: Finished) -> Result<JsValue, JobError> {
        let summary = Summary {
            export: finished.export,
            file_name: finished.file_name,
            archive_bytes: finished.archive_bytes,
            records: finished.records,
            complete: finished.complete,
            payload_digest: finished.payload_digest,
            streams: self.export.progress(),
            staging: self.staging.kind(),
            elapsed_millis: u64::try_from(now().since(self.began).as_millis()).unwrap_or(u64::MAX),
            wasm_memory_bytes: memory_bytes(),
        };
        let file = self.staging.keep(&summary).await?;
        Ok(outcome(&summary, &file))
    }
}

/// The next answer, if one comes within this time. With nothing under way it is only a wait.
async fn next_within<F: Future>(pages: &mut FuturesUnordered<F>, wait: Duration) -> Option<F::Output> {
    if pages.is_empty() {
        sleep(wait).await;
        return None;
    }
    match select(pages.next(), pin!(sleep(wait))).await {
        Either::Left((answer, _)) => answer,
        Either::Right(((), _)) => None,
    }
}

/// `{summary, file}` as the page reads it.
fn outcome(summary: &Summary, file: &Blob) -> JsValue {
    let outcome = Object::new();
    let summary = serde_wasm_bindgen::to_value(summary).unwrap_or(JsValue::NULL);
    // Setting a property of a plain object does not fail.
    let _ = Reflect::set(&outcome, &JsValue::from_str("summary"), &summary);
    let _ = Reflect::set(&outcome, &JsValue::from_str("file"), file);
    outcome.into()
}

/// Size of the wasm memory, which never shrinks: the highest it has been.
fn memory_bytes() -> u64 {
    let memory = wasm_bindgen::memory().unchecked_into::<js_sys::WebAssembly::Memory>();
    let buffer = Reflect::get(&memory.buffer(), &JsValue::from_str("byteLength"));
    // A whole number of pages below 4 GiB.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "see above")]
    buffer.ok().and_then(|length| length.as_f64()).map_or(0, |length| length as u64)
}
