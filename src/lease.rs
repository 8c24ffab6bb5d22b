//! That this tab still runs the export: the lease is renewed while the export works, and its loss is noticed.
//!
//! A heartbeat that cannot be delivered is tried again; only the counter's own refusal loses the lease. **A lost lease ends
//! the export**: another tab has it now.

use std::time::Duration;

use carryall_core::wire::Started;
use carryall_protocol::counter::{Complete, Fail, Heartbeat, ProblemCode, Receipt, Start};
use carryall_protocol::{AccountId, LeaseId, Timestamp};

use crate::clock::{now, sleep};
use crate::counter::Counter;
use crate::error::{JobError, is};

/// The longest wait between two tries of the completion.
const COMPLETION_WAIT_SECONDS: u64 = 30;
/// How long the counter may be away when an archive is whole: then it is sealed without a receipt, and says so.
const PATIENCE: Duration = Duration::from_secs(10 * 60);
/// The wait after a call that could not be delivered, or was one too many from this network.
const RETRY_SECONDS: u64 = 5;
/// The longest wait that the counter may ask for: a lease is renewed meanwhile at the latest.
const MAX_ASKED: Duration = Duration::from_secs(60);
/// How often a start is tried that was one too many.
const START_TRIES: u32 = 12;

/// A completed export, and the counter's signature under it where that could be had.
pub(crate) struct Ended {
    /// The export as it stands then, as JSON.
    pub(crate) export: String,
    pub(crate) receipt: Option<Receipt>,
}

/// A held lease.
pub(crate) struct Lease<'a> {
    counter: &'a Counter<'a>,
    lease: LeaseId,
    epoch: u32,
    every: Duration,
    account: AccountId,
    /// The counter's clock when the lease was given, and this device's at the same time.
    given_at: (Timestamp, Timestamp),
    run_by: Option<Timestamp>,
    /// The export as the counter saw it at the start, as JSON.
    export: String,
}

impl<'a> Lease<'a> {
    /// Starts the export.
    pub(crate) async fn start(counter: &'a Counter<'a>, start: &Start) -> Result<Self, JobError> {
        let Started { ticket, lease, epoch, heartbeat_every, now: given, account, run_by, export } =
            started(counter, start).await?;
        let every = Duration::from_secs(heartbeat_every.max(1));
        counter.credentials().keep_ticket(ticket);
        let given_at = (given, now());
        Ok(Self { counter, lease, epoch, every, account, given_at, run_by, export })
    }

    /// The account as the counter knows it.
    pub(crate) const fn account(&self) -> &AccountId {
        &self.account
    }

    /// Now, by the counter's clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.by_counter(now())
    }

    /// A moment of this device by the counter's clock.
    pub(crate) fn by_counter(&self, moment: Timestamp) -> Timestamp {
        let (counter, device) = self.given_at;
        counter.after(moment.since(device))
    }

    /// Renews the lease for ever; ends only when it is lost. To be polled beside the work.
    pub(crate) async fn keep(&self) -> JobError {
        let mut wait = self.every;
        loop {
            sleep(wait).await;
            wait = match self.renew().await {
                Ok(()) => self.every,
                Err(error) if is_final(&error) => return error,
                Err(error) => self.every.min(Duration::from_secs(RETRY_SECONDS)).max(self.asked_to_wait(&error)),
            };
        }
    }

    async fn renew(&self) -> Result<(), JobError> {
        let ticket = self.counter.credentials().ticket();
        let renewed = self.counter.heartbeat(&ticket, &Heartbeat { lease: self.lease.clone(), epoch: self.epoch }).await?;
        self.counter.credentials().keep_ticket(renewed);
        Ok(())
    }

    /// Presents the digest until the counter has answered: the archive is whole already and waits. The answer may be repeated, the
    /// completion is one. **A counter that cannot be reached for ten minutes costs the receipt, not the archive.** Renews the
    /// lease itself: not to be called beside [`Lease::keep`], which a completed export refuses. `waiting` hears until when, by the
    /// counter's clock, it is not asked again, and then that it is.
    pub(crate) async fn complete(
        &self,
        payload_digest: &str,
        mut waiting: impl FnMut(Option<Timestamp>),
        cancelled: impl Fn() -> bool,
    ) -> Result<Ended, JobError> {
        let complete = Complete { lease: self.lease.clone(), epoch: self.epoch, payload_digest: payload_digest.to_owned() };
        let (mut wait, mut heard_at) = (1, now());
        loop {
            let error = match self.try_complete(&complete).await {
                Ok((export, receipt)) => return Ok(Ended { export, receipt: Some(receipt) }),
                Err(error) if is_final(&error) => return Err(error),
                Err(error) => error,
            };
            if !matches!(error, JobError::CounterUnreachable) {
                heard_at = now();
            }
            if now().since(heard_at) > PATIENCE {
                return Ok(self.ended_alone());
            }
            if cancelled() || self.run_by.is_none_or(|run_by| self.now() > run_by) {
                return Err(error);
            }
            let pause = Duration::from_secs(wait).max(self.asked_to_wait(&error));
            waiting(Some(self.now().after(pause)));
            sleep(pause).await;
            waiting(None);
            wait = (wait * 2).min(COMPLETION_WAIT_SECONDS);
        }
    }

    /// The export without the counter's word: this browser keeps the archive for as long as the run could have taken.
    fn ended_alone(&self) -> Ended {
        // Of a name that stands twice the last counts.
        let rest = self.export.strip_suffix('}').unwrap_or(&self.export);
        let mut export = [rest, ",\"state\":\"completed\",\"completed_at\":\"", &self.now().to_string()].concat();
        if let Some(run_by) = self.run_by {
            export.push_str("\",\"available_until\":\"");
            export.push_str(&run_by.to_string());
        }
        export.push_str("\"}");
        Ended { export, receipt: None }
    }

    async fn try_complete(&self, complete: &Complete) -> Result<(String, Receipt), JobError> {
        // A completion whose answer was lost cannot be renewed any more; the repeated one is answered all the same.
        let _ = self.renew().await;
        let ticket = self.counter.credentials().ticket();
        self.counter.complete(&ticket, complete).await
    }

    /// How long the counter asks to wait.
    fn asked_to_wait(&self, error: &JobError) -> Duration {
        let JobError::Refused(problem) = error else { return Duration::ZERO };
        problem.retry_at.map_or(Duration::ZERO, |at| at.since(self.now()).min(MAX_ASKED))
    }

    /// Gives the export up, so that another can be requested at once. Best effort: the lease runs out by itself.
    pub(crate) async fn fail(&self, code: &str) {
        let ticket = self.counter.credentials().ticket();
        let fail = Fail { lease: self.lease.clone(), epoch: self.epoch, code: code.to_owned() };
        drop(self.counter.fail(&ticket, &fail).await);
    }
}

/// Starts the export, once this network has not asked too often.
async fn started(counter: &Counter<'_>, start: &Start) -> Result<Started, JobError> {
    for _ in 1..START_TRIES {
        match counter.start(start).await {
            Err(JobError::Refused(problem)) if is(&problem, ProblemCode::TooManyRequests) => {
                sleep(Duration::from_secs(RETRY_SECONDS)).await;
            }
            outcome => return outcome,
        }
    }
    counter.start(start).await
}

/// Whether asking again cannot help.
fn is_final(error: &JobError) -> bool {
    match error {
        JobError::Refused(problem) => !is(problem, ProblemCode::Unavailable) && !is(problem, ProblemCode::TooManyRequests),
        JobError::CounterUnreachable | JobError::NoCredentials => false,
        _ => true,
    }
}
