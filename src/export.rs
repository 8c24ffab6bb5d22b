//! The whole product in one function, in the order it happens:
//! ticket -> plan -> loop over the machine's actions -> read back -> complete -> seal -> summary.

use std::pin::pin;
use std::time::Duration;

use carryall_core::archive::Check;
use carryall_core::entry_name::Unicode;
use carryall_core::package::{CheckedPayload, Place, Write};
use carryall_core::readme::Words;
use carryall_core::report::ExportReport;
use carryall_core::{Action, Choices, Export, ExportError, Package, Plan, Run};
use carryall_protocol::Timestamp;
use carryall_protocol::counter::{ProblemCode, Receipt, Start};
use carryall_protocol::job::{JobOptions, Phase, Summary};
use futures_util::future::{Either, select};
use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

use crate::clock::{now, seed, sleep};
use crate::counter::Counter;
use crate::credentials::Credentials;
use crate::error::{JobError, is};
use crate::host::{Host, load_catalog};
use crate::lease::Lease;
use crate::page::JobPage;
use crate::progress::{self, Reporter};
use crate::staging::Staging;
use crate::traffic::{Arrival, Traffic};
use crate::wire;

/// A wait is cut into pieces of this length, so that a cancellation is noticed.
const NOTICE: Duration = Duration::from_millis(250);

/// From one question for a place to the next: the counter asks for ten seconds, and keeps the place for thirty.
const ASK_AGAIN: Duration = Duration::from_secs(10);

/// The worker takes messages at least this often while it reads back.
const REST_AFTER: Duration = Duration::from_millis(50);

/// Runs one export from its ticket to its file.
pub(crate) async fn run(options: JobOptions, page: JobPage, words: Words) -> Result<JsValue, JobError> {
    let credentials = Credentials::new(page);
    let page = credentials.page();
    let catalog = load_catalog(&options.catalog_url, &options.origins, &page.abort_signal()).await?;
    let host = Host::new(&catalog, &options.origins, &credentials)?;
    let counter = Counter::new(&options.counter_url, options.export_id.clone(), &credentials);
    let start = Start { lease: options.lease.clone(), takeover: options.takeover };
    let lease = take_place(&counter, &start, page).await?;
    let ran = match plan(&options, catalog, &lease, host.origin()) {
        Ok(plan) => Job::new(plan, &words, page, &lease, Staging::open(&options.export_id).await).run(&host).await,
        Err(error) => Err(error),
    };
    if let Err(error) = &ran {
        // A lease that was lost is another tab's now; every other end is told, so that a new export can be asked for.
        lease.fail(&error.code()).await;
    }
    ran
}

/// Starts as soon as there is a place among those that run; the counter keeps the one in the queue for whoever asks again in time.
async fn take_place<'a>(counter: &'a Counter<'a>, start: &Start, page: &JobPage) -> Result<Lease<'a>, JobError> {
    loop {
        let problem = match Lease::start(counter, start).await {
            Err(JobError::Refused(problem)) if is(&problem, ProblemCode::Queued) => problem,
            outcome => return outcome,
        };
        progress::queued(page, problem.ahead);
        let again = now().after(ASK_AGAIN);
        while now() < again {
            if page.is_cancelled() {
                return Err(ExportError::Cancelled.into());
            }
            sleep(NOTICE).await;
        }
    }
}

fn plan(
    options: &JobOptions,
    catalog: carryall_protocol::catalog::Catalog,
    lease: &Lease<'_>,
    origin: String,
) -> Result<Plan, JobError> {
    let choices = Choices {
        categories: options.categories.clone(),
        layout: options.layout,
        format: options.format.unwrap_or_default(),
        media: options.media,
        locale: options.locale.clone().unwrap_or_else(|| "en".to_owned()),
        since: options.since,
        until: options.until,
        only_mine: options.only_mine,
    };
    let run = Run {
        export: options.export_id.clone(),
        account: lease.account().clone(),
        started_at: lease.now(),
        origin,
        seed: seed(),
        concurrency: options.concurrency,
        unicode: Unicode { nfc: wire::nfc, lower: wire::lower },
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

/// One run: the machine, and where its parts go.
struct Job<'a> {
    plan: Plan,
    words: &'a Words,
    page: &'a JobPage,
    lease: &'a Lease<'a>,
    export: Export,
    staging: Staging,
    reporter: Reporter<'a>,
    began: Timestamp,
}

impl<'a> Job<'a> {
    fn new(plan: Plan, words: &'a Words, page: &'a JobPage, lease: &'a Lease<'a>, staging: Staging) -> Self {
        let reporter = Reporter::new(page, staging.kind());
        Self { export: Export::begin(plan.clone()), plan, words, page, lease, staging, reporter, began: now() }
    }

    /// From the first page to the file. Whatever fails leaves nothing in staging.
    async fn run(mut self, host: &Host<'_>) -> Result<JsValue, JobError> {
        match self.finish(host).await {
            Ok((summary, export)) => {
                let summary = wire::summary(&summary, &export);
                let file = self.staging.keep(&summary).await?;
                Ok(outcome(&summary, &file))
            }
            Err(error) => {
                self.staging.discard().await;
                Err(error)
            }
        }
    }

    async fn finish(&mut self, host: &Host<'_>) -> Result<(Summary, String), JobError> {
        let lease = self.lease;
        let (payload, mut report) = kept(lease, self.pack(host)).await?;
        let payload_digest = payload.digest();
        self.reporter.phase(Phase::Completing, &self.export, payload.length());
        let waiting = |until| self.reporter.completing(&self.export, payload.length(), until);
        let completed = lease.complete(&payload_digest, waiting, || self.page.is_cancelled()).await?;
        self.reporter.phase(Phase::Sealing, &self.export, payload.length());
        let (file_name, archive_bytes) = self.seal(payload, &mut report, completed.receipt.as_ref()).await?;
        let summary = Summary {
            file_name,
            archive_bytes,
            records: report.records(),
            complete: report.complete,
            receipt: report.has_receipt,
            payload_digest,
            streams: self.export.progress(),
            media: report.media(),
            staging: self.staging.kind(),
            elapsed_millis: u64::try_from(now().since(self.began).as_millis()).unwrap_or(u64::MAX),
            wasm_memory_bytes: memory_bytes(),
        };
        Ok((summary, completed.export))
    }

    /// Reads everything, closes the payload and reads it back.
    async fn pack(&mut self, host: &Host<'_>) -> Result<(CheckedPayload, ExportReport), JobError> {
        let package = self.read(host).await?;
        self.reporter.phase(Phase::Verifying, &self.export, package.length());
        let mut report = self.export.report(self.lease.now());
        let (payload, writes) = package.close(&self.plan, &mut report)?;
        self.carry_out(writes).await?;
        let checked = self.read_back(payload.check()).await?;
        Ok((payload.checked(checked), report))
    }

    /// The loop over the machine's actions.
    async fn read(&mut self, host: &Host<'_>) -> Result<Package, JobError> {
        let mut package = Package::open(&self.plan);
        let mut traffic = Traffic::new(host);
        loop {
            if self.page.is_cancelled() {
                self.export.cancel();
            }
            match self.export.poll(now()) {
                Action::Fetch(request) => traffic.page(request),
                Action::FetchMedia(request) => traffic.file(request),
                Action::Append(part) => self.staging.carry_out(package.append(&self.plan, part)?)?,
                Action::Keep(file) => self.carry_out(package.keep(file)?).await?,
                Action::Wait { until } => {
                    let told = until.filter(|_| traffic.is_empty()).map(|until| self.lease.by_counter(until));
                    self.reporter.reading(&self.export, package.length(), told);
                    let wait = until.map_or(NOTICE, |until| until.since(now()).min(NOTICE));
                    if let Some(arrival) = traffic.next_within(wait).await {
                        self.hand_over(arrival, &traffic)?;
                    }
                }
                Action::Done => return Ok(package),
                Action::Failed(error) => return Err(error.into()),
            }
        }
    }

    /// Carries out writes that may be gigabytes of copying: heartbeats and cancellation get their turn between them.
    async fn carry_out(&mut self, writes: Vec<Write>) -> Result<(), JobError> {
        let mut rested = now();
        for write in writes.into_iter().flat_map(Write::in_pieces) {
            self.staging.carry_out(vec![write])?;
            if self.page.is_cancelled() {
                return Err(ExportError::Cancelled.into());
            }
            if now().since(rested) >= REST_AFTER {
                sleep(Duration::ZERO).await;
                rested = now();
            }
        }
        Ok(())
    }

    /// Hands over what has come; a file goes on as long as it is wanted.
    fn hand_over(&mut self, arrival: Arrival, traffic: &Traffic<'_>) -> Result<(), JobError> {
        match arrival {
            Arrival::Page(id, answer) => self.export.handle_page(id, answer, now()),
            Arrival::Head(id, head, body) => {
                if self.export.handle_media_head(id, &head, now()) {
                    traffic.piece(id, body);
                }
            }
            Arrival::Piece(id, piece, body) => {
                if let Some(writes) = self.export.handle_media_bytes(id, &piece, now()) {
                    self.staging.carry_out(writes)?;
                    traffic.piece(id, body);
                }
            }
            Arrival::End(id, end) => {
                let write = self.export.handle_media_end(id, end, now());
                self.staging.carry_out(write.into_iter().collect())?;
            }
        }
        Ok(())
    }

    /// Reads entries back from staging.
    async fn read_back(&self, mut check: Check) -> Result<Check, JobError> {
        let mut rested = now();
        while let Some(range) = check.wants() {
            check.fill(&self.staging.read(Place::Archive, range)?)?;
            if self.page.is_cancelled() {
                return Err(ExportError::Cancelled.into());
            }
            // Browsers make even a wait of nothing four milliseconds long.
            if now().since(rested) >= REST_AFTER {
                sleep(Duration::ZERO).await;
                rested = now();
            }
        }
        Ok(check)
    }

    async fn seal(
        &mut self,
        payload: CheckedPayload,
        report: &mut ExportReport,
        receipt: Option<&Receipt>,
    ) -> Result<(String, u64), JobError> {
        let mut sealed = payload.seal(&self.plan, self.words, report, receipt)?;
        self.staging.carry_out(std::mem::take(&mut sealed.writes))?;
        self.read_back(sealed.check()).await?;
        sealed.check_directory(&self.staging.read(Place::Archive, sealed.directory()..sealed.length())?)?;
        Ok((sealed.file_name.clone(), sealed.length()))
    }
}

/// `{summary, file}` as the page reads it.
fn outcome(summary: &str, file: &Blob) -> JsValue {
    let outcome = Object::new();
    // Setting a property of a plain object does not fail.
    let _ = Reflect::set(&outcome, &JsValue::from_str("summary"), &wire::parsed(summary));
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
