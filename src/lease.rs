//! That this tab still runs the export: the lease is renewed while the export works, and its loss is noticed.
//!
//! A heartbeat that cannot be delivered is tried again; only the counter's own refusal loses the lease. **A lost lease ends
//! the export**: another tab has it now.

use std::cell::RefCell;
use std::time::Duration;

use carryall_protocol::counter::{Complete, Completed, ExportView, Fail, Heartbeat, ProblemCode, Start, Started};
use carryall_protocol::{AccountId, LeaseId};

use crate::clock::sleep;
use crate::counter::Counter;
use crate::error::JobError;

/// Waits between tries of the completion: a quarter of an hour in all.
const COMPLETION_WAITS_SECONDS: [u64; 9] = [1, 2, 5, 10, 30, 60, 120, 240, 480];
/// The wait after a heartbeat that could not be delivered.
const RETRY_SECONDS: u64 = 5;

/// A held lease.
pub(crate) struct Lease<'a> {
    counter: &'a Counter<'a>,
    lease: LeaseId,
    epoch: u32,
    every: Duration,
    ticket: RefCell<String>,
    account: AccountId,
}

impl<'a> Lease<'a> {
    /// Starts the export.
    pub(crate) async fn start(counter: &'a Counter<'a>, start: &Start) -> Result<Self, JobError> {
        let Started { ticket, lease, epoch, heartbeat_every, account, .. } = counter.start(start).await?;
        let every = Duration::from_secs(heartbeat_every.max(1));
        Ok(Self { counter, lease, epoch, every, ticket: RefCell::new(ticket), account })
    }

    /// The account as the counter knows it.
    pub(crate) const fn account(&self) -> &AccountId {
        &self.account
    }

    /// Renews the lease for ever; ends only when it is lost. To be polled beside the work.
    pub(crate) async fn keep(&self) -> JobError {
        let mut wait = self.every;
        loop {
            sleep(wait).await;
            wait = match self.renew().await {
                Ok(()) => self.every,
                Err(error) if is_final(&error) => return error,
                Err(_) => self.every.min(Duration::from_secs(RETRY_SECONDS)),
            };
        }
    }

    async fn renew(&self) -> Result<(), JobError> {
        let ticket = self.ticket.borrow().clone();
        let renewed = self.counter.heartbeat(&ticket, &Heartbeat { lease: self.lease.clone(), epoch: self.epoch }).await?;
        *self.ticket.borrow_mut() = renewed.ticket;
        Ok(())
    }

    /// Presents the digest until the counter has answered; the answer may be repeated, the completion is one.
    pub(crate) async fn complete(&self, payload_digest: &str) -> Result<Completed, JobError> {
        let complete = Complete { lease: self.lease.clone(), epoch: self.epoch, payload_digest: payload_digest.to_owned() };
        let mut waits = COMPLETION_WAITS_SECONDS.into_iter();
        loop {
            let error = match self.try_complete(&complete).await {
                Ok(completed) => return Ok(completed),
                Err(error) if is_final(&error) => return Err(error),
                Err(error) => error,
            };
            let Some(seconds) = waits.next() else { return Err(error) };
            sleep(Duration::from_secs(seconds)).await;
        }
    }

    async fn try_complete(&self, complete: &Complete) -> Result<Completed, JobError> {
        // A completion whose answer was lost cannot be renewed any more; the repeated one is answered all the same.
        let _ = self.renew().await;
        let ticket = self.ticket.borrow().clone();
        self.counter.complete(&ticket, complete).await
    }

    /// Gives the export up, so that another can be requested at once. Best effort: the lease runs out by itself.
    pub(crate) async fn fail(&self, code: &str) -> Option<ExportView> {
        let ticket = self.ticket.borrow().clone();
        let fail = Fail { lease: self.lease.clone(), epoch: self.epoch, code: code.to_owned() };
        self.counter.fail(&ticket, &fail).await.ok()
    }
}

/// Whether asking again cannot help.
fn is_final(error: &JobError) -> bool {
    match error {
        JobError::Refused(problem) => problem.code != ProblemCode::Unavailable,
        JobError::CounterUnreachable => false,
        _ => true,
    }
}
